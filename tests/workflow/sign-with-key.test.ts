import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toInstant } from '../../src/instant.ts';
import { verifyEvidence } from '../../src/verify/verify-evidence.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { makeEvidence } from '../../src/workflow/make-evidence.ts';
import { listKeys } from '../../src/workflow/organisation-key.ts';
import { displayValues } from '../../src/workflow/stored-data.ts';
import { NOW } from '../adapters/temporary.ts';
import { sealPng } from '../pdf/fake-seal.ts';
import { LICENSED, type LicensedLeaf, makeP12, STRANGER } from './licensed-authority.ts';
import { enterSchool, openTestBatch, type TestBatch } from './test-batch.ts';
import { Browser } from './test-browser.ts';
import { SCHOOL } from './test-service.ts';

const PASSPHRASE = 'correct horse battery';
const HOUR = 3_600_000;

/** Code on the page after a form, or `done`. */
async function said(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  if (response.status === 303) return 'done';
  return /<span class="code small">([A-Z_]+)</.exec(await response.text())?.[1] ?? `no code, ${response.status}`;
}

async function valuesOf(world: TestBatch): Promise<Readonly<Record<string, string>>> {
  const agreement = await world.ports.agreements.find(world.batch.rows[0]?.agreementNumber ?? '');
  if (agreement === undefined) throw new Error('no agreement');
  return displayValues(agreement);
}

async function schoolLeaf(world: TestBatch): Promise<LicensedLeaf> {
  const { schoolName = '', schoolCreditCode = '' } = await valuesOf(world);
  return LICENSED.issue(
    { country: 'CN', organisation: schoolName, commonName: schoolName, organisationIdentifier: `NTRCN-${schoolCreditCode}` },
    'rsa2048',
  );
}

const p12File = (leaf: LicensedLeaf, password = 'p12-pass'): File => new File([makeP12(leaf, password)], 'seal.p12');

const store = (school: Browser, file: File, password = 'p12-pass'): Promise<string> =>
  said(school.form('/school/signing/keys', { label: '公章', operator: '0731', file, password, passphrase: PASSPHRASE }));

async function keyOf(world: TestBatch): Promise<string> {
  const [key] = await listKeys(world.ports, SCHOOL);
  if (key === undefined) throw new Error('no key');
  return key.id;
}

const unlock = (school: Browser, key: string, passphrase = PASSPHRASE, minutes = 60): Promise<string> =>
  said(school.form(`/school/signing/keys/${key}/unlocking`, { operator: '0731', passphrase, minutes: String(minutes) }));

async function begin(world: TestBatch, school: Browser, key: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { E_SIGNING_TERMS_SHA256 } = await import('../../src/agreement/e-signing-terms.ts');
  return said(
    school.form('/school/signing/runs', {
      operator: '0731',
      keyId: key,
      batchId: world.batchId,
      terms: E_SIGNING_TERMS_SHA256,
      consent: 'yes',
      ...more,
    }),
  );
}

/** Student and unit sign; the school's turn has come. */
async function bringToSchool(world: TestBatch, number: string): Promise<void> {
  for (const role of ['student', 'unit'] as const) await (await world.visit(number, role)).signAgreement(number);
}

const adults = ({ batch }: TestBatch): readonly string[] =>
  batch.rows.filter(({ cells }) => cells.guardian.state === 'none').map(({ agreementNumber }) => agreementNumber);

const signedBySchool = async ({ ports }: TestBatch, number: string): Promise<boolean> =>
  (await ports.agreements.find(number))?.parties.some(({ role, signedAt }) => role === 'school' && signedAt !== null) ?? false;

/** All jobs but seals, for which the licensed authority of the tests has no revocation list. */
async function work(world: TestBatch): Promise<void> {
  await world.work().catch((error: unknown) => {
    if (!(error instanceof Error && error.message === 'REVOCATION_UNAVAILABLE')) throw error;
  });
}

