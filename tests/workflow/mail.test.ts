/** Links and codes by mail, from the roster's column to the signatory's mailbox, through a real SMTP conversation. */
import { expect, test } from 'vitest';
import { mailMessages } from '../../src/adapters/mail.ts';
import { FIELDS } from '../../src/agreement/fields.ts';
import type { InvitationsJson } from '../../src/http/contract.ts';
import { workOnce } from '../../src/workflow/generate-batch.ts';
import { importRoster } from '../../src/workflow/import-roster.ts';
import { openBatch } from '../../src/workflow/open-batch.ts';
import { bodyOf, openMailServer } from '../adapters/mail-server.ts';
import { sheetOf, VALUES } from '../agreement/sample-values.ts';
import { enterSchool } from './test-batch.ts';
import { Browser, json, refusal, tokenOf } from './test-browser.ts';
import { appOver, openTestService, SCHOOL } from './test-service.ts';

async function openWorld() {
  const service = await openTestService();
  const server = await openMailServer();
  const settings = {
    host: '127.0.0.1',
    port: server.port,
    tls: 'upgrade',
    login: null,
    from: 'no-reply@school.example',
    timeoutMs: 2000,
  } as const;
  const mail = mailMessages(settings, null);
  const logged: unknown[] = [];
  const log = { info: (fields: unknown) => logged.push(fields), error: (fields: unknown) => logged.push(fields) };
  const specs = FIELDS.filter(({ owner }) => owner !== 'system');
  const rows = [
    [...specs.map(({ zh }) => zh), '学生邮箱'],
    [...specs.map(({ key }) => VALUES[key] ?? ''), 'li@example.cn'],
  ];
  const ports = { ...service.ports, codes: mail, messenger: mail, spreadsheets: async () => ({ sheets: [sheetOf(rows)] }) };
  const { rosterId } = await importRoster(ports, SCHOOL, { name: '名册.xlsx', bytes: new Uint8Array([1]) });
  const { batchId } = await openBatch(ports, SCHOOL, { rosterId, name: '批次', annex: null, acknowledged: ['confirm', 'error'] });
  while (await workOnce(ports));
  const app = appOver(ports, { log });
  const school = await enterSchool({ ...service, app });
  const invite = () => school.post(`/api/school/batches/${batchId}/invitations`, {});
  const tokens = async (): Promise<ReadonlyMap<string, string>> =>
    new Map((await json<InvitationsJson>(invite())).invitations.map((one) => [one.role, tokenOf(one)]));
  return { service, server, app, invite, tokens, logged, ports };
}

const answer = { role: 'student', idLastSix: VALUES['studentIdNumber']?.slice(-6) ?? '' } as const;

test('the student gets link and code in the mailbox of the roster, and the code opens the door', async () => {
  const { service, server, app, tokens, logged, ports } = await openWorld();
  const token = (await tokens()).get('student') ?? '';
  expect(server.lines.filter((line) => line.startsWith('RCPT')).map((line) => /<(.*)>/.exec(line)?.[1])).toEqual(['li@example.cn']);
  expect(bodyOf(server.messages[0] ?? '')).toContain(token);

  const browser = new Browser(app);
  const door = await json<{ next: string }>(browser.post(`/api/s/${token}/start`, answer));
  expect(door.next).toBe(`/s/${token}/code`);
  const page = await (await browser.send(`/s/${token}/code`)).text();
  expect(page).toContain('li***@example.cn');
  expect(page).toContain('输入邮件验证码');
  const code = /\d{6}/.exec(bodyOf(server.messages[1] ?? ''))?.[0] ?? '';
  await json(browser.post(`/api/s/${token}/code`, { code }));
  const proof = (await ports.audit.list(SCHOOL.id)).filter(({ kind }) => kind === 'IDENTITY_PROVED' || kind === 'LOGIN_CODE_SENT');
  expect(proof.map(({ detail }) => detail['method'] ?? detail['to'])).toEqual(['li***@example.cn', 'link+id-number-last-six+code-by-mail']);
  expect(JSON.stringify([logged, service.logged, await ports.audit.list(SCHOOL.id)])).not.toMatch(new RegExp(`li@example|${code}(?!\\d)`));
  // It stands beside the agreement, not in it.
  const [agreement] = await ports.agreements.listOfBatch((await ports.batches.list(SCHOOL.id))[0]?.id ?? '');
  expect(agreement?.dataText).not.toContain('@');
});

test('a code opens nothing once the roster names another address: the record would say that it went there', async () => {
  const { server, app, tokens, ports } = await openWorld();
  const token = (await tokens()).get('student') ?? '';
  const browser = new Browser(app);
  await json(browser.post(`/api/s/${token}/start`, answer));
  const code = /\d{6}/.exec(bodyOf(server.messages[1] ?? ''))?.[0] ?? '';
  const [agreement] = await ports.agreements.listOfBatch((await ports.batches.list(SCHOOL.id))[0]?.id ?? '');
  const student = agreement?.parties.find(({ role }) => role === 'student');
  if (student === undefined) throw new Error('no student');
  await ports.contacts.put(SCHOOL.id, [{ signatoryKey: student.signatoryKey, email: 'other@example.cn' }], ports.clock.now());
  expect(await refusal(browser.post(`/api/s/${token}/code`, { code }))).toBe('CODE_WRONG');
});

test('a mail server that refuses gives a code of its own, and the person may try again at once', async () => {
  const { server, app, invite, tokens } = await openWorld();
  const token = (await tokens()).get('student') ?? '';
  server.refuse(true);
  const browser = new Browser(app);
  expect(await refusal(browser.post(`/api/s/${token}/start`, answer))).toBe('CODE_NOT_SENT');
  expect(await refusal(invite())).toBe('MESSAGES_NOT_SENT');
  server.refuse(false);
  const fresh = (await tokens()).get('student') ?? '';
  await json(new Browser(app).post(`/api/s/${fresh}/start`, answer));
  expect(server.messages.length).toBeGreaterThan(2);
});

test('who has no address, where nothing else sends, is told whom to ask', async () => {
  const { app, tokens } = await openWorld();
  const token = (await tokens()).get('unit') ?? '';
  const creditCode = VALUES['unitCreditCode'] ?? '';
  const given = { role: 'unit', creditCode, phoneLastFour: (VALUES['unitPhone'] ?? '').slice(-4) };
  expect(await refusal(new Browser(app).post(`/api/s/${token}/start`, given))).toBe('CODE_ADDRESS_MISSING');
});
