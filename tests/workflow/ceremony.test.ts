import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromBase64, fromUtf8 } from '../../src/bytes.ts';
import type { InvitationsJson, PreparedJson } from '../../src/http/contract.ts';
import { firstNumber, openTestBatch } from './test-batch.ts';
import { Browser, json, refusal, spkiOf, tokenOf, Visit } from './test-browser.ts';

test('a wrong answer costs a try, and after five the link is locked even for the right answer', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'student');
  const browser = new Browser(world.app);
  const wrong = { role: 'student', idLastSix: '00000X' };
  for (let attempt = 1; attempt <= 4; attempt++) {
    expect(await refusal(browser.post(`/api/s/${token}/start`, wrong))).toBe('IDENTITY_MISMATCH');
  }
  expect(await refusal(browser.post(`/api/s/${token}/start`, wrong))).toBe('LINK_LOCKED');
  expect(await refusal(browser.post(`/api/s/${token}/start`, await world.answerFor(number, 'student')))).toBe('LINK_LOCKED');
  expect(browser.cookies.size).toBe(0);
  const told = await (await browser.send(`/s/${token}`)).text();
  expect(told).toMatch(/请联系[^，。]*（[\d-]+）重新发送链接/);
});

test('guesses sent all at once get no more tries than one after another', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'student');
  const guesses = Array.from({ length: 20 }, (_, index) => ({ role: 'student', idLastSix: String(index).padStart(6, '0') }));
  await Promise.all(guesses.map((guess) => new Browser(world.app).post(`/api/s/${token}/start`, guess)));
  expect(await refusal(new Browser(world.app).post(`/api/s/${token}/start`, await world.answerFor(number, 'student')))).toBe('LINK_LOCKED');
});

test('the right answer gives the tries back', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'student');
  const answer = await world.answerFor(number, 'student');
  for (let round = 0; round < 3; round++) {
    const browser = new Browser(world.app);
    for (let attempt = 1; attempt <= 4; attempt++) await browser.post(`/api/s/${token}/start`, { role: 'student', idLastSix: '00000X' });
    expect(await json(browser.post(`/api/s/${token}/start`, answer))).toEqual({ next: `/s/${token}/read` });
  }
});

test('a credit code that no organisation can have is told and costs no try', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'unit');
  const answer = await world.answerFor(number, 'unit');
  if (!('creditCode' in answer)) throw new Error('no credit code');
  const last = answer.creditCode.at(-1) === '0' ? '1' : '0';
  const browser = new Browser(world.app);
  for (let attempt = 1; attempt <= 6; attempt++) {
    const mistyped = { ...answer, creditCode: `${answer.creditCode.slice(0, 17)}${last}` };
    expect(await refusal(browser.post(`/api/s/${token}/start`, mistyped))).toBe('CREDIT_CODE_MISTYPED');
  }
  expect(await json(browser.post(`/api/s/${token}/start`, answer))).toEqual({ next: `/b/${token}/list` });
});

test('a guardian may type the name with spaces or another dot', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'minor');
  const token = await world.tokenFor(number, 'guardian');
  const answer = await world.answerFor(number, 'guardian');
  if (answer.role !== 'guardian') throw new Error('no guardian');
  const [first = '', ...rest] = answer.studentName;
  for (const studentName of [`${first} ${rest.join('')} `, `${first}•${rest.join('')}`])
    expect(await json(new Browser(world.app).post(`/api/s/${token}/start`, { ...answer, studentName }))).toEqual({
      next: `/s/${token}/read`,
    });
});

test('the answer of another role opens nothing', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'minor');
  const token = await world.tokenFor(number, 'guardian');
  const answer = await world.answerFor(number, 'student');
  expect(await refusal(new Browser(world.app).post(`/api/s/${token}/start`, answer))).toBe('IDENTITY_MISMATCH');
});

