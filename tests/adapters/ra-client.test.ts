/** A licensed authority behind HTTP that issues, refuses, fails and lies, all in this process. */
import { describe, expect, test } from 'vitest';
import { raClient } from '../../src/adapters/ra-client.ts';
import { fromUtf8, toBase64 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { AppError } from '../../src/errors.ts';
import { issueCertificate, signatoryName } from '../../src/pki/issue.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import type { CertificateRequest } from '../../src/ports.ts';
import { AT, issuerOf, later, makeLeaf, material } from '../pki/support.ts';

const key = makeKeyPair('p256');
const text = fromUtf8('possession');
const student = { role: 'student', name: '张三' } as const;
const request: CertificateRequest = {
  signatory: student,
  agreementNumber: 'SF-0000000000-0000000001',
  identityDigest: sha256Hex(text),
  publicKeySpki: key.spki,
  proofOfPossession: key.sign(text),
  proofOfPossessionText: text,
  at: AT,
};

const certificateFor = (name: string, spki = key.spki, by = material.issuing): Uint8Array => {
  const plan = {
    profile: { kind: 'signatory', agreementNumber: request.agreementNumber, policyOid: '2.999.1' } as const,
    serial: Uint8Array.of(9),
    subject: signatoryName({ ...student, name, identityDigest: sha256Hex(text) }),
    spki,
    notBefore: later(-1000),
    notAfter: later(86_400_000),
  };
  return issueCertificate(plan, issuerOf(by));
};

const chainJson = (...ders: Uint8Array[]) => Response.json({ chain: ders.map(toBase64) });
const issuing = material.issuing.certificate.der;
const root = material.root.certificate.der;

const client = (answer: (url: string, init: RequestInit) => Response | Promise<Response>) =>
  raClient({ url: 'https://ra.example/v1', token: 'secret', trustAnchors: [root], timeoutMs: 5000 }, async (url, init) =>
    answer(String(url), init ?? {}),
  );

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'issued',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('a registration service', () => {
  test('is told who asks for what, and its chain is taken without the root and without what leads nowhere', async () => {
    const asked: unknown[] = [];
    const stranger = makeLeaf().certificate.der;
    const authority = client((url, init) => {
      asked.push([url, new Headers(init.headers).get('Authorization'), JSON.parse(String(init.body))]);
      return chainJson(certificateFor('张三'), stranger, issuing, root);
    });
    expect(await authority.issue(request)).toEqual(
      [certificateFor('张三'), issuing].map((der, i) => (i === 0 ? expect.any(Uint8Array) : der)),
    );
    expect(await authority.trustAnchors()).toEqual([]);
    expect(asked).toEqual([
      [
        'https://ra.example/v1/certificates',
        'Bearer secret',
        {
          protocol: 'sanfang.ra/1',
          subject: { country: 'CN', commonName: '张三', organisationalUnit: 'student', serialNumber: sha256Hex(text) },
          agreementNumber: 'SF-0000000000-0000000001',
          publicKeySpki: toBase64(key.spki),
          proofOfPossession: toBase64(request.proofOfPossession),
          proofOfPossessionText: toBase64(text),
          requestedAt: '2026-03-01T01:00:00Z',
        },
      ],
    ]);
  });

  test.each<[string, string, () => Response | Promise<Response>]>([
    ['cannot be reached', 'CERTIFICATE_AUTHORITY_UNAVAILABLE', () => Promise.reject(new TypeError('fetch failed'))],
    ['fails', 'CERTIFICATE_AUTHORITY_UNAVAILABLE', () => new Response(null, { status: 503 })],
    ['refuses', 'CERTIFICATE_REQUEST_REFUSED', () => new Response(null, { status: 422 })],
    ['answers with a page', 'CERTIFICATE_REQUEST_REFUSED', () => new Response('<html>')],
    ['answers without a chain', 'CERTIFICATE_REQUEST_REFUSED', () => Response.json({})],
    ['answers with an empty chain', 'CERTIFICATE_REQUEST_REFUSED', () => Response.json({ chain: [] })],
    ['answers with too many certificates', 'CERTIFICATE_REQUEST_REFUSED', () => Response.json({ chain: Array(6).fill(toBase64(issuing)) })],
    ['answers with what is no certificate', 'CERTIFICATE_REQUEST_REFUSED', () => Response.json({ chain: ['AAAA'] })],
    ['answers with what is no Base64', 'CERTIFICATE_REQUEST_REFUSED', () => Response.json({ chain: [7] })],
    ['answers at great length', 'CERTIFICATE_REQUEST_REFUSED', () => new Response(' '.repeat(1 << 17))],
    ['certifies another key', 'CERTIFICATE_REQUEST_REFUSED', () => chainJson(certificateFor('张三', makeKeyPair('p256').spki), issuing)],
    ['certifies another name', 'CERTIFICATE_REQUEST_REFUSED', () => chainJson(certificateFor('李四'), issuing)],
    ['is not trusted', 'CERTIFICATE_REQUEST_REFUSED', () => chainJson(certificateFor('张三'))],
  ])('that %s is refused with %s', async (_, code, answer) => {
    expect(await codeOf(client(answer).issue(request))).toBe(code);
  });

  test('is not asked for a key that nobody has shown to hold', async () => {
    const authority = client(() => {
      throw new Error('asked');
    });
    expect(await codeOf(authority.issue({ ...request, proofOfPossessionText: fromUtf8('other') }))).toBe('CERTIFICATE_REQUEST_REFUSED');
  });
});
