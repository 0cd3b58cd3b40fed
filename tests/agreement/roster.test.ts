import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/agreement/fields.ts';
import { type RosterResult, readRoster } from '../../src/agreement/roster.ts';
import { indexHeadings, isBodyTextHeading, specOfHeading } from '../../src/agreement/roster-headings.ts';
import type { SheetData } from '../../src/agreement/sheet-data.ts';
import { cellOf, idNumberOf, sheetOf, VALUES } from './sample-values.ts';

const PERSONAL = ['studentName', 'studentIdNumber', 'studentPhone', 'guardianName', 'guardianRelation', 'guardianPhone'];
const label = (key: string): string => FIELDS.find((spec) => spec.key === key)?.zh ?? key;
const batchSheet = (changes: Readonly<Record<string, string>> = {}): SheetData =>
  sheetOf(
    Object.entries({ ...VALUES, ...changes })
      .filter(([key]) => !PERSONAL.includes(key))
      .map(([key, value]) => [label(key), value]),
    { name: '批次信息' },
  );
const HEAD = ['姓名', '身份证号', '手机号', '监护人', '与学生关系', '监护人电话'];
const ADULT = ['李䶮', idNumberOf('2008-02-01'), '13800001001'];
const MINOR = ['陈𬱖', idNumberOf('2010-05-01'), '13800001002', '陈大山', '父亲', '13800007002'];
const codesOf = (result: RosterResult) => result.issues.map((issue) => issue.code);
const rowCodes = (result: RosterResult, row: number) => result.rows.find((one) => one.row === row)?.issues.map((issue) => issue.code);

describe('a roster with a batch sheet', () => {
  it('gives complete fields for each row', () => {
    const result = readRoster([sheetOf([HEAD, ADULT, MINOR]), batchSheet()]);
    expect(result.issues).toEqual([]);
    expect(result.rows.map((row) => [row.row, row.issues, row.fields?.['studentName']])).toEqual([
      [2, [], '李䶮'],
      [3, [], '陈𬱖'],
    ]);
    expect(result.rows[0]?.fields).toEqual(VALUES);
  });

  it('lets a value of the row win and says so', () => {
    const result = readRoster([
      sheetOf([
        [...HEAD, '岗位'],
        [...ADULT, '', '', '', '质检'],
        [...MINOR, ''],
      ]),
      batchSheet(),
    ]);
    expect(result.rows.map((row) => row.fields?.['post'])).toEqual(['质检', '数控车工']);
    expect(codesOf(result)).toEqual(['ROSTER_BATCH_VALUE_OVERRIDDEN']);
  });

  it('never falls back to the batch when the value of the row cannot be read', () => {
    const result = readRoster([
      sheetOf([
        [...HEAD, '开始时间'],
        [...ADULT, '', '', '', '9月1日'],
      ]),
      batchSheet(),
    ]);
    expect(result.rows[0]?.fields).toBeUndefined();
    expect(rowCodes(result, 2)).toEqual(['DATE_WITHOUT_YEAR']);
  });

  it('tells an issue of the batch once, not once per student', () => {
    const result = readRoster([sheetOf([HEAD, ADULT, MINOR]), batchSheet({ weeklyDays: '7', endsOn: '2028-06-30' })]);
    expect(codesOf(result).sort()).toEqual(['DAYS_OVER_5', 'HOURS_OVER_40', 'PERIOD_OVER_12_MONTHS']);
    expect(result.rows.flatMap((row) => row.issues)).toEqual([]);
    expect(result.rows.every((row) => row.fields !== undefined)).toBe(true);
  });

  it('tells unknown, double, personal and body-text lines of the batch sheet', () => {
    const more = [
      ['食堂名称', '一号'],
      ['学校地址', '示例路'],
      ['姓名', '张三'],
      ['正文第三条', '删除'],
    ];
    const batch = batchSheet();
    const result = readRoster([sheetOf([HEAD, ADULT]), { ...batch, rows: [...batch.rows, ...more.map((row) => row.map(cellOf))] }]);
    expect(codesOf(result)).toEqual([
      'ROSTER_BATCH_LABEL_UNKNOWN',
      'ROSTER_BATCH_LABEL_DUPLICATE',
      'ROSTER_BATCH_LABEL_UNKNOWN',
      'ROSTER_BATCH_LABEL_IS_BODY_TEXT',
    ]);
    expect(result.issues.every((issue) => issue.sheet === '批次信息' && issue.row !== undefined)).toBe(true);
  });

  it('takes the value from beside the label and nothing from the remarks', () => {
    const batch = batchSheet();
    const rows = batch.rows.map((row) =>
      row[0]?.text === label('place') ? [...row.slice(0, 1), cellOf(null), cellOf('必填')] : [...row, cellOf('必填')],
    );
    const result = readRoster([sheetOf([HEAD, ADULT]), { ...batch, rows }]);
    expect(result.issues.map((issue) => [issue.code, issue.field])).toEqual([['ROSTER_COLUMN_MISSING', 'place']]);
    const merged = { ...batch, rows: batch.rows.map(([head, value]) => [head ?? cellOf(null), cellOf(null), value ?? cellOf(null)]) };
    const merges = batch.rows.map((_, row) => ({ top: row, left: 0, bottom: row, right: 1 }));
    expect(readRoster([sheetOf([HEAD, ADULT]), { ...merged, merges }]).issues).toEqual([]);
  });

  it('tells a missing column once for the batch, and the columns of guardians only when there are minors', () => {
    const noPlace = { ...batchSheet(), rows: batchSheet().rows.filter((row) => row[0]?.text !== label('place')) };
    const adults = readRoster([sheetOf([HEAD.slice(0, 3), ADULT, ADULT.with(1, idNumberOf('2008-06-01')).with(0, '王㛃')]), noPlace]);
    expect(adults.issues.map((issue) => [issue.code, issue.field])).toEqual([['ROSTER_COLUMN_MISSING', 'place']]);
    expect(adults.rows.flatMap((row) => row.issues)).toEqual([]);
    const minors = readRoster([sheetOf([HEAD.slice(0, 3), MINOR.slice(0, 3)]), batchSheet()]);
    expect(minors.issues.map((issue) => issue.field)).toEqual(['guardianName', 'guardianRelation', 'guardianPhone']);
  });
});

