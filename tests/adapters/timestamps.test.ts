/** Timestamp authorities that work, fail, dawdle and lie, all in this process. */
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type TimestampFailure, timestampFailover } from '../../src/adapters/timestamp-failover.ts';
import { tsaClient } from '../../src/adapters/tsa-client.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import type { Instant } from '../../src/instant.ts';
import { derSequence, derSmallInteger } from '../../src/pki/der.ts';
import { parseTimestampToken, verifyTimestampToken } from '../../src/pki/timestamp.ts';
import type { TimestampSigner } from '../../src/pki/timestamp-authority.ts';
import type { TimestampAuthority } from '../../src/ports.ts';
import { AT, DAY, later, makeLeaf, makeTsa, material, seededRandom, stampsAs } from '../pki/support.ts';
import { answerTimestampRequest, parseTimestampRequest, type TimestampRequest } from '../pki/timestamp-responder.ts';

const random = seededRandom('tsa client');
const { root, tsa } = material;
const honest = stampsAs(tsa);
const imprint = sha256(fromUtf8('signature value'));

interface Lies {
  readonly signer?: TimestampSigner;
  readonly genTime?: Instant;
  readonly request?: (request: TimestampRequest) => TimestampRequest;
}

/** An authority behind HTTP. */
const server =
  (lies: Lies = {}): typeof fetch =>
  async (_, init) => {
    const body = init?.body;
    if (!(body instanceof Uint8Array) || new Headers(init?.headers).get('Content-Type') !== 'application/timestamp-query')
      return new Response(null, { status: 415 });
    const asked = parseTimestampRequest(body);
    const request = lies.request?.(asked) ?? asked;
    return new Response(answerTimestampRequest(request, lies.signer ?? honest, { serial: random.bytes(8), genTime: lies.genTime ?? AT }));
  };

const client = (send: typeof fetch, now = AT, timeoutMs = 5_000): TimestampAuthority =>
  tsaClient(
    { name: '甲', url: 'https://tsa.example/', trustAnchors: [root.certificate.der], timeoutMs },
    { fetch: send, clock: { now: () => now }, random },
  );

/** An authority whose certificate ended so long ago. */
const endedAgo = (ms: number): TimestampSigner => stampsAs(makeTsa(root, { notBefore: later(-9 * DAY), notAfter: later(-ms) }));
const byAnother = (): TimestampSigner => stampsAs(makeTsa(material.issuing));

