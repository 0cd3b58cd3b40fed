import { expect, test } from 'vitest';
import type { BatchJson, CeremonyJson, InvitationsJson, PreparedJson } from '../../src/http/contract.ts';
import { firstNumber, openTestBatch, type TestBatch } from './test-batch.ts';
import { Browser, json, refusal, tokenOf, Visit } from './test-browser.ts';

const codeOn = async (response: Promise<Response>): Promise<string> =>
  /代码 <span class="code">([A-Z_]+)</.exec(await (await response).text())?.[1] ?? 'no code';
const board = (world: TestBatch): Promise<BatchJson> => json<BatchJson>(world.school.send(`/api/school/batches/${world.batchId}`));
const rowOf = async (world: TestBatch, number: string) => (await board(world)).rows.find((row) => row.agreementNumber === number);
const kinds = async (world: TestBatch): Promise<readonly string[]> => (await world.ports.audit.list('demo')).map(({ kind }) => kind);
const declining = { kind: 'decline', reason: 'safety', message: '听说要上夜班' };

async function newTokens(world: TestBatch, number: string): Promise<ReadonlyMap<string, string>> {
  const path = `/api/school/batches/${world.batchId}/invitations`;
  const { invitations } = await json<InvitationsJson>(world.school.post(path, {}));
  return new Map(invitations.filter((one) => one.agreementNumber === number).map((one) => [one.role, tokenOf(one)]));
}

test('a student who declines stops the signing of everybody, the board says why, and withdrawing lets it go on', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const student = await world.visit(number, 'student');
  const prepared = await json<PreparedJson>(student.prepare(number));
  expect((await student.browser.form(`/s/${student.token}/objection`, declining)).status).toBe(303);
  expect(await rowOf(world, number)).toMatchObject({
    state: 'declined',
    objections: [{ role: 'student', kind: 'decline', reason: 'safety', message: '听说要上夜班', identityProved: true }],
  });
  expect(await (await world.school.send(`/school/batches/${world.batchId}`)).text()).toContain('听说要上夜班');
  expect(await refusal(student.prepare(number))).toBe('AGREEMENT_DECLINED');
  expect(await refusal(student.finish(prepared.preparedId, await student.signBytes(new Uint8Array(3))))).toBe('AGREEMENT_DECLINED');
  expect(await (await student.browser.send(`/s/${student.token}/read`)).text()).toContain('签署先暂停了');
  const page = await (await student.browser.send(`/s/${student.token}/objection`)).text();
  expect(page).toContain('听说要上夜班');
  expect((await student.browser.form(`/s/${student.token}/objection/withdrawal`, {})).status).toBe(303);
  expect((await student.signAgreement(number)).next).toBe('unit');
  expect(await kinds(world)).toEqual(expect.arrayContaining(['OBJECTION_RAISED', 'OBJECTION_WITHDRAWN']));
  expect(JSON.stringify(await world.ports.audit.list('demo'))).not.toContain('夜班');
});

test('a unit declines one agreement of its list and signs the others', async () => {
  const world = await openTestBatch();
  const [one, other] = world.batch.rows.filter(
    (row) => row.cells.guardian.state === 'none' && row.unitName === world.batch.rows[0]?.unitName,
  );
  if (one === undefined || other === undefined) throw new Error('two adults of one unit needed');
  for (const row of [one, other]) await (await world.visit(row.agreementNumber, 'student')).signAgreement(row.agreementNumber);
  const unit = await world.visit(one.agreementNumber, 'unit');
  await unit.browser.form(`/b/${unit.token}/objection`, { ...declining, agreementNumber: one.agreementNumber });
  const { items } = await json<CeremonyJson>(unit.browser.send(`/api/s/${unit.token}`));
  expect(items.find((item) => item.agreementNumber === one.agreementNumber)?.state).toBe('declined');
  await unit.signAgreement(other.agreementNumber);
  expect((await rowOf(world, one.agreementNumber))?.cells.unit.state).toBe('waiting');
});

