/** Canonical values of one complete agreement of invented people, for tests to vary. */
import { type AgreementFields, parseAgreementFields } from '../../src/agreement/agreement-fields.ts';
import { creditCheckCharacter, idCheckCharacter } from '../../src/agreement/identifiers.ts';
import type { SheetCell, SheetData } from '../../src/agreement/sheet-data.ts';

export const idNumberOf = (bornOn: string, serial = 1): string => {
  const first17 = `100000${bornOn.replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
  return first17 + idCheckCharacter(first17);
};
export const creditCodeOf = (first17: string): string => first17 + creditCheckCharacter(first17);

export const VALUES: Readonly<Record<string, string>> = {
  schoolName: '示例职业技术学校',
  schoolCreditCode: creditCodeOf('12100000MB0EXAMP0'),
  schoolAddress: '示例省示例市学府路100号',
  schoolSignatory: '沈校办',
  schoolPhone: '0000-5550100',
  unitName: '示例精密机械有限公司',
  unitCreditCode: creditCodeOf('91100000MA0EXAMP1'),
  unitAddress: '示例省示例市工业大道1号',
  unitSignatory: '周示范',
  unitPhone: '0000-5550201',
  studentName: '李䶮',
  studentIdNumber: idNumberOf('2008-02-01'),
  studentMajor: '数控技术应用',
  studentClass: '数控2501班',
  studentEnrolledYear: '2025',
  studentPhone: '13800001001',
  arrangement: '学校安排',
  post: '数控车工',
  place: '示例省示例市工业大道1号',
  startsOn: '2027-03-01',
  endsOn: '2027-08-31',
  dailyHours: '8',
  weeklyDays: '5',
  dailyTime: '08:30-17:30',
  restArrangement: '周六、周日及法定节假日休息',
  meals: '乙方食堂就餐',
  lodging: '乙方免费提供宿舍',
  stipendYuan: '3200',
  payDay: '10',
  payMethod: '银行转账',
  protection: '乙方免费提供工作服',
  insurer: '示例财产保险股份有限公司',
  policyNumber: 'SLZR2027030001',
  insurancePayer: '甲方',
  assessment: '学校与单位共同考核',
  schoolMentor: '钱老师',
  schoolMentorPhone: '13800008001',
  unitMentor: '郑师傅',
  unitMentorPhone: '13800009001',
  schoolHotline: '0000-5550110',
  authorityHotline: '0000-5550120',
  provinceHotline: '0000-5550130',
};

export const MINOR: Readonly<Record<string, string>> = {
  ...VALUES,
  studentIdNumber: idNumberOf('2010-05-01'),
  guardianName: '李大山',
  guardianRelation: '父亲',
  guardianPhone: '13800007001',
};

export function fieldsOf(values: Readonly<Record<string, string>>): AgreementFields {
  const read = parseAgreementFields(values);
  if (!read.ok) throw new Error(read.issues.map((issue) => `${issue.field} ${issue.code}`).join(', '));
  return read.fields;
}

/** The codes for the values with some replaced, or removed by undefined. */
export function codesWith(changes: Readonly<Record<string, unknown>>, base: Readonly<Record<string, string>> = VALUES): readonly string[] {
  const values: Record<string, unknown> = { ...base, ...changes };
  for (const key of Object.keys(values)) if (values[key] === undefined) delete values[key];
  const read = parseAgreementFields(values);
  return read.ok ? [] : read.issues.map((issue) => issue.code);
}

export const cellOf = (value: string | number | null): SheetCell =>
  value === null || value === ''
    ? { kind: 'empty', text: '' }
    : typeof value === 'number'
      ? { kind: 'number', text: String(value), number: value }
      : { kind: 'text', text: value };

export const sheetOf = (rows: readonly (readonly (string | number | null)[])[], more: Partial<SheetData> = {}): SheetData => ({
  name: '名册',
  hidden: false,
  rows: rows.map((row) => row.map(cellOf)),
  merges: [],
  hiddenRows: [],
  hiddenColumns: [],
  dateSystem: '1900',
  ...more,
});
