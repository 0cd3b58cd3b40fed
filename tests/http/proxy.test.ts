import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { setSchoolSession } from '../../src/http/cookies.ts';
import { addressOf, maskAddress, visitorOf } from '../../src/http/visitor.ts';
import { toInstant } from '../../src/instant.ts';

/** What a route would see, for a request that comes in from that address. */
async function seen<T>(direct: string, forwarded: string | null, look: (c: Parameters<typeof addressOf>[1]) => T): Promise<T> {
  let found: T | undefined;
  const app = new Hono();
  app.get('/', (c) => {
    found = look(c);
    return c.text('');
  });
  const headers = forwarded === null ? {} : { 'X-Forwarded-For': forwarded };
  await app.request('http://localhost/', { headers }, { incoming: { socket: { remoteAddress: direct } } });
  if (found === undefined) throw new Error('not asked');
  return found;
}

test('a proxy that was named is believed, by its last word only, and anybody else is not', async () => {
  const service = { trustedProxies: ['10.0.0.1'] };
  const address = (direct: string, forwarded: string | null) => seen(direct, forwarded, (c) => addressOf(service, c));
  expect(await address('10.0.0.1', '198.51.100.9, 203.0.113.7')).toBe('203.0.113.7');
  expect(await address('::ffff:10.0.0.1', '203.0.113.7')).toBe('203.0.113.7');
  expect(await address('10.0.0.1', null)).toBe('10.0.0.1');
  expect(await address('192.0.2.3', '203.0.113.7')).toBe('192.0.2.3');
});

test('what is kept of a visit is a masked address', async () => {
  expect(await seen('192.0.2.3', null, (c) => visitorOf({ trustedProxies: [] }, c).from)).toBe('192.0.2.*');
  expect(maskAddress('2001:db8:1:2::3')).toBe('2001:db8:1:*');
});

test('a session cookie is Secure where the public address says https, whatever a request claims', async () => {
  const cookie = async (publicUrl: string | null, headers: Record<string, string>) => {
    const app = new Hono();
    app.get('/', (c) => {
      setSchoolSession(c, { publicUrl }, 'session', toInstant(Date.UTC(2026, 2, 2)));
      return c.text('');
    });
    return (await app.request('http://localhost/', { headers })).headers.get('Set-Cookie') ?? '';
  };
  expect(await cookie('https://school.example', {})).toMatch(/; Secure/);
  expect(await cookie('http://school.example', { 'X-Forwarded-Proto': 'https' })).not.toMatch(/; Secure/);
  expect(await cookie(null, { 'X-Forwarded-Proto': 'https' })).not.toMatch(/; Secure/);
});
