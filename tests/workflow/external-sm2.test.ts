/** SM2 signatures that a program adds through the interface: keys by openssl, the file judged by the verifier, the evidence by its own. */
import { expect, test } from 'vitest';
import { fromBase64, fromUtf8, toBase64 } from '../../src/bytes.ts';
import type { Sm2PreparationJson, Sm2PreparationsJson, Sm2SignaturesJson } from '../../src/http/contract/signer.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { verifyEvidence } from '../../src/verify/verify-evidence.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { makeEvidence } from '../../src/workflow/make-evidence.ts';
import { makeSignerToken } from '../../src/workflow/signer-token.ts';
import { displayValues } from '../../src/workflow/stored-data.ts';
import { sweep } from '../../src/workflow/sweep.ts';
import { certifySm2, type Sm2Signer } from '../pki/sm2-keys.ts';
import { firstNumber, openTestBatch } from './test-batch.ts';
import { json, refusal } from './test-browser.ts';
import { SCHOOL } from './test-service.ts';

const DAY = 86_400_000;
const root = certifySm2({ name: '国密根', isCa: true, issuer: null });

/** The unit has signed, and a program of it holds an SM2 key under a root that this installation trusts. */
async function atUnit(trusted: 'trusted' | 'unknown' = 'trusted') {
  const world = await openTestBatch();
  const anchors: Uint8Array[] = world.ports.trustAnchors as Uint8Array[];
  if (trusted === 'trusted') anchors.push(root.certificate);
  const number = firstNumber(world.batch, 'adult');
  await (await world.visit(number, 'student')).signAgreement(number);
  const record = await world.ports.agreements.find(number);
  if (record === undefined) throw new Error('no agreement');
  const { unitName = '', unitCreditCode = '' } = displayValues(record);
  const { token } = await makeSignerToken(world.ports, SCHOOL, { label: '国密签章机', role: 'unit', creditCode: unitCreditCode, days: 30 });
  const signer = certifySm2({ name: unitName, issuer: root });
  let app = world.app;
  const send = (path: string, body?: unknown): Promise<Response> =>
    Promise.resolve(
      app.request(`http://localhost/api/signer/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const task = await json<{ terms: { sha256: string } }>(send('agreements'));
  const prepare = async (by: Sm2Signer = signer) => {
    const certificateChain = [toBase64(by.certificate)];
    const request = { agreementNumbers: [number], certificateChain, consent: true, termsSha256: task.terms.sha256 };
    return (await json<Sm2PreparationsJson>(send('sm2-preparations', request))).preparations[0];
  };
  const prepared = async (by: Sm2Signer = signer): Promise<Sm2PreparationJson> => {
    const one = await prepare(by);
    if (one === undefined || 'refused' in one) throw new Error(`refused: ${one?.refused.code}`);
    return one;
  };
  /** `signed`, or the code of the refusal. */
  const finish = async (preparedId: string, value: Uint8Array): Promise<string> => {
    const signatures = [{ preparedId, signatureValue: toBase64(value) }];
    const [one] = (await json<Sm2SignaturesJson>(send('sm2-signatures', { signatures }))).signatures;
    return one !== undefined && 'refused' in one ? one.refused.code : 'signed';
  };
  const add = async (by: Sm2Signer = signer): Promise<string> => {
    const one = await prepared(by);
    return finish(one.preparedId, by.sign(fromBase64(one.signedAttributes)));
  };
  const report = async () => {
    const agreement = await world.ports.agreements.find(number);
    if (agreement === undefined || !('head' in agreement)) throw new Error('no file');
    const file = await world.ports.blobs.get(agreement.head.sha256);
    return { file, ...verifyFile(file, { ...world.ports, checkedAt: world.ports.clock.now() }) };
  };
  const restart = async () => {
    const again = await world.restart();
    (again.ports.trustAnchors as Uint8Array[]).push(root.certificate);
    app = again.app;
  };
  return { world, number, signer, send, prepare, prepared, finish, add, report, restart };
}

const codes = ({ findings }: { readonly findings: readonly { readonly code: string }[] }) => findings.map(({ code }) => code);

test('a program adds its SM2 signature beside its ordinary one; report, evidence and seal have it', async () => {
  const unit = await atUnit();
  const { world, number } = unit;
  await (await world.visit(number, 'unit')).signAgreement(number);
  const one = await unit.prepared();
  expect(await unit.finish(one.preparedId, unit.signer.sign(fromBase64(one.signedAttributes)))).toBe('signed');
  expect(await unit.finish(one.preparedId, unit.signer.sign(fromBase64(one.signedAttributes)))).toBe('signed');
  expect(codes(await unit.report())).toEqual(expect.arrayContaining(['SM2_SIGNATURE_VALID', 'SIGNATURES_INCOMPLETE']));
  expect((await json<Sm2PreparationJson>(unit.send(`sm2-preparations/${one.preparedId}`))).state).toBe('signed');
  expect(await unit.prepare()).toMatchObject({ refused: { code: 'SM2_NOT_POSSIBLE' } });

  await (await world.visit(number, 'school')).signAgreement(number);
  await world.work();
  const sealed = await unit.report();
  expect(sealed).toMatchObject({ level: 'B-LTA', missing: [] });
  expect(codes(sealed)).toContain('SM2_SIGNATURE_VALID');

  const { evidence, ...files } = await makeEvidence(world.ports, SCHOOL, number);
  expect(evidence.parties.find(({ role }) => role === 'unit')?.sm2).toMatchObject({ revision: 3, certificates: [{ issuer: '国密根' }] });
  expect(verifyEvidence(files, world.ports.trustAnchors)).toMatchObject({ verdict: 'passed', findings: [] });
  const page = await (await world.school.send(`/school/agreements/${number}/evidence`)).text();
  expect(page).toContain('附加国密签名');
  const kinds = (await world.ports.audit.list(SCHOOL.id)).filter(({ subject }) => subject === number).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['SM2_SIGNATURE_PREPARED', 'SM2_SIGNATURE_ADDED', 'AGREEMENT_SEALED']));
});

test('it comes after the ordinary signature of the same organisation, never before or for another', async () => {
  const unit = await atUnit();
  expect(await unit.prepare()).toMatchObject({ refused: { code: 'SM2_NOT_POSSIBLE' } });
  await (await unit.world.visit(unit.number, 'unit')).signAgreement(unit.number);
  expect(await unit.add(certifySm2({ name: '别的公司', issuer: root }))).toBe('SM2_NOT_SOUND');
  const one = await unit.prepared();
  expect(await unit.finish(one.preparedId, unit.signer.sign(fromUtf8('something else')))).toBe('SM2_VALUE_WRONG');
  expect(await unit.finish(one.preparedId, unit.signer.sign(fromBase64(one.signedAttributes)).slice(0, 40))).toBe('SM2_VALUE_WRONG');
  expect(codes(await unit.report())).not.toContain('SM2_SIGNATURE_VALID');
});

test('a root that this installation does not know is refused before anything is stored', async () => {
  const unit = await atUnit('unknown');
  await (await unit.world.visit(unit.number, 'unit')).signAgreement(unit.number);
  expect(await unit.add(certifySm2({ name: '别家根', isCa: true, issuer: null }))).toBe('SM2_NOT_SOUND');
  expect((await unit.report()).signatures).toHaveLength(2);
});

test('a preparation outlives a restart, waits for days, and moves when another signs', async () => {
  const unit = await atUnit();
  await (await unit.world.visit(unit.number, 'unit')).signAgreement(unit.number);
  const one = await unit.prepared();
  await unit.restart();
  unit.world.wait(6 * DAY);
  const later = await json<Sm2PreparationJson>(unit.send(`sm2-preparations/${one.preparedId}`));
  expect(later).toEqual({ ...one, state: 'ready' });
  unit.world.wait(DAY);
  expect(await unit.finish(one.preparedId, unit.signer.sign(fromBase64(one.signedAttributes)))).toBe('PREPARATION_EXPIRED');

  const other = await atUnit();
  await (await other.world.visit(other.number, 'unit')).signAgreement(other.number);
  const two = await other.prepared();
  await (await other.world.visit(other.number, 'school')).signAgreement(other.number);
  expect(await other.finish(two.preparedId, other.signer.sign(fromBase64(two.signedAttributes)))).toBe('REVISION_MOVED');
  expect((await json<Sm2PreparationJson>(other.send(`sm2-preparations/${two.preparedId}`))).state).toBe('moved');
});

test('what is complete is sealed with it, whichever comes first; after a crash the sweep finds it', async () => {
  const unit = await atUnit();
  const { world, number } = unit;
  for (const role of ['unit', 'school'] as const) await (await world.visit(number, role)).signAgreement(number);
  expect(await unit.add()).toBe('signed');
  await world.work();
  expect(await unit.report()).toMatchObject({ level: 'B-LTA' });

  const late = await atUnit();
  for (const role of ['unit', 'school'] as const) await (await late.world.visit(late.number, role)).signAgreement(late.number);
  await late.world.work();
  expect(await late.add()).toBe('signed');
  await late.world.work();
  const { file, ...after } = await late.report();
  expect(after.level).toBe('B-LTA');
  expect(codes(after)).toContain('SM2_SIGNATURE_VALID');
  const template = late.world.ports.templates.find(({ pack }) => pack === 'sample');
  if (template === undefined) throw new Error('no sample');
  expect(reproduce(template, file).seals.map(({ kind }) => kind)).toEqual(['dss', 'archive']);

  const crashed = await atUnit();
  for (const role of ['unit', 'school'] as const) await (await crashed.world.visit(crashed.number, role)).signAgreement(crashed.number);
  const { jobs } = crashed.world.ports;
  // Everything queued is taken and left lying, as a process does that ends in the middle.
  for (;;) {
    const claim = await jobs.claim(crashed.world.ports.clock.now(), crashed.world.ports.clock.now());
    if (claim === undefined) break;
    await jobs.finish(claim);
  }
  await crashed.add();
  await sweep(crashed.world.ports);
  await crashed.world.work();
  expect(await crashed.report()).toMatchObject({ level: 'B-LTA' });
});

test('another token finds nothing, other terms are refused, and an SM2 certificate signs nothing ordinary', async () => {
  const unit = await atUnit();
  await (await unit.world.visit(unit.number, 'unit')).signAgreement(unit.number);
  const one = await unit.prepared();
  const agreement = await unit.world.ports.agreements.find(unit.number);
  const { schoolCreditCode = '' } = agreement === undefined ? {} : displayValues(agreement);
  const school = await makeSignerToken(unit.world.ports, SCHOOL, { label: '二', role: 'school', creditCode: schoolCreditCode, days: 2 });
  const answer = await unit.world.app.request(`http://localhost/api/signer/sm2-preparations/${one.preparedId}`, {
    headers: { Authorization: `Bearer ${school.token}` },
  });
  expect(await refusal(answer)).toBe('PREPARATION_UNKNOWN');
  const body = { agreementNumbers: [unit.number], certificateChain: [toBase64(unit.signer.certificate)], consent: true };
  expect(await refusal(unit.send('sm2-preparations', { ...body, termsSha256: 'a'.repeat(64) }))).toBe('TERMS_CHANGED');
  const visit = await unit.world.visit(unit.number, 'school');
  const declining = { kind: 'decline', reason: 'safety', message: '', agreementNumber: unit.number };
  expect((await visit.browser.form(`/b/${visit.token}/objection`, declining)).status).toBe(303);
  expect(await unit.prepare()).toMatchObject({ refused: { code: 'AGREEMENT_DECLINED' } });
  expect((await json<Sm2PreparationJson>(unit.send(`sm2-preparations/${one.preparedId}`))).state).toBe('paused');
  const ordinary = { ...body, termsSha256: (await json<{ terms: { sha256: string } }>(unit.send('agreements'))).terms.sha256 };
  expect(await refusal(unit.send('preparations', ordinary))).toBe('CERTIFICATE_UNREADABLE');
});
