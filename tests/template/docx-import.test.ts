import { describe, expect, it } from 'vitest';
import { checkSourceText } from '../../src/template/docx-text.ts';
import { lockedText } from '../../src/template/manifest.ts';
import { docx, importCase, p, r, refusalOf, tbl, tc } from './docx-builder.ts';

const refused = (body: string): { readonly code: string; readonly paragraph?: string | number } => {
  const { code, paragraph } = refusalOf(() => importCase({ body: p(r('第一段')) + body }));
  return paragraph === undefined ? { code } : { code, paragraph };
};

const fieldChar = (type: string, inner = ''): string => `<w:r><w:fldChar w:fldCharType="${type}">${inner}</w:fldChar></w:r>`;
/** A complex field; with no result it has no separator either. */
const field = (instruction: string, result = '', form = ''): string =>
  `${fieldChar('begin', form)}<w:r><w:instrText>${instruction}</w:instrText></w:r>${result === '' ? '' : fieldChar('separate') + result}${fieldChar('end')}`;

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

  it('keeps spans and column shares of a table, and says which cells continue the one above', () => {
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
    expect(block?.kind === 'table' && block.rows.map((row) => row.cells.map((cell) => cell.continues === true))).toEqual([
      [false, false],
      [true, false, false],
    ]);
    expect(report.notes).toEqual([]);
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
    expect(account).toEqual({ source: 15, body: 8, blanks: 4, spaces: 3, phonetic: 0, generated: 0, margins: 0 });
    expect(account.source).toBe(account.body + account.blanks + account.spaces + account.phonetic);
  });
});

