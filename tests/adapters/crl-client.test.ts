import { describe, expect, test } from 'vitest';
import { crlClient, joinedRevocation } from '../../src/adapters/crl-client.ts';
import { AppError } from '../../src/errors.ts';
import { printPem } from '../../src/pki/pem.ts';
import { crlBy } from '../pki/revocation-support.ts';
import { AT, DAY, later, makeLeaf, material } from '../pki/support.ts';

const list = crlBy();

function setUp(answer: () => Response | Promise<Response>) {
  let now = AT;
  let asked = 0;
  const send: typeof fetch = async () => {
    asked++;
    return answer();
  };
  const source = crlClient(['https://ca.example/a.crl'], { fetch: send, clock: { now: () => now } });
  return {
    source,
    asked: () => asked,
    wait: (ms: number) => {
      now = later(now - AT + ms);
    },
  };
}

const codeOf = (act: () => Promise<unknown>): Promise<string> =>
  act().then(
    () => 'answered',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('revocation lists by HTTP', () => {
  test('are read as DER or PEM, and kept until half of their life is over', async () => {
    for (const body of [list.slice(), printPem({ label: 'X509 CRL', der: list })]) {
      const { source, asked, wait } = setUp(() => new Response(body));
      expect(await source.crls([])).toEqual([list]);
      wait(DAY / 2 - 1);
      await source.crls([]);
      expect(asked()).toBe(1);
      wait(1);
      await source.crls([]);
      expect(asked()).toBe(2);
    }
  });

  test('that cannot be had, or are none, are refused with a code', async () => {
    for (const answer of [
      () => Promise.reject(new TypeError('fetch failed')),
      () => new Response(null, { status: 404 }),
      () => new Response('<html>'),
      () => new Response('x', { headers: { 'Content-Length': String(1 << 30) } }),
    ]) {
      expect(await codeOf(() => setUp(answer).source.crls([]))).toBe('REVOCATION_UNAVAILABLE');
    }
  });

  test('without end are not read to their end', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent++;
        if (sent > 64) controller.close();
        else controller.enqueue(new Uint8Array(1 << 20));
      },
    });
    expect(await codeOf(() => setUp(() => new Response(endless)).source.crls([]))).toBe('REVOCATION_UNAVAILABLE');
    expect(sent).toBeLessThan(10);
  });

  test('of several sources are one, with the first answer about a certificate', async () => {
    const { source } = setUp(() => new Response(list.slice()));
    const answers = { crls: async () => [], ocsp: async () => Uint8Array.of(1) };
    const joined = joinedRevocation([source, answers]);
    expect(await joined.crls([])).toEqual([list]);
    const { der } = makeLeaf().certificate;
    expect(await joined.ocsp(der, material.issuing.certificate.der)).toEqual(Uint8Array.of(1));
  });
});
