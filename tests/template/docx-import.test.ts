import { describe, expect, it } from 'vitest';
import { checkSourceText } from '../../src/template/docx-text.ts';
import { lockedText } from '../../src/template/manifest.ts';
import { docx, importCase, p, r, refusalOf, tbl, tc } from './docx-builder.ts';

const refused = (body: string): { readonly code: string; readonly paragraph?: string | number } => {
  const { code, paragraph } = refusalOf(() => importCase({ body: p(r('第一段')) + body }));
  return paragraph === undefined ? { code } : { code, paragraph };
};

describe('what an import keeps', () => {
  it('writes out the numbers that exist only in numbering.xml', () => {
    const lvl = (depth: number, format: string, text: string): string =>
      `<w:lvl w:ilvl="${depth}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
    const numbering = `<w:abstractNum w:abstractNumId="7">${lvl(0, 'chineseCounting', '第%1条')}${lvl(1, 'decimal', '%2.')}</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="11"/></w:lvlOverride></w:num>`;
    const item = (depth: number, id: number, text: string): string =>
      p(r(text), `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="${id}"/></w:numPr>`);
    const body = item(0, 3, '甲') + item(1, 3, '乙') + item(1, 3, '丙') + item(0, 3, '丁') + item(1, 3, '戊') + item(0, 4, '己');
    const { lines, report } = importCase({ body, numbering });
    expect(lines).toEqual(['第一条甲', '1. 乙', '2. 丙', '第二条丁', '1. 戊', '第十一条己']);
    expect(report.characters).toMatchObject({ source: 6, body: 6, generated: 19 });
  });

  it('inherits alignment, indent, weight and heading level through styles', () => {
    const styles =
      '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="heading 1"/><w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>' +
      '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="Sub"/><w:basedOn w:val="a"/><w:pPr><w:ind w:firstLineChars="200" w:firstLine="999"/></w:pPr></w:style>';
    const { pack } = importCase({ body: p(r('甲') + r('乙', '<w:b w:val="0"/>'), '<w:pStyle w:val="b"/>'), styles });
    expect(pack.manifest.blocks[0]).toMatchObject({ style: 'heading', align: 'center', firstLineEm: 2, bold: [[0, 1]] });
  });

  it('turns leading spaces into indent and drops trailing ones', () => {
    const { pack, lines } = importCase({ body: p(r('　　甲乙  ')) });
    expect(lines).toEqual(['甲乙']);
    expect(pack.blocks[0]).toMatchObject({ firstLineEm: 2 });
  });

  it('cuts at manual line breaks and keeps page breaks', () => {
    const { pack, lines } = importCase({ body: p(`${r('甲')}<w:r><w:br/></w:r>${r('乙')}<w:r><w:br w:type="page"/></w:r>`) + p(r('丙')) });
    expect(lines).toEqual(['甲', '乙', '丙']);
    expect(pack.blocks.map((block) => block.kind)).toEqual(['paragraph', 'paragraph', 'pageBreak', 'paragraph']);
  });

  it('keeps spans and column shares of a table, with vertical merges as empty cells', () => {
    const table = tbl(
      [1000, 1000, 2000],
      tc(p(r('甲')), '<w:vMerge w:val="restart"/>') + tc(p(r('乙丙')), '<w:gridSpan w:val="2"/>'),
      tc(p(''), '<w:vMerge/>') + tc(p(r('丁。'))) + tc(p(r('戊'))),
    );
    const { pack, report } = importCase({ body: table });
    const [block] = pack.blocks;
    expect(block).toMatchObject({ kind: 'table', columns: [250, 250, 500] });
    expect(block?.kind === 'table' && block.rows.map((row) => row.cells.map((cell) => cell.columnSpan))).toEqual([
      [1, 2],
      [1, 1, 1],
    ]);
    expect(report.notes).toHaveLength(1);
  });

  it('reads through content controls, smart tags, hyperlinks and bookmarks', () => {
    const body = p(
      `<w:bookmarkStart w:id="0" w:name="x"/><w:smartTag>${r('甲')}</w:smartTag><w:hyperlink r:id="h">${r('乙')}</w:hyperlink><w:sdt><w:sdtPr/><w:sdtContent>${r('丙')}</w:sdtContent></w:sdt><w:bookmarkEnd w:id="0"/>`,
    );
    expect(importCase({ body: `<w:sdt><w:sdtPr/><w:sdtContent>${body}</w:sdtContent></w:sdt>` }).lines).toEqual(['甲乙丙']);
  });

  it('reads what WPS writes: fractional indents, another prefix, no styles part, fixed spaces', () => {
    const xml = `\ufeff<?xml version="1.0" encoding="UTF-8"?><x:document xmlns:x="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><x:body><x:p><x:pPr><x:ind x:firstLine="420.5"/></x:pPr><x:r><x:t xml:space="preserve">甲&#160;&lt;乙&gt;</x:t></x:r></x:p></x:body></x:document>`;
    const { lines, pack } = importCase(docx({ body: '', parts: { 'word/document.xml': xml } }));
    expect(lines).toEqual(['甲 <乙>']);
    expect(pack.blocks[0]).toMatchObject({ firstLineEm: 2 });
  });

  it('prints the locked text with one mark a blank and the boxes kept', () => {
    const { pack } = importCase({ body: p(r('专业：____，支付方式：□银行转账 □现金')) });
    expect(lockedText(pack)).toBe('专业：＿，支付方式：□银行转账 □现金\n');
  });

  it('accounts for every character of the source', () => {
    const bytes = docx({ body: p(r('甲方地址： ____ ，乙')) + p(`${r('丙')}<w:r><w:tab/></w:r>`) });
    const { pack } = importCase(bytes);
    const account = checkSourceText(bytes, pack);
    expect(account).toEqual({ source: 15, body: 8, spaces: 3, lines: 4, blanks: 4, generated: 0 });
    expect(account.source).toBe(account.body + account.spaces + account.lines);
  });
});