describe('what Word and WPS write', () => {
  const linesOf = (...body: readonly string[]): readonly string[] => importCase({ body: body.join('') }).lines;
  const control = (properties: string, content: string): string =>
    `<w:sdt><w:sdtPr>${properties}</w:sdtPr><w:sdtContent>${content}</w:sdtContent></w:sdt>`;

  it('takes prompts, form fields and merge fields as blanks, with the words they show', () => {
    const prompt = control('<w:showingPlcHdr/><w:text/>', r('单击此处输入文字'));
    const { lines, report, pack } = importCase({
      body:
        p(r('专业：') + field(' FORMTEXT ', r('\u2002\u2002\u2002')) + r('；班级：') + field(' MERGEFIELD 班级 ', r('«班级»'))) +
        p(r('甲方名称：') + prompt + r('，乙方名称：') + control('<w:text/>', '')) +
        control('<w:showingPlcHdr/>', p(r('请输入姓名'))),
    });
    expect(lines).toEqual([
      '专业：{{studentMajor}}；班级：{{studentClass}}',
      '甲方名称：{{schoolName}}，乙方名称：{{unitName}}',
      '{{extra1}}',
    ]);
    expect(pack.manifest.blanks.map((blank) => [blank.source.form, blank.source.chars])).toEqual([
      ['prompt', 3],
      ['prompt', 4],
      ['prompt', 8],
      ['prompt', 0],
      ['prompt', 5],
    ]);
    expect(report.characters).toMatchObject({ blanks: 20, spaces: 0 });
  });

  it('takes check boxes of forms and of controls as boxes', () => {
    const box = field(' FORMCHECKBOX ', '', '<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>');
    const tick = control('<w14:checkbox xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"/>', r('☐'));
    expect(linesOf(p(`${r('住校：')}${box}${r('是 ')}${tick}${r('否')}`))).toEqual(['住校：□{{extra1.是}}是 □{{extra1.否}}否']);
  });

  it('keeps the stored result of cross-references and lists, and says so', () => {
    const { lines, report } = importCase({
      body: p(`${r('见')}${field(' REF _Ref1 \\h ', r('第三条'))}<w:fldSimple w:instr="PAGEREF _Toc1">${r('5')}</w:fldSimple>`),
    });
    expect(lines).toEqual(['见第三条5']);
    expect(report.notes).toHaveLength(1);
  });

  it('ends the part of a party where the clauses begin', () => {
    const { pack } = importCase({ body: ['丙方：', '住址：____', '第一条　用途', '用途：____'].map((words) => p(r(words))).join('') });
    expect(pack.manifest.fields.map(({ zh }) => zh)).toContain('用途');
  });

  it('keeps the stored words of document properties, in headers too, and says so', () => {
    const file = { body: p(`${r('文号')}${field(' DOCPROPERTY No ', r('七'))}`), header: p(field(' TITLE ', r('协议'))) };
    const { lines, report } = importCase(file);
    expect(lines).toEqual(['文号七']);
    expect(report.margins.map(({ text }) => text)).toEqual(['协议']);
    expect(report.notes.map(({ paragraph }) => paragraph)).toEqual([0, 1]);
    expect(refusalOf(() => importCase({ body: p(field(' DOCPROPERTY No ')) })).code).toBe('TEMPLATE_SOURCE_FIELD_CODE');
  });

  it('reads the fallback of a symbol, the base of ruby, breaks, tabs and what has no width', () => {
    const symbol =
      '<w:r><mc:AlternateContent><mc:Choice Requires="w16se"><w:x/></mc:Choice><mc:Fallback><w:t>☐</w:t></mc:Fallback></mc:AlternateContent></w:r>';
    const ruby = `<w:r><w:ruby><w:rubyPr/><w:rt>${r('cháng')}</w:rt><w:rubyBase>${r('长')}</w:rubyBase></w:ruby></w:r>`;
    const { lines, report } = importCase({
      body:
        p(`${symbol}${r('是 ')}${ruby}<w:r><w:lastRenderedPageBreak/><w:softHyphen/><w:cr/></w:r>${r('甲\u200b乙')}<w:r><w:ptab/></w:r>`) +
        p(r('丙\u00a0丁　戊')),
    });
    expect(lines).toEqual(['□{{extra1.是}}是 长', '甲乙', '丙 丁　戊']);
    expect(report.characters).toMatchObject({ phonetic: 5 });
    expect(report.notes.map((note) => note.paragraph)).toEqual([1, 1]);
  });

  it('puts a table inside a whole-width cell into rows of its own, and one column of paragraphs into its cell', () => {
    const inner = tbl([1, 1], tc(p(r('专业'))) + tc(p('')));
    const whole = importCase({ body: tbl([1], tc(p(r('上'))), tc(p(r('中')) + inner + p(r('后'))), tc(p(r('下')))) });
    expect(whole.pack.blocks.map((block) => block.kind === 'table' && block.rows.length)).toEqual([1, 1, 1, 1, 1]);
    expect(whole.lines).toEqual(['上', '中', '专业', '{{studentMajor}}', '后', '下']);
    const column = importCase({ body: tbl([1, 1], tc(p(r('左'))) + tc(tbl([1], tc(p(r('右')))) + p(''))) });
    expect(column.lines).toEqual(['左', '右', '']);
    expect([whole.report.notes.length, column.report.notes.length]).toEqual([1, 1]);
  });

  it('spreads a table beside other cells over rows and columns of the table around it', () => {
    const inner = tbl([1, 3], tc(p(r('专业'))) + tc(p('')), tc(p(r('共两项')), '<w:gridSpan w:val="2"/>'));
    const { pack, lines, report } = importCase({
      body: tbl([1, 1], tc(p(r('学生'))) + tc(p(r('前')) + inner + p(r('后'))), tc(p(r('岗位'))) + tc(p(''))),
    });
    const [table] = pack.blocks;
    if (table?.kind !== 'table') throw new Error('no table');
    expect(table.columns).toEqual([500, 125, 375]);
    expect(table.rows.map(({ cells }) => cells.map(({ columnSpan, continues }) => (continues ? -columnSpan : columnSpan)))).toEqual([
      [1, 2],
      [-1, 1, 1],
      [-1, 2],
      [-1, 2],
      [1, 2],
    ]);
    expect(lines).toEqual(['学生', '前', '', '专业', '{{studentMajor}}', '', '共两项', '', '后', '岗位', '{{post}}']);
    expect(report.notes).toHaveLength(1);
  });

  it('knows a table that has no rules, whoever might have drawn them', () => {
    const plain = (properties: string, cell = ''): string =>
      `<w:tbl><w:tblPr>${properties}</w:tblPr><w:tblGrid><w:gridCol w:w="9"/></w:tblGrid><w:tr>${tc(p(r('甲')), cell)}</w:tr></w:tbl>`;
    const styles =
      '<w:style w:type="table" w:styleId="a"><w:tblPr><w:tblBorders><w:top w:val="single"/></w:tblBorders></w:tblPr></w:style><w:style w:type="table" w:styleId="b"><w:basedOn w:val="a"/></w:style>';
    const bordersOf = (table: string): unknown => {
      const [block] = importCase({ body: table, styles }).pack.blocks;
      return block?.kind === 'table' ? block.borders : undefined;
    };
    expect(bordersOf(plain(''))).toBe('none');
    expect(bordersOf(plain('<w:tblStyle w:val="b"/><w:tblBorders><w:top w:val="nil"/></w:tblBorders>'))).toBe('none');
    expect(bordersOf(plain('<w:tblStyle w:val="b"/>'))).toBeUndefined();
    expect(bordersOf(plain('', '<w:tcBorders><w:bottom w:val="single"/></w:tcBorders>'))).toBeUndefined();
  });

  it('starts a page where the next section does, and notes columns and turned pages', () => {
    const section = (inner: string): string => p('', `<w:sectPr>${inner}</w:sectPr>`);
    const { pack, report } = importCase({
      body:
        p(r('甲')) +
        section('<w:cols w:num="2"/>') +
        p(r('乙')) +
        section('<w:type w:val="continuous"/><w:pgSz w:orient="landscape"/>') +
        p(r('丙')),
    });
    expect(pack.blocks.map((block) => block.kind)).toEqual(['paragraph', 'paragraph', 'paragraph', 'paragraph', 'pageBreak', 'paragraph']);
    expect(report.notes).toHaveLength(2);
  });

  it('names the drawing it refuses, its words and its page', () => {
    const drawing =
      '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><docPr xmlns="urn:x" name="文本框 2"/><txbxContent xmlns="urn:x"/></w:drawing></mc:Choice><mc:Fallback><w:t/></mc:Fallback></mc:AlternateContent></w:r>';
    const { zh } = refusalOf(() => importCase({ body: p('<w:r><w:br w:type="page"/></w:r>') + p(drawing) }));
    expect(zh).toContain('约第 2 页）有图片、文本框或图形（文本框“文本框 2”）');
  });

  it('accepts the page number that WPS puts into a text box of the footer', () => {
    const box = `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent>${p(`<w:fldSimple w:instr="PAGE">${r('1')}</w:fldSimple>`)}</w:txbxContent></w:drawing></mc:Choice></mc:AlternateContent></w:r>`;
    expect(importCase({ body: p(r('甲')), footer: p(box) }).report.margins).toEqual([{ part: 'word/footer.xml', text: '1' }]);
    expect(refusalOf(() => importCase({ body: p(r('甲')), footer: p('<w:r><w:drawing/></w:r>') })).code).toBe('TEMPLATE_SOURCE_PICTURE');
  });
});

