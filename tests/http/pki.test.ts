/** The authority's public doors, with openssl on the other side of a real socket. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { expect, onTestFinished, test } from 'vitest';
import type { RevokedCertificate } from '../../src/adapters/authority-revocation.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { devAuthorityOver, makeDevAuthorityMaterial } from '../../src/adapters/dev-authority-issuing.ts';
import { systemRandom } from '../../src/adapters/random.ts';
import { fromUtf8, toBase64 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { toInstant } from '../../src/instant.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { parseCrl, REVOCATION_REASONS } from '../../src/pki/crl.ts';
import { isAbout, parseOcspResponse, verifyOcspResponse } from '../../src/pki/ocsp.ts';
import { buildOcspRequest } from '../../src/pki/ocsp-request.ts';
import { printPem } from '../../src/pki/pem.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import type { Publisher } from '../../src/ports.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { appOver, openTestService } from '../workflow/test-service.ts';

interface World {
  readonly origin: string;
  readonly answer: Publisher['answer'];
  /** A second ago. */
  revoke(der: Uint8Array, reason: keyof typeof REVOCATION_REASONS): void;
  readonly chain: readonly Uint8Array[];
  readonly root: Uint8Array;
  /** A PEM file of the certificate. */
  pem(name: string, der: Uint8Array | undefined): string;
  openssl(...args: string[]): Promise<string>;
}

async function openWorld(): Promise<World> {
  const { ports } = await openTestService();
  let app = { fetch: (_: Request): Response | Promise<Response> => new Response(null, { status: 503 }) };
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request) });
  onTestFinished(() => void server.close());
  const origin = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
  const material = makeDevAuthorityMaterial(systemClock.now(), systemRandom, origin);
  const revoked: RevokedCertificate[] = [];
  const authority = devAuthorityOver(material, systemClock, systemRandom, () => revoked, origin);
  app = appOver({ ...ports, publisher: authority });
  const key = makeKeyPair('p256');
  const text = fromUtf8('possession');
  const chain = await authority.issue({
    signatory: { role: 'student', name: '张三' },
    agreementNumber: 'SF-0000000000-0000000001',
    identityDigest: sha256Hex(text),
    publicKeySpki: key.spki,
    proofOfPossession: key.sign(text),
    proofOfPossessionText: text,
    at: systemClock.now(),
  });
  const folder = temporaryFolder();
  const [root = new Uint8Array()] = await authority.trustAnchors();
  return {
    origin,
    answer: authority.answer,
    revoke: (der, reason) => {
      const { serialHex } = parseCertificate(der);
      revoked.push({ serialHex, at: toInstant(systemClock.now() - 1000), reason: REVOCATION_REASONS[reason] });
    },
    chain,
    root,
    pem: (name, der) => {
      const path = join(folder, name);
      writeFileSync(path, printPem({ label: 'CERTIFICATE', der: der ?? new Uint8Array() }));
      return path;
    },
    openssl: async (...args) => {
      const ran = await promisify(execFile)('openssl', args).catch((error: { stdout: string; stderr: string }) => error);
      return ran.stdout + ran.stderr;
    },
  };
}

test('openssl asks about a certificate and believes the answer, before and after it was revoked', async () => {
  const { origin, revoke, chain, root, pem, openssl } = await openWorld();
  const [leaf, issuing] = chain;
  const ask = (...more: string[]): Promise<string> =>
    openssl(
      ...['ocsp', '-issuer', pem('issuing.pem', issuing), ...more, '-cert', pem('leaf.pem', leaf), '-url', `${origin}/pki/ocsp`],
      ...['-CAfile', pem('root.pem', root), '-verify_other', pem('issuing.pem', issuing)],
    );
  for (const options of [[], ['-no_nonce'], ['-sha256']]) {
    const answer = await ask(...options);
    expect(answer).toContain('Response verify OK');
    expect(answer).toMatch(/leaf\.pem: good/);
    expect(answer).not.toContain('WARNING');
  }
  revoke(leaf ?? root, 'keyCompromise');
  const answer = await ask();
  for (const part of ['Response verify OK', 'leaf.pem: revoked', 'Reason: keyCompromise']) expect(answer).toContain(part);
});

