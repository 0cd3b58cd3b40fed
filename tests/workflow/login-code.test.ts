import { expect, test } from 'vitest';
import { maskPhone } from '../../src/agreement/identifiers.ts';
import { AppError } from '../../src/errors.ts';
import { dataOf } from '../../src/workflow/stored-data.ts';
import { firstNumber, openTestBatch, type TestBatch } from './test-batch.ts';
import { Browser, codeOn, json, refusal } from './test-browser.ts';
import { appOver } from './test-service.ts';

interface Sent {
  readonly to: string;
  readonly zh: string;
  readonly code: string;
}

async function openWorld() {
  const world = await openTestBatch();
  const sent: Sent[] = [];
  let broken = false;
  const codes = {
    way: () => 'phone' as const,
    sendCode: async (message: Sent) => {
      if (broken) throw new AppError('CODE_NOT_SENT');
      sent.push(message);
    },
  };
  const app = appOver({ ...world.ports, codes });
  const number = firstNumber(world.batch, 'adult');
  const token = await world.tokenFor(number, 'student');
  return {
    world,
    sent,
    number,
    token,
    browser: new Browser(app),
    answer: await world.answerFor(number, 'student'),
    breakGateway: (state: boolean) => {
      broken = state;
    },
    lastCode: () => sent.at(-1)?.code ?? '',
  };
}

/** A code that is not that one. */
const otherThan = (code: string): string => (code === '000000' ? '000001' : '000000');

const phoneOf = async ({ ports }: TestBatch, number: string): Promise<string> => {
  const agreement = await ports.agreements.find(number);
  if (agreement === undefined) throw new Error('no agreement');
  return dataOf(agreement, ports.templates).fields['studentPhone'] ?? '';
};

test('where a code is required, the right answer opens nothing until the code from the message is entered', async () => {
  const { world, browser, token, answer, sent, number, lastCode } = await openWorld();
  const { next } = await json<{ next: string }>(browser.post(`/api/s/${token}/start`, answer));
  expect(next).toBe(`/s/${token}/code`);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ to: await phoneOf(world, number), code: expect.stringMatching(/^\d{6}$/) });
  expect(sent[0]?.zh).toContain(lastCode());
  expect(await refusal(browser.send(`/api/s/${token}`))).toBe('IDENTITY_NOT_PROVED');
  const page = await (await browser.send(next)).text();
  expect(page).toContain(maskPhone(await phoneOf(world, number)));
  expect(page).not.toContain(lastCode());

  expect(await json(browser.post(`/api/s/${token}/code`, { code: lastCode() }))).toEqual({ next: `/s/${token}/read` });
  expect((await browser.send(`/api/s/${token}`)).status).toBe(200);
  expect(await refusal(browser.post(`/api/s/${token}/code`, { code: lastCode() }))).toBe('IDENTITY_NOT_PROVED');
  const entries = (await world.ports.audit.list('demo')).filter(({ kind }) => kind === 'IDENTITY_PROVED' || kind === 'LOGIN_CODE_SENT');
  expect(entries.map(({ kind, detail }) => [kind, detail['method'] ?? detail['to']])).toEqual([
    ['LOGIN_CODE_SENT', maskPhone(await phoneOf(world, number))],
    ['IDENTITY_PROVED', 'link+id-number-last-six+code-by-message'],
  ]);
});

test('a wrong code is counted, five end it, and a new one goes out after a minute at the earliest', async () => {
  const { world, browser, token, answer, sent, lastCode } = await openWorld();
  await browser.post(`/api/s/${token}/start`, answer);
  const wrong = () => refusal(browser.post(`/api/s/${token}/code`, { code: otherThan(lastCode()) }));
  expect([await wrong(), await wrong(), await wrong(), await wrong(), await wrong()]).toEqual([
    ...Array.from({ length: 4 }, () => 'CODE_WRONG'),
    'CODE_LOCKED',
  ]);
  expect(await refusal(browser.post(`/api/s/${token}/code`, { code: lastCode() }))).toBe('CODE_LOCKED');
  expect(await refusal(browser.post(`/api/s/${token}/code/again`, {}))).toBe('CODE_SENT_RECENTLY');
  world.wait(60_000);
  expect((await browser.post(`/api/s/${token}/code/again`, {})).status).toBe(200);
  expect(sent).toHaveLength(2);
  expect((await browser.post(`/api/s/${token}/code`, { code: lastCode() })).status).toBe(200);
});

test('a code is good for five minutes and for one person, ten are sent a day', async () => {
  const { world, browser, token, answer, lastCode, sent } = await openWorld();
  await browser.post(`/api/s/${token}/start`, answer);
  world.wait(300_000);
  expect(await refusal(browser.post(`/api/s/${token}/code`, { code: lastCode() }))).toBe('CODE_EXPIRED');
  const stranger = new Browser(browser.app);
  expect(await refusal(stranger.post(`/api/s/${token}/code`, { code: lastCode() }))).toBe('IDENTITY_NOT_PROVED');
  expect(await refusal(stranger.post(`/api/s/${token}/code/again`, {}))).toBe('IDENTITY_NOT_PROVED');
  for (let i = 0; i < 9; i++) {
    world.wait(60_000);
    expect((await browser.post(`/api/s/${token}/code/again`, {})).status).toBe(200);
  }
  world.wait(60_000);
  expect(await refusal(browser.post(`/api/s/${token}/code/again`, {}))).toBe('CODE_TOO_MANY');
  expect(new Set(sent.map(({ code }) => code)).size).toBeGreaterThan(5);
});

test('the pages say in place what went wrong, and a gateway that fails costs no waiting', async () => {
  const { browser, token, answer, lastCode, breakGateway } = await openWorld();
  breakGateway(true);
  const form = Object.fromEntries(Object.entries(answer));
  const arrived = await browser.form(`/s/${token}/start`, form);
  expect([arrived.status, await arrived.text()]).toEqual([503, expect.stringContaining('验证码没有发出去')]);
  breakGateway(false);
  const redirected = await browser.form(`/s/${token}/start`, form);
  expect([redirected.status, redirected.headers.get('Location')]).toEqual([303, `/s/${token}/code`]);
  const wrong = await browser.form(`/s/${token}/code`, { code: otherThan(lastCode()) });
  expect([wrong.status, await wrong.text()]).toEqual([403, expect.stringContaining('还可以试 4 次')]);
  const early = await browser.form(`/s/${token}/code/again`, {});
  expect([early.status, await early.text()]).toEqual([429, expect.stringContaining('60 秒后')]);
  expect((await browser.form(`/s/${token}/code`, { code: 'abc' })).status).toBe(400);
  const right = await browser.form(`/s/${token}/code`, { code: lastCode() });
  expect([right.status, right.headers.get('Location')]).toEqual([303, `/s/${token}/read`]);
});

test('without the setting no code is asked for, and none is sent', async () => {
  const { world, token } = await openWorld();
  const browser = new Browser(world.app);
  const { next } = await json<{ next: string }>(
    browser.post(`/api/s/${token}/start`, await world.answerFor(firstNumber(world.batch, 'adult'), 'student')),
  );
  expect(next).toBe(`/s/${token}/read`);
  expect(await codeOn(await browser.send(`/s/${token}/code`))).toBe('IDENTITY_NOT_PROVED');
  expect(await refusal(browser.post(`/api/s/${token}/code/again`, {}))).toBe('CODE_NOT_SENT');
});