test('a link alone, without the proof of identity in this browser, reads and signs nothing', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'student');
  const stranger = new Browser(world.app);
  for (const path of [`/api/s/${token}`, `/api/s/${token}/agreements/${number}/document`]) {
    expect(await refusal(stranger.send(path))).toBe('IDENTITY_NOT_PROVED');
  }
  expect((await stranger.send(`/s/${token}/read`)).status).toBe(401);
  const body = { agreementNumber: number, certificateId: 'x', ink: null, consent: true, termsSha256: '0'.repeat(64) };
  expect(await refusal(stranger.post(`/api/s/${token}/prepare`, body))).toBe('IDENTITY_NOT_PROVED');
});

test('a proof for one link opens no other link', async () => {
  const world = await openTestBatch();
  const [one, other] = world.batch.rows.filter((row) => row.cells.guardian.state === 'none');
  if (one === undefined || other === undefined) throw new Error('two adults needed');
  const visit = await world.visit(one.agreementNumber, 'student');
  const otherToken = await world.tokenFor(other.agreementNumber, 'student');
  expect(await refusal(visit.browser.send(`/api/s/${otherToken}`))).toBe('IDENTITY_NOT_PROVED');
  expect(await refusal(visit.prepare(other.agreementNumber))).toBe('AGREEMENT_UNKNOWN');
});

test('who signs out of turn is told whom to wait for', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'minor');
  for (const role of ['guardian', 'unit', 'school'] as const) {
    const visit = await world.visit(number, role);
    const answer = await visit.prepare(number);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'SIGNATORY_OUT_OF_TURN', zh: expect.stringContaining('丙方（学生）') });
  }
});

test('a party that has signed is not asked to prepare again', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  await visit.signAgreement(number);
  expect(await refusal(visit.prepare(number))).toBe('SIGNATORY_ALREADY_SIGNED');
});

test('a value made by another key is refused and nothing is stored', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  const impostor = await world.visit(number, 'student');
  const prepared = await json<PreparedJson>(visit.prepare(number));
  const forged = await impostor.signBytes(fromBase64(prepared.signedAttributes));
  expect(await refusal(visit.finish(prepared.preparedId, forged))).toBe('SIGNATURE_VALUE_WRONG');
  expect(await refusal(visit.finish(prepared.preparedId, 'AAAA'))).toBe('SIGNATURE_VALUE_MALFORMED');
  expect(await world.ports.agreements.find(number)).toMatchObject({ head: { number: 0 } });
});

test('a certificate without proof that the key is held is not issued', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const [visit, other] = [await world.visit(number, 'student'), await world.visit(number, 'student')];
  const proofOfPossession = await other.signBytes(fromUtf8(visit.ceremony.possessionText));
  const body = { publicKeySpki: await spkiOf(visit.key), proofOfPossession };
  expect(await refusal(visit.browser.post(`/api/s/${visit.token}/certificate`, body))).toBe('CERTIFICATE_REQUEST_REFUSED');
});

test('a new link for a person ends the old one, and other links go on', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'minor');
  const old = await world.tokenFor(number, 'student');
  const path = `/api/school/batches/${world.batchId}/invitations`;
  const { invitations } = await json<InvitationsJson>(world.school.post(path, { only: { agreementNumber: number, role: 'student' } }));
  expect(invitations).toHaveLength(1);
  expect(readdirSync(join(world.dataFolder, 'outbox'))).toHaveLength(world.invitations.length + 1);
  const answer = await world.answerFor(number, 'student');
  expect(await refusal(new Browser(world.app).post(`/api/s/${old}/start`, answer))).toBe('LINK_REVOKED');
  const [fresh] = invitations;
  if (fresh === undefined) throw new Error('no link');
  await Visit.begin(world.app, tokenOf(fresh), answer);
  await world.visit(number, 'guardian');
});

test('a link ends after fifteen days and a session after three hours', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const visit = await world.visit(number, 'student');
  world.wait(3 * 3_600_000);
  expect(await refusal(visit.prepare(number))).toBe('IDENTITY_NOT_PROVED');
  world.wait(15 * 86_400_000);
  expect(await refusal(visit.prepare(number))).toBe('LINK_EXPIRED');
  expect(await refusal(new Browser(world.app).post('/api/s/nothing/start', { role: 'student', idLastSix: '000000' }))).toBe('LINK_UNKNOWN');
});
