import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldSpec } from '../../src/agreement/fields.ts';
import { readCell } from '../../src/agreement/roster-cells.ts';
import type { SheetCell } from '../../src/agreement/sheet-data.ts';
import { cellOf, idNumberOf } from './sample-values.ts';

const read = (key: string, cell: string | number | SheetCell, dateSystem: '1900' | '1904' = '1900') => {
  const spec = fieldSpec(key);
  if (spec === undefined) throw new Error(key);
  const { value, issues } = readCell(spec, typeof cell === 'object' ? cell : cellOf(cell), { row: 5, column: 'C' }, dateSystem);
  return [value, ...issues.map((issue) => issue.code)];
};
const dateCell = (text: string): SheetCell => ({ kind: 'date', text });

describe('cells that are tidied, and told', () => {
  it.each([
    ['studentName', '张 三', '张三', 'CELL_SPACE_REMOVED'],
    ['studentName', '欧阳　娜娜', '欧阳娜娜', 'CELL_SPACE_REMOVED'],
    ['studentName', ' 张三\n', '张三', 'CELL_SPACE_REMOVED'],
    ['studentName', '䶮\u200B某', '䶮某', 'CELL_INVISIBLE_REMOVED'],
    ['studentName', '阿依古丽•买买提', '阿依古丽·买买提', 'CELL_TIDIED'],
    ['studentName', '阿依古丽・买买提', '阿依古丽·买买提', 'CELL_TIDIED'],
    ['studentName', 'Jose\u0301 García', 'José García', 'CELL_TIDIED'],
    ['studentIdNumber', "'11010519491231002x", '11010519491231002X', 'CELL_TIDIED'],
    ['studentIdNumber', '１１０１０５１９４９１２３１００２Ｘ', '11010519491231002X', 'CELL_TIDIED'],
    ['studentPhone', '138-0000-1001', '13800001001', 'CELL_TIDIED'],
    ['studentPhone', '+86 138 0000 1001', '13800001001', 'CELL_TIDIED'],
    ['studentPhone', '１３８００００１００１', '13800001001', 'CELL_TIDIED'],
    ['schoolPhone', '(0771)5550123', '0771-5550123', 'CELL_TIDIED'],
    ['unitCreditCode', '91350100m000100y43', '91350100M000100Y43', 'CELL_TIDIED'],
    ['startsOn', '2026/9/1', '2026-09-01', 'CELL_TIDIED'],
    ['startsOn', '2026.9.1', '2026-09-01', 'CELL_TIDIED'],
    ['startsOn', '2026年9月1日', '2026-09-01', 'CELL_TIDIED'],
    ['startsOn', '2026-09-01 00:00:00', '2026-09-01', 'CELL_TIDIED'],
    ['startsOn', '20260901', '2026-09-01', 'CELL_TIDIED'],
    ['startsOn', '25/12/2026', '2026-12-25', 'CELL_TIDIED'],
    ['startsOn', 46_266, '2026-09-01', 'CELL_TIDIED'],
    ['studentEnrolledYear', '2025级', '2025', 'CELL_TIDIED'],
    ['studentEnrolledYear', '2025年9月', '2025', 'CELL_TIDIED'],
    ['stipendYuan', '3,200', '3200', 'CELL_TIDIED'],
    ['stipendYuan', '３２００元', '3200', 'CELL_TIDIED'],
    ['stipendYuan', '3200元/月', '3200', 'CELL_TIDIED'],
    ['stipendYuan', '￥3,200.5', '3200.50', 'CELL_TIDIED'],
    ['dailyHours', '8小时', '8', 'CELL_TIDIED'],
    ['payDay', '每月10日', '10', 'CELL_TIDIED'],
    ['dailyTime', '8：30至17：30', '08:30-17:30', 'CELL_TIDIED'],
    ['dailyTime', '8:30~17:30', '08:30-17:30', 'CELL_TIDIED'],
    ['guardianRelation', '爸爸', '父亲', 'CELL_TIDIED'],
    ['insurancePayer', '学校', '甲方', 'CELL_TIDIED'],
    ['place', '示例路１号', '示例路1号', 'CELL_TIDIED'],
  ])('%s: %j becomes %s', (key, cell, value, code) => {
    expect(read(key, cell)).toEqual([value, code]);
  });

  it('ask where a reading was chosen', () => {
    expect(read('startsOn', '9/10/2026')).toEqual(['2026-09-10', 'DATE_AMBIGUOUS']);
    expect(read('startsOn', '46266')).toEqual(['2026-09-01', 'DATE_AMBIGUOUS']);
    expect(read('studentEnrolledYear', '25级')).toEqual(['2025', 'YEAR_FROM_GRADE']);
    expect(read('guardianName', { kind: 'text', text: '李母', formula: '"李"&"母"' })).toEqual(['李母', 'CELL_IS_FORMULA']);
  });

  it('say nothing of a true date or number', () => {
    expect(read('startsOn', dateCell('2026-09-01'))).toEqual(['2026-09-01']);
    expect(read('stipendYuan', 3200)).toEqual(['3200']);
    expect(read('stipendYuan', 3200.5)).toEqual(['3200.50']);
    expect(read('studentPhone', 13_800_001_001)).toEqual(['13800001001']);
    expect(read('studentEnrolledYear', 2025)).toEqual(['2025']);
  });

  it('count bare serial days from the right day zero', () => {
    expect(read('startsOn', 46_266 - 1462, '1904')[0]).toBe('2026-09-01');
  });
});