test('whoever only holds the link may ask but not decline, and asks a few times only', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'student');
  const stranger = new Browser(world.app);
  const asking = { kind: 'question', reason: 'not-me', message: '' };
  expect(await codeOn(stranger.form(`/s/${token}/objection`, declining))).toBe('IDENTITY_NOT_PROVED');
  for (let time = 1; time <= 3; time++) expect((await stranger.form(`/s/${token}/objection`, asking)).status).toBe(303);
  expect(await codeOn(stranger.form(`/s/${token}/objection`, asking))).toBe('OBJECTION_TOO_MANY');
  expect(await rowOf(world, number)).toMatchObject({ state: 'signing', objections: [{}, {}, { identityProved: false }] });
  await (await world.visit(number, 'student')).signAgreement(number);
  expect((await world.school.form(`/school/agreements/${number}/objections/closing`, {})).status).toBe(303);
  expect((await rowOf(world, number))?.objections).toEqual([]);
});

test('who has signed can ask but no longer decline', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const student = await world.visit(number, 'student');
  await student.signAgreement(number);
  expect(await codeOn(student.browser.form(`/s/${student.token}/objection`, declining))).toBe('OBJECTION_TOO_LATE');
  expect((await rowOf(world, number))?.state).toBe('signing');
});

test('a partly signed agreement is voided: links say so, the file stays, and anybody who asks the number is told', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const student = await world.visit(number, 'student');
  const { revisionSha256 } = await student.signAgreement(number);
  const form = { reason: 'student-withdrawn', message: '张同学自己联系了单位' };
  expect((await world.school.form(`/school/agreements/${number}/voiding`, form)).status).toBe(303);
  expect(await refusal(student.browser.send(`/api/s/${student.token}`))).toBe('AGREEMENT_VOIDED');
  const arrival = await new Browser(world.app).send(`/s/${student.token}`);
  expect(arrival.status).toBe(410);
  expect(await arrival.text()).toContain('学生不参加这次实习');
  expect((await world.school.send(`/school/agreements/${number}/agreement.pdf`)).status).toBe(200);
  const page = await (await new Browser(world.app).send(`/v/${number}`)).text();
  expect(page).toContain('这份协议已作废');
  expect(page).toContain('学生不参加这次实习');
  expect(page).toContain(revisionSha256);
  expect(page).not.toContain('张同学');
  const file = await (await world.school.send(`/school/agreements/${number}/agreement.pdf`)).blob();
  const judged = await new Browser(world.app).form('/verify', { file: new File([file], 'x.pdf') });
  expect(await judged.text()).toContain('这份协议已由学校作废');
  const after = await board(world);
  expect(after).toMatchObject({ voided: 1 });
  expect(after.rows.find((row) => row.agreementNumber === number)).toMatchObject({
    state: 'voided',
    voided: { reason: 'student-withdrawn' },
  });
  expect(await codeOn(world.school.form(`/school/agreements/${number}/voiding`, form))).toBe('AGREEMENT_VOIDED');
  expect(JSON.stringify(await world.ports.audit.list('demo'))).not.toContain('张同学');
});

test('a signature under way when the agreement is voided is not stored', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const student = await world.visit(number, 'student');
  const prepared = await json<PreparedJson>(student.prepare(number));
  const value = await student.sign(prepared);
  await world.school.form(`/school/agreements/${number}/voiding`, { reason: 'value-wrong' });
  expect(await refusal(student.finish(prepared.preparedId, value))).toBe('AGREEMENT_VOIDED');
  expect(await world.ports.agreements.find(number)).toMatchObject({ state: 'voided', head: { number: 0 } });
});

test('of two who void it at once one is told that it moved', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const voiding = () => world.school.form(`/school/agreements/${number}/voiding`, { reason: 'value-wrong', message: '' });
  const answers = await Promise.all([voiding(), voiding()]);
  const refused = answers.filter(({ status }) => status !== 303);
  expect(await Promise.all(refused.map((answer) => codeOn(Promise.resolve(answer))))).toEqual(['AGREEMENT_MOVED']);
});