describe('what an import refuses, naming the paragraph', () => {
  it.each([
    ['an insertion', p(`<w:ins w:id="1" w:author="x">${r('改')}</w:ins>`), 'TEMPLATE_SOURCE_TRACKED_CHANGES'],
    ['a deletion', p(`<w:del w:id="1"><w:r><w:delText>改</w:delText></w:r></w:del>`), 'TEMPLATE_SOURCE_TRACKED_CHANGES'],
    ['a moved paragraph', p(`<w:moveFrom w:id="1">${r('改')}</w:moveFrom>`), 'TEMPLATE_SOURCE_TRACKED_CHANGES'],
    ['a change of formatting', p(r('甲', '<w:rPrChange w:id="1"><w:rPr/></w:rPrChange>')), 'TEMPLATE_SOURCE_TRACKED_CHANGES'],
    ['a deleted paragraph mark', p(r('甲'), '<w:rPr><w:del w:id="1"/></w:rPr>'), 'TEMPLATE_SOURCE_TRACKED_CHANGES'],
    ['a comment', p(`<w:commentRangeStart w:id="1"/>${r('甲')}`), 'TEMPLATE_SOURCE_COMMENTS'],
    ['a picture', p(`${r('甲')}<w:r><w:drawing/></w:r>`), 'TEMPLATE_SOURCE_PICTURE'],
    ['a text box', p(`<w:r><mc:AlternateContent/></w:r>`), 'TEMPLATE_SOURCE_PICTURE'],
    ['an embedded object', p(`<w:r><w:object/></w:r>`), 'TEMPLATE_SOURCE_PICTURE'],
    ['a footnote', p(`<w:r><w:footnoteReference w:id="2"/></w:r>`), 'TEMPLATE_SOURCE_FOOTNOTE'],
    ['a formula', p(`<m:oMath/>`), 'TEMPLATE_SOURCE_MATH'],
    ['a cross-reference without a stored result', p(field(' REF _Ref1 ')), 'TEMPLATE_SOURCE_FIELD_CODE'],
    ['the time', p(field(' TIME ', r('8:30'))), 'TEMPLATE_SOURCE_FIELD_CODE'],
    ['a ticked box among open ones', p(r('☑是 □否')), 'TEMPLATE_SOURCE_BOX_TICKED'],
    ['right-to-left text', p(`<w:dir w:val="rtl">${r('甲')}</w:dir>`), 'TEMPLATE_SOURCE_ELEMENT_UNKNOWN'],
    [
      'a date field',
      p(
        `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`,
      ),
      'TEMPLATE_SOURCE_FIELD_CODE',
    ],
    ['hidden text', p(r('甲', '<w:vanish/>')), 'TEMPLATE_SOURCE_HIDDEN_TEXT'],
    ['struck text', p(r('甲', '<w:strike/>')), 'TEMPLATE_SOURCE_STRUCK_TEXT'],
    ['an unknown symbol', p(`<w:r><w:sym w:font="Webdings" w:char="F041"/></w:r>`), 'TEMPLATE_SOURCE_SYMBOL_UNKNOWN'],
    ['a bidi override', p(r('甲\u202e乙')), 'TEMPLATE_SOURCE_CHARACTER_REFUSED'],
    ['an unknown element', p('<w:contentPart/>'), 'TEMPLATE_SOURCE_ELEMENT_UNKNOWN'],
    ['a foreign document', '<w:altChunk r:id="a"/>', 'TEMPLATE_SOURCE_ELEMENT_UNKNOWN'],
    [
      'a table with words to its right',
      tbl([1, 1, 1], tc(p(r('外'))) + tc(tbl([1, 1], tc(p(r('内'))) + tc(p(''))) + p('')) + tc(p(r('右')))),
      'TEMPLATE_SOURCE_NESTED_TABLE',
    ],
    [
      'a table with columns too narrow to tell apart',
      tbl([1, 999], tc(tbl([1, 1], tc(p(r('内'))) + tc(p(''))) + p('')) + tc(p(''))),
      'TEMPLATE_SOURCE_NESTED_TABLE',
    ],
    [
      'a merge with text under it',
      tbl([1], tc(p(r('上')), '<w:vMerge w:val="restart"/>'), tc(p(r('下')), '<w:vMerge/>')),
      'TEMPLATE_SOURCE_MERGED_CELLS',
    ],
  ])('refuses %s', (what, body, code) => {
    const place = ['a merge with text under it', 'a table with words to its right'].includes(what) ? 3 : 2;
    expect(refused(body)).toEqual({ code, paragraph: place });
  });

  it('says in Chinese which paragraph, what, and what to do', () => {
    const { zh } = refusalOf(() => importCase({ body: p(`${r('丙方应当')}<w:r><w:drawing/></w:r>`) }));
    expect(zh).toContain('第 1 段（“丙方应当”）');
    expect(zh).not.toMatch(/[{}]/);
  });

  it('says of a header that it is one', () => {
    const { zh, code } = refusalOf(() => importCase({ body: p(r('甲')), header: p('<w:r><w:drawing/></w:r>') }));
    expect(code).toBe('TEMPLATE_SOURCE_PICTURE');
    expect(zh).toContain('原件的页眉或页脚有');
  });
});

