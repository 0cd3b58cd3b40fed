import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromUtf8, toHex } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { parseDer } from '../../src/pki/der.ts';
import { printPem } from '../../src/pki/pem.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { parseTimestampResponse, parseTimestampToken, verifyTimestampToken } from '../../src/pki/timestamp.ts';
import { buildTimestampRequest, makeTimestampToken, type TimestampSigner } from '../../src/pki/timestamp-authority.ts';
import { AT, codeOf, DAY, later, makeLeaf, makeTsa, material, openssl, scratch, seededRandom, stampsAs } from './support.ts';
import { answerTimestampRequest, parseTimestampRequest } from './timestamp-responder.ts';

const random = seededRandom('timestamps');
const { root, tsa } = material;
const stamped = fromUtf8('signature value');
const anchors: readonly Certificate[] = [root.certificate];
const signer = stampsAs(tsa, '2.999.2021.4.2');

const make = (by: TimestampSigner = signer, genTime = AT, over = stamped): Uint8Array =>
  makeTimestampToken({ imprint: { digest: 'sha256', value: sha256(over) }, nonce: null, serial: random.bytes(8), genTime }, by);

const judge = (token: Uint8Array, over = stamped, roots = anchors) => {
  const judgement = verifyTimestampToken(token, over, roots);
  return judgement.ok ? judgement.genTime : judgement.code;
};

/** The answer of openssl's own authority, under the root. @param query path of the request */
function answerByOpenssl(query: string, imprintDigest: string, signerDigest: string): Uint8Array {
  const own = makeTsa(root, { commonName: 'openssl 时间戳', kind: 'rsa2048', notAfter: later(DAY * 3650) });
  const settings = [
    '[tsa]',
    `serial=${scratch('serial', '01\n')}`,
    'default_policy=2.999.4',
    `digests=${imprintDigest}`,
    `signer_digest=${signerDigest}`,
    'ess_cert_id_alg=sha256',
    '',
  ];
  const out = scratch('own.tsr', '');
  const signerPem = scratch('tsa.pem', printPem({ label: 'CERTIFICATE', der: own.certificate.der }));
  const by = ['-inkey', scratch('tsa.key', own.key.toPem()), '-signer', signerPem];
  openssl('ts', '-reply', '-config', scratch('tsa.cnf', settings.join('\n')), '-section', 'tsa', '-queryfile', query, ...by, '-out', out);
  return new Uint8Array(readFileSync(out));
}

