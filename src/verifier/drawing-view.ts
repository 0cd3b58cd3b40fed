/** The pages that the verifier made itself, beside the findings; what the file shows otherwise is framed, numbered and listed. */
import type { DrawnBox, DrawnText } from '../pdf/drawn-page.ts';
import type { DrawnSheet, FileDrawing, LineDifference } from '../verify/draw-file.ts';
import type { TextComparison } from '../verify/foreign/foreign-report.ts';
import { diffText } from '../verify/text-diff.ts';
import { draw, make } from './elements.ts';
import { marked } from './words.ts';

const FLAG_PT = 9;

interface Numbered extends LineDifference {
  readonly number: number;
}

export function drawingView(drawing: FileDrawing): HTMLElement {
  let number = 0;
  const numbered = drawing.sheets.map(({ differences }) => differences.map((each): Numbered => ({ ...each, number: ++number })));
  const pages = drawing.sheets.map((sheet, i) => page(sheet, i, drawing.sheets.length, numbered[i] ?? []));
  return make(
    'div',
    { class: 'stack stack--tight', 'data-drawing': '' },
    account(drawing, number),
    drawing.clauses === null ? null : clauseTable(drawing.clauses),
    numbered.map((differences, i) => (differences.length === 0 ? null : differenceList(differences, i))),
    make('div', { class: 'sheets' }, pages),
  );
}

/** What the reader is looking at, in words. */
function account({ kind, isCompared, isSigned, extraPages }: FileDrawing, differences: number): HTMLElement {
  const made =
    kind === 'agreement'
      ? '下面的页面是本机用锁定的模板和文件里的填写数据重新做出来的。'
      : '文件里的填写数据不能使用，下面是锁定的模板本身，空白处没有内容。';
  const compared = !isCompared
    ? '文件自己的页面读不出来，没有对照。'
    : differences > 0
      ? `文件显示的内容有 ${differences} 处与此不同，已框出编号。`
      : '没有发现看得见的不同。';
  const without = kind === 'agreement' && !isSigned ? '各方的签名没有画出，也不在对照之内。' : '';
  const more = extraPages > 0 ? `文件比应有的多出 ${extraPages} 页。` : '';
  return make('p', { class: 'soft', 'data-drawing-account': '' }, `${made}${without}${compared}${more}`);
}

function page(
  { widthPt, heightPt, texts, rules, strokes, pictures }: DrawnSheet,
  i: number,
  pages: number,
  differences: readonly Numbered[],
) {
  const label = `第 ${i + 1} 页，共 ${pages} 页${differences.length === 0 ? '' : `，${differences.length} 处不同`}`;
  return make(
    'figure',
    { class: 'sheet' },
    make('figcaption', {}, label),
    draw(
      'svg',
      {
        viewBox: `0 0 ${widthPt} ${heightPt}`,
        role: 'img',
        'aria-label': `${label}：${texts
          .map(({ text }) => text)
          .join('')
          .slice(0, 3000)}`,
      },
      draw('rect', { class: 'paper', width: widthPt, height: heightPt }),
      rules.map(({ x, y, width, height }) => draw('rect', { class: 'ink', x, y, width, height })),
      texts.map(run),
      strokes.map(({ points, widthPt: width }) => draw('polyline', { class: 'pen', points: points.join(' '), 'stroke-width': width })),
      pictures.map(picture),
      differences.map(flag),
    ),
  );
}

/** A run stretched to the width that it has on the page, whatever font the browser draws it with. */
const run = ({ x, y, width, sizePt, face, text }: DrawnText): SVGElement =>
  draw(
    'text',
    {
      x,
      y,
      'font-size': sizePt,
      textLength: [...text].length > 1 ? width : null,
      lengthAdjust: 'spacingAndGlyphs',
      class: face === 'head' ? 'head' : null,
    },
    text,
  );

/** Only organisations' seals are pictures in our files; what a picture shows is not judged. */
const picture = ({ x, y, width, height }: DrawnBox): SVGElement =>
  draw(
    'g',
    { class: 'picture' },
    draw('rect', { x, y, width, height }),
    draw('text', { x: x + width / 2, y: y + height / 2 + 4, 'font-size': 11, 'text-anchor': 'middle' }, '印章图样'),
  );

const flag = ({ x, y, width, height, number }: Numbered): SVGElement =>
  draw(
    'g',
    { class: 'difference' },
    draw('rect', { x: x - 2, y: y - 1, width: width + 4, height: height + 2 }),
    draw('rect', { class: 'flag', x: x - 16, y: y - 1, width: 14, height: FLAG_PT + 4 }),
    draw('text', { class: 'flag-number', x: x - 9, y: y + FLAG_PT, 'font-size': FLAG_PT, 'text-anchor': 'middle' }, number),
  );

function differenceList(differences: readonly Numbered[], i: number): HTMLElement {
  const item = ({ number, expected, found }: Numbered): HTMLElement =>
    make(
      'li',
      { value: number },
      expected === ''
        ? ['不该有的字：', make('ins', {}, found)]
        : found === ''
          ? ['缺少的字：', make('del', {}, expected)]
          : diffText(expected, found).map(marked),
    );
  return make('section', {}, make('h4', {}, `第 ${i + 1} 页与文件的不同`), make('ol', { class: 'differing' }, differences.map(item)));
}

/** 第几条第几字，原→现. */
export function clauseTable({ pack, version, likenessPermille, isEqual, differences }: TextComparison): HTMLElement {
  const share = Math.floor(likenessPermille / 10);
  if (isEqual) return make('p', {}, `看到的文字与模板（${pack} ${version}）的条款逐字相同。`);
  const rows = differences.map(({ clause, character, expected, found }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row', 'data-label': '位置' }, `${clause}第 ${character} 字`),
      make('td', { 'data-label': '原' }, expected === '' ? '（没有）' : make('del', {}, expected)),
      make('td', { 'data-label': '现' }, found === '' ? '（删去了）' : make('ins', {}, found)),
    ),
  );
  const heading = ['位置', '模板原文', '文件里的'].map((zh) => make('th', { scope: 'col' }, zh));
  return make(
    'section',
    { class: 'stack stack--tight', 'data-clauses': '' },
    make('h4', {}, '条款对照'),
    make('p', { class: 'soft small' }, `与模板 ${pack} ${version} 比较，${share}% 的原文还在。只列出前 ${differences.length} 处。`),
    make(
      'div',
      { class: 'table-wrap' },
      make('table', { class: 'table--cards' }, make('thead', {}, make('tr', {}, heading)), make('tbody', {}, rows)),
    ),
  );
}
