import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unzipSync, zipSync } from 'fflate';
import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { annotateRoster } from '../../src/adapters/annotate-roster.ts';
import { writeRosterTemplate } from '../../src/adapters/roster-template.ts';
import { ROSTER_MAX_BYTES, ROSTER_MAX_ROWS, readSpreadsheet } from '../../src/adapters/spreadsheet.ts';
import { parseAnnexText } from '../../src/agreement/annex-text.ts';
import { readRoster } from '../../src/agreement/roster.ts';
import { findHeader, indexHeadings } from '../../src/agreement/roster-headings.ts';
import type { SheetData } from '../../src/agreement/sheet-data.ts';
import { needsGuardian } from '../../src/agreement/signatories.ts';
import { concatBytes, fromHex, fromLatin1, fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { AppError } from '../../src/errors.ts';

const file = (path: string): Uint8Array => new Uint8Array(readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url))));
const codeOf = async (bytes: Uint8Array): Promise<string | undefined> => {
  try {
    await readSpreadsheet(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

/** Letters of each column with a heading, and the key of the blank that it means. */
const columnsOf = (sheet: SheetData | undefined): readonly (readonly [letters: string, field: string | null])[] => {
  const { columns } = (sheet && findHeader(sheet, indexHeadings())) ?? { columns: [] };
  return columns.filter(({ heading }) => heading !== '').map(({ letters, spec }) => [letters, spec?.key ?? null]);
};

describe('the messy roster', async () => {
  const book = await readSpreadsheet(file('tests/fixtures/roster_messy.xlsx'));
  const result = readRoster(book.sheets);
  const issuesOf = (row: number) => result.rows.find((one) => one.row === row)?.issues.map((issue) => `${issue.column} ${issue.code}`);

  it('has its header in rows 3 and 4 and its titles and total told', () => {
    expect(book.format).toBe('xlsx');
    expect(result.sheet).toBe('实习名册');
    expect(result.headerRows).toEqual([3, 4]);
    expect(result.skippedRows).toEqual([
      { row: 1, reason: 'title' },
      { row: 2, reason: 'title' },
      { row: 8, reason: 'total' },
    ]);
  });

  it('has every column mapped or listed', () => {
    expect(columnsOf(book.sheets.find(({ name }) => name === result.sheet))).toEqual([
      ['A', null],
      ['B', 'studentName'],
      ['C', 'studentIdNumber'],
      ['D', 'studentPhone'],
      ['E', 'unitName'],
      ['F', 'startsOn'],
      ['G', 'endsOn'],
      ['H', 'stipendYuan'],
      ['I', 'guardianName'],
      ['J', null],
    ]);
    expect(result.issues.filter((issue) => issue.code === 'ROSTER_COLUMN_UNKNOWN').map((issue) => issue.column)).toEqual(['J']);
  });

  it('gives row 5: a spaced name, a wrong check digit, a true date, a written date', () => {
    expect(result.rows[0]).toMatchObject({
      row: 5,
      values: {
        studentName: '张三',
        studentPhone: '13800000001',
        unitName: '广西某某精密机械有限公司',
        startsOn: '2026-09-01',
        endsOn: '2027-02-28',
        stipendYuan: '3200',
        guardianName: '张父',
      },
    });
    expect(issuesOf(5)).toEqual(['B CELL_SPACE_REMOVED', 'C ID_NUMBER_CHECK_EXPECTED', 'G CELL_TIDIED']);
  });

  it('gives row 6: a numeric identity number, ten telephone digits, a merged unit, a formula', () => {
    expect(result.rows[1]?.values).toEqual({
      studentName: '欧阳娜娜',
      unitName: '广西某某精密机械有限公司',
      startsOn: '2026-09-01',
      endsOn: '2027-02-28',
      stipendYuan: '3200',
      guardianName: '李母',
    });
    expect(issuesOf(6)).toEqual([
      'B CELL_SPACE_REMOVED',
      'C ID_NUMBER_IS_NUMERIC',
      'D PHONE_DIGIT_COUNT',
      'E CELL_MERGED_FILLED',
      'G CELL_TIDIED',
      'H CELL_TIDIED',
      'I CELL_IS_FORMULA',
    ]);
  });

  it('gives row 7: an unseen character, an apostrophe and a small x, full-width digits, a minor without guardian', () => {
    expect(result.rows[2]?.values).toEqual({
      studentName: '䶮某',
      studentPhone: '13800000003',
      unitName: '广西某某精密机械有限公司',
      startsOn: '2026-09-01',
      endsOn: '2027-02-28',
      stipendYuan: '3200',
    });
    expect(issuesOf(7)).toEqual([
      'B CELL_INVISIBLE_REMOVED',
      'C ID_NUMBER_CHECK_EXPECTED',
      'D CELL_TIDIED',
      'E CELL_MERGED_FILLED',
      'F CELL_TIDIED',
      'G CELL_TIDIED',
      'H CELL_TIDIED',
      'I GUARDIAN_MISSING',
    ]);
  });

  it('has each missing blank told once', () => {
    const missing = result.issues.filter((issue) => issue.code === 'ROSTER_COLUMN_MISSING').map((issue) => issue.field);
    expect(new Set(missing).size).toBe(missing.length);
    expect(missing).toContain('schoolName');
    expect(missing).toContain('guardianPhone');
    expect(missing).not.toContain('studentName');
    expect(missing).not.toContain('studentNumber');
  });
});

describe('roster files of other kinds', () => {
  const ole = (...names: readonly string[]) =>
    concatBytes(
      fromHex('d0cf11e0a1b11ae1'),
      new Uint8Array(504),
      ...names.map((name) => concatBytes(fromLatin1([...name].join('\0')), new Uint8Array(40))),
    );

  it('reads a web table that calls itself .xls, whatever charset it claims', async () => {
    const book = await readSpreadsheet(file('tests/fixtures/roster_html_fake.xls'));
    expect(book.format).toBe('webTable');
    const result = readRoster(book.sheets);
    expect(result.rows[0]).toMatchObject({
      row: 2,
      values: { studentName: '张三' },
      issues: [{ code: 'ID_NUMBER_CHECK_EXPECTED', column: 'B' }],
    });
  });

  it('reads spans and entities of a web table', async () => {
    const html = '<table><tr><th>姓名<th>单位</tr><tr><td>阿&middot;买<td rowspan=2>甲&amp;乙</tr><tr><td>王&#x36C3;</tr></table>';
    const [sheet] = (await readSpreadsheet(fromUtf8(html))).sheets;
    expect(sheet?.rows.map((row) => row.map((cell) => cell.text))).toEqual([['姓名', '单位'], ['阿·买', '甲&乙'], ['王㛃']]);
    expect(sheet?.merges).toEqual([{ top: 1, left: 1, bottom: 2, right: 1 }]);
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'ROSTER_IS_EMPTY'],
    ['blank lines', fromUtf8(' \n\n'), 'ROSTER_IS_EMPTY'],
    ['a byte order mark alone', fromHex('efbbbf'), 'ROSTER_IS_EMPTY'],
    ['an old .xls', file('tests/fixtures/roster_biff8.xls'), 'ROSTER_IS_OLD_XLS'],
    ['an encrypted workbook', ole('EncryptionInfo', 'EncryptedPackage'), 'ROSTER_IS_ENCRYPTED'],
    ['an old Word file', ole('WordDocument'), 'ROSTER_IS_OTHER_OLE'],
    ['a PDF', fromLatin1('%PDF-1.7\n'), 'ROSTER_IS_PDF'],
    ['a ZIP without a workbook', zipSync({ 'a.txt': fromUtf8('a') }), 'ROSTER_IS_OTHER_ZIP'],
    ['half a ZIP', file('tests/fixtures/roster_messy.xlsx').subarray(0, 4000), 'ROSTER_IS_DAMAGED'],
    ['a workbook that is no XML', zipSync({ 'xl/workbook.xml': fromUtf8('<'), '[Content_Types].xml': fromUtf8('x') }), 'ROSTER_IS_DAMAGED'],
    ['a web page with a script', fromUtf8('<html><script>1</script><table><tr><td>姓名</table>'), 'ROSTER_IS_WEB_PAGE'],
    ['a web page without a table', fromUtf8('<html><body>姓名</body></html>'), 'ROSTER_IS_WEB_PAGE'],
    ['nested tables', fromUtf8('<table><tr><td><table><tr><td>姓名</table></table>'), 'ROSTER_IS_WEB_PAGE'],
    ['a picture', fromHex('89504e470d0a1a0a0000000d49484452'), 'ROSTER_NOT_TEXT'],
    ['too many bytes', new Uint8Array(ROSTER_MAX_BYTES + 1), 'ROSTER_TOO_LARGE'],
    ['too many rows', fromUtf8('姓名,身份证号\n'.repeat(ROSTER_MAX_ROWS + 1)), 'ROSTER_HAS_TOO_MANY_ROWS'],
  ])('refuses %s', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  it('tells an old .xls with a password from one without', async () => {
    const bytes = new Uint8Array(file('tests/fixtures/roster_biff8.xls'));
    const view = new DataView(bytes.buffer);
    const start = [...Array(bytes.length >> 6).keys()].map((i) => i * 64).find((at) => view.getUint16(at, true) === 0x0809) ?? 0;
    view.setUint16(start + 4 + view.getUint16(start + 2, true), 0x002f, true);
    expect(await codeOf(bytes)).toBe('ROSTER_IS_ENCRYPTED');
  });

  it('refuses a ZIP that would unpack to far more than it says on the tin', async () => {
    const bytes = zipSync({ 'xl/workbook.xml': fromUtf8('<x/>') });
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 0xfffffff0, true);
    expect(await codeOf(bytes)).toBe('ROSTER_TOO_LARGE');
  });

  it('reads .csv in UTF-8, with a mark, in GB 18030 and in UTF-16, and .tsv', async () => {
    const names = async (bytes: Uint8Array) => (await readSpreadsheet(bytes)).sheets[0]?.rows.map((row) => row.map((cell) => cell.text));
    const expected = [
      ['姓名', '身份证号'],
      ['张三', '11010519491231002X'],
    ];
    const text = '姓名,身份证号\r\n张三,11010519491231002X\r\n';
    expect(await names(fromUtf8(text))).toEqual(expected);
    expect(await names(fromUtf8(`\uFEFF${text}`))).toEqual(expected);
    expect(await names(fromUtf8(text.replaceAll(',', '\t')))).toEqual(expected);
    expect(await names(concatBytes(fromHex('d0d5c3fb2cc9edb7ddd6a4bac50d0ad5c5c8fd2c'), fromLatin1('11010519491231002X\r\n')))).toEqual(
      expected,
    );
    expect(
      await names(concatBytes(fromHex('fffe'), Uint8Array.from([...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8])))),
    ).toEqual(expected);
  });

  it('keeps digits of .csv cells as text', async () => {
    const [sheet] = (await readSpreadsheet(fromUtf8('学号,金额\n0012,3200\n'))).sheets;
    expect(sheet?.rows[1]).toEqual([
      { kind: 'text', text: '0012' },
      { kind: 'text', text: '3200' },
    ]);
  });

  it('never takes a formula without a stored result for an empty cell', async () => {
    const parts = unzipSync(file('tests/fixtures/roster_messy.xlsx'));
    const sheet = 'xl/worksheets/sheet1.xml';
    const without = toUtf8(parts[sheet] ?? new Uint8Array()).replace('<v>李母</v>', '');
    const book = await readSpreadsheet(zipSync({ ...parts, [sheet]: fromUtf8(without) }));
    expect(book.sheets[0]?.rows[5]?.[8]).toMatchObject({ kind: 'error' });
  });

  it('tells hidden rows, columns and sheets, dates with a time, booleans and numbers', async () => {
    const bytes = await writeXlsx({
      sheets: [
        {
          name: '甲',
          columns: [{}, { hidden: true }],
          rowDefs: new Map([[1, { hidden: true }]]),
          rows: [
            ['a', 'b'],
            [new Date('2026-09-01T08:30:00Z'), 450103200909075650],
            [true, 0.5],
          ],
        },
        { name: '乙', hidden: true, rows: [['c']] },
      ],
    });
    const [first, second] = (await readSpreadsheet(bytes)).sheets;
    expect(first).toMatchObject({ hiddenRows: [1], hiddenColumns: [1], hidden: false, dateSystem: '1900' });
    expect(first?.rows[1]).toMatchObject([{ kind: 'date', text: '2026-09-01 08:30:00' }, { kind: 'number' }]);
    expect(first?.rows[1]?.[1]?.text).toMatch(/^\d{18}$/);
    expect(first?.rows[2]).toMatchObject([
      { kind: 'boolean', text: 'TRUE' },
      { kind: 'number', text: '0.5' },
    ]);
    expect(second?.hidden).toBe(true);
  });
});

describe('an annotated roster', () => {
  it('says in one more column what each row needs, and loses nothing', async () => {
    const original = file('tests/fixtures/roster_messy.xlsx');
    const before = readRoster((await readSpreadsheet(original)).sheets);
    const annotated = await annotateRoster(original, before);
    const { sheets } = await readSpreadsheet(annotated);
    expect(sheets[0]?.rows[3]?.[10]?.text).toBe('检查结果');
    expect(sheets[0]?.rows[4]?.[10]?.text).toContain('【必须改】第 5 行 C 列');
    expect(readRoster(sheets).rows).toEqual(before.rows);
    expect(readRoster(sheets).issues).toEqual(before.issues);
    const again = await readSpreadsheet(await annotateRoster(annotated, readRoster(sheets)));
    expect(again.sheets[0]?.rows[4]).toHaveLength(11);
  });

  it('is refused for what is no workbook', async () => {
    const result = readRoster((await readSpreadsheet(file('tests/fixtures/roster_messy.xlsx'))).sheets);
    await expect(annotateRoster(fromUtf8('姓名'), result)).rejects.toMatchObject({ code: 'ROSTER_IS_DAMAGED' });
    const other = annotateRoster(file('templates/sample/demo-roster.xlsx'), { ...result, sheet: '没有这张表' });
    await expect(other).rejects.toMatchObject({ code: 'ROSTER_IS_DAMAGED' });
  });
});

describe('the files that come with the product', () => {
  it('has a template whose every column is recognised', async () => {
    const { sheets } = await readSpreadsheet(await writeRosterTemplate());
    const result = readRoster(sheets);
    expect(sheets.map((sheet) => sheet.name)).toEqual(['名册', '批次信息']);
    expect(columnsOf(sheets[0]).every(([, field]) => field !== null)).toBe(true);
    expect(result.issues.every((issue) => issue.code === 'ROSTER_HAS_NO_STUDENTS' || issue.code === 'ROSTER_COLUMN_MISSING')).toBe(true);
  });

  it('has a demo roster of 36 students without any issue', async () => {
    const { sheets } = await readSpreadsheet(file('templates/sample/demo-roster.xlsx'));
    const result = readRoster(sheets);
    expect(result.issues).toEqual([]);
    expect(result.rows.flatMap((row) => row.issues)).toEqual([]);
    const fields = result.rows.flatMap((row) => row.fields ?? []);
    expect(fields).toHaveLength(36);
    expect(fields.filter((one) => needsGuardian({ fields: one })).length).toBeGreaterThanOrEqual(8);
    const names = fields.map((one) => one['studentName']);
    expect(names).toEqual(expect.arrayContaining(['李䶮', '王㛃', '陈𬱖', '欧阳明月', '阿依古丽·买买提']));
    expect(new Set(fields.map((one) => one['unitName'])).size).toBe(2);
  });

  it('has a demo annex of lawful clauses', () => {
    const read = parseAnnexText(file('templates/sample/demo-annex.txt'));
    expect(read).toMatchObject({ ok: true, issues: [] });
  });
});
