import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type MailServer, mailMessages } from '../../src/adapters/mail.ts';
import { readConfig } from '../../src/config.ts';
import { AppError } from '../../src/errors.ts';
import { openssl } from '../workflow/licensed-authority.ts';
import { bodyOf, openMailServer } from './mail-server.ts';
import { temporaryFolder } from './temporary.ts';

const code = { to: '13800138000', email: 'wang@example.cn', zh: '验证码 123456，5 分钟内有效。', code: '123456' };
const invitation = {
  to: '13800138000',
  email: 'li@example.cn',
  role: 'student',
  zh: '请签署',
  link: 'https://school.example/s/x',
} as const;

const at = (port: number, more: Partial<MailServer> = {}): MailServer => ({
  host: '127.0.0.1',
  port,
  tls: 'upgrade',
  login: null,
  from: 'no-reply@school.example',
  timeoutMs: 2000,
  ...more,
});

const failure = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'sent',
    (error: unknown) => error,
  );

test('a code and a link go to the address, from the address of the settings', async () => {
  const server = await openMailServer();
  const messages = mailMessages(at(server.port), null);
  expect(messages.way(code)).toBe('mail');
  await messages.sendCode(code);
  expect(await messages.send(invitation)).toBe('sent');
  const [first = '', second = ''] = server.messages;
  expect(first).toMatch(/^To: wang@example\.cn$/m);
  expect(first).toMatch(/^From: .*<no-reply@school\.example>$/m);
  expect(bodyOf(first)).toContain(code.zh);
  expect(bodyOf(second)).toContain('https://school.example/s/x');
  expect(server.lines.filter((line) => /^(?:MAIL|RCPT)/.test(line)).map((line) => line.replace(/ (?:BODY|SMTPUTF8).*/, ''))).toEqual([
    'MAIL FROM:<no-reply@school.example>',
    'RCPT TO:<wang@example.cn>',
    'MAIL FROM:<no-reply@school.example>',
    'RCPT TO:<li@example.cn>',
  ]);
});

test('who has no address gets it by the other gateway, or is told to be unreachable', async () => {
  const server = await openMailServer();
  const asked: unknown[] = [];
  const other = {
    send: async (message: unknown) => {
      asked.push(message);
      return 'sent' as const;
    },
    way: () => 'phone' as const,
    sendCode: async (message: unknown) => void asked.push(message),
  };
  const { email: _, ...phoneOnly } = invitation;
  const { email: __, ...codeOnly } = code;
  const both = mailMessages(at(server.port), other);
  await both.send(phoneOnly);
  await both.sendCode(codeOnly);
  expect([both.way(codeOnly), both.way(code)]).toEqual(['phone', 'mail']);
  expect(asked).toEqual([phoneOnly, codeOnly]);
  const alone = mailMessages(at(server.port), null);
  expect(await alone.send(phoneOnly)).toBe('unreachable');
  expect(alone.way(codeOnly)).toBe(null);
  expect(await failure(alone.sendCode(codeOnly))).toMatchObject({ code: 'CODE_NOT_SENT' });
  expect(server.messages).toEqual([]);
});

test('a server that refuses, or is not there, is told of without the address or the words, and is asked again the next time', async () => {
  const server = await openMailServer();
  const messages = mailMessages(at(server.port), null);
  server.refuse(true);
  const refused = await failure(messages.sendCode(code));
  expect(refused instanceof AppError && refused.code).toBe('CODE_NOT_SENT');
  const plain = await failure(messages.send(invitation));
  expect(plain instanceof Error && `${plain.stack} ${String(plain.cause)}`).not.toMatch(/example|请签署|138/);
  server.refuse(false);
  await messages.sendCode(code);
  expect(server.messages).toHaveLength(1);
  expect(await failure(mailMessages(at(1), null).sendCode(code))).toMatchObject({ code: 'CODE_NOT_SENT' });
});

/** Of this machine, yet not one of the names that are let off TLS. */
const ELSEWHERE = '127.0.0.2';

test('a server elsewhere that offers no TLS is told nothing', async () => {
  const server = await openMailServer({ host: ELSEWHERE });
  const messages = mailMessages(at(server.port, { host: ELSEWHERE, login: { user: 'u', password: 'secret' } }), null);
  expect(await failure(messages.sendCode(code))).toMatchObject({ code: 'CODE_NOT_SENT' });
  expect(server.messages).toEqual([]);
  expect(server.lines.filter((line) => /^(?:AUTH|MAIL|RCPT)/i.test(line))).toEqual([]);
});

test('behind TLS the server has to be the one that it is said to be', async () => {
  const folder = temporaryFolder();
  const subject = ['-subj', '/CN=mail', '-addext', `subjectAltName=IP:${ELSEWHERE}`];
  openssl(folder, ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '3650', ...subject]);
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder, name), 'utf8'));
  if (key === undefined || cert === undefined) throw new Error('no certificate');
  const server = await openMailServer({ host: ELSEWHERE, tls: { key, cert } });
  const login = { user: 'robot', password: 'secret' };
  const settings = at(server.port, { host: ELSEWHERE, tls: 'at once', login });
  expect(await failure(mailMessages(settings, null).sendCode(code))).toMatchObject({ code: 'CODE_NOT_SENT' });
  expect(server.lines).toEqual([]);
  await mailMessages({ ...settings, trusted: cert }, null).sendCode(code);
  expect(server.messages).toHaveLength(1);
  expect(server.lines).toContain(`AUTH PLAIN ${Buffer.from('\0robot\0secret').toString('base64')}`);
});

test('the settings name server, port and sender; without a sender, or with a password in the address, nothing starts', () => {
  const from = { SANFANG_SMTP_FROM: 'no-reply@school.example' };
  const { mail } = readConfig({ SANFANG_SMTP: 'smtps://mail.school.example', ...from });
  expect(mail).toMatchObject({ host: 'mail.school.example', port: 465, tls: 'at once', user: null });
  expect(readConfig({ SANFANG_SMTP: 'smtp://localhost:2525', ...from }).mail).toMatchObject({
    host: 'localhost',
    port: 2525,
    tls: 'upgrade',
  });
  expect(() => readConfig({ SANFANG_SMTP: 'smtp://localhost' })).toThrow('SANFANG_SMTP_FROM');
  expect(() => readConfig({ SANFANG_SMTP: 'smtp://u:p@localhost', ...from })).toThrow('SANFANG_SMTP');
  expect(() => readConfig({ SANFANG_SMTP: 'https://localhost', ...from })).toThrow('SANFANG_SMTP');
});