describe('the rows of a roster', () => {
  it('tell a missing guardian at the empty cell', () => {
    const result = readRoster([sheetOf([HEAD, MINOR.with(3, '')]), batchSheet()]);
    expect(result.rows[0]?.issues).toMatchObject([{ code: 'GUARDIAN_MISSING', field: 'guardianName', row: 2, column: 'D' }]);
  });

  it('keep nothing of a student under 16 but the reason', () => {
    const result = readRoster([sheetOf([HEAD, MINOR.with(1, idNumberOf('2011-07-01')).with(2, '123')]), batchSheet()]);
    expect(result.rows).toMatchObject([{ row: 2, values: {}, issues: [{ code: 'STUDENT_UNDER_16' }] }]);
    expect(result.rows[0]?.fields).toBeUndefined();
    expect(JSON.stringify(result)).not.toContain('陈𬱖');
  });

  it('tell first-year students', () => {
    const result = readRoster([
      sheetOf([
        [...HEAD, '年级'],
        [...ADULT, '', '', '', '2026'],
      ]),
      batchSheet(),
    ]);
    expect(rowCodes(result, 2)).toEqual(['STUDENT_FIRST_YEAR']);
    expect(result.rows[0]?.fields).toBeUndefined();
  });

  it('refuse the same identity number twice in both rows and ask about the same name', () => {
    const result = readRoster([
      sheetOf([HEAD, ADULT, ADULT, ['王㛃', idNumberOf('2008-07-01'), '13800001009'], ['王㛃', idNumberOf('2008-07-02'), '13800001008']]),
      batchSheet(),
    ]);
    expect([2, 3, 4, 5].map((row) => rowCodes(result, row))).toEqual([
      ['ROSTER_ID_DUPLICATE'],
      ['ROSTER_ID_DUPLICATE'],
      ['ROSTER_NAME_DUPLICATE'],
      ['ROSTER_NAME_DUPLICATE'],
    ]);
    expect(result.rows.map((row) => row.fields !== undefined)).toEqual([false, false, true, true]);
    expect(result.rows[0]?.issues[0]?.zh).toContain('第 2、3 行');
  });

  it('with the same name are counted where there are too many to be named one by one', () => {
    const namesakes = Array.from({ length: 25 }, (_, i) => [
      '王㛃',
      idNumberOf(`2008-07-${String(i + 1).padStart(2, '0')}`),
      '13800001009',
    ]);
    const result = readRoster([sheetOf([HEAD, ...namesakes]), batchSheet()]);
    expect(rowCodes(result, 26)).toEqual(['ROSTER_NAME_DUPLICATE']);
    expect(result.rows[0]?.issues[0]?.zh).toContain('、20、21 等 25 行同名');
  });

  it('are skipped only for a reason that is told', () => {
    const result = readRoster([
      sheetOf([['示例学校名册'], [], HEAD, ADULT, [], HEAD, MINOR, ['合计', '2人'], ['填表人：王老师']]),
      batchSheet(),
    ]);
    expect(result.headerRows).toEqual([3]);
    expect(result.skippedRows).toEqual([
      { row: 1, reason: 'title' },
      { row: 2, reason: 'blank' },
      { row: 5, reason: 'blank' },
      { row: 6, reason: 'header' },
      { row: 8, reason: 'total' },
      { row: 9, reason: 'note' },
    ]);
    expect(result.rows.map((row) => row.row)).toEqual([4, 7]);
  });

  it('are never taken for totals or notes when they have an identity number', () => {
    const result = readRoster([
      sheetOf([
        ['姓名', '身份证号'],
        ['合计', idNumberOf('2008-05-01')],
      ]),
      batchSheet(),
    ]);
    expect(result.rows.map((row) => row.row)).toEqual([2]);
  });

  it('inherit vertically merged cells and say so, and tell hidden rows and columns', () => {
    const sheet = sheetOf(
      [
        [...HEAD, '岗位'],
        [...ADULT, '', '', '', '质检'],
        [...MINOR, ''],
      ],
      {
        merges: [{ top: 1, left: 6, bottom: 2, right: 6 }],
        hiddenRows: [2],
        hiddenColumns: [2],
      },
    );
    const result = readRoster([sheet, batchSheet()]);
    expect(result.rows[1]?.fields?.['post']).toBe('质检');
    expect(rowCodes(result, 3)).toEqual(['ROSTER_HAS_HIDDEN_ROW', 'CELL_MERGED_FILLED']);
    expect(codesOf(result)).toContain('ROSTER_HAS_HIDDEN_COLUMN');
  });
});