describe('what is drawn in a .docx', () => {
  const line = (prst: string, inside = ''): string =>
    `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wsp xmlns="urn:x"><spPr><prstGeom prst="${prst}"/></spPr>${inside}</wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:line xmlns:v="urn:schemas-microsoft-com:vml"/></w:pict></mc:Fallback></mc:AlternateContent></w:r>`;
  const vml = (shape: string): string => `<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:o">${shape}</w:pict></w:r>`;

  it.each([
    ['a straight connector', line('straightConnector1')],
    ['a line of DrawingML', line('line')],
    ['a line of VML', vml('<v:line from="0,0" to="9,0"/>')],
    ['a connector of VML', vml('<v:shape type="#_x0000_t32"/>')],
    ['a horizontal rule', vml('<v:rect o:hr="t"/>')],
  ])('may be left out where it is nothing but %s, and the report says so', (_what, drawing) => {
    const { lines, report } = importCase({ body: p(r('甲') + drawing) });
    expect(lines).toEqual(['甲']);
    expect(report.notes.map(({ paragraph }) => paragraph)).toEqual([1]);
  });

  it.each([
    ['a rectangle, which may be there to be ticked', line('rect')],
    ['a line with words', line('line', '<txbx/>')],
    ['a picture beside a line', vml('<v:line/><v:shape><v:imagedata/></v:shape>')],
    ['art made of words', vml('<v:shape type="#_x0000_t136"><v:textpath string="机密"/></v:shape>')],
  ])('is refused where it is %s', (_what, drawing) => {
    expect(refusalOf(() => importCase({ body: p(r('甲') + drawing) })).code).toBe('TEMPLATE_SOURCE_PICTURE');
  });
});