describe('what an import refuses, naming the paragraph', () => {
  it.each([
    ['an insertion', p(`<w:ins w:id="1" w:author="x">${r('改')}</w:ins>`), 'TRACKED_CHANGES'],
    ['a deletion', p(`<w:del w:id="1"><w:r><w:delText>改</w:delText></w:r></w:del>`), 'TRACKED_CHANGES'],
    ['a moved paragraph', p(`<w:moveFrom w:id="1">${r('改')}</w:moveFrom>`), 'TRACKED_CHANGES'],
    ['a change of formatting', p(r('甲', '<w:rPrChange w:id="1"><w:rPr/></w:rPrChange>')), 'TRACKED_CHANGES'],
    ['a deleted paragraph mark', p(r('甲'), '<w:rPr><w:del w:id="1"/></w:rPr>'), 'TRACKED_CHANGES'],
    ['a comment', p(`<w:commentRangeStart w:id="1"/>${r('甲')}`), 'COMMENTS'],
    ['a picture', p(`${r('甲')}<w:r><w:drawing/></w:r>`), 'PICTURE'],
    ['a text box', p(`<w:r><mc:AlternateContent/></w:r>`), 'PICTURE'],
    ['an embedded object', p(`<w:r><w:object/></w:r>`), 'PICTURE'],
    ['a footnote', p(`<w:r><w:footnoteReference w:id="2"/></w:r>`), 'FOOTNOTE'],
    ['a formula', p(`<m:oMath/>`), 'MATH'],
    ['a cross-reference', p(`<w:fldSimple w:instr=" REF _Ref1 ">${r('一')}</w:fldSimple>`), 'FIELD_CODE'],
    [
      'a date field',
      p(
        `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`,
      ),
      'FIELD_CODE',
    ],
    [
      'a prompt',
      p(`<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${r('单击此处输入')}</w:sdtContent></w:sdt>`),
      'CONTENT_CONTROL',
    ],
    ['hidden text', p(r('甲', '<w:vanish/>')), 'HIDDEN_TEXT'],
    ['struck text', p(r('甲', '<w:strike/>')), 'STRUCK_TEXT'],
    ['an unknown symbol', p(`<w:r><w:sym w:font="Webdings" w:char="F041"/></w:r>`), 'SYMBOL_UNKNOWN'],
    ['braces', p(r('{{studentName}}')), 'CHARACTER_REFUSED'],
    ['a bidi override', p(r('甲\u202e乙')), 'CHARACTER_REFUSED'],
    ['an unknown element', p('<w:contentPart/>'), 'ELEMENT_UNKNOWN'],
    ['a foreign document', '<w:altChunk r:id="a"/>', 'ELEMENT_UNKNOWN'],
    ['a nested table', tbl([1], tc(tbl([1], tc(p(r('内')))) + p(''))), 'NESTED_TABLE'],
    ['a merge with text under it', tbl([1], tc(p(r('上')), '<w:vMerge w:val="restart"/>'), tc(p(r('下')), '<w:vMerge/>')), 'MERGED_CELLS'],
  ])('refuses %s', (what, body, code) => {
    const place = what === 'a merge with text under it' ? 3 : 2;
    expect(refused(body)).toEqual({ code: `TEMPLATE_SOURCE_${code}`, paragraph: place });
  });

  it('refuses text in a header, unless it is a page number or the mark of a sample', () => {
    const withHeader = (header: string, status: 'sample' | 'national'): string =>
      refusalOf(() => importCase(docx({ body: p(r('甲')), header: p(header) }), status)).code;
    expect(withHeader(r('某某学校'), 'sample')).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
    expect(withHeader(r('样张，非国家示范文本'), 'national')).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
    expect(withHeader(r('样张，非国家示范文本'), 'sample')).toBe('ACCEPTED');
    expect(withHeader(`${r('第')}<w:fldSimple w:instr="PAGE">${r('1')}</w:fldSimple>${r('页')}`, 'national')).toBe('ACCEPTED');
  });

  it('says in Chinese which paragraph, what, and what to do', () => {
    const { zh } = refusalOf(() => importCase({ body: p(`${r('丙方应当')}<w:r><w:drawing/></w:r>`) }));
    expect(zh).toContain('第 1 段（“丙方应当”）');
    expect(zh).not.toMatch(/[{}]/);
  });
});
