/** A consent, an extension or a termination beside the agreement that it names: the digest decides, and whose it is. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { AgreementData, Reference } from '../../src/agreement/agreement-data.ts';
import { sha256Hex } from '../../src/digest.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { compareFiles } from '../../src/verify/across-files.ts';
import { judgeReferences } from '../../src/verify/references.ts';
import { judgeRepeats } from '../../src/verify/repeats.ts';
import { printReports } from '../../src/verify/report-json.ts';
import { examineFile } from '../../src/verify/verified-file.ts';
import { idNumberOf, MINOR, VALUES } from '../agreement/sample-values.ts';
import { formWithout } from './other-forms.ts';
import { context, makeData, signAll, template, verify } from './signed-agreement.ts';

const three = formWithout(['guardian']);
const consentForm = formWithout(['unit', 'school'], 'consent');
const named = (file: string, bytes: Uint8Array) => ({
  file,
  sha256: sha256Hex(bytes),
  report: verify(bytes, { templates: [template, three, consentForm] }),
});
const hints = (...files: readonly ReturnType<typeof named>[]) => judgeReferences(files).map(({ finding, file }) => [file, finding.code]);
const OTHER = { ...MINOR, studentName: '王小明', studentIdNumber: idNumberOf('2010-06-01', 3) };
const EXTENDED: Readonly<Record<string, string>> = { ...VALUES, startsOn: '2027-09-01', endsOn: '2027-11-30' };

const consentTo = (data: AgreementData, form: LockedTemplate, values = MINOR): AgreementData =>
  makeData(values, null, consentForm, {
    refersTo: { kind: 'consent', agreementNumber: data.agreementNumber, sha256: sha256Hex(renderRevisionZero(form, data)) },
  });
const amendment = (data: AgreementData, file: Uint8Array, changed: Partial<Reference> = {}, values = EXTENDED): AgreementData =>
  makeData(values, null, template, {
    refersTo: {
      kind: 'extension',
      agreementNumber: data.agreementNumber,
      sha256: sha256Hex(file),
      reason: '岗位需要',
      ...changed,
    } as Reference,
  });

let mine: AgreementData;
let file: Uint8Array;
let consent: Uint8Array;
beforeAll(async () => {
  mine = makeData(MINOR, null, three);
  file = await signAll(mine, {}, three);
  consent = await signAll(consentTo(mine, three), {}, consentForm);
});

describe('a consent beside the agreement', () => {
  test('of the same student belongs to it, and stands in for the guardian’s place', () => {
    expect(hints(named('a', file), named('c', consent))).toEqual([['c', 'REFERENCE_MATCHED']]);
  });

  test('that is absent is missed', () => {
    expect(hints(named('a', file))).toEqual([['a', 'CONSENT_ABSENT']]);
    expect(hints(named('c', consent))).toEqual([['c', 'REFERENCE_ABSENT']]);
  });

  test('that the guardian has not signed counts for nothing', async () => {
    const half = await signAll(consentTo(mine, three), { roles: ['student'] }, consentForm);
    expect(hints(named('a', file), named('c', half))).toEqual([
      ['c', 'REFERENCE_MATCHED'],
      ['a', 'CONSENT_ABSENT'],
    ]);
  });

  test('of another student does not serve, whatever number and digest it names', async () => {
    const swapped = await signAll(consentTo(mine, three, OTHER), {}, consentForm);
    expect(hints(named('a', file), named('c', swapped))).toEqual([
      ['c', 'REFERENCE_MISMATCHED'],
      ['a', 'CONSENT_ABSENT'],
    ]);
    const others = makeData(OTHER, null, three);
    const theirs = await signAll(others, {}, three);
    expect(hints(named('b', theirs), named('c', consent))).toEqual([
      ['c', 'REFERENCE_ABSENT'],
      ['b', 'CONSENT_ABSENT'],
    ]);
  });

  test('to another version of the agreement does not serve', async () => {
    const changed = { ...mine, fields: makeData({ ...MINOR, stipendYuan: '100' }, null, three).fields };
    const stale = await signAll(consentTo(changed, three), {}, consentForm);
    expect(hints(named('a', file), named('c', stale))[0]).toEqual(['c', 'REFERENCE_MISMATCHED']);
  });
});

describe('an extension beside the first agreement', () => {
  test('belongs to it by the digest of the signed file, also once that was signed or sealed further', async () => {
    const data = makeData();
    const first = await signAll(data);
    const extension = await signAll(amendment(data, first));
    const files = [named('first', first), named('extension', extension)];
    expect(hints(...files)).toEqual([['extension', 'REFERENCE_MATCHED']]);
    const json: unknown = JSON.parse(printReports(files));
    expect(json).toMatchObject({ references: [{ code: 'REFERENCE_MATCHED', file: 'extension', others: ['first'] }] });
    expect(JSON.parse(printReports([named('first', first)]))).not.toHaveProperty('references');
  });

  test.each<[string, (data: AgreementData, first: Uint8Array) => AgreementData]>([
    ['another digest', (data, first) => amendment(data, first, { sha256: sha256Hex(new Uint8Array()) })],
    ['the digest of the unsigned agreement', (data) => amendment(data, renderRevisionZero(template, data))],
    ['another student', (data, first) => amendment(data, first, {}, { ...EXTENDED, studentName: '王小明' })],
    ['another unit', (data, first) => amendment(data, first, {}, { ...EXTENDED, unitCreditCode: VALUES['schoolCreditCode'] ?? '' })],
  ])('with %s does not belong to it', async (_, amend) => {
    const data = makeData();
    const first = await signAll(data);
    const extension = await signAll(amend(data, first));
    expect(hints(named('first', first), named('extension', extension))).toEqual([['extension', 'REFERENCE_MISMATCHED']]);
  });
});

describe('files that are there again', () => {
  const repeats = (...files: readonly ReturnType<typeof named>[]) =>
    judgeRepeats(files).map(({ finding, file, others }) => [file, finding.code, ...others]);

  test('are told of each other, whatever they are', async () => {
    const [one, other] = [await signAll(makeData()), await signAll(makeData())];
    expect(repeats(named('a', one), named('b', other))).toEqual([]);
    expect(repeats(named('a', one), named('b', one), named('c', other))).toEqual([
      ['a', 'FILE_REPEATED', 'b'],
      ['b', 'FILE_REPEATED', 'a'],
    ]);
    const foreign = Uint8Array.of(1, 2, 3);
    expect(repeats(named('x', foreign), named('y', foreign)).map(([, code]) => code)).toEqual(['FILE_REPEATED', 'FILE_REPEATED']);
  });

  test('at another step of signing are called so, and told from two that differ', async () => {
    const data = makeData();
    const whole = await signAll(data);
    const steps = [renderRevisionZero(template, data), whole];
    expect(repeats(...steps.map((bytes, i) => named(`${i}`, bytes)))).toEqual([
      ['0', 'VERSIONS_REPEATED', '1'],
      ['1', 'VERSIONS_REPEATED', '0'],
    ]);
    const changed = await signAll({ ...data, fields: makeData({ ...VALUES, stipendYuan: '100' }).fields });
    expect(repeats(named('a', whole), named('b', changed), named('c', changed))).toEqual([
      ['b', 'FILE_REPEATED', 'c'],
      ['c', 'FILE_REPEATED', 'b'],
      ['a', 'NUMBER_REPEATED', 'b', 'c'],
      ['b', 'NUMBER_REPEATED', 'a'],
      ['c', 'NUMBER_REPEATED', 'a'],
    ]);
  });

  test('name twenty others at most, and count them all', () => {
    const many = Array.from({ length: 300 }, (_, i) => named(`${i}`, Uint8Array.of(1, 2, 3)));
    const found = judgeRepeats(many);
    expect(found.map(({ others }) => others.length)).toEqual(many.map(() => 20));
    expect(found[7]?.others.slice(0, 9)).toEqual(['0', '1', '2', '3', '4', '5', '6', '8', '9']);
    expect(found[7]?.finding.zh).toContain('299');
  });

  test('stand in the JSON', async () => {
    const file = await signAll(makeData());
    const json: unknown = JSON.parse(printReports([named('a', file), named('b', file)]));
    expect(json).toMatchObject({ references: [{ code: 'FILE_REPEATED', file: 'a', others: ['b'] }, { file: 'b' }] });
  });
});

describe('where the code on the last page leads', () => {
  test('is said of each file, and a place that differs stands out', async () => {
    const at = (verifyOrigin: string) => signAll({ ...makeData(), verifyOrigin });
    const [usual, forged] = ['https://verify.example.edu.cn', 'https://1.2.3.4.5'];
    const files = await Promise.all([usual, usual, forged].map(at));
    const examined = [...files, await signAll(makeData())].map((bytes, i) => examineFile(`${i}`, bytes, context));
    expect(examined.map(({ report }) => report.verdict)).toEqual(['passed', 'passed', 'passed', 'passed']);
    expect(examined.flatMap(({ report }) => report.findings.flatMap(({ code, zh }) => (code === 'QR_LEADS_TO' ? [zh] : [])))).toEqual(
      [usual, usual, forged].map((origin) => expect.stringContaining(origin)),
    );
    expect(compareFiles(examined).codes).toEqual([
      { origin: usual, files: ['0', '1'] },
      { origin: forged, files: ['2'] },
      { origin: null, files: ['3'] },
    ]);
    expect(compareFiles(examined.slice(3)).codes).toEqual([]);
  });
});
