/** Who signs is what the form has boxes for, and in which order what the agreement itself says. */
import { describe, expect, test } from 'vitest';
import { type AgreementData, parseAgreementData, printAgreementData } from '../../src/agreement/agreement-data.ts';
import type { PartyRole, SigningOrder } from '../../src/agreement/parties.ts';
import { requiredRoles } from '../../src/agreement/signatories.ts';
import { fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { idNumberOf, MINOR, VALUES } from '../agreement/sample-values.ts';
import { formWithout } from './other-forms.ts';
import { codesOf, makeData, signAll, template, verify } from './signed-agreement.ts';

const ALL: readonly PartyRole[] = ['student', 'guardian', 'unit', 'school'];
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'nothing refused';
};

describe('a form without a place for the guardian', () => {
  const form = formWithout(['guardian']);

  test('is signed by three, and passes for an adult', async () => {
    const data = makeData(VALUES, null, form);
    const file = await signAll(data, {}, form);
    expect(requiredRoles(form, data)).toEqual(['student', 'unit', 'school']);
    expect(verify(file, { templates: [form] })).toMatchObject({ verdict: 'passed', missing: [] });
    expect(toUtf8(fromUtf8(String.fromCharCode(...file.subarray(form.prefix.length)).replace(/[^ -~]/g, '')))).not.toContain(
      '/T(guardian)',
    );
  });

  test('never drops the guardian of a minor: the report says that the consent is elsewhere', async () => {
    const file = await signAll(makeData(MINOR, null, form), {}, form);
    const report = verify(file, { templates: [form] });
    expect(codesOf(report)).toEqual(['GUARDIAN_CONSENT_APART']);
    expect(report.verdict).toBe('review');
  });

  test('is not signed by a guardian', async () => {
    await expect(signAll(makeData(MINOR, null, form), { roles: ['student', 'guardian'] }, form)).rejects.toThrow('PARTY_NOT_IN_AGREEMENT');
  });
});

test.each([
  ['agreement', ['student'], 'TEMPLATE_SIGNATURE_BOX'],
  ['agreement', ['unit'], 'TEMPLATE_SIGNATURE_BOX'],
  ['agreement', ['school'], 'TEMPLATE_SIGNATURE_BOX'],
  ['consent', ['guardian'], 'TEMPLATE_SIGNATURE_BOX'],
  ['consent', ['student'], 'TEMPLATE_SIGNATURE_BOX'],
  ['consent', ['unit', 'school'], 'nothing refused'],
  ['consent', ['unit'], 'nothing refused'],
] as const)('a form of kind %s without the place of %j: %s', (kind, roles, code) => {
  expect(codeOf(() => formWithout(roles, kind))).toBe(code);
});

describe('a consent form', () => {
  const form = formWithout(['unit', 'school'], 'consent');
  const refersTo = { kind: 'consent', agreementNumber: makeData().agreementNumber, sha256: sha256Hex(fromUtf8('agreement')) } as const;
  const GUARDED = { ...VALUES, guardianName: '李大山', guardianRelation: '父亲', guardianPhone: '13800007001' };

  test('is signed by student and guardian whatever the student’s age, bound to the agreement’s number', async () => {
    const data = makeData(GUARDED, null, form, { refersTo });
    const report = verify(await signAll(data, {}, form), { templates: [form] });
    expect(report.signatures.map(({ party }) => party)).toEqual(['student', 'guardian']);
    expect(codesOf(report)).toEqual(['REFERS_TO_AGREEMENT']);
    expect(report.verdict).toBe('passed');
  });

  test('needs a guardian’s name, also of an adult', () => {
    expect(codeOf(() => makeData(VALUES, null, form, { refersTo }))).toBe('AGREEMENT_DATA_MALFORMED');
  });

  test('is not an agreement, nor the reverse', () => {
    expect(codeOf(() => renderRevisionZero(form, makeData(GUARDED, null, form)))).toBe('AGREEMENT_FORM_MISMATCH');
    expect(codeOf(() => renderRevisionZero(form, makeData(GUARDED, null, form, { refersTo, guardianSigns: true })))).toBe(
      'AGREEMENT_FORM_MISMATCH',
    );
    expect(codeOf(() => renderRevisionZero(template, makeData(VALUES, null, template, { refersTo })))).toBe('AGREEMENT_FORM_MISMATCH');
  });

  test('of another agreement, with certificates bound to that one, is refused', async () => {
    const data = makeData(GUARDED, null, form, { refersTo });
    const other = { ...data, refersTo: { ...refersTo, agreementNumber: makeData().agreementNumber } };
    const { credentialFor } = await import('./signed-agreement.ts');
    const credentials = { student: await credentialFor(other, 'student'), guardian: await credentialFor(other, 'guardian') };
    const report = verify(await signAll(data, { credentials }, form), { templates: [form] });
    expect(codesOf(report)).toEqual(['CERTIFICATE_NOT_OF_PARTY', 'CERTIFICATE_NOT_OF_PARTY', 'REFERS_TO_AGREEMENT']);
    expect(report.verdict).toBe('failed');
  });
});

