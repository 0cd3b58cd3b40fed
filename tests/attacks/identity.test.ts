/** Who comes in another’s place: guessed ends of ID numbers, codes used twice, sessions and keys of other links. */
import { describe, expect, test } from 'vitest';
import { fromUtf8, toBase64 } from '../../src/bytes.ts';
import type { ClassroomJson } from '../../src/http/contract/classroom.ts';
import { firstNumber, openTestBatch, type TestBatch } from '../workflow/test-batch.ts';
import { Browser, json, refusal, spkiOf } from '../workflow/test-browser.ts';
import { appOver } from '../workflow/test-service.ts';

const adultsOf = ({ batch }: TestBatch): readonly string[] =>
  batch.rows.filter(({ cells }) => cells.guardian.state === 'none').map(({ agreementNumber }) => agreementNumber);

async function fieldsOf({ ports }: TestBatch, number: string): Promise<Readonly<Record<string, string>>> {
  const agreement = await ports.agreements.find(number);
  return (JSON.parse(agreement?.dataText ?? '{}') as { fields: Record<string, string> }).fields;
}

/** A session on the wall, seen by everybody in the room. */
async function openRoom(world: TestBatch) {
  const answer = await world.school.form(`/school/batches/${world.batchId}/classroom`, {});
  const id = answer.headers.get('Location')?.split('/').at(-1) ?? '';
  const code = async (): Promise<string> => {
    const { code: wall } = await json<ClassroomJson>(world.school.send(`/api/school/classrooms/${id}`));
    return wall?.code ?? '';
  };
  return {
    code,
    enter: async (who: string, browser = new Browser(world.app), typed?: string) =>
      browser.form(`/c/${id}`, { who, code: typed ?? (await code()) }),
  };
}

/** Ends of ID numbers that a classmate would try: the day is known, the rest is not. */
const guesses = (idNumber: string, count: number): readonly string[] =>
  Array.from({ length: count * 2 }, (_, i) => `${idNumber.slice(12, 14)}${String(i).padStart(3, '0')}${i % 10}`)
    .filter((guess) => guess !== idNumber.slice(-6))
    .slice(0, count);

