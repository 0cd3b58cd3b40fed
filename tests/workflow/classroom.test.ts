import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromUtf8, toHex } from '../../src/bytes.ts';
import type { ClassroomJson } from '../../src/http/contract/classroom.ts';
import type { StartRequest } from '../../src/http/contract.ts';
import { toInstant } from '../../src/instant.ts';
import { enterClassroom } from '../../src/workflow/classroom.ts';
import { codeAt, hmacSha256, isCodeAt } from '../../src/workflow/classroom-code.ts';
import type { Ports } from '../../src/workflow/workflow.ts';
import { firstNumber, openTestBatch, type TestBatch } from './test-batch.ts';
import { Browser, json, Visit } from './test-browser.ts';

interface Room {
  readonly world: TestBatch;
  readonly id: string;
  readonly number: string;
  readonly values: Readonly<Record<string, string>>;
  code(): Promise<string>;
  enter(who: string, code: string, browser?: Browser): Promise<Response>;
}

async function openRoom(): Promise<Room> {
  const world = await openTestBatch();
  const number = firstNumber(world.batch, 'adult');
  const agreement = await world.ports.agreements.find(number);
  const { fields } = JSON.parse(agreement?.dataText ?? '{}') as { fields: Record<string, string> };
  const answer = await world.school.form(`/school/batches/${world.batchId}/classroom`, {});
  const id = answer.headers.get('Location')?.split('/').at(-1) ?? '';
  const code = async () => {
    const wall = await json<ClassroomJson>(world.school.send(`/api/school/classrooms/${id}`));
    if (wall.code === null) throw new Error('over');
    return wall.code.code;
  };
  const enter = (who: string, typed: string, browser = new Browser(world.app)) => browser.form(`/c/${id}`, { who, code: typed });
  return { world, id, number, values: fields, code, enter };
}

const codeWord = (text: string): string | undefined => /role="alert"[^>]*><p>([^<]+)/.exec(text)?.[1];
const wrongOf = (code: string): string => (code === '000000' ? '000001' : '000000');

test('the code is a truncated HMAC of the step: six digits, thirty seconds each, good for one step more', () => {
  const key = new Uint8Array(32).map((_, index) => index);
  expect(toHex(hmacSha256(key, fromUtf8('x')))).toBe(createHmac('sha256', key).update('x').digest('hex'));
  const at = toInstant(1_772_326_800_000);
  const { code, leftMs } = codeAt(key, at);
  expect(code).toMatch(/^\d{6}$/);
  expect(leftMs).toBe(30_000);
  expect(codeAt(key, toInstant(at + 29_999))).toEqual({ code, leftMs: 1 });
  expect(isCodeAt(key, toInstant(at + 59_999), code)).toBe(true);
  expect(isCodeAt(key, toInstant(at + 60_000), code)).toBe(false);
  expect(isCodeAt(key, toInstant(at - 1), code)).toBe(false);
});

test('a student signs in the classroom with the end of the ID number and the code, without a link', async () => {
  const { world, number, values, code, enter, id } = await openRoom();
  const phone = new Browser(world.app);
  const answer = await enter((values['studentIdNumber'] ?? '').slice(-6).toLowerCase(), await code(), phone);
  expect(answer.status).toBe(303);
  const [, token = ''] = /^\/s\/([^/]+)\/read$/.exec(answer.headers.get('Location') ?? '') ?? [];
  expect((await phone.send(`/s/${token}/read`)).status).toBe(200);
  await (await Visit.begin(world.app, token, await world.answerFor(number, 'student'))).signAgreement(number);
  expect(await json<ClassroomJson>(world.school.send(`/api/school/classrooms/${id}`))).toMatchObject({ signed: 1 });
  const wall = await (await world.school.send(`/school/classrooms/${id}`)).text();
  const list = await (await world.school.send(`/school/classrooms/${id}/list`)).text();
  expect(wall).not.toContain(values['studentName']);
  expect(list).toContain(values['studentName']);
  expect(await world.ports.audit.list('demo')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'CLASSROOM_ENTERED', subject: number }),
      expect.objectContaining({
        kind: 'IDENTITY_PROVED',
        detail: expect.objectContaining({ method: 'classroom-code+id-number-last-six' }),
      }),
    ]),
  );
  expect((await enter((values['studentIdNumber'] ?? '').slice(-6), await code())).status).toBe(409);
});