describe('the order of signing', () => {
  const SWAPPED: SigningOrder = [['student'], ['guardian'], ['school'], ['unit']];
  const PARALLEL: SigningOrder = [['student', 'guardian', 'unit', 'school']];
  const signedIn = async (data: AgreementData, roles: readonly PartyRole[]) => verify(await signAll(data, { roles }));

  test.each<[string, SigningOrder, readonly PartyRole[]]>([
    ['unit and school exchanged', SWAPPED, ['student', 'guardian', 'school', 'unit']],
    ['all at once, the unit first, which certifies', PARALLEL, ['unit', 'guardian', 'school', 'student']],
    [
      'student and guardian in any order',
      [
        ['student', 'guardian'],
        ['unit', 'school'],
      ],
      ['guardian', 'student', 'school', 'unit'],
    ],
    ['school first', [['school'], ['unit'], ['student', 'guardian']], ['school', 'unit', 'guardian', 'student']],
  ])('passes where the agreement names it: %s', async (_, order, roles) => {
    const report = await signedIn(makeData(MINOR, null, template, { order }), roles);
    expect(codesOf(report)).toEqual([]);
    expect(report.verdict).toBe('passed');
  });

  test.each<[string, SigningOrder | undefined, readonly PartyRole[]]>([
    ['the usual order where the agreement names another', SWAPPED, ALL],
    ['another order where the agreement names none', undefined, ['student', 'guardian', 'school', 'unit']],
    [
      'a group before the one ahead of it is complete',
      [
        ['student', 'guardian'],
        ['unit', 'school'],
      ],
      ['student', 'unit', 'guardian', 'school'],
    ],
  ])('fails for %s', async (_, order, roles) => {
    const report = await signedIn(makeData(MINOR, null, template, order === undefined ? {} : { order }), roles);
    expect(new Set(codesOf(report))).toEqual(new Set(['PARTY_OUT_OF_ORDER']));
    expect(report.verdict).toBe('failed');
  });

  test('cannot be rewritten in the file afterwards', async () => {
    const signed = await signAll(makeData(MINOR, null, template, { order: SWAPPED }), { roles: ['student', 'guardian', 'school', 'unit'] });
    const text = Buffer.from(signed).toString('latin1');
    const altered = Uint8Array.from(Buffer.from(text.replace('["school"],["unit"]', '["unit"],["school"]'), 'latin1'));
    expect(verify(altered).verdict).toBe('failed');
    const same = Uint8Array.from(Buffer.from(text.replace('["school"],["unit"]', '["school","unit"]'), 'latin1'));
    expect(verify(same).verdict).toBe('failed');
  });

  test('is written in one way only', () => {
    const json = (order: unknown): unknown => ({ ...JSON.parse(toUtf8(printAgreementData(makeData(MINOR)))), order });
    const refused: readonly unknown[] = [
      [['student'], ['guardian'], ['unit'], ['school']],
      [['guardian', 'student'], ['unit'], ['school']],
      [['student'], ['guardian'], ['unit']],
      [['student'], ['student'], ['guardian'], ['unit'], ['school']],
      [['student'], [], ['guardian'], ['unit', 'school']],
      [['student', 'guardian', 'unit', 'school', 'mayor']],
      'any',
      null,
      [],
    ];
    for (const order of refused) expect(codeOf(() => parseAgreementData(json(order)))).toBe('AGREEMENT_DATA_MALFORMED');
    const kept = parseAgreementData(json(PARALLEL));
    expect(kept.order).toEqual(PARALLEL);
    expect(parseAgreementData(JSON.parse(toUtf8(printAgreementData(kept))))).toEqual(kept);
  });
});

