import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FIELDS } from '../../src/agreement/fields.ts';
import { readConfig } from '../../src/config.ts';
import type { BatchJson, FinishedJson, InvitationsJson, PreparedJson, ProgressJson, RosterJson } from '../../src/http/contract.ts';
import { bodyOf, openMailServer } from '../adapters/mail-server.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { Browser, json, type Reachable, Visit } from '../workflow/test-browser.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

function start(environment: Readonly<Record<string, string>>): Started {
  const env = { ...process.env, NODE_ENV: 'test', ...environment };
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], { cwd: ROOT, env });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    text += String(chunk);
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output: () => text, ended: new Promise((resolve) => child.once('exit', resolve)) };
}

/** Resolves once the greeting was printed in full. */
function greeted({ child, output, ended }: Started): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (output().includes('Ctrl+C')) resolve(output());
    });
    void ended.then(() => reject(new Error(output())));
  });
}

test('the first start prints the school key and a link to try, the second does not, SIGTERM ends both in order', async () => {
  const environment = { PORT: '0', SANFANG_DATA: temporaryFolder() };
  const first = start(environment);
  const greeting = await greeted(first);
  const [school] = /http:\/\/localhost:\d+\/school\?key=[\w-]{43}/.exec(greeting) ?? [];
  const [student] = /http:\/\/localhost:\d+\/s\/[\w-]{43}/.exec(greeting) ?? [];
  const [lastSix] = /(?<=身份证号后六位 )\d{5}[\dX]/.exec(greeting) ?? [];
  if (school === undefined || student === undefined || lastSix === undefined) throw new Error(greeting);
  expect((await fetch(school)).status).toBe(200);
  const url = new URL(student);
  const proof = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role: 'student', idLastSix: lastSix }),
  };
  expect((await fetch(`${url.origin}/api${url.pathname}/start`, proof)).status).toBe(200);
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);

  const second = start(environment);
  const again = await greeted(second);
  expect(again).not.toContain('key=');
  expect(again).not.toContain('/s/');
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});

/** The service behind a socket, for a browser of the tests. */
const reach = (greeting: string): Reachable => {
  const [base = ''] = /http:\/\/localhost:\d+/.exec(greeting) ?? [];
  return { request: (url, init) => fetch(url.replace('http://localhost', base), { redirect: 'manual', ...init }) };
};

test('killed between prepare and finish, the service takes the signature after the restart', async () => {
  const environment = { PORT: '0', SANFANG_DATA: temporaryFolder() };
  const first = start(environment);
  const greeting = await greeted(first);
  const [token = ''] = /(?<=\/s\/)[\w-]{43}/.exec(greeting) ?? [];
  const [idLastSix = ''] = /(?<=身份证号后六位 )\d{5}[\dX]/.exec(greeting) ?? [];
  const visit = await Visit.begin(reach(greeting), token, { role: 'student', idLastSix });
  const number = visit.ceremony.items[0]?.agreementNumber ?? '';
  const prepared = await json<PreparedJson>(visit.prepare(number));
  const value = await visit.sign(prepared);
  first.child.kill('SIGKILL');
  await first.ended;

  const second = start(environment);
  visit.browser.app = reach(await greeted(second));
  const finished = await json<FinishedJson>(visit.finish(prepared.preparedId, value));
  expect(finished).toMatchObject({ signed: ['student'], next: 'unit' });
  second.child.kill('SIGKILL');
  await second.ended;

  const third = start(environment);
  visit.browser.app = reach(await greeted(third));
  expect(await json<FinishedJson>(visit.finish(prepared.preparedId, value))).toEqual(finished);
});