test('what all have signed is ended only by agreement of all', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  for (const role of ['student', 'unit', 'school'] as const) await (await world.visit(number, role)).signAgreement(number);
  expect(await codeOn(world.school.form(`/school/agreements/${number}/voiding`, { reason: 'value-wrong' }))).toBe('AGREEMENT_CONCLUDED');
  expect((await rowOf(world, number))?.state).toBe('completed');
  expect((await world.school.form(`/school/agreements/${number}/voiding`, { reason: 'all-agreed' })).status).toBe(303);
  expect((await rowOf(world, number))?.state).toBe('voided');
});

test('an agreement issued anew has another number, names the old one, and is signed by everybody again', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const student = await world.visit(number, 'student');
  await student.signAgreement(number);
  const same = world.school.form(`/school/agreements/${number}/reissue`, { reason: 'value-wrong', message: '' });
  expect(await codeOn(same)).toBe('REISSUE_UNCHANGED');
  const wrong = { reason: 'value-wrong', message: '', 'v.stipendYuan': '三千' };
  expect(await codeOn(world.school.form(`/school/agreements/${number}/reissue`, wrong))).toBe('REISSUE_VALUES_REFUSED');
  expect((await rowOf(world, number))?.state).toBe('signing');
  const right = { ...wrong, 'v.stipendYuan': '3456', 'v.studentIdNumber': '' };
  const answer = await world.school.form(`/school/agreements/${number}/reissue`, right);
  expect(answer.status).toBe(303);
  const fresh = answer.headers.get('Location')?.split('/').at(-1) ?? '';
  await world.work();
  expect(await rowOf(world, number)).toMatchObject({ state: 'voided', voided: { replacedBy: fresh } });
  expect(await rowOf(world, fresh)).toMatchObject({ state: 'signing', replaces: number, cells: { student: { state: 'turn' } } });
  expect((await board(world)).progress.state).toBe('ready');
  const page = await (await new Browser(world.app).send(`/v/${fresh}`)).text();
  expect(page).toContain(number);
  const token = (await newTokens(world, fresh)).get('student') ?? '';
  const visit = await Visit.begin(world.app, token, await world.answerFor(fresh, 'student'));
  await visit.signAgreement(fresh);
  expect(visit.ceremony.items[0]?.stipendYuan).toBe('3456');
  expect(await world.ports.audit.list('demo')).toContainEqual(
    expect.objectContaining({
      kind: 'AGREEMENT_REISSUED',
      subject: fresh,
      detail: { replaces: number, changed: ['stipendYuan'], reason: 'value-wrong' },
    }),
  );
});

test('an expired link says since when and whom to ask, and the school may choose how long links last', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const path = `/api/school/batches/${world.batchId}/invitations`;
  const { invitations } = await json<InvitationsJson>(
    world.school.post(path, { days: 2, only: { agreementNumber: number, role: 'student' } }),
  );
  const token = invitations.map(tokenOf)[0] ?? '';
  expect(await (await new Browser(world.app).send(`/s/${token}`)).text()).toContain('链接有效期至 2026年3月3日');
  world.wait(2 * 86_400_000);
  const expired = await new Browser(world.app).send(`/s/${token}`);
  expect(expired.status).toBe(410);
  expect(await expired.text()).toMatch(/链接已于2026年3月3日.*过期。请向.*（[\d-]+）索取新链接/);
});

test('another school sees, voids and closes nothing of it', async () => {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const stranger = new Browser(world.app);
  for (const path of ['voiding', 'reissue', 'objections/closing'])
    expect(await codeOn(stranger.form(`/school/agreements/${number}/${path}`, { reason: 'value-wrong' }))).toBe('SCHOOL_SESSION_MISSING');
  expect((await stranger.send(`/school/agreements/${number}`)).status).toBe(401);
});
