import { expect, test } from 'vitest';
import { webhookMessages } from '../../src/adapters/message-webhook.ts';
import { AppError } from '../../src/errors.ts';

function setUp(answer: () => Response | Promise<Response>, token = 'secret') {
  const asked: unknown[] = [];
  const messages = webhookMessages({ url: 'https://gateway.example/', token, timeoutMs: 1000 }, async (_, init) => {
    asked.push([new Headers(init?.headers).get('Authorization'), JSON.parse(String(init?.body))]);
    return answer();
  });
  return { messages, asked };
}

const code = { to: '13800138000', zh: '验证码 123456', code: '123456' };
const invitation = { to: '13800138000', role: 'student', zh: '请签署', link: 'https://school.example/s/x' } as const;

test('a gateway is told what to send to whom', async () => {
  const { messages, asked } = setUp(() => new Response(null, { status: 202 }));
  await messages.sendCode(code);
  await messages.send(invitation);
  expect(asked).toEqual([
    ['Bearer secret', { kind: 'code', ...code }],
    ['Bearer secret', { kind: 'invitation', ...invitation }],
  ]);
  const open = setUp(() => new Response(), '');
  await open.messages.sendCode(code);
  expect(open.asked).toEqual([[null, { kind: 'code', ...code }]]);
});

test.each([
  ['refuses', () => new Response(null, { status: 500 })],
  ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
])('a gateway that %s is told of without the number or the words', async (_, answer) => {
  const { messages } = setUp(answer);
  const failed = async (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => 'sent',
      (error: unknown) => error,
    );
  const error = await failed(messages.sendCode(code));
  expect(error instanceof AppError && error.code).toBe('CODE_NOT_SENT');
  expect(String(await failed(messages.send(invitation)))).not.toMatch(/138|请签署/);
});