describe('a student who is 17 when signing and 18 on the first day', () => {
  const SOON_ADULT = { ...VALUES, studentIdNumber: idNumberOf('2008-05-01') };
  const GUARDED = { ...SOON_ADULT, guardianName: '李大山', guardianRelation: '父亲', guardianPhone: '13800007001' };

  test('signs with a guardian where the agreement says so', async () => {
    const data = makeData(GUARDED, null, template, { guardianSigns: true });
    expect(requiredRoles(template, data)).toEqual(ALL);
    const report = verify(await signAll(data));
    expect(codesOf(report)).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(codesOf(verify(await signAll(data, { roles: ['student', 'unit', 'school'] })))).toContain('SIGNATURES_INCOMPLETE');
  });

  test('is looked at by a person where no guardian signs', async () => {
    const report = verify(await signAll(makeData(SOON_ADULT)));
    expect(codesOf(report)).toEqual(['SIGNED_AS_MINOR']);
    expect(report.verdict).toBe('review');
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['no guardian is named', SOON_ADULT],
    ['the guardian signs anyway', MINOR],
  ])('the statement is refused where %s', (_, values) => {
    expect(codeOf(() => makeData(values, null, template, { guardianSigns: true }))).toBe('AGREEMENT_DATA_MALFORMED');
  });
});

describe('an agreement that refers to another', () => {
  const first = makeData();
  const sha256 = sha256Hex(renderRevisionZero(template, first));
  const refersTo = (kind: 'extension' | 'termination', reason = '岗位需要，各方协商一致') =>
    ({ kind, agreementNumber: first.agreementNumber, sha256, reason }) as const;

  test('says so on a page of its own, signed by all, and passes', async () => {
    const extension = await signAll(
      makeData({ ...VALUES, startsOn: '2027-09-01', endsOn: '2027-11-30' }, null, template, { refersTo: refersTo('extension') }),
    );
    expect(codesOf(verify(extension))).toEqual(['REFERS_TO_AGREEMENT']);
    expect(verify(extension).verdict).toBe('passed');
  });

  test('may be a termination, which nobody signs before the start', async () => {
    const data = makeData({ ...VALUES, studentEnrolledYear: '2023', startsOn: '2026-02-20', endsOn: '2026-03-31' }, null, template, {
      refersTo: refersTo('termination'),
    });
    expect(codesOf(verify(await signAll(data)))).toEqual(['REFERS_TO_AGREEMENT']);
  });

  test('is a different document for another digest, number, kind or reason', () => {
    const of = (changed: object) =>
      sha256Hex(
        renderRevisionZero(template, {
          ...makeData(),
          agreementNumber: 'SF-7K3M-9QXD-H24P' as string,
          refersTo: { ...refersTo('extension'), ...changed },
        }),
      );
    const digests = [of({}), of({ sha256: '0'.repeat(64) }), of({ kind: 'termination' }), of({ reason: '别的原因' })];
    expect(new Set(digests).size).toBe(4);
  });

  test('is refused with anything but the exact shape', () => {
    const json = (value: unknown): unknown => ({ ...JSON.parse(toUtf8(printAgreementData(makeData()))), refersTo: value });
    const good = refersTo('extension');
    const refused: readonly unknown[] = [
      null,
      {},
      { ...good, more: 1 },
      { ...good, kind: 'annulment' },
      { ...good, kind: 'consent' },
      { ...good, reason: '' },
      { ...good, reason: ' 前有空格' },
      { ...good, reason: '换行\n' },
      { ...good, reason: '长'.repeat(201) },
      { ...good, sha256: good.sha256.toUpperCase() },
      { ...good, sha256: '12' },
      { ...good, agreementNumber: 'SF-1' },
      { kind: 'extension', agreementNumber: good.agreementNumber, sha256 },
    ];
    for (const value of refused) expect(codeOf(() => parseAgreementData(json(value)))).toBe('AGREEMENT_DATA_MALFORMED');
    expect(parseAgreementData(json(good)).refersTo).toEqual(good);
    const own = JSON.parse(toUtf8(printAgreementData(makeData())));
    expect(codeOf(() => parseAgreementData({ ...own, refersTo: { ...good, agreementNumber: own.agreementNumber } }))).toBe(
      'AGREEMENT_DATA_MALFORMED',
    );
  });
});
