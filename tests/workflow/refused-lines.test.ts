/** Refusals that several lines give: each line by itself, so that none can go unnoticed because another gives the same code. */
import { expect, test } from 'vitest';
import { fromBase64 } from '../../src/bytes.ts';
import { makeApp } from '../../src/http/app.ts';
import type { BatchJson, PreparedJson, RosterJson } from '../../src/http/contract.ts';
import { authorizeReading } from '../../src/workflow/authorize.ts';
import { enterClassroom, openClassroom, readClassroom } from '../../src/workflow/classroom.ts';
import { reissueAgreement } from '../../src/workflow/end-agreement.ts';
import { finishSignature } from '../../src/workflow/finish-signature.ts';
import { makeServerKey, startKeyRun } from '../../src/workflow/organisation-key.ts';
import { makeSignerToken } from '../../src/workflow/signer-token.ts';
import { enterSchool, firstNumber, openTestBatch, rosterFile } from './test-batch.ts';
import { Browser, codeOn, json, refusal, spkiOf } from './test-browser.ts';
import { openTestService, SCHOOL, type TestService } from './test-service.ts';

/** A batch that nobody has generated yet. */
async function openQueued(service: TestService) {
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const { batchId } = await json<BatchJson>(school.post('/api/school/batches', { rosterId, name: '批次', annex: null }));
  return { school, rosterId, batchId };
}

test('an agreement that is not generated is refused at every door of the school and of programs, and to its signatory', async () => {
  const service = await openTestService();
  const { ports, app } = service;
  const { school, batchId } = await openQueued(service);
  const [agreement] = await ports.agreements.listOfBatch(batchId);
  const student = agreement?.parties.find(({ role }) => role === 'student');
  if (agreement === undefined || student === undefined) throw new Error('no agreement');
  const path = `/school/agreements/${agreement.number}`;
  expect(await codeOn(await school.send(`${path}/agreement.pdf`))).toBe('AGREEMENT_NOT_READY');
  expect(await codeOn(await school.send(`${path}/evidence`))).toBe('AGREEMENT_NOT_READY');
  expect(await codeOn(await school.form(`${path}/voiding`, { reason: 'value-wrong', message: '' }))).toBe('AGREEMENT_NOT_READY');
  const creditCode = JSON.parse(agreement.dataText).fields.schoolCreditCode;
  const { token } = await makeSignerToken(ports, SCHOOL, { label: 'x', role: 'school', creditCode, days: 1 });
  const headers = { Authorization: `Bearer ${token}` };
  expect(await refusal(app.request(`/api/signer/agreements/${agreement.number}/document`, { headers }))).toBe('AGREEMENT_NOT_READY');
  const ceremony = { id: 'c', tenant: SCHOOL.id, batch: batchId, role: 'student', agreement: agreement.number } as const;
  const times = { createdAt: ports.clock.now(), expiresAt: ports.clock.now(), failedAttempts: 0, revoked: false };
  const reading = authorizeReading(ports, { ...ceremony, ...times, signatoryKey: student.signatoryKey }, agreement.number);
  await expect(reading).rejects.toMatchObject({ code: 'AGREEMENT_NOT_READY' });
});

test('an organisation whose agreements were all taken back is told so at every step of its link', async () => {
  const world = await openTestBatch();
  const { browser, token, key } = await world.visit(firstNumber(world.batch, 'adult'), 'unit');
  for (const { agreementNumber } of world.batch.rows) {
    const answer = await world.school.form(`/school/agreements/${agreementNumber}/voiding`, { reason: 'declined', message: '' });
    expect(answer.status).toBe(303);
  }
  expect(await codeOn(await browser.send(`/b/${token}`))).toBe('AGREEMENT_NOT_READY');
  expect(await codeOn(await browser.send(`/b/${token}/list`))).toBe('AGREEMENT_NOT_READY');
  expect(await codeOn(await browser.form(`/b/${token}/seal/removal`, {}))).toBe('AGREEMENT_NOT_READY');
  expect(await refusal(browser.send(`/api/s/${token}`))).toBe('AGREEMENT_NOT_READY');
  const proof = { publicKeySpki: await spkiOf(key), proofOfPossession: 'AAAA' };
  expect(await refusal(browser.post(`/api/s/${token}/certificate`, proof))).toBe('AGREEMENT_NOT_READY');
  const own = { certificates: ['AAAA'], proofOfPossession: 'AAAA' };
  expect(await refusal(browser.post(`/api/s/${token}/certificate/own`, own))).toBe('AGREEMENT_NOT_READY');
});

