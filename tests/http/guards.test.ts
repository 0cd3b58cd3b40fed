import { expect, test } from 'vitest';
import { Browser, refusal } from '../workflow/test-browser.ts';
import { openTestService } from '../workflow/test-service.ts';

test('every answer forbids inline scripts, framing, foreign sources and referrers', async () => {
  const { app } = await openTestService();
  for (const path of ['/', '/verify', '/school', '/api/school/batches/x', '/nowhere', '/s/x']) {
    const { headers } = await new Browser(app).send(path);
    const policy = headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('X-Request-Id')).toMatch(/^[\w-]+$/);
  }
});

test.each([
  ['Sec-Fetch-Site of another site', { 'Sec-Fetch-Site': 'cross-site' }],
  ['Sec-Fetch-Site of a sibling domain', { 'Sec-Fetch-Site': 'same-site' }],
])('a write sent by another site is refused: %s', async (_, headers) => {
  const { app } = await openTestService();
  expect(await refusal(new Browser(app).post('/api/school/batches', {}, headers))).toBe('REQUEST_FROM_ELSEWHERE');
});

test('without Sec-Fetch-Site the Origin decides, and a program without either may write', async () => {
  const { app } = await openTestService();
  const write = (headers: Record<string, string>) =>
    app.request('http://localhost/api/school/batches', { method: 'POST', headers: { Host: 'localhost', ...headers }, body: '{}' });
  expect(await refusal(write({ Origin: 'https://evil.example' }))).toBe('REQUEST_FROM_ELSEWHERE');
  expect(await refusal(write({ Origin: 'not an origin' }))).toBe('REQUEST_FROM_ELSEWHERE');
  expect(await refusal(write({ Origin: 'http://localhost' }))).toBe('SCHOOL_SESSION_MISSING');
  expect(await refusal(write({}))).toBe('SCHOOL_SESSION_MISSING');
});

test('a body over the limit is refused by its size, files have more room', async () => {
  const { app } = await openTestService();
  const big = new Uint8Array(1024 * 1024 + 1);
  const send = (path: string, body: Uint8Array<ArrayBuffer>) =>
    app.request(`http://localhost${path}`, { method: 'POST', body, headers: { 'Content-Length': String(body.length) } });
  expect(await refusal(send('/api/s/x/start', big))).toBe('REQUEST_TOO_LARGE');
  expect((await send('/api/verify', big)).status).toBe(200);
  expect(await refusal(send('/api/verify', new Uint8Array(30 * 1024 * 1024 + 1)))).toBe('REQUEST_TOO_LARGE');
});

test('an unknown address is a Chinese page for people and a code for programs', async () => {
  const { app } = await openTestService();
  const page = await new Browser(app).send('/nowhere');
  expect(page.status).toBe(404);
  expect(page.headers.get('Content-Type')).toContain('text/html');
  const answer = await new Browser(app).send('/api/nowhere');
  expect(await answer.json()).toMatchObject({
    code: 'PAGE_UNKNOWN',
    zh: expect.any(String),
    requestId: answer.headers.get('X-Request-Id'),
  });
});

test('a form sent as JSON, and JSON sent as a form, are refused with their code', async () => {
  const { app } = await openTestService();
  const browser = new Browser(app);
  expect(await refusal(browser.form('/api/s/x/start', { role: 'student', idLastSix: '123456' }))).toBe('REQUEST_MALFORMED');
  expect(await refusal(browser.post('/api/s/x/start', { role: 'student', idLastSix: '12345６' }))).toBe('REQUEST_MALFORMED');
  expect(await refusal(browser.post('/api/s/x/start', { role: 'nobody' }))).toBe('REQUEST_MALFORMED');
});

test('the service says that it lives and that it is ready', async () => {
  const { app } = await openTestService();
  expect(await (await app.request('/health/live')).json()).toEqual({ status: 'live' });
  expect((await app.request('/health/ready')).status).toBe(200);
});

test('a file that is no PDF is judged, not refused, and nothing of it is kept', async () => {
  const { app, logged, ports } = await openTestService();
  const before = await ports.audit.list('demo');
  const answer = await app.request('/api/verify', { method: 'POST', body: '身份证 11010519491231002X' });
  expect(await answer.json()).toMatchObject({ verdict: 'indeterminate', signatures: [], agreement: null });
  expect(await ports.audit.list('demo')).toEqual(before);
  expect(JSON.stringify(logged)).not.toContain('11010519491231002X');
});