describe('a classmate in the room, who sees the code', () => {
  test('has ten wrong ends of ID numbers, not fifty, however many students there are', async () => {
    const world = await openTestBatch();
    const room = await openRoom(world);
    const { studentIdNumber = '' } = await fieldsOf(world, firstNumber(world.batch, 'adult'));
    const statuses: number[] = [];
    for (const guess of guesses(studentIdNumber, 12)) statuses.push((await room.enter(guess)).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
    // The right one opens nothing any more either, but the student number still does.
    expect((await room.enter(studentIdNumber.slice(-6))).status).toBe(429);
    const { studentNumber = '' } = await fieldsOf(world, firstNumber(world.batch, 'adult'));
    expect((await room.enter(studentNumber)).status).toBe(303);
  });

  test('does not use up that by letting others in', async () => {
    const world = await openTestBatch();
    const room = await openRoom(world);
    for (const number of adultsOf(world).slice(0, 12)) {
      const { studentIdNumber = '' } = await fieldsOf(world, number);
      expect((await room.enter(studentIdNumber.slice(-6))).status).toBe(303);
    }
  });

  test('does not use it up with a code that has gone by, nor does a slow class', async () => {
    const world = await openTestBatch();
    const room = await openRoom(world);
    const stale = (await room.code()) === '000000' ? '000001' : '000000';
    const ends = await Promise.all(
      adultsOf(world).map(async (number) => ((await fieldsOf(world, number)).studentIdNumber ?? '').slice(-6)),
    );
    expect(ends.length).toBeGreaterThan(12);
    for (const end of ends) expect((await room.enter(end, new Browser(world.app), stale)).status).toBe(403);
    expect((await room.enter(ends[0] ?? '')).status).toBe(303);
  });

  test('gets five tries at the ID number behind a student number, not five each time it is entered', async () => {
    const world = await openTestBatch();
    const room = await openRoom(world);
    const number = firstNumber(world.batch, 'adult');
    const { studentIdNumber = '', studentNumber = '' } = await fieldsOf(world, number);
    const [one = '', ...others] = guesses(studentIdNumber, 6);
    const tried: string[] = [];
    for (const idLastSix of [one, ...others]) {
      const browser = new Browser(world.app);
      const token = (await room.enter(studentNumber, browser)).headers.get('Location')?.split('/').at(-1) ?? '';
      tried.push(await refusal(browser.post(`/api/s/${token}/start`, { role: 'student', idLastSix })));
    }
    expect(tried).toEqual([...Array.from({ length: 4 }, () => 'IDENTITY_MISMATCH'), 'LINK_LOCKED', 'LINK_LOCKED']);
    // A person decides: the school's new link begins afresh.
    const { invitations } = await json<{ invitations: readonly { link: string }[] }>(
      world.school.post(`/api/school/batches/${world.batchId}/invitations`, { only: { agreementNumber: number, role: 'student' } }),
    );
    const token = invitations[0]?.link.split('/').at(-1) ?? '';
    expect((await new Browser(world.app).post(`/api/s/${token}/start`, await world.answerFor(number, 'student'))).status).toBe(200);
  });
});

describe('a code by message', () => {
  async function openCodes() {
    const world = await openTestBatch();
    const sent: string[] = [];
    const codes = { way: () => 'phone' as const, sendCode: async ({ code }: { readonly code: string }) => void sent.push(code) };
    const app = appOver({ ...world.ports, codes });
    const number = firstNumber(world.batch, 'adult');
    return { world, app, sent, number, token: await world.tokenFor(number, 'student'), answer: await world.answerFor(number, 'student') };
  }

  test('opens one browser, though two enter it at the same moment', async () => {
    const { world, app, sent, token, answer } = await openCodes();
    const browsers = [new Browser(app), new Browser(app)];
    for (const browser of browsers) await browser.post(`/api/s/${token}/start`, answer);
    const answers = await Promise.all(browsers.map((browser) => browser.post(`/api/s/${token}/code`, { code: sent.at(-1) ?? '' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
    const proofs = (await world.ports.audit.list('demo')).filter(({ kind }) => kind === 'IDENTITY_PROVED');
    expect(proofs).toHaveLength(1);
  });

  test('of one link opens no other, and the session before it opens nothing at all', async () => {
    const { world, app, sent, token, answer } = await openCodes();
    const [, second = ''] = adultsOf(world);
    const other = await world.tokenFor(second, 'student');
    const browser = new Browser(app);
    await browser.post(`/api/s/${token}/start`, answer);
    await browser.post(`/api/s/${other}/start`, await world.answerFor(second, 'student'));
    const [first = ''] = sent;
    expect(await refusal(browser.post(`/api/s/${other}/code`, { code: first }))).toBe('CODE_WRONG');
    for (const path of ['', '/agreements/x/document'])
      expect(await refusal(browser.send(`/api/s/${token}${path}`))).toBe('IDENTITY_NOT_PROVED');
    expect(await refusal(browser.post(`/api/s/${token}/certificate`, { publicKeySpki: 'AAAA', proofOfPossession: 'AAAA' }))).toBe(
      'IDENTITY_NOT_PROVED',
    );
  });
});

describe('what belongs to another link', () => {
  test('a session put under the cookie of another link opens nothing', async () => {
    const world = await openTestBatch();
    const [one = '', two = ''] = adultsOf(world);
    const mine = await world.visit(one, 'student');
    const theirs = await world.visit(two, 'student');
    const [session = ''] = [...mine.browser.cookies.values()];
    const [name = ''] = [...theirs.browser.cookies.keys()];
    const thief = new Browser(world.app);
    thief.cookies.set(name, session);
    expect(await refusal(thief.send(`/api/s/${theirs.token}`))).toBe('IDENTITY_NOT_PROVED');
    // A session that somebody else chose beforehand is none.
    thief.cookies.set(name, 'chosen-by-the-thief');
    expect(await refusal(thief.send(`/api/s/${theirs.token}`))).toBe('IDENTITY_NOT_PROVED');
  });

  test('a proof of possession of another key, for another link or of no key makes no certificate', async () => {
    const world = await openTestBatch();
    const [one = '', two = ''] = adultsOf(world);
    const mine = await world.visit(one, 'student');
    const theirs = await world.visit(two, 'student');
    const ask = (publicKeySpki: string, proofOfPossession: string) =>
      refusal(mine.browser.post(`/api/s/${mine.token}/certificate`, { publicKeySpki, proofOfPossession }));
    const text = fromUtf8(mine.ceremony.possessionText);
    const stolen = await theirs.signBytes(fromUtf8(theirs.ceremony.possessionText));
    expect(await ask(await spkiOf(theirs.key), stolen)).toBe('CERTIFICATE_REQUEST_REFUSED');
    expect(await ask(await spkiOf(theirs.key), await mine.signBytes(text))).toBe('CERTIFICATE_REQUEST_REFUSED');
    expect(await ask(await spkiOf(mine.key), toBase64(new Uint8Array(64)))).toMatch(
      /^(?:CERTIFICATE_REQUEST_REFUSED|SIGNATURE_VALUE_MALFORMED)$/,
    );
    expect(mine.ceremony.possessionText).not.toBe(theirs.ceremony.possessionText);
  });

  test('a preparation made for one certificate is not finished by the key of another of the same person', async () => {
    const world = await openTestBatch();
    const number = firstNumber(world.batch, 'adult');
    const first = await world.visit(number, 'student');
    const second = await world.visit(number, 'student');
    const prepared = await json<{ preparedId: string; signedAttributes: string }>(first.prepare(number));
    const attributes = Uint8Array.from(Buffer.from(prepared.signedAttributes, 'base64'));
    expect(await refusal(second.finish(prepared.preparedId, await second.signBytes(attributes)))).toBe('SIGNATURE_VALUE_WRONG');
    expect(await world.ports.agreements.find(number)).toMatchObject({ head: { number: 0 } });
    expect((await first.finish(prepared.preparedId, await first.signBytes(attributes))).status).toBe(200);
  });
});
