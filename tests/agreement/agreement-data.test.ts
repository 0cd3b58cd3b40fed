import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AgreementData, parseAgreementData, printAgreementData } from '../../src/agreement/agreement-data.ts';
import { agreementNumberFrom, isAgreementNumber } from '../../src/agreement/agreement-number.ts';
import { PARTY_ROLES, type SigningForm } from '../../src/agreement/parties.ts';
import { identityDigest, requiredRoles, signatoryOf } from '../../src/agreement/signatories.ts';
import { fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import { fieldsOf, idNumberOf, MINOR, VALUES } from './sample-values.ts';

const DATA: AgreementData = {
  schema: 'sanfang.agreement/1',
  stamping: 1,
  template: { pack: 'sample', version: '2021', prefixSha256: sha256Hex(fromUtf8('prefix')) },
  agreementNumber: agreementNumberFrom(new Uint8Array(13)),
  fields: fieldsOf(VALUES),
  annex: { title: '附件：补充条款', clauses: ['乙方免费提供工作服。'] },
};
const json = (): Record<string, unknown> => JSON.parse(toUtf8(printAgreementData(DATA)));
const codeOf = (value: unknown): string | undefined => {
  try {
    parseAgreementData(value);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

describe('the data of an agreement', () => {
  it('is the same after printing and parsing', () => {
    expect(parseAgreementData(json())).toEqual(DATA);
    const plain = { ...DATA, annex: null };
    expect(parseAgreementData(JSON.parse(toUtf8(printAgreementData(plain))))).toEqual(plain);
    const coded = { ...DATA, verifyOrigin: 'https://verify.example.edu.cn' };
    expect(parseAgreementData(JSON.parse(toUtf8(printAgreementData(coded))))).toEqual(coded);
  });

  it('prints the same bytes whatever the order of keys', () => {
    const shuffled = Object.fromEntries(Object.entries(json()).reverse());
    expect(printAgreementData(parseAgreementData(shuffled))).toEqual(printAgreementData(DATA));
  });

  it('survives printing and parsing for any clause text that is admissible', () => {
    const clause = fc.stringMatching(/^[甲乙丙方应当提供免费工作服，。；0-9A-Za-z（）]{1,40}$/);
    fc.assert(
      fc.property(fc.array(clause, { minLength: 1, maxLength: 10 }), (clauses) => {
        const data = { ...DATA, annex: { title: '附件', clauses } };
        const printed = printAgreementData(data);
        expect(printAgreementData(parseAgreementData(JSON.parse(toUtf8(printed))))).toEqual(printed);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['an extra key', { ...json(), body: '正文' }],
    ['an extra key in the template', { ...json(), template: { ...DATA.template, text: '正文' } }],
    ['an extra blank', { ...json(), fields: { ...VALUES, body: '正文' } }],
    ['the number among the blanks', { ...json(), fields: { ...VALUES, agreementNumber: DATA.agreementNumber } }],
    ['an extra key in the annex', { ...json(), annex: { title: '附件', clauses: ['甲方提供。'], body: '正文' } }],
    ['another schema', { ...json(), schema: 'sanfang.agreement/2' }],
    ['another stamping', { ...json(), stamping: 2 }],
    ['a pack name with a path', { ...json(), template: { ...DATA.template, pack: '../sample' } }],
    ['a version with a path', { ...json(), template: { ...DATA.template, version: '../1' } }],
    ['a wrong digest', { ...json(), template: { ...DATA.template, prefixSha256: 'AB' } }],
    ['a wrong number', { ...json(), agreementNumber: 'SF-1' }],
    ['a missing annex', Object.fromEntries(Object.entries(json()).filter(([key]) => key !== 'annex'))],
    ['a value that is not canonical', { ...json(), fields: { ...VALUES, studentName: '李 䶮' } }],
    ['a key that poisons the prototype', JSON.parse(`{"__proto__":"正文",${toUtf8(printAgreementData(DATA)).slice(1)}`)],
    ['a poisoned annex', { ...json(), annex: JSON.parse('{"__proto__":"正文","title":"附件","clauses":["甲方提供。"]}') }],
    ['no object', '文字'],
  ])('refuses %s', (_, value) => {
    expect(codeOf(value)).toBe('AGREEMENT_DATA_MALFORMED');
  });

  it('refuses an annex that overrides the body with a code of its own', () => {
    expect(codeOf({ ...json(), annex: { title: '附件', clauses: ['与正文不一致的，以本附件为准。'] } })).toBe('ANNEX_OVERRIDES_BODY');
  });
});

describe('agreement numbers', () => {
  it('have 24 characters of the right alphabet, different for different bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 13, maxLength: 13 }), fc.uint8Array({ minLength: 13, maxLength: 13 }), (a, b) => {
        const number = agreementNumberFrom(a);
        expect(isAgreementNumber(number)).toBe(true);
        expect(number).toHaveLength(24);
        a[12] = (a[12] ?? 0) & 0xf0;
        b[12] = (b[12] ?? 0) & 0xf0;
        expect(agreementNumberFrom(a) === agreementNumberFrom(b)).toBe(a.every((byte, i) => byte === b[i]));
      }),
    );
  });

  it('need 13 bytes', () => {
    expect(() => agreementNumberFrom(new Uint8Array(12))).toThrow(RangeError);
  });
});

const FORM: SigningForm = { kind: 'agreement', boxes: PARTY_ROLES };

describe('signatories', () => {
  it('are student, unit and school for an adult, with the guardian second for a minor', () => {
    expect(requiredRoles(FORM, { fields: fieldsOf(VALUES) })).toEqual(['student', 'unit', 'school']);
    expect(requiredRoles(FORM, { fields: fieldsOf(MINOR) })).toEqual(['student', 'guardian', 'unit', 'school']);
  });

  it('become adult on the eighteenth birthday and not a day sooner', () => {
    const born = (idNumber: string) => requiredRoles(FORM, { fields: fieldsOf({ ...MINOR, studentIdNumber: idNumber }) }).length;
    expect(born(idNumberOf('2009-03-01'))).toBe(3);
    expect(born(idNumberOf('2009-03-02'))).toBe(4);
  });

  it('carry the names that the values give', () => {
    const fields = fieldsOf(MINOR);
    expect(signatoryOf(fields, 'guardian')).toEqual({ role: 'guardian', name: '李大山' });
    expect(signatoryOf(fields, 'unit')).toEqual({
      role: 'unit',
      name: '周示范',
      organisation: '示例精密机械有限公司',
      creditCode: VALUES['unitCreditCode'],
    });
    expect(() => signatoryOf(fieldsOf(VALUES), 'guardian')).toThrow('guardianName');
  });

  it('are tied by a digest over number, role and identity number', () => {
    expect(identityDigest('SF-1', 'student', '1')).toBe(sha256Hex(fromUtf8('sanfang.identity/1\nSF-1\nstudent\n1')));
  });
});