async function codeOf(authority: TimestampAuthority): Promise<string> {
  try {
    await authority.stamp(imprint);
    return 'stamped';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('an authority on the network', () => {
  test('gives a token over the imprint', async () => {
    const token = await client(server()).stamp(imprint);
    expect(verifyTimestampToken(token, { sha256: imprint }, [root.certificate])).toMatchObject({ ok: true, genTime: AT });
  });

  test('that brings roots and cross-certificates of other roots along is taken without them', async () => {
    const cross = [material.issuing.certificate.der, makeLeaf().certificate.der, root.certificate.der];
    const token = await client(server({ signer: { ...honest, chain: [...honest.chain, ...cross] } })).stamp(imprint);
    expect(verifyTimestampToken(token, { sha256: imprint }, [root.certificate])).toMatchObject({ ok: true, unneeded: [] });
    expect(parseTimestampToken(token).signedData.certificates.map(({ sha256: name }) => name)).toEqual([tsa.certificate.sha256]);
  });

  const other = new Uint8Array(32);
  test.each<readonly [string, string, () => typeof fetch]>([
    ['cannot be reached', 'TIMESTAMP_UNAVAILABLE', () => () => Promise.reject(new TypeError('fetch failed'))],
    ['answers with an error', 'TIMESTAMP_UNAVAILABLE', () => async () => new Response('busy', { status: 503 })],
    ['answers with a page', 'TIMESTAMP_REFUSED', () => async () => new Response('<html>')],
    ['answers without end', 'TIMESTAMP_REFUSED', () => async () => new Response(new Uint8Array(1 << 17))],
    ['rejects the request', 'TIMESTAMP_REFUSED', () => async () => new Response(derSequence(derSequence(derSmallInteger(2))))],
    [
      'stamps another imprint',
      'TIMESTAMP_IMPRINT_WRONG',
      () => server({ request: (asked) => ({ ...asked, imprint: { digest: 'sha256', value: other } }) }),
    ],
    ['repeats another nonce', 'TIMESTAMP_NONCE_WRONG', () => server({ request: (asked) => ({ ...asked, nonce: Uint8Array.of(1) }) })],
    ['repeats no nonce', 'TIMESTAMP_NONCE_WRONG', () => server({ request: (asked) => ({ ...asked, nonce: null }) })],
    ['has an expired certificate', 'TIMESTAMP_CERTIFICATE_EXPIRED', () => server({ signer: endedAgo(DAY) })],
    [
      'let its certificate expire a minute ago, and says it did not',
      'TIMESTAMP_CERTIFICATE_EXPIRED',
      () => server({ signer: endedAgo(60_000), genTime: later(-90_000) }),
    ],
    ['is certified by somebody else', 'TIMESTAMP_UNTRUSTED', () => server({ signer: byAnother() })],
    ['signs with another key', 'TIMESTAMP_REFUSED', () => server({ signer: { ...honest, sign: material.issuing.key.sign } })],
    ['is an hour fast', 'TIMESTAMP_TIME_WRONG', () => server({ genTime: later(3_600_000) })],
  ])('that %s is refused with %s', async (_, code, send) => {
    expect(await codeOf(client(send()))).toBe(code);
  });

  test('that begins to answer and never ends is given up, over a real connection', async () => {
    const slow = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/timestamp-reply' });
      response.write(Uint8Array.of(0x30));
    });
    onTestFinished(() => {
      slow.closeAllConnections();
      slow.close();
    });
    const url = await new Promise<string>((resolve) => {
      slow.listen(0, '127.0.0.1', () => {
        const address = slow.address();
        resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`);
      });
    });
    const endpoint = { name: '甲', url, trustAnchors: [root.certificate.der], timeoutMs: 300 };
    expect(await codeOf(tsaClient(endpoint, { fetch, clock: { now: () => AT }, random }))).toBe('TIMESTAMP_TIMED_OUT');
  });

  test('that never answers is given up', async () => {
    const silent: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    expect(await codeOf(client(silent, AT, 5))).toBe('TIMESTAMP_TIMED_OUT');
  });
});

describe('several authorities', () => {
  const down = (): typeof fetch => () => Promise.reject(new TypeError('fetch failed'));
  const setUp = (first: typeof fetch, second: typeof fetch) => {
    const failures: TimestampFailure[] = [];
    const asked: string[] = [];
    let now = AT;
    const clock = { now: () => now };
    const named = (name: string, send: typeof fetch) => ({
      name,
      authority: tsaClient(
        { name, url: 'https://tsa.example/', trustAnchors: [root.certificate.der], timeoutMs: send === silent ? 5 : 5_000 },
        {
          clock,
          random,
          fetch: (...args) => {
            asked.push(name);
            return send(...args);
          },
        },
      ),
    });
    const authority = timestampFailover([named('甲', first), named('乙', second)], clock, (failure) => failures.push(failure));
    return {
      authority,
      failures,
      asked,
      wait: (ms: number) => {
        now = later(now - AT + ms);
      },
    };
  };

  const silent: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  test.each<[string, string, () => typeof fetch]>([
    ['is down', 'TIMESTAMP_UNAVAILABLE', down],
    ['is slow', 'TIMESTAMP_TIMED_OUT', () => silent],
    ['refuses', 'TIMESTAMP_REFUSED', () => async () => new Response(derSequence(derSequence(derSmallInteger(2))))],
    [
      'stamps another imprint',
      'TIMESTAMP_IMPRINT_WRONG',
      () => server({ request: (asked) => ({ ...asked, imprint: { digest: 'sha256', value: new Uint8Array(32) } }) }),
    ],
    ['repeats no nonce', 'TIMESTAMP_NONCE_WRONG', () => server({ request: (asked) => ({ ...asked, nonce: null }) })],
    ['is a day fast', 'TIMESTAMP_TIME_WRONG', () => server({ genTime: later(DAY) })],
    ['has expired', 'TIMESTAMP_CERTIFICATE_EXPIRED', () => server({ signer: endedAgo(DAY) })],
    ['is somebody else', 'TIMESTAMP_UNTRUSTED', () => server({ signer: byAnother() })],
  ])('are asked in their order: where one %s (%s) the next one stamps', async (_, code, bad) => {
    const { authority, failures, asked } = setUp(bad(), server());
    const token = await authority.stamp(imprint);
    expect(verifyTimestampToken(token, { sha256: imprint }, [root.certificate])).toMatchObject({ ok: true, genTime: AT });
    expect(failures).toEqual([{ authority: '甲', code }]);
    expect(asked).toEqual(['甲', '乙']);
  });

  test('that failed are left alone for a minute', async () => {
    const { authority, asked, wait } = setUp(down(), server());
    await authority.stamp(imprint);
    await authority.stamp(imprint);
    expect(asked).toEqual(['甲', '乙', '乙']);
    wait(61_000);
    await authority.stamp(imprint);
    expect(asked).toEqual(['甲', '乙', '乙', '甲', '乙']);
  });

  test('that all fail leave no timestamp, never the local time', async () => {
    const { authority, failures } = setUp(down(), server({ genTime: later(DAY) }));
    expect(await codeOf(authority)).toBe('TIMESTAMP_TIME_WRONG');
    expect(failures.map(({ code }) => code)).toEqual(['TIMESTAMP_UNAVAILABLE', 'TIMESTAMP_TIME_WRONG']);
    expect(await codeOf(authority)).toBe('TIMESTAMP_TIME_WRONG');
  });
});
