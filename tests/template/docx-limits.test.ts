/** Files that are made to exhaust whoever reads them: refused with a code before they cost anything. */
import { describe, expect, it } from 'vitest';
import { docx, importCase, p, r, refusalOf, tbl, tc } from './docx-builder.ts';

/** Words that do not compress, so that the limits of the ZIP are not what refuses. */
const noise = (length: number): string => {
  let state = 7;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 4_294_967_296;
    return String.fromCharCode(0x4e00 + (state % 8000));
  }).join('');
};
const codeOf = (body: string): string => refusalOf(() => importCase(docx({ body }))).code;
const within = (tag: string, inside: string, depth: number): string =>
  `${`<w:${tag}>`.repeat(depth)}${inside}${`</w:${tag}>`.repeat(depth)}`;

describe('a .docx beyond measure', () => {
  it.each([
    ['more paragraphs than any agreement has', Array.from({ length: 5001 }, (_, at) => p(r(`${noise(3)}${at}`))).join('')],
    ['one paragraph as long as a book', p(r(noise(10_001)))],
    ['more characters altogether', Array.from({ length: 21 }, () => p(r(noise(9999)))).join('')],
    ['more blanks than a person could confirm', Array.from({ length: 21 }, () => p(r('甲＿＿'.repeat(100)))).join('')],
    ['a cell that claims to span a thousand million columns', tbl([1], tc(p(r('甲')), '<w:gridSpan w:val="999999999"/>'))],
    [
      'more columns than Word allows',
      tbl(
        Array.from({ length: 65 }, () => 1),
        tc(p(r('甲'))).repeat(65),
      ),
    ],
    ['cells without end', Array.from({ length: 400 }, () => tbl([1], `<w:tc/>`.repeat(60))).join('')],
  ])('is refused for %s', (_what, body) => {
    expect(codeOf(body)).toBe('TEMPLATE_SOURCE_TOO_LONG');
  });

  it('is refused as malformed when it is nested without end', () => {
    expect(codeOf(within('sdt', p(r('甲')), 300))).toBe('TEMPLATE_SOURCE_XML_MALFORMED');
  });

  it('is read when it is merely long', () => {
    expect(codeOf(Array.from({ length: 300 }, (_, at) => p(r(`${noise(20)}${at}，甲方地址：＿＿＿＿`))).join(''))).toBe('ACCEPTED');
  });

  it('keeps its pages when sizes and margins make no sense', () => {
    const odd = `<w:sectPr><w:pgSz w:w="1e300"/><w:pgMar w:left="-1e300" w:right="0"/></w:sectPr>`;
    const size = '<w:sz w:val="0"/>';
    expect(
      codeOf(p(`${r('甲', size)}<w:r><w:rPr>${size}<w:u w:val="single"/></w:rPr><w:tab/></w:r>`) + tbl([1], tc(p(r('地址')))) + odd),
    ).toBe('ACCEPTED');
  });
});
