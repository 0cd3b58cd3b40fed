import { describe, expect, it } from 'vitest';
import { printNumber } from '../../src/template/docx-number-words.ts';
import { importCase, p, r, refusalOf } from './docx-builder.ts';

const level = (depth: number, format: string, text: string, more = ''): string =>
  `<w:lvl w:ilvl="${depth}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`;
const list = (id: number, ...levels: readonly string[]): string =>
  `<w:abstractNum w:abstractNumId="${id}">${levels.join('')}</w:abstractNum>`;
const use = (id: number, abstract: number, more = ''): string =>
  `<w:num w:numId="${id}"><w:abstractNumId w:val="${abstract}"/>${more}</w:num>`;
const item = (depth: number, id: number, text = '甲'): string =>
  p(r(text), `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="${id}"/></w:numPr>`);
const linesOf = (numbering: string, ...body: readonly string[]): readonly string[] => importCase({ body: body.join(''), numbering }).lines;

describe('printNumber', () => {
  it.each([
    ['decimal', [1, 10, 100], ['1', '10', '100']],
    ['zeros3', [1, 100], ['001', '100']],
    ['chineseCounting', [1, 10, 11, 20, 99, 100], ['一', '十', '十一', '二十', '九十九', undefined]],
    ['japaneseCounting', [3, 12], ['三', '十二']],
    ['chineseCountingThousand', [105, 110, 1001], ['一百零五', '一百一十', '一千零一']],
    ['ideographDigital', [10, 25], ['一〇', '二五']],
    ['chineseLegalSimplified', [1, 12], ['壹', '拾贰']],
    ['ideographTraditional', [1, 2, 10, 11], ['甲', '乙', '癸', undefined]],
    ['ideographZodiac', [1, 12], ['子', '亥']],
    ['decimalEnclosedCircle', [1, 20, 21], ['①', '⑳', undefined]],
    ['decimalEnclosedParen', [1], ['⑴']],
    ['decimalEnclosedFullstop', [1], ['⒈']],
    ['decimalFullWidth', [12], ['１２']],
    ['lowerLetter', [1, 26, 27], ['a', 'z', 'aa']],
    ['upperLetter', [2], ['B']],
    ['lowerRoman', [4, 9], ['iv', 'ix']],
    ['upperRoman', [14], ['XIV']],
    ['numberInDash', [3], ['- 3 -']],
    ['cardinalText', [1], [undefined]],
  ])('prints %s', (format, values, printed) => {
    expect(values.map((value) => printNumber(value, format))).toEqual(printed);
  });
});

describe('automatic numbers', () => {
  it('combine levels, begin anew under each heading, and go on where they are told not to', () => {
    const levels = [
      level(0, 'chineseCounting', '第%1章'),
      level(1, 'decimal', '%1.%2', '<w:isLgl/>'),
      level(2, 'decimal', '（%3）', '<w:lvlRestart w:val="0"/>'),
    ];
    const body = [item(0, 1), item(1, 1), item(2, 1), item(1, 1), item(0, 1), item(1, 1), item(2, 1)];
    expect(linesOf(list(1, ...levels) + use(1, 1), ...body)).toEqual([
      '第一章甲',
      '1.1 甲',
      '（1）甲',
      '1.2 甲',
      '第二章甲',
      '2.1 甲',
      '（2）甲',
    ]);
  });

  it('start over where a list says so, and share the count where it does not', () => {
    const numbering =
      list(1, level(0, 'decimal', '%1.')) +
      use(1, 1) +
      use(2, 1) +
      use(3, 1, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>');
    expect(linesOf(numbering, item(0, 1), item(0, 2), item(0, 3), item(0, 3), item(0, 1))).toEqual([
      '1. 甲',
      '2. 甲',
      '5. 甲',
      '6. 甲',
      '7. 甲',
    ]);
  });

  it('come from styles, whose level may be named only in the list', () => {
    const numbering =
      list(1, level(0, 'chineseCounting', '%1、', '<w:pStyle w:val="A"/>'), level(1, 'decimal', '%2.', '<w:pStyle w:val="B"/>')) +
      use(1, 1);
    const style = (id: string): string =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>`;
    const styled = (id: string): string => p(r('甲'), `<w:pStyle w:val="${id}"/>`);
    const { lines } = importCase({
      body: styled('A') + styled('B') + styled('B') + styled('A'),
      numbering,
      styles: style('A') + style('B'),
    });
    expect(lines).toEqual(['一、甲', '1. 甲', '2. 甲', '二、甲']);
  });

  it('can be taken off a paragraph, and be written with zeros', () => {
    const zeros =
      '<w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="01, 02, 03, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1"/></w:lvl>';
    expect(linesOf(list(1, zeros) + use(1, 1), item(0, 1), item(0, 0), item(0, 1))).toEqual(['01 甲', '甲', '02 甲']);
  });

  it('are noted when a bullet has no known look, and refused when a number has none', () => {
    const bullet = level(0, 'bullet', '\uf0ff', '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>');
    const { lines, report } = importCase({ body: item(0, 1), numbering: list(1, bullet) + use(1, 1) });
    expect([lines, report.notes.length]).toEqual([['·甲'], 1]);
    const unknown = list(1, level(0, 'cardinalText', '%1')) + use(1, 1);
    expect(refusalOf(() => linesOf(unknown, item(0, 1)))).toMatchObject({ code: 'TEMPLATE_SOURCE_NUMBERING_UNKNOWN', paragraph: 1 });
  });

  it('say so when a level above was never counted', () => {
    const { lines, report } = importCase({
      body: item(1, 1),
      numbering: list(1, level(0, 'decimal', '%1'), level(1, 'decimal', '%1.%2')) + use(1, 1),
    });
    expect([lines, report.notes.length]).toEqual([['1.1 甲'], 1]);
  });
});
