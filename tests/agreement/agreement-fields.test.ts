import { describe, expect, it } from 'vitest';
import { parseAgreementFields } from '../../src/agreement/agreement-fields.ts';
import { ISSUES } from '../../src/agreement/issue-catalogue.ts';
import { codesWith, MINOR, VALUES } from './sample-values.ts';

describe('the values of an agreement', () => {
  it('are accepted when canonical and complete', () => {
    expect(parseAgreementFields(VALUES)).toEqual({ ok: true, fields: VALUES });
    expect(parseAgreementFields(MINOR)).toEqual({ ok: true, fields: MINOR });
  });

  it.each([
    ['studentName', '李䶮\n二', 'VALUE_HAS_NEWLINE'],
    ['studentName', '李\u2028二', 'VALUE_HAS_NEWLINE'],
    ['studentName', '李\u202E二', 'VALUE_HAS_BIDI'],
    ['studentName', '李\u2066二', 'VALUE_HAS_BIDI'],
    ['studentName', '李\u200B二', 'VALUE_HAS_INVISIBLE'],
    ['studentName', '李\u{E0100}二', 'VALUE_HAS_INVISIBLE'],
    ['place', '示例\u3164路', 'VALUE_HAS_INVISIBLE'],
    ['studentName', '李\u0007二', 'VALUE_HAS_CONTROL'],
    ['place', '示例\t路', 'VALUE_HAS_CONTROL'],
    ['studentName', '李\uE863', 'VALUE_HAS_PRIVATE_USE'],
    ['studentName', '李\uFFFD', 'VALUE_HAS_UNASSIGNED'],
    ['studentName', '李\uD800', 'VALUE_HAS_UNASSIGNED'],
    ['studentName', '李\uF9D1', 'VALUE_HAS_COMPATIBILITY'],
    ['studentName', '\u2F00二', 'VALUE_HAS_COMPATIBILITY'],
    ['place', 'Cafe\u0301路', 'VALUE_NOT_NFC'],
    ['place', 'Аллея路', 'VALUE_HAS_OTHER_SCRIPT'],
    ['place', '１号路', 'VALUE_HAS_OTHER_SCRIPT'],
    ['place', '示例😀路', 'VALUE_HAS_OTHER_SCRIPT'],
    ['place', '示例{{body}}路', 'VALUE_HAS_TEMPLATE_BRACES'],
    ['place', '示例}}路', 'VALUE_HAS_TEMPLATE_BRACES'],
    ['place', ' 示例路', 'VALUE_HAS_STRAY_SPACE'],
    ['place', '示例  路', 'VALUE_HAS_STRAY_SPACE'],
    ['place', '', 'VALUE_EMPTY'],
    ['place', 3, 'VALUE_NOT_TEXT'],
    ['place', null, 'VALUE_NOT_TEXT'],
    ['place', '路'.repeat(61), 'VALUE_TOO_LONG'],
    ['place', undefined, 'VALUE_MISSING'],
    ['weeklyDays', '8', 'VALUE_OUT_OF_RANGE'],
    ['studentName', '李', 'NAME_MALFORMED'],
    ['studentName', '李 二', 'NAME_MALFORMED'],
    ['studentName', '李a', 'NAME_MALFORMED'],
    ['studentName', '·李二', 'NAME_MALFORMED'],
    ['studentName', '李二3', 'NAME_MALFORMED'],
    ['unitName', '公司', 'ORGANISATION_NAME_MALFORMED'],
    ['studentPhone', '138 0000 1001', 'PHONE_MALFORMED'],
    ['studentPhone', '1380000100', 'PHONE_MALFORMED'],
    ['studentIdNumber', '11010519491231002x', 'ID_NUMBER_MALFORMED'],
    ['studentIdNumber', '110105194902300020', 'ID_NUMBER_BIRTH_DATE_UNREAL'],
    ['studentIdNumber', '110105194912310020', 'ID_NUMBER_CHECK_WRONG'],
    ['unitCreditCode', '91350100M000100YS3', 'CREDIT_CODE_MALFORMED'],
    ['unitCreditCode', '91350100M000100Y44', 'CREDIT_CODE_CHECK_WRONG'],
    ['startsOn', '2027-02-29', 'DATE_MALFORMED'],
    ['startsOn', '2027/3/1', 'DATE_MALFORMED'],
    ['studentEnrolledYear', '25', 'YEAR_MALFORMED'],
    ['stipendYuan', '3,200', 'YUAN_MALFORMED'],
    ['stipendYuan', '3200.00', 'YUAN_MALFORMED'],
    ['stipendYuan', '3200.5', 'YUAN_MALFORMED'],
    ['stipendYuan', '03200', 'YUAN_MALFORMED'],
    ['dailyHours', '8小时', 'INTEGER_MALFORMED'],
    ['dailyHours', '08', 'INTEGER_MALFORMED'],
    ['dailyTime', '8:30-17:30', 'TIME_RANGE_MALFORMED'],
    ['dailyTime', '08:30-24:30', 'TIME_RANGE_MALFORMED'],
    ['insurancePayer', '丙方', 'CHOICE_UNKNOWN'],
  ])('refuse %s = %j with %s', (field, value, code) => {
    expect(codesWith({ [field]: value })).toEqual([code]);
  });

  it('refuse keys that are no blank, the system number among them', () => {
    expect(codesWith({ body: '正文' })).toEqual(['FIELD_UNKNOWN']);
    expect(codesWith({ agreementNumber: 'SF-0000000000-0000000000' })).toEqual(['FIELD_UNKNOWN']);
    expect(codesWith({ constructor: '正文' })).toEqual(['FIELD_UNKNOWN']);
    const polluted: unknown = JSON.parse(`{"__proto__":"正文",${JSON.stringify(VALUES).slice(1)}`);
    expect(parseAgreementFields(polluted)).toMatchObject({ ok: false, issues: [{ code: 'FIELD_UNKNOWN' }] });
  });

  it('are refused when they are no record', () => {
    for (const input of [null, '文字', ['文字'], 3]) {
      expect(parseAgreementFields(input)).toMatchObject({ ok: false, issues: [{ code: 'FIELDS_MALFORMED' }] });
    }
  });

  it('demand the guardian of a minor and nobody of an adult', () => {
    expect(codesWith({ guardianName: undefined }, MINOR)).toEqual(['GUARDIAN_MISSING']);
    expect(codesWith({ guardianName: undefined, guardianPhone: undefined, guardianRelation: undefined }, MINOR)).toHaveLength(3);
  });

  it.each(['陈𬱖', '王㛃', '李䶮', '𠮷田龘', '阿依古丽·买买提', '欧阳明月', 'Jean-Luc', "Sean O'Neill", 'José García', '〇一'])(
    'accept the name %s',
    (studentName) => {
      expect(codesWith({ studentName })).toEqual([]);
    },
  );

  it('report every issue at once', () => {
    expect(codesWith({ studentName: '李', startsOn: '3月1日', place: undefined })).toEqual([
      'NAME_MALFORMED',
      'DATE_MALFORMED',
      'VALUE_MISSING',
    ]);
  });
});

describe('the catalogue of issues', () => {
  it('says what to do in every sentence', () => {
    for (const [code, { zh }] of Object.entries(ISSUES)) {
      expect(zh, code).toMatch(/[。}]$/);
      expect(zh.replace(/\{\w+\}/g, '').replace(/UTF-8|Sheet1|X|I、O、S、V、Z/g, ''), code).not.toMatch(/[A-Za-z]{3,}/);
    }
  });
});