test('links and codes go out by the mail server of the settings', async () => {
  const mail = await openMailServer();
  const folder = temporaryFolder();
  const [password, data] = [join(folder, 'password'), join(folder, 'data')];
  writeFileSync(password, 'secret\n');
  const service = start({
    PORT: '0',
    SANFANG_DATA: data,
    SANFANG_DEMO: 'no',
    SANFANG_CODE: 'required',
    SANFANG_SMTP: `smtp://localhost:${mail.port}`,
    SANFANG_SMTP_FROM: 'no-reply@school.example',
    SANFANG_SMTP_USER: 'robot',
    SANFANG_SMTP_PASSWORD_FILE: password,
    SANFANG_LOG: 'debug',
  });
  const [door = ''] = /http:\/\/localhost:\d+\/school\?key=[\w-]{43}/.exec(await greeted(service)) ?? [];
  const { origin, searchParams } = new URL(door);
  const app: Reachable = { request: (url, init) => fetch(url.replace('http://localhost', origin), { ...init, redirect: 'manual' }) };
  const school = new Browser(app);
  await school.form('/school/session', { key: searchParams.get('key') ?? '' });
  const specs = FIELDS.filter(({ owner }) => owner !== 'system');
  const csv = [
    [...specs.map(({ zh }) => zh), '学生邮箱'],
    [...specs.map(({ key }) => VALUES[key] ?? ''), 'li@example.cn'],
  ]
    .map((cells) => cells.map((cell) => `"${cell}"`).join(','))
    .join('\r\n');
  const { rosterId } = await json<RosterJson>(school.form('/api/school/rosters', { roster: new File([csv], '名册.csv') }));
  const request = { rosterId, name: '批次', annex: null, acknowledged: ['error', 'confirm'] };
  const { batchId } = await json<BatchJson>(school.post('/api/school/batches', request));
  while ((await json<ProgressJson>(school.send(`/api/school/batches/${batchId}/progress`))).state !== 'ready');
  const { invitations } = await json<InvitationsJson>(school.post(`/api/school/batches/${batchId}/invitations`, {}));
  const link = invitations.find(({ role }) => role === 'student')?.link ?? '';
  expect(bodyOf(mail.messages[0] ?? '')).toContain(link);
  const answer = { role: 'student', idLastSix: VALUES['studentIdNumber']?.slice(-6) };
  await json(new Browser(app).post(`/api${new URL(link).pathname}/start`, answer));
  const code = /\d{6}/.exec(bodyOf(mail.messages[1] ?? ''))?.[0] ?? 'no code';
  expect(code).toMatch(/^\d{6}$/);
  expect(mail.lines.filter((line) => line.startsWith('AUTH'))).not.toEqual([]);
  expect(service.output()).not.toMatch(new RegExp(`li@example|secret|[^\\d]${code}[^\\d]`));
});

test('a port that is taken is said in Chinese and English, with what to do, and the key is shown at the next start', async () => {
  const holder = createServer();
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, '127.0.0.1', () => {
      const address = holder.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  onTestFinished(() => void holder.close());
  const environment = { SANFANG_DATA: temporaryFolder(), SANFANG_DEMO: 'no' };
  const service = start({ ...environment, PORT: String(port) });
  expect(await service.ended).toBe(1);
  expect(service.output()).toContain(`端口 ${port} 已被占用`);
  expect(service.output()).toContain(`Port ${port} is in use`);
  expect(await greeted(start({ ...environment, PORT: '0' }))).toMatch(/school\?key=[\w-]{43}/);
});

test('a setting that cannot be used is named', () => {
  expect(() => readConfig({ PORT: 'eighty' })).toThrow(/PORT/);
  expect(() => readConfig({ SANFANG_URL: 'ftp://school' })).toThrow(/SANFANG_URL/);
  expect(() => readConfig({ SANFANG_SCHOOL: '某某职业技术学校' })).toThrow(/SANFANG_SCHOOL_CODE/);
  expect(() => readConfig({ SANFANG_SCHOOL: '某某职业技术学校', SANFANG_SCHOOL_CODE: '12100000400001234X' })).toThrow(
    /SANFANG_SCHOOL_CODE/,
  );
  expect(readConfig({}).port).toBe(3000);
});

test('production starts without an authority of its own, and never with the development one', async () => {
  const certs = temporaryFolder();
  const school = { SANFANG_SCHOOL: '某某职业技术学校', SANFANG_SCHOOL_CODE: '12100000400001234Y' };
  const schoolless = { NODE_ENV: 'production', PORT: '0', SANFANG_CERTS: certs, SANFANG_TSA: 'https://tsa.example/' };
  const environment = { ...schoolless, ...school };
  const nameless = start({ ...schoolless, SANFANG_DATA: temporaryFolder(), SANFANG_CA: 'none' });
  expect(await nameless.ended).toBe(1);
  expect(nameless.output()).toContain('SANFANG_SCHOOL');
  const dev = start({ ...environment, SANFANG_DATA: temporaryFolder() });
  expect(await dev.ended).toBe(1);
  expect(dev.output()).toContain('开发证书');
  const bare = start({ ...environment, SANFANG_DATA: temporaryFolder(), SANFANG_CA: 'none', SANFANG_TSA: '' });
  expect(await bare.ended).toBe(1);
  expect(bare.output()).toContain('SANFANG_TSA');
  const none = start({ ...environment, SANFANG_DATA: temporaryFolder(), SANFANG_CA: 'none' });
  const [base = ''] = /http:\/\/localhost:\d+/.exec(await greeted(none)) ?? [];
  expect((await fetch(`${base}/health/ready`)).status).toBe(200);
  expect((await fetch(`${base}/pki/root.crl`)).status).toBe(404);
  none.child.kill('SIGTERM');
  expect(await none.ended).toBe(0);
});
