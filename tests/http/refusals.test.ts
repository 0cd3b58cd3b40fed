/** Every refusal that a door gives and no other test of the doors meets: asked over HTTP, told by its code. */
import { expect, test } from 'vitest';
import { E_SIGNING_TERMS_SHA256 } from '../../src/agreement/e-signing-terms.ts';
import type { BatchJson, PreparedJson, RosterJson } from '../../src/http/contract.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { enterSchool, firstNumber, openTestBatch, rosterFile } from '../workflow/test-batch.ts';
import { Browser, codeOn, json, refusal } from '../workflow/test-browser.ts';
import { openTestService, type TestService } from '../workflow/test-service.ts';

/** A batch whose agreements nobody has generated yet. */
async function openQueued(): Promise<TestService & { readonly school: Browser; readonly batchId: string; readonly rosterId: string }> {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const { batchId } = await json<BatchJson>(school.post('/api/school/batches', { rosterId, name: '批次', annex: null }));
  return { ...service, school, batchId, rosterId };
}

test('a key that is not the school’s opens nothing', async () => {
  const { app } = await openTestService();
  const stranger = new Browser(app);
  expect(await codeOn(await stranger.form('/school/session', { key: 'no-such-key' }))).toBe('SCHOOL_KEY_WRONG');
  expect(stranger.cookies.size).toBe(0);
});

test('a roster that does not exist is unknown, and so is one of another school', async () => {
  const { school } = await openQueued();
  expect(await refusal(school.send('/api/school/rosters/none'))).toBe('ROSTER_UNKNOWN');
});

test('a roster in which no row can be used opens no batch', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const roster = new File([`姓名,身份证号\n${VALUES['studentName']},${VALUES['studentIdNumber']}\n`], '名册.csv');
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster }));
  const request = { rosterId, name: '批次', annex: null, acknowledged: ['error', 'confirm'] };
  expect(await refusal(school.post('/api/school/batches', request))).toBe('ROSTER_HAS_NO_ROWS');
  expect(await service.ports.batches.list('demo')).toEqual([]);
});

test('before it is generated nothing of a batch can be downloaded and nobody can be invited', async () => {
  const { school, batchId, ports } = await openQueued();
  expect(await codeOn(await school.send(`/school/batches/${batchId}/agreements.zip`))).toBe('BATCH_NOT_GENERATED');
  expect(await refusal(school.post(`/api/school/batches/${batchId}/invitations`, {}))).toBe('INVITATION_NOT_NEEDED');
  const [agreement] = await ports.agreements.listOfBatch(batchId);
  expect(await codeOn(await school.send(`/school/agreements/${agreement?.number}/agreement.pdf`))).toBe('AGREEMENT_NOT_READY');
});

test('the same request sent twice at once is done once, and the second is told to wait', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: rosterFile() }));
  const send = () => school.post('/api/school/batches', { rosterId, name: '批次', annex: null }, { 'Idempotency-Key': 'twice-at-once' });
  const answers = await Promise.all([send(), send()]);
  const refused = answers.filter(({ ok }) => !ok);
  expect(await Promise.all(refused.map((answer) => refusal(answer)))).toEqual(['REQUEST_IN_PROGRESS']);
  expect(await service.ports.batches.list('demo')).toHaveLength(1);
});

test('a signatory who disagrees signs nothing and is told what that means', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  expect(await codeOn(await visit.browser.send(`/s/${visit.token}/sign?consent=disagree`))).toBe('CONSENT_WITHHELD');
  expect(await world.ports.agreements.find(number)).toMatchObject({ head: { number: 0 } });
});

test('a certificate or a preparation of another link signs nothing', async () => {
  const world = await openTestBatch();
  const [one, other] = world.batch.rows.filter((row) => row.cells.guardian.state === 'none');
  if (one === undefined || other === undefined) throw new Error('two adults needed');
  const [mine, theirs] = [await world.visit(one.agreementNumber, 'student'), await world.visit(other.agreementNumber, 'student')];
  const borrowed = {
    agreementNumber: one.agreementNumber,
    certificateId: theirs.certificateId,
    ink: null,
    consent: true,
    termsSha256: E_SIGNING_TERMS_SHA256,
  };
  expect(await refusal(mine.browser.post(`/api/s/${mine.token}/prepare`, borrowed))).toBe('CERTIFICATE_UNKNOWN');
  const prepared = await json<PreparedJson>(theirs.prepare(other.agreementNumber));
  const value = await theirs.sign(prepared);
  expect(await refusal(mine.finish(prepared.preparedId, value))).toBe('PREPARATION_UNKNOWN');
  expect(await refusal(mine.browser.send(`/api/s/${mine.token}/prepared/${prepared.preparedId}/document`))).toBe('PREPARATION_UNKNOWN');
  expect(await world.ports.agreements.find(other.agreementNumber)).toMatchObject({ head: { number: 0 } });
});

test('a fault of our own is told by the number of the request, and its cause goes to the log alone', async () => {
  const service = await openTestService();
  const school = await enterSchool(service);
  await service.close();
  const answer = await school.send('/api/school/rosters/any');
  const body = await answer.json();
  expect([answer.status, body.code]).toEqual([500, 'SERVICE_FAILED']);
  expect(Object.keys(body).sort()).toEqual(['code', 'requestId', 'zh']);
  expect(body.zh).toContain(body.requestId);
  expect(service.logged).toContainEqual(expect.objectContaining({ requestId: body.requestId, code: 'SERVICE_FAILED' }));
});
