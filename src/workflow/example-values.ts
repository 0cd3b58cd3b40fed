/** Made-up values for every blank of a text, so that its pages can be looked at before there is a student. */
import { type AgreementFields, parseAgreementFields } from '../agreement/agreement-fields.ts';
import type { FieldSpec } from '../agreement/fields.ts';
import { creditCheckCharacter, idCheckCharacter } from '../agreement/identifiers.ts';

/** A minor, so that the guardian's blanks are filled as well. The region 100000 has no residents. */
const MINOR = '10000020090401001';
const USUAL: Readonly<Record<string, string>> = { startsOn: '2026-09-01', endsOn: '2027-02-28', weeklyDays: '5', payDay: '15' };
const ORGANISATIONS: Readonly<Record<string, string>> = { school: '示例职业技术学校', unit: '示例精密机械有限公司' };
const CREDIT_CODES: Readonly<Record<string, string>> = { school: '12100000MB0EXAMP0', unit: '91100000MA0EXAMP1' };

/** Free text says which blank it stands in: 〔实习岗位〕; where that does not fit, 示例. */
function exampleOf(spec: FieldSpec, room: number): string {
  switch (spec.type) {
    case 'text': {
      const name = [...spec.zh.replace(/[（(].*$/u, '').replace(/[^\p{Script=Han}A-Za-z\d]/gu, '')];
      const fits = Math.min(spec.maxLength, room);
      return name.length > 0 && name.length + 2 <= fits ? `〔${name.join('')}〕` : '示例'.slice(0, Math.max(1, fits));
    }
    case 'personName':
      return spec.owner === 'student' ? '示例同学' : spec.owner === 'guardian' ? '示例家长' : '示例老师';
    case 'organisationName':
      return ORGANISATIONS[spec.owner] ?? '示例单位名称';
    case 'phone':
      return '13800000000';
    case 'idNumber':
      return MINOR + idCheckCharacter(MINOR);
    case 'creditCode': {
      const first17 = CREDIT_CODES[spec.owner] ?? '91100000MA0EXAMP2';
      return first17 + creditCheckCharacter(first17);
    }
    case 'date':
      return '2026-09-01';
    case 'year':
      return '2024';
    case 'yuan':
      return '3200';
    case 'integer':
      return String(Math.min(8, spec.range?.[1] ?? 8));
    case 'timeRange':
      return '08:30-17:30';
    case 'choice':
      return spec.options?.[0] ?? '';
  }
}

/**
 * @param roomOf full-width characters that the blanks of a field have room for
 * @throws Error when an example is no good value of its blank (a bug)
 */
export function exampleFields(specs: readonly FieldSpec[], roomOf: (key: string) => number = () => 40): AgreementFields {
  const values = Object.fromEntries(
    specs.filter(({ owner }) => owner !== 'system').map((spec) => [spec.key, USUAL[spec.key] ?? exampleOf(spec, roomOf(spec.key))]),
  );
  const read = parseAgreementFields(values, specs);
  if (!read.ok) throw new Error(`no example for ${read.issues.map(({ field, code }) => `${field} ${code}`).join(', ')}`);
  return read.fields;
}