describe('cells that cannot be used', () => {
  it.each([
    ['studentIdNumber', 450103200909075650, 'ID_NUMBER_IS_NUMERIC'],
    ['studentIdNumber', '4.50103E+17', 'ID_NUMBER_IS_NUMERIC'],
    ['studentIdNumber', '450103200909071234', 'ID_NUMBER_CHECK_EXPECTED'],
    ['studentIdNumber', '45010320090907', 'ID_NUMBER_MALFORMED'],
    ['unitCreditCode', 913501000001000, 'CREDIT_CODE_IS_NUMERIC'],
    ['unitCreditCode', '91350100MO00100Y43', 'CREDIT_CODE_LOOKALIKE'],
    ['unitCreditCode', '91350100M000100Y44', 'CREDIT_CODE_CHECK_WRONG'],
    ['studentName', '?某', 'NAME_CHARACTER_LOST'],
    ['studentName', '\uE863某', 'NAME_CHARACTER_LOST'],
    ['studentName', '□某', 'NAME_CHARACTER_LOST'],
    ['studentName', '\uF9D1某', 'VALUE_HAS_COMPATIBILITY'],
    ['studentName', '张\n三', 'VALUE_HAS_NEWLINE'],
    ['studentName', '张\u202E三', 'VALUE_HAS_BIDI'],
    ['place', '示例\u0007路', 'VALUE_HAS_CONTROL'],
    ['place', '示例{{body}}路', 'VALUE_HAS_TEMPLATE_BRACES'],
    ['studentPhone', '1380000100', 'PHONE_DIGIT_COUNT'],
    ['studentPhone', '13800001001/13800001002', 'PHONE_MALFORMED'],
    ['schoolPhone', 7_715_550_123, 'PHONE_IS_NUMERIC_LOST'],
    ['startsOn', '9/10', 'DATE_WITHOUT_YEAR'],
    ['startsOn', '9月1日', 'DATE_WITHOUT_YEAR'],
    ['startsOn', '2026-02-30', 'DATE_MALFORMED'],
    ['startsOn', '明年三月', 'DATE_MALFORMED'],
    ['stipendYuan', '3000-3500', 'YUAN_MALFORMED'],
    ['stipendYuan', '3.2千', 'YUAN_MALFORMED'],
    ['stipendYuan', '32,00', 'YUAN_MALFORMED'],
    ['dailyHours', '7.5', 'INTEGER_MALFORMED'],
    ['dailyTime', '早八晚五', 'TIME_RANGE_MALFORMED'],
    ['guardianRelation', '邻居', 'CHOICE_UNKNOWN'],
    ['insurancePayer', '学生', 'INSURANCE_PAID_BY_STUDENT'],
    ['studentEnrolledYear', '高一', 'YEAR_MALFORMED'],
    ['studentClass', dateCell('2026-03-01'), 'CELL_IS_DATE'],
    ['studentNumber', 20_250_000_000_000_004, 'CELL_NUMBER_LOST'],
    ['place', { kind: 'error', text: '#REF!' } satisfies SheetCell, 'CELL_IS_ERROR'],
    ['studentName', { kind: 'boolean', text: 'TRUE' } satisfies SheetCell, 'VALUE_NOT_TEXT'],
  ])('%s: %j is refused with %s', (key, cell, code) => {
    expect(read(key, cell)).toEqual([undefined, code]);
  });

  it('never show an identity number in full', () => {
    const spec = fieldSpec('studentIdNumber');
    if (spec === undefined) throw new Error('studentIdNumber');
    for (const text of ["'11010519491231002x", '450103200909071234', ` ${idNumberOf('2008-05-01')}`]) {
      const { issues } = readCell(spec, cellOf(text), {}, '1900');
      expect(issues.length).toBeGreaterThan(0);
      expect(JSON.stringify(issues)).not.toMatch(/\d{12}/);
    }
  });
});

describe('canonical values', () => {
  it('are read back as they are, without an issue', () => {
    const day = fc.integer({ min: 0, max: 40_000 }).map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
    const yuan = fc.integer({ min: 1, max: 999_999_999 }).map((cents) => {
      const rest = String(cents % 100).padStart(2, '0');
      return rest === '00' ? String(Math.floor(cents / 100)) : `${Math.floor(cents / 100)}.${rest}`;
    });
    const minute = fc
      .integer({ min: 0, max: 1439 })
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
    const name = fc.stringMatching(/^[\u4E00-\u9FA5]{2,6}$/);
    fc.assert(
      fc.property(day, yuan, minute, minute, name, (on, amount, from, to, person) => {
        expect(read('startsOn', on)).toEqual([on]);
        expect(read('stipendYuan', amount)).toEqual([amount]);
        expect(read('dailyTime', `${from}-${to}`)).toEqual([`${from}-${to}`]);
        expect(read('studentName', person)).toEqual([person]);
      }),
      { numRuns: 200 },
    );
  });

  it('come out of any text or not at all, but the reader never throws', () => {
    const keys = [
      'studentName',
      'studentIdNumber',
      'studentPhone',
      'startsOn',
      'stipendYuan',
      'dailyTime',
      'unitCreditCode',
      'place',
      'payMethod',
      'payDay',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.string({ unit: 'binary', maxLength: 30 }), (key, text) => {
        const [value] = read(key, { kind: 'text', text });
        if (value !== undefined) expect(read(key, value)[0]).toBe(value);
      }),
      { numRuns: 500 },
    );
  });
});