test('a key is neither made for a batch that is not generated nor told to sign it', async () => {
  const service = await openTestService();
  const { ports } = service;
  const { batchId } = await openQueued(service);
  const making = makeServerKey(ports, SCHOOL, { operator: '1', label: 'x', passphrase: 'long enough', batchId });
  await expect(making).rejects.toMatchObject({ code: 'BATCH_NOT_GENERATED' });
  const at = ports.clock.now();
  const key = { id: 'k', tenant: SCHOOL.id, label: 'x', keeper: 'file', chain: [], createdAt: at };
  await ports.organisationKeys.save(key, { tenant: SCHOOL.id, at, kind: 'x', subject: 'k', detail: {} });
  const run = { operator: '1', keyId: 'k', batchId, termsSha256: '', seal: 'none' } as const;
  const starting = startKeyRun(ports, SCHOOL, run, { from: 'unknown', device: 'other' });
  await expect(starting).rejects.toMatchObject({ code: 'BATCH_NOT_GENERATED' });
});

test('a service whose text was taken away says so on the roster, the board and the page of an agreement', async () => {
  const world = await openTestBatch();
  const { rosterId } = await openQueued(world);
  const read = await world.ports.rosters.find(rosterId);
  if (read === undefined) throw new Error('no roster');
  await world.ports.rosters.save({ ...read, id: 'unused', template: null }, new Uint8Array([1]));
  const service = { log: { info: () => {}, error: () => {} }, publicUrl: null, trustedProxies: [], suggestedAnnex: null };
  const rosterTemplate = () => Promise.reject(new Error('not asked for'));
  const app = makeApp({ ...service, rosterTemplate, ports: { ...world.ports, templates: [] } });
  const school = await enterSchool({ ...world, app });
  for (const path of [
    '/school/rosters/unused',
    `/school/batches/${world.batchId}`,
    `/school/agreements/${firstNumber(world.batch, 'adult')}`,
  ])
    expect([path, await codeOn(await school.send(path))]).toEqual([path, 'TEMPLATE_NOT_LOADED']);
});

test('a link that is locked opens nothing, neither its first page nor what was open in another browser', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const { browser, token } = await world.visit(number, 'student');
  const stranger = new Browser(world.app);
  for (let time = 0; time < 5; time++) await stranger.form(`/s/${token}/start`, { role: 'student', idLastSix: '000000' });
  expect(await codeOn(await stranger.send(`/s/${token}`))).toBe('LINK_LOCKED');
  expect(await codeOn(await browser.send(`/s/${token}/read`))).toBe('LINK_LOCKED');
  expect(await refusal(browser.send(`/api/s/${token}`))).toBe('LINK_LOCKED');
});

test('the classroom of another school is unknown', async () => {
  const { ports, batchId } = await openTestBatch();
  const { classroomId } = await openClassroom(ports, SCHOOL, batchId);
  await expect(readClassroom(ports, { id: 'other', name: '别的学校', creditCode: null }, classroomId)).rejects.toMatchObject({
    code: 'CLASSROOM_UNKNOWN',
  });
});

test('who has signed is told so at the door of the classroom', async () => {
  const world = await openTestBatch();
  const row = world.batch.rows.find(({ cells }) => cells.guardian.state === 'none');
  if (row === undefined) throw new Error('no adult');
  await (await world.visit(row.agreementNumber, 'student')).signAgreement(row.agreementNumber);
  const { classroomId } = await openClassroom(world.ports, SCHOOL, world.batchId);
  const { code } = await readClassroom(world.ports, SCHOOL, classroomId);
  const entry = { who: row.studentNumber, code: code?.code ?? '' };
  const entering = enterClassroom(world.ports, classroomId, entry, { from: 'unknown', device: 'other' });
  await expect(entering).rejects.toMatchObject({ code: 'SIGNATORY_ALREADY_SIGNED' });
});

test('an agreement that could not be made and was replaced meanwhile is not replaced a second time', async () => {
  const service = await openTestService();
  const { ports } = service;
  const { batchId } = await openQueued(service);
  const number = (await ports.agreements.listOfBatch(batchId))[0]?.number ?? '';
  await ports.agreements.recordFailure(number, { code: 'GLYPH_MISSING', zh: 'x' });
  const request = { reason: 'value-wrong', message: '', values: { post: '钳工' } } as const;
  const overtaken = { ...ports, endings: { ...ports.endings, void: async () => 'moved' as const } };
  await expect(reissueAgreement(overtaken, SCHOOL, number, request)).rejects.toMatchObject({ code: 'AGREEMENT_MOVED' });
  expect((await reissueAgreement(ports, SCHOOL, number, request)).batchId).toBe(batchId);
});

test('a signature that was overtaken between its judgement and the commit is asked for again, not taken for stored', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  const prepared = await json<PreparedJson>(visit.prepare(number));
  const value = fromBase64(await visit.sign(prepared));
  const overtaken = { ...world.ports, agreements: { ...world.ports.agreements, appendRevision: async () => 'moved' as const } };
  const session = [...visit.browser.cookies.values()][0];
  const finishing = finishSignature(overtaken, visit.token, session, prepared.preparedId, value);
  await expect(finishing).rejects.toMatchObject({ code: 'REVISION_MOVED' });
  expect(await finishSignature(world.ports, visit.token, session, prepared.preparedId, value)).toMatchObject({ stored: 'now' });
});