describe('a timestamp', () => {
  it('is accepted with its time and its authority’s name', () => {
    expect(verifyTimestampToken(make(), stamped, anchors)).toMatchObject({
      ok: true,
      genTime: AT,
      authority: '三方签 开发时间戳（仅供测试）',
      policyOid: '2.999.2021.4.2',
    });
    expect(judge(make(stampsAs(makeTsa(root, { kind: 'rsa2048' }))))).toBe(AT);
  });

  it.each(['p256', 'rsa2048'] as const)('by a %s key is accepted by openssl ts -verify', (kind) => {
    const token = make(stampsAs(makeTsa(root, { kind })));
    const ca = scratch('root.pem', printPem({ label: 'CERTIFICATE', der: root.certificate.der }));
    const data = scratch('stamped', stamped);
    const when = ['-attime', String(AT / 1000)];
    expect(openssl('ts', '-verify', '-data', data, '-in', scratch('token.tst', token), '-token_in', '-CAfile', ca, ...when)).toContain(
      'OK',
    );
    expect(() =>
      openssl('ts', '-verify', '-data', scratch('else', 'else'), '-in', scratch('token.tst', token), '-token_in', '-CAfile', ca, ...when),
    ).toThrow();
  });

  it('answers a query of openssl, nonce included', () => {
    const ca = scratch('root.pem', printPem({ label: 'CERTIFICATE', der: root.certificate.der }));
    const query = scratch('q.tsq', '');
    openssl('ts', '-query', '-data', scratch('stamped', stamped), '-sha256', '-cert', '-out', query);
    const request = parseTimestampRequest(new Uint8Array(readFileSync(query)));
    expect([request.wantsCertificate, request.nonce?.length]).toEqual([true, expect.any(Number)]);
    const answer = scratch('a.tsr', answerTimestampRequest(request, signer, { serial: random.bytes(8), genTime: AT }));
    expect(openssl('ts', '-verify', '-queryfile', query, '-in', answer, '-CAfile', ca, '-attime', String(AT / 1000))).toContain('OK');
  });

  it('made by openssl’s own authority is accepted', () => {
    const nonce = Uint8Array.from([0x7f, ...random.bytes(7)]);
    const response = answerByOpenssl(scratch('own.tsq', buildTimestampRequest(sha256(stamped), nonce)), 'sha256', 'sha256');
    const token = parseTimestampResponse(response, { imprintSha256: sha256(stamped), nonce });
    expect(verifyTimestampToken(token.der, stamped, anchors)).toMatchObject({ ok: true, authority: 'openssl 时间戳' });
    expect(codeOf(() => parseTimestampResponse(response, { imprintSha256: sha256(stamped), nonce: random.bytes(8) }))).toBe(
      'TIMESTAMP_NONCE_WRONG',
    );
    expect(codeOf(() => parseTimestampResponse(response, { imprintSha256: sha256(fromUtf8('x')), nonce }))).toBe('TIMESTAMP_IMPRINT_WRONG');
  });

  it.each([
    ['over', 'sha1', 'sha256'],
    ['signed with', 'sha256', 'sha1'],
  ])('%s SHA-1 is refused', (_, imprint, signature) => {
    const query = scratch('old.tsq', '');
    openssl('ts', '-query', '-data', scratch('stamped', stamped), `-${imprint}`, '-cert', '-out', query);
    const response = answerByOpenssl(query, imprint, signature);
    expect(codeOf(() => parseTimestampResponse(response, { imprintSha256: sha256(stamped), nonce: random.bytes(8) }))).toBe(
      'TIMESTAMP_ALGORITHM_REFUSED',
    );
  });

  it('moved to another signature is refused', () => {
    expect(judge(make(), fromUtf8('another value'))).toBe('TIMESTAMP_IMPRINT_WRONG');
  });

  it('by an authority of the forger’s own is refused', () => {
    expect(judge(make(), stamped, [])).toBe('TIMESTAMP_UNTRUSTED');
    const stranger = makeKeyPair('p256');
    expect(judge(make({ ...signer, sign: stranger.sign }))).toBe('TIMESTAMP_SIGNATURE_WRONG');
  });

  it('by a certificate that is not for timestamps only is refused', () => {
    const leaf = makeLeaf();
    const chain = [leaf.certificate.der, material.issuing.certificate.der];
    expect(judge(make({ chain, policyOid: '2.999.1', sign: leaf.key.sign }))).toBe('TIMESTAMP_UNTRUSTED');
  });

  it('is refused when genTime is outside the authority’s validity', () => {
    expect(judge(make(stampsAs(makeTsa(root)), later(2 * DAY)))).toBe('TIMESTAMP_UNTRUSTED');
    expect(judge(make(stampsAs(makeTsa(root)), later(-2 * DAY)))).toBe('TIMESTAMP_UNTRUSTED');
  });

  it('whose content was changed is refused', () => {
    const token = make();
    const from = toHex(fromUtf8('20260301010000Z'));
    const changed = Uint8Array.from(token);
    changed.set(fromUtf8('20250301010000Z'), toHex(token).indexOf(from) / 2);
    expect(judge(changed)).toBe('TIMESTAMP_SIGNATURE_WRONG');
  });

  it('never passes after any single octet changed', () => {
    const token = make();
    for (let at = 0; at < token.length; at += 3) {
      const altered = Uint8Array.from(token);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(typeof judge(altered)).toBe('string');
    }
  });

  it('that is malformed, cut or padded is refused without another error', () => {
    const token = make();
    for (const bytes of [new Uint8Array(), token.subarray(0, 200), concatBytes(token, Uint8Array.of(0)), tsa.certificate.der]) {
      expect(judge(bytes)).toBe('TIMESTAMP_MALFORMED');
    }
    expect(parseTimestampToken(token).info.genTime).toBe(AT);
    expect(parseCertificate(parseDer(tsa.certificate.der).der).extendedKeyUsage).toEqual({ oids: ['1.3.6.1.5.5.7.3.8'], critical: true });
  });
});