test('a student number, which classmates know, leads to the question for the ID number and no further', async () => {
  const { world, number, values, code, enter } = await openRoom();
  const phone = new Browser(world.app);
  const answer = await enter(values['studentNumber'] ?? '', await code(), phone);
  const [, token = ''] = /^\/s\/([^/]+)$/.exec(answer.headers.get('Location') ?? '') ?? [];
  expect((await phone.send(`/s/${token}/read`)).status).toBe(401);
  const proof: StartRequest = await world.answerFor(number, 'student');
  await Visit.begin(world.app, token, proof);
});

test('yesterday’s code, a guess and a stranger are told the same, and tries run out', async () => {
  const { world, values, code, enter } = await openRoom();
  const who = (values['studentIdNumber'] ?? '').slice(-6);
  const old = await code();
  world.wait(90_000);
  const stale = await enter(who, old);
  const stranger = await enter('999999', await code());
  const guess = await enter(who, wrongOf(await code()));
  const words = await Promise.all([stale, stranger, guess].map(async (answer) => codeWord(await answer.text())));
  expect([stale.status, stranger.status, guess.status]).toEqual([403, 403, 403]);
  expect(new Set(words).size).toBe(1);
  await Promise.all(Array.from({ length: 10 }, async () => enter(who, wrongOf(await code()))));
  expect((await enter(who, await code())).status).toBe(429);
  expect((await enter(values['studentNumber'] ?? '', await code())).status).toBe(303);
});

test('guesses over many students use up the session', async () => {
  const { world, code, enter, values } = await openRoom();
  const wrong = wrongOf(await code());
  for (let who = 0; who < Math.max(50, world.batch.rows.length * 5); who++) await enter(`X-${who}`, wrong);
  expect((await enter(values['studentNumber'] ?? '', await code())).status).toBe(429);
});

test('a session ends when the teacher ends it, when another is opened, and after four hours', async () => {
  const { world, id, values, code, enter } = await openRoom();
  const last = await code();
  await world.school.form(`/school/classrooms/${id}/closing`, {});
  expect((await enter(values['studentNumber'] ?? '', last)).status).toBe(410);
  const open = async () =>
    (await world.school.form(`/school/batches/${world.batchId}/classroom`, {})).headers.get('Location')?.split('/').at(-1) ?? '';
  const [first, second] = [await open(), await open()];
  expect((await new Browser(world.app).send(`/c/${first}`)).status).toBe(410);
  expect((await new Browser(world.app).send(`/c/${second}`)).status).toBe(200);
  world.wait(4 * 3_600_000);
  expect((await new Browser(world.app).send(`/c/${second}`)).status).toBe(410);
  expect(await (await world.school.send(`/school/classrooms/${second}`)).text()).toContain('已经结束');
  expect((await new Browser(world.app).send(`/school/classrooms/${second}`)).status).toBe(401);
});

test('each refusal at the door has its own code', async () => {
  const { world, id, values, code } = await openRoom();
  const visitor = { from: 'unknown', device: 'other' };
  const who = (values['studentIdNumber'] ?? '').slice(-6);
  const enter = (ports: Ports, room: string, typed: string) => enterClassroom(ports, room, { who, code: typed }, visitor);
  const listOfBatch = async (batch: string) => (await world.ports.agreements.listOfBatch(batch)).flatMap((one) => [one, one]);
  const twins = { ...world.ports, agreements: { ...world.ports.agreements, listOfBatch } };
  await expect(enter(twins, id, await code())).rejects.toMatchObject({ code: 'CLASSROOM_ENTRY_AMBIGUOUS' });
  await expect(enter(world.ports, 'nowhere', '000000')).rejects.toMatchObject({ code: 'CLASSROOM_UNKNOWN' });
  for (let times = 2; times <= 10; times++)
    await expect(enter(world.ports, id, wrongOf(await code()))).rejects.toMatchObject({ code: 'CLASSROOM_ENTRY_WRONG' });
  await expect(enter(world.ports, id, await code())).rejects.toMatchObject({ code: 'CLASSROOM_ENTRY_LOCKED' });
  await world.school.form(`/school/classrooms/${id}/closing`, {});
  await expect(enter(world.ports, id, '000000')).rejects.toMatchObject({ code: 'CLASSROOM_CLOSED' });
});