test('a batch is signed by the key of the school while it is unlocked, later turns as well, each once and each logged', async () => {
  const world = await openTestBatch();
  const { school } = world;
  const [one = '', two = '', three = ''] = adults(world);
  await bringToSchool(world, one);
  await bringToSchool(world, two);
  expect(await store(school, p12File(await schoolLeaf(world)))).toBe('done');
  const key = await keyOf(world);
  expect(await begin(world, school, key)).toBe('KEY_LOCKED');
  expect(await unlock(school, key, 'not the passphrase')).toBe('KEY_PASSPHRASE_WRONG');
  expect(await unlock(school, key)).toBe('done');
  expect(await begin(world, school, key)).toBe('done');
  expect(await begin(world, school, key)).toBe('KEY_RUN_OPEN');
  await work(world);
  expect(await Promise.all([one, two, three].map((number) => signedBySchool(world, number)))).toEqual([true, true, false]);

  await bringToSchool(world, three);
  await work(world);
  await work(world);
  expect(await signedBySchool(world, three)).toBe(true);

  const agreement = await world.ports.agreements.find(one);
  if (agreement?.state !== 'completed') throw new Error('not complete');
  const context = {
    templates: world.ports.templates,
    trustAnchors: world.ports.trustAnchors,
    namedRoots: world.ports.namedRoots,
    checkedAt: NOW,
  };
  const report = verifyFile(await world.ports.blobs.get(agreement.head.sha256), context);
  expect(report.signatures.at(-1)).toMatchObject({ party: 'school', assurance: 'licensed', custody: 'server' });
  expect(report.verdict).toBe('passed');
  const { evidence } = await makeEvidence(world.ports, SCHOOL, one);
  const party = evidence.parties.find(({ role }) => role === 'school');
  expect(party?.signature?.keyPlace).toBe('server');
  expect(party?.identityProofs.map(({ method }) => method)).toEqual(['server-key']);
  expect(evidence.parties[0]?.signature?.keyPlace).toBe('page');

  const log = await world.ports.audit.list(SCHOOL.id);
  const uses = log.filter(({ kind }) => kind === 'ORGANISATION_KEY_USED');
  expect(uses.map(({ subject }) => subject).sort()).toEqual([one, two, three].sort());
  expect(uses[0]?.detail).toMatchObject({ key, operator: '0731', documentSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(log.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['ORGANISATION_KEY_UNLOCK_FAILED', 'ORGANISATION_KEY_UNLOCKED', 'KEY_RUN_STARTED']),
  );
  expect(JSON.stringify(log)).not.toContain(PASSPHRASE);
});

test('stops when the time is over or the service starts again, and goes on where it stopped', async () => {
  const world = await openTestBatch();
  const [one = '', two = ''] = adults(world);
  await bringToSchool(world, one);
  expect(await store(world.school, p12File(await schoolLeaf(world)))).toBe('done');
  const key = await keyOf(world);
  await unlock(world.school, key);
  await begin(world, world.school, key);
  world.wait(HOUR);
  await work(world);
  expect(await signedBySchool(world, one)).toBe(false);
  const page = await (await world.school.send('/school/signing')).text();
  expect(page).toContain('密钥没有解锁');

  const restarted = { ...world, ...(await world.restart()) };
  const school = await enterSchool(restarted);
  expect(await signedBySchool(restarted, one)).toBe(false);
  expect(await unlock(school, key)).toBe('done');
  const { workOnce } = await import('../../src/workflow/generate-batch.ts');
  while (await workOnce(restarted.ports).catch(() => false));
  expect(await signedBySchool(restarted, one)).toBe(true);
  expect((await restarted.ports.audit.list(SCHOOL.id)).filter(({ kind }) => kind === 'ORGANISATION_KEY_USED')).toHaveLength(1);
  expect(await signedBySchool(restarted, two)).toBe(false);
});

test('two workers at once, or the same work twice, never sign an agreement twice', async () => {
  const world = await openTestBatch();
  const numbers = adults(world).slice(0, 3);
  for (const number of numbers) await bringToSchool(world, number);
  await store(world.school, p12File(await schoolLeaf(world)));
  const key = await keyOf(world);
  await unlock(world.school, key);
  await begin(world, world.school, key);
  const { signWithKey } = await import('../../src/workflow/sign-with-key.ts');
  const [run] = await world.ports.organisationKeys.openRuns({ key });
  if (run === undefined) throw new Error('no run');
  const claim = { kind: 'sign-with-key', subject: run.id, attempt: 1, failures: 0 };
  await Promise.all([signWithKey(world.ports, claim), signWithKey(world.ports, claim)]);
  for (const number of numbers) {
    const agreement = await world.ports.agreements.find(number);
    if (agreement?.state !== 'completed') throw new Error('not complete');
    const context = {
      templates: world.ports.templates,
      trustAnchors: world.ports.trustAnchors,
      namedRoots: world.ports.namedRoots,
      checkedAt: NOW,
    };
    const report = verifyFile(await world.ports.blobs.get(agreement.head.sha256), context);
    expect(report.signatures.map(({ party }) => party)).toEqual(['student', 'unit', 'school']);
  }
});

test('refuses a file that does not open, an untrusted or expired certificate, and the certificate of another organisation', async () => {
  const world = await openTestBatch();
  const { school } = world;
  const leaf = await schoolLeaf(world);
  const { schoolName = '' } = await valuesOf(world);
  const name = { country: 'CN', organisation: schoolName, commonName: schoolName };
  expect(await store(school, p12File(leaf), 'wrong')).toBe('KEY_FILE_REFUSED');
  expect(await store(school, new File(['no p12'], 'x.p12'))).toBe('KEY_FILE_REFUSED');
  expect(await store(school, p12File(STRANGER.issue(name)))).toBe('CERTIFICATE_NOT_TRUSTED');
  expect(await store(school, p12File(LICENSED.issue(name, 'p256', { notAfter: toInstant(NOW - HOUR) })))).toBe('CERTIFICATE_OUT_OF_DATE');
  const [number = ''] = adults(world);
  await bringToSchool(world, number);
  expect(await store(school, p12File(LICENSED.issue({ ...name, organisation: '另一所学校', commonName: '另一所学校' })))).toBe('done');
  const key = await keyOf(world);
  await unlock(school, key);
  expect(await begin(world, school, key)).toBe('done');
  await work(world);
  expect(await signedBySchool(world, number)).toBe(false);
  expect((await world.ports.organisationKeys.openRuns({ key })).map(({ trouble }) => trouble)).toEqual(['CERTIFICATE_OF_ANOTHER']);
});

test('a key made on the server signs with a platform certificate, and is labelled as kept by the server', async () => {
  const world = await openTestBatch();
  const { school } = world;
  const [number = ''] = adults(world);
  await bringToSchool(world, number);
  const form = { label: '试用', operator: '0731', passphrase: PASSPHRASE, batchId: world.batchId };
  expect(await said(school.form('/school/signing/keys/made', form))).toBe('done');
  const key = await keyOf(world);
  await unlock(school, key);
  await begin(world, school, key);
  await world.work();
  const agreement = await world.ports.agreements.find(number);
  if (agreement?.state !== 'completed') throw new Error('not complete');
  const context = {
    templates: world.ports.templates,
    trustAnchors: world.ports.trustAnchors,
    namedRoots: world.ports.namedRoots,
    checkedAt: NOW,
  };
  const report = verifyFile(await world.ports.blobs.get(agreement.head.sha256), context);
  expect(report).toMatchObject({ verdict: 'passed', level: 'B-LTA' });
  expect(report.signatures.at(-1)).toMatchObject({ party: 'school', assurance: 'platform', custody: 'server' });
});

test('keys and runs belong to their school; a removed key signs no more', async () => {
  const world = await openTestBatch();
  await store(world.school, p12File(await schoolLeaf(world)));
  const key = await keyOf(world);
  await unlock(world.school, key);
  await begin(world, world.school, key);
  const [run] = await world.ports.organisationKeys.openRuns({ key });
  const foreign = { id: 'other', name: '另一所学校', creditCode: null };
  await world.ports.tenants.ensure(foreign, NOW);
  const { lockKey, removeKey, startKeyRun, stopKeyRun, unlockKey } = await import('../../src/workflow/organisation-key.ts');
  const visitor = { from: '203.0.113.*', device: 'computer' };
  const request = { operator: '1', keyId: key, batchId: world.batchId, termsSha256: '0', seal: 'none' } as const;
  await expect(unlockKey(world.ports, foreign, key, { operator: '1', passphrase: PASSPHRASE, minutes: 5 })).rejects.toMatchObject({
    code: 'KEY_UNKNOWN',
  });
  await expect(lockKey(world.ports, foreign, key)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
  await expect(removeKey(world.ports, foreign, key)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
  await expect(startKeyRun(world.ports, foreign, request, visitor)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
  await expect(stopKeyRun(world.ports, foreign, run?.id ?? '')).rejects.toMatchObject({ code: 'KEY_RUN_UNKNOWN' });
  expect(await said(world.school.form('/school/signing/keys/connected', { label: 'x', operator: '1', signer: 'none' }))).toBe(
    'KEY_SIGNER_UNKNOWN',
  );
  const stranger = new Browser(world.app);
  expect((await stranger.form('/school/signing/runs', {})).status).toBe(401);
  expect(await said(world.school.form(`/school/signing/keys/${key}/locking`, {}))).toBe('done');
  expect(await said(world.school.form(`/school/signing/runs/${run?.id}/stopping`, {}))).toBe('done');
  expect(await said(world.school.form(`/school/signing/runs/${run?.id}/stopping`, {}))).toBe('KEY_RUN_UNKNOWN');
  expect(await said(world.school.form(`/school/signing/keys/${key}/removal`, {}))).toBe('done');
  expect(await unlock(world.school, key)).toBe('KEY_UNKNOWN');
  expect(await listKeys(world.ports, SCHOOL)).toEqual([]);
});

test('a token is made on the page, shown once, and ended there', async () => {
  const world = await openTestBatch();
  const { school } = world;
  const { unitCreditCode = '' } = await valuesOf(world);
  const made = await (
    await school.form('/school/signing/tokens', { label: '签章系统', organisation: `unit ${unitCreditCode}`, days: '30' })
  ).text();
  const token = /data-new-token>([A-Za-z0-9_-]{43})</.exec(made)?.[1] ?? '';
  const ask = () => world.app.request('http://localhost/api/signer/agreements', { headers: { Authorization: `Bearer ${token}` } });
  expect((await ask()).status).toBe(200);
  const page = await (await school.send('/school/signing')).text();
  expect(page).not.toContain(token);
  const id = /data-token-id="([0-9a-f]{32})"/.exec(page)?.[1] ?? '';
  expect(await said(school.form(`/school/signing/tokens/${id}/revocation`, {}))).toBe('done');
  expect(await said(school.form(`/school/signing/tokens/${id}/revocation`, {}))).toBe('SIGNER_TOKEN_UNKNOWN');
  expect((await ask()).status).toBe(401);
  expect(readFileSync(`${world.dataFolder}/sanfang.db`).includes(token)).toBe(false);
});

test('a key of the server signs with the picture of the school where that was chosen, and only where there is one', async () => {
  const world = await openTestBatch();
  const { school } = world;
  const [one = ''] = adults(world);
  await bringToSchool(world, one);
  await store(school, p12File(await schoolLeaf(world)));
  const key = await keyOf(world);
  await unlock(school, key);
  expect(await begin(world, school, key, { seal: 'own' })).toBe('SEAL_IMAGE_MISSING');
  const link = await world.visit(one, 'school');
  const picture = new File([new Uint8Array(sealPng())], '公章.png', { type: 'image/png' });
  expect((await link.browser.form(`/b/${link.token}/seal`, { seal: picture, diameterMm: '40' })).status).toBe(303);
  expect(await begin(world, school, key, { seal: 'own' })).toBe('done');
  await work(world);
  const signed = await world.ports.agreements.find(one);
  if (signed === undefined || !('head' in signed)) throw new Error('no file');
  const { templates, trustAnchors } = world.ports;
  const report = verifyFile(await world.ports.blobs.get(signed.head.sha256), { templates, trustAnchors, checkedAt: NOW });
  expect(report.signatures.at(-1)).toMatchObject({ party: 'school', custody: 'server', seal: { diameterMm: 40 } });
  expect(report.verdict).toBe('passed');
  const { evidence, ...files } = await makeEvidence(world.ports, SCHOOL, one);
  expect(evidence.parties.at(-1)?.signature?.seal?.sha256).toBe(report.signatures.at(-1)?.seal?.sha256);
  expect(verifyEvidence(files, trustAnchors).findings).toEqual([]);
});

test('a signer of the settings serves the school that the settings name, and no other', async () => {
  const world = await openTestBatch();
  const leaf = await schoolLeaf(world);
  const { connectSigner, connectedOf, unlockKey } = await import('../../src/workflow/organisation-key.ts');
  const hsm = { name: 'hsm', zh: '签名机', tenant: SCHOOL.id, chain: leaf.chain };
  const keeper = { ...world.ports.keeper, connected: [hsm] };
  const ports = { ...world.ports, keeper };
  const other = { id: 'other', name: '另一所学校', creditCode: null };
  await ports.tenants.ensure(other, NOW);
  const request = { operator: '1', label: '签名机', signer: 'hsm' };
  await expect(connectSigner(ports, other, request)).rejects.toMatchObject({ code: 'KEY_SIGNER_UNKNOWN' });
  expect(connectedOf(ports, other)).toEqual([]);
  const key = await connectSigner(ports, SCHOOL, request);
  const moved = { ...ports, keeper: { ...keeper, connected: [{ ...hsm, tenant: other.id }] } };
  const unlocking = { operator: '1', passphrase: '123456', minutes: 5 };
  await expect(unlockKey(moved, SCHOOL, key, unlocking)).rejects.toMatchObject({ code: 'KEY_SIGNER_UNKNOWN' });
});