test('openssl finds the lists where the certificates say, and refuses the certificate once it is revoked', async () => {
  const { origin, revoke, chain, root, pem, openssl } = await openWorld();
  const [leaf, issuing] = chain;
  const untrusted = ['-CAfile', pem('root.pem', root), '-untrusted', pem('issuing.pem', issuing)];
  const verify = (): Promise<string> => openssl('verify', '-crl_check', '-crl_download', ...untrusted, pem('leaf.pem', leaf));
  expect(await verify()).toMatch(/leaf\.pem: OK/);
  const lists = await Promise.all(
    ['root', 'issuing'].map(async (name) => {
      const der = new Uint8Array(await (await fetch(`${origin}/pki/${name}.crl`)).arrayBuffer());
      return printPem({ label: 'X509 CRL', der });
    }),
  );
  writeFileSync(`${pem('all', root)}.crl`, lists.join(''));
  const all = ['-crl_check_all', '-CRLfile', `${pem('all', root)}.crl`];
  expect(await openssl('verify', ...all, ...untrusted, pem('leaf.pem', leaf))).toMatch(/leaf\.pem: OK/);
  revoke(leaf ?? root, 'superseded');
  expect(await verify()).toContain('certificate revoked');
});

test('lists, certificates and answers have their media types, and may be kept for as long as a revocation may stay unknown', async () => {
  const { origin, chain, root } = await openWorld();
  const [leaf = root, issuing = root] = chain;
  const get = async (path: string) => {
    const answer = await fetch(origin + path);
    return {
      type: answer.headers.get('Content-Type'),
      kept: answer.headers.get('Cache-Control'),
      body: new Uint8Array(await answer.arrayBuffer()),
    };
  };
  const kept = 'public, max-age=600';
  expect(await get('/pki/root.cer')).toEqual({ type: 'application/pkix-cert', kept, body: root });
  expect(await get('/pki/issuing.cer')).toEqual({ type: 'application/pkix-cert', kept, body: issuing });
  const list = await get('/pki/issuing.crl');
  expect([list.type, list.kept]).toEqual(['application/pkix-crl', kept]);
  expect((await get('/pki/issuing.crl')).body).toEqual(list.body);
  expect(parseCrl(list.body).issuerDer).toEqual(parseCertificate(issuing).subjectDer);

  const [subject, by] = [parseCertificate(leaf), parseCertificate(issuing)];
  const encoded = encodeURIComponent(toBase64(buildOcspRequest(subject, by, null)));
  const answer = await get(`/pki/ocsp/${encoded}`);
  expect([answer.type, answer.kept]).toEqual(['application/ocsp-response', kept]);
  const parsed = parseOcspResponse(answer.body);
  expect([parsed.status, isAbout(parsed, subject, by), verifyOcspResponse(parsed, by).ok]).toEqual(['good', true, true]);
  const post = await fetch(`${origin}/pki/ocsp`, { method: 'POST', body: new Uint8Array(9000) });
  expect(new Uint8Array(await post.arrayBuffer())).toEqual(Uint8Array.of(0x30, 3, 0x0a, 1, 1));
  expect((await get('/pki/ocsp/@@@')).body).toEqual(Uint8Array.of(0x30, 3, 0x0a, 1, 1));
  expect((await fetch(`${origin}/pki/secret.cer`)).status).toBe(404);
});

test('a question about a certificate of somebody else is not answered', async () => {
  const { answer, root, chain } = await openWorld();
  const stranger = makeDevAuthorityMaterial(systemClock.now(), systemRandom);
  const request = buildOcspRequest(parseCertificate(chain[0] ?? root), stranger.issuing.certificate, null);
  expect(await answer(request)).toEqual(Uint8Array.of(0x30, 3, 0x0a, 1, 6));
});