describe('the header of a roster', () => {
  const index = indexHeadings();
  it.each([
    [['监护人', '姓名'], 'guardianName'],
    [['监护人信息', '电话'], 'guardianPhone'],
    [['学生基本信息', '姓名'], 'studentName'],
    [['学生基本信息', '联系\n电话'], 'studentPhone'],
    [['实习单位信息', '联系人'], 'unitSignatory'],
    [['姓  名'], 'studentName'],
    [['报酬（元/月）'], 'stipendYuan'],
    [['身 份 证 号 码'], 'studentIdNumber'],
  ])('%j means %s', (levels, key) => {
    expect(specOfHeading(levels, index)?.key).toBe(key);
  });

  it('never gives a cell of the guardian, school or unit to the student, nor any to the system', () => {
    expect(specOfHeading(['监护人', '身份证号'], index)).toBeUndefined();
    expect(specOfHeading(['实习单位', '手机'], index)).toBeUndefined();
    expect(specOfHeading(['协议编号'], index)).toBeUndefined();
    expect(specOfHeading(['agreementNumber'], index)).toBeUndefined();
  });

  it.each(['协议正文', '第十条', '补充条款', '附件内容', '示范文本', '合同内容', 'body', '其他约定'])(
    'refuses the column %s as text of the agreement',
    (heading) => {
      expect(isBodyTextHeading(heading)).toBe(true);
      const result = readRoster([
        sheetOf([
          [...HEAD, heading],
          [...ADULT, '', '', '', '学生自负'],
        ]),
        batchSheet(),
      ]);
      expect(codesOf(result)).toEqual(['ROSTER_COLUMN_IS_BODY_TEXT']);
    },
  );

  it('lists unknown columns that have contents and refuses double ones', () => {
    const result = readRoster([
      sheetOf([
        ['序号', ...HEAD, '鞋码', '联系电话', '空列'],
        [1, ...ADULT, '', '', '', '42', '1'],
      ]),
      batchSheet(),
    ]);
    expect(result.issues.map((issue) => [issue.code, issue.column])).toEqual([
      ['ROSTER_COLUMN_UNKNOWN', 'H'],
      ['ROSTER_COLUMN_DUPLICATE', 'I'],
    ]);
  });

  it('of the first sheet of equals is taken, and the others are named', () => {
    const two = [sheetOf([HEAD, ADULT]), sheetOf([['姓名', '身份证号'], MINOR.slice(0, 2)], { name: '名单2' }), batchSheet()];
    expect(readRoster(two).sheet).toBe('名册');
    expect(readRoster(two).otherSheets).toEqual(['名单2']);
  });

  it('is missed with the other sheets named', () => {
    const result = readRoster([sheetOf([['甲', '乙']], { name: 'Sheet1' }), sheetOf([['丙']], { name: '名单2' })]);
    expect(codesOf(result)).toEqual(['ROSTER_HAS_NO_HEADER']);
    expect(result.issues[0]?.zh).toContain('名单2');
    expect(codesOf(readRoster([sheetOf([HEAD]), batchSheet()]))).toEqual(['ROSTER_HAS_NO_STUDENTS']);
    expect(codesOf(readRoster([]))).toEqual(['ROSTER_HAS_NO_HEADER']);
  });
});
