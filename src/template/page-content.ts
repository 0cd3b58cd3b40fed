/** Content streams: text runs as hexadecimal glyph ids, rules, and the header and footer of a page. */
import { mpt } from '../pdf/objects.ts';
import type { Encode } from './glyph-set.ts';
import type { Furniture, FurnitureLine } from './margin-lines.ts';
import { FURNITURE_SIZE_PT, PAGE_WIDTH_MPT } from './page-geometry.ts';
import type { LaidOut, Rule, TextRun } from './paginate.ts';

/** One run as marked content of its structure element. */
function printRun(run: TextRun, encode: Encode): string {
  const first = run.items[0];
  if (first === undefined) return '';
  let text = '';
  let font = '';
  let expected = first.x;
  let open = false;
  for (const { item, x, width } of run.items) {
    if (item.kind !== 'glyph') continue;
    const { font: wanted, hex } = encode(item.face, item.codePoint);
    if (wanted !== font) {
      if (font !== '') text += `${open ? '>' : ''}]TJ`;
      text += `/${wanted} ${run.sizePt} Tf${font === '' ? ` 1 0 0 1 ${mpt(run.leftMpt + Math.round(first.x * run.sizePt))} ${mpt(run.baselineMpt)} Tm` : ''}[`;
      font = wanted;
      open = false;
    }
    if (x !== expected) {
      text += `${open ? '>' : ''}${expected - x}`;
      open = false;
    }
    if (!open) {
      text += '<';
      open = true;
    }
    text += hex;
    expected = x + width;
  }
  return `/${run.type}<</MCID ${run.mcid}>>BDC BT${text}>]TJ ET EMC\n`;
}

const printRule = (rule: Rule): string => `${mpt(rule.leftMpt)} ${mpt(rule.bottomMpt)} ${mpt(rule.widthMpt)} ${mpt(rule.heightMpt)} re\n`;

/** Centred small text that is no part of the reading order. */
function printFurniture({ subtype, text, baselineMpt }: FurnitureLine, encode: Encode, advanceOf: (codePoint: number) => number): string {
  const codePoints = [...text].map((character) => character.codePointAt(0) ?? 0);
  const width = codePoints.reduce((sum, codePoint) => sum + advanceOf(codePoint), 0) * FURNITURE_SIZE_PT;
  const hex = codePoints.map((codePoint) => encode('body', codePoint).hex).join('');
  const font = encode('body', codePoints[0] ?? 0).font;
  return `/Artifact<</Type/Pagination/Subtype/${subtype}>>BDC BT/${font} ${FURNITURE_SIZE_PT} Tf 1 0 0 1 ${mpt(Math.floor((PAGE_WIDTH_MPT - width) / 2))} ${mpt(baselineMpt)} Tm<${hex}>Tj ET EMC\n`;
}

/** The content stream of every page of a layout, not yet deflated. */
export function printPages(laidOut: LaidOut, encode: Encode, furniture: Furniture, advanceOf: (codePoint: number) => number): string[] {
  return Array.from({ length: laidOut.pageCount }, (_, page) => {
    const print = (lines: readonly FurnitureLine[]): string => lines.map((line) => printFurniture(line, encode, advanceOf)).join('');
    const marks = laidOut.marks.filter((mark) => mark.page === page);
    const runs = marks.map((mark) => (mark.kind === 'text' ? printRun(mark, encode) : '')).join('');
    const rules = marks.map((mark) => (mark.kind === 'rule' ? printRule(mark) : '')).join('');
    const ruled = rules === '' ? '' : `/Artifact<</Type/Layout>>BDC\n${rules}f\nEMC\n`;
    return print(furniture.above(page)) + runs + ruled + print(furniture.below(page));
  });
}
