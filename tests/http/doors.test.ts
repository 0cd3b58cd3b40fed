import { expect, test } from 'vitest';
import { openMetrics } from '../../src/http/metrics.ts';
import { codeOn } from '../workflow/test-browser.ts';
import { appOver, openTestService } from '../workflow/test-service.ts';

async function openDoors() {
  const service = await openTestService();
  const app = appOver(service.ports, { trustedProxies: ['10.0.0.1'], metricsFrom: ['127.0.0.1'] });
  const from = (address: string, path: string, init: RequestInit = {}) =>
    app.request(`http://localhost${path}`, init, { incoming: { socket: { remoteAddress: address } } });
  return { service, from };
}

test('one address may knock so often, is told when to come back, and others are not held up', async () => {
  const { service, from } = await openDoors();
  for (let i = 0; i < 120; i++) expect((await from('192.0.2.1', '/v/SF-1')).status).toBe(404);
  const refused = await from('192.0.2.1', '/v/SF-1');
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '1']);
  expect(await codeOn(refused)).toBe('REQUESTS_TOO_MANY');
  expect((await from('192.0.2.2', '/v/SF-1')).status).toBe(404);
  expect((await from('10.0.0.1', '/v/SF-1', { headers: { 'X-Forwarded-For': '192.0.2.1' } })).status).toBe(429);
  expect((await from('192.0.2.1', '/')).status).toBe(200);
  service.wait(500);
  expect((await from('192.0.2.1', '/v/SF-1')).status).toBe(404);
  expect((await from('192.0.2.1', '/v/SF-1')).status).toBe(429);
});

test.each<[string, string, number]>([
  ['POST', '/api/s/x/start', 240],
  ['POST', '/b/x/code/again', 240],
  ['POST', '/school/session', 20],
  ['POST', '/school/signing/keys/x/unlocking', 5],
])('%s %s is such a door: the next after %s in a minute is refused', async (method, path, perMinute) => {
  const { from } = await openDoors();
  const statuses: number[] = [];
  for (let i = 0; i <= perMinute; i++) statuses.push((await from('192.0.2.1', path, { method, body: '' })).status);
  expect(statuses.slice(0, -1)).not.toContain(429);
  expect(statuses.at(-1)).toBe(429);
});

test('monitoring reads counts by route and job, from machines that were named, and nothing of anybody', async () => {
  const { service, from } = await openDoors();
  const { jobs, clock } = service.ports;
  await jobs.enqueue('seal-agreement', 'SF-0000000000-0000000001', clock.now());
  await from('192.0.2.1', '/s/secret-token');
  await from('192.0.2.1', '/v/SF-0000000000-0000000001');
  const answer = await from('127.0.0.1', '/metrics');
  expect(answer.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await answer.text();
  expect(text).toContain('sanfang_http_requests_total{method="GET",route="/s/:token",status="404"} 1');
  expect(text).toContain('sanfang_jobs{kind="seal-agreement",state="queued",code=""} 1');
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(text).not.toMatch(/secret-token|SF-0000|192\.0\.2/);
  for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(?:# (?:HELP|TYPE) \S+ .+|[a-z_]+(?:\{[^{}]*\})? [\d.e-]+)$/);
  expect((await from('192.0.2.1', '/metrics')).status).toBe(404);
  expect((await from('10.0.0.1', '/metrics', { headers: { 'X-Forwarded-For': '192.0.2.1' } })).status).toBe(404);
});

test('a label that holds quotes and line ends stays one label', async () => {
  const { service } = await openDoors();
  const metrics = openMetrics();
  metrics.count('sanfang_http_request_seconds_total', { route: 'a"b\\c\nd' }, 2);
  expect(await metrics.print(service.ports)).toContain('sanfang_http_request_seconds_total{route="a\\"b\\\\c\\nd"} 2');
});

test('that the service lives and is ready is said where machines look for it', async () => {
  const { from } = await openDoors();
  expect(await (await from('192.0.2.1', '/healthz')).json()).toEqual({ status: 'live' });
  expect(await (await from('192.0.2.1', '/readyz')).json()).toEqual({ status: 'ready' });
});
