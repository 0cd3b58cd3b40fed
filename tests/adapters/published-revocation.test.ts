import { describe, expect, test } from 'vitest';
import { publishedRevocation } from '../../src/adapters/published-revocation.ts';
import { AppError } from '../../src/errors.ts';
import { crlBy, ocspBy } from '../pki/revocation-support.ts';
import { AT, makeLeaf, material } from '../pki/support.ts';

const issuer = material.issuing.certificate;
const publication = { crls: ['http://ca.example/a.crl', 'ldap://ca.example/x'], ocsps: ['http://ocsp.example/'], issuers: [] };
const { certificate } = makeLeaf('p256', { publication });

function setUp(hosts: readonly string[], answer: (url: string) => Response = () => new Response(crlBy().slice())) {
  const asked: string[] = [];
  const source = publishedRevocation(hosts, {
    clock: { now: () => AT },
    fetch: async (url) => {
      asked.push(String(url));
      return answer(String(url));
    },
  });
  return { source, asked, about: [{ certificate: certificate.der, issuer: issuer.der }] };
}

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'answered',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('what a certificate says of its issuer’s lists and answers', () => {
  test('is asked, once, of hosts that were named', async () => {
    const { source, asked, about } = setUp(['ca.example']);
    expect(await source.crls([...about, ...about])).toEqual([crlBy()].map(() => expect.any(Uint8Array)));
    expect(asked).toEqual(['http://ca.example/a.crl']);
    expect(await source.ocsp(certificate.der, issuer.der)).toBeNull();
  });

  test('is not fetched from where a named host redirects to', async () => {
    const asked: (RequestInit | undefined)[] = [];
    const source = publishedRevocation(['ca.example', 'ocsp.example'], {
      clock: { now: () => AT },
      fetch: async (_url, init) => {
        asked.push(init);
        throw new TypeError('redirected');
      },
    });
    const about = [{ certificate: certificate.der, issuer: issuer.der }];
    expect(await codeOf(source.crls(about))).toBe('REVOCATION_UNAVAILABLE');
    expect(await codeOf(source.ocsp(certificate.der, issuer.der))).toBe('REVOCATION_UNAVAILABLE');
    expect(asked.map((init) => init?.redirect)).toEqual(['error', 'error']);
  });

  test('is not asked of any other host, whatever a signature brings along', async () => {
    const { source, asked, about } = setUp(['ca.example:8080', 'example']);
    expect(await source.crls(about)).toEqual([]);
    expect(await source.ocsp(certificate.der, issuer.der)).toBeNull();
    expect(asked).toEqual([]);
  });

  test('is believed where the issuer signed the answer about this certificate, and refused otherwise', async () => {
    const good = ocspBy(certificate);
    expect(await setUp(['ocsp.example'], () => new Response(good.slice())).source.ocsp(certificate.der, issuer.der)).toEqual(good);
    const other = ocspBy(makeLeaf().certificate);
    const stranger = ocspBy(certificate, {}, material.tsa);
    for (const answer of [
      () => new Response(other.slice()),
      () => new Response(stranger.slice()),
      () => new Response('no DER'),
      () => new Response(null, { status: 500 }),
    ]) {
      expect(await codeOf(setUp(['ocsp.example'], answer).source.ocsp(certificate.der, issuer.der))).toBe('REVOCATION_UNAVAILABLE');
    }
  });
});
