import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCrl, verifyCrl } from '../../src/pki/crl.ts';
import { derNull, derOctetString, derOid, derSequence, derTrue, parseDer } from '../../src/pki/der.ts';
import { isAbout, parseOcspResponse, verifyOcspResponse } from '../../src/pki/ocsp.ts';
import { printPem } from '../../src/pki/pem.ts';
import { judgeRevocation } from '../../src/pki/revocation.ts';
import { crlBy, makeResponder, ocspBy } from './revocation-support.ts';
import { AT, codeOf, DAY, later, makeLeaf, material, openssl, scratch } from './support.ts';

const leaf = makeLeaf().certificate;
const issuing = material.issuing.certificate;
const root = material.root.certificate;
const revoked = (at = later(-3_600_000), reason = 1) => [{ serialHex: leaf.serialHex, at, reason }];

const pem = (name: string, label: 'CERTIFICATE' | 'X509 CRL', ...ders: readonly Uint8Array[]): string =>
  scratch(name, ders.map((der) => printPem({ label, der })).join(''));

describe('a revocation list', () => {
  test('is read as it was written', () => {
    const crl = parseCrl(crlBy(material.issuing, { revoked: revoked() }));
    expect(crl.revoked).toEqual(new Map([[leaf.serialHex, { at: later(-3_600_000), reason: 1 }]]));
    expect(crl).toMatchObject({ thisUpdate: AT, nextUpdate: later(DAY), numberHex: '07', keepsExpiredSince: later(-DAY) });
    expect(verifyCrl(crl, issuing).ok).toBe(true);
  });

  test('is one to openssl, number, key identifier and entries included', () => {
    const path = scratch('revoked.crl', crlBy(material.issuing, { revoked: [...revoked(), { serialHex: 'ff01', at: AT, reason: 0 }] }));
    const text = openssl(
      'crl',
      '-inform',
      'DER',
      '-in',
      path,
      '-noout',
      '-text',
      '-CAfile',
      pem('issuing.pem', 'CERTIFICATE', issuing.der),
    );
    for (const words of ['Version 2', 'X509v3 CRL Number', 'X509v3 Authority Key Identifier', 'Key Compromise', 'Next Update: Mar  2'])
      expect(text).toContain(words);
  });

  test('lets openssl accept a whole chain, or refuse the one certificate that is listed', () => {
    const chain = (name: string, list: Uint8Array): string => {
      const crls = pem(`${name}.crls`, 'X509 CRL', crlBy(material.root), list);
      const ca = pem('root.pem', 'CERTIFICATE', root.der);
      const untrusted = pem('untrusted.pem', 'CERTIFICATE', issuing.der);
      const at = String(AT / 1000 + 60);
      return openssl(
        'verify',
        '-crl_check_all',
        '-attime',
        at,
        '-CAfile',
        ca,
        '-untrusted',
        untrusted,
        '-CRLfile',
        crls,
        pem('leaf.pem', 'CERTIFICATE', leaf.der),
      );
    };
    expect(chain('good', crlBy())).toContain('OK');
    expect(() => chain('bad', crlBy(material.issuing, { revoked: revoked() }))).toThrow('certificate revoked');
  });

  test('of another authority, or by another key of the same name, is not accepted', () => {
    expect(verifyCrl(parseCrl(crlBy(material.root)), issuing)).toMatchObject({ code: 'CRL_ISSUER_WRONG' });
    const impostor = { key: material.root.key, certificate: issuing };
    expect(verifyCrl(parseCrl(crlBy(impostor)), issuing)).toMatchObject({ code: 'CRL_SIGNATURE_WRONG' });
    expect(verifyCrl(parseCrl(crlBy({ ...material.tsa })), material.tsa.certificate)).toMatchObject({ code: 'CRL_ISSUER_WRONG' });
  });

  test('with one bit changed is never accepted', () => {
    const der = crlBy(material.issuing, { revoked: revoked() });
    for (let bit = 0; bit < der.length * 8; bit += 3) {
      const changed = der.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const accepted = codeOf(() => parseCrl(changed)) === 'accepted' && verifyCrl(parseCrl(changed), issuing).ok;
      expect(accepted, `bit ${bit}`).toBe(false);
    }
  });

  test('made of rubbish is refused with a code', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        (bytes) => codeOf(() => parseCrl(bytes)) === 'CRL_MALFORMED' && codeOf(() => parseOcspResponse(bytes)) === 'OCSP_MALFORMED',
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  test('with a critical extension, which would limit it, is refused', () => {
    const list = parseDer(crlBy());
    const [tbs, algorithm, value] = list.children;
    const members = tbs?.children ?? [];
    const explicit = members.at(-1)?.children[0];
    const partial = derSequence(derOid('2.5.29.28'), derTrue(), derOctetString(derSequence()));
    const extended = derSequence(...(explicit?.children ?? []).map((child) => child.der), partial);
    const tagged = Uint8Array.of(0xa0, extended.length, ...extended);
    const changed = derSequence(
      derSequence(...members.slice(0, -1).map((member) => member.der), tagged),
      algorithm?.der ?? derNull(),
      value?.der ?? derNull(),
    );
    expect(codeOf(() => parseCrl(changed))).toBe('CRL_MALFORMED');
  });
});

describe('an answer about one certificate', () => {
  const responder = makeResponder();

  test.each([
    ['by the issuer itself', null],
    ['by a responder that it authorised', responder],
  ])('%s is read as it was written and accepted', (_, by) => {
    const answer = parseOcspResponse(ocspBy(leaf, {}, by));
    expect(answer).toMatchObject({
      status: 'good',
      thisUpdate: AT,
      nextUpdate: later(DAY),
      producedAt: AT,
      keepsExpiredSince: later(-DAY),
    });
    expect(isAbout(answer, leaf, issuing)).toBe(true);
    expect(isAbout(answer, makeLeaf().certificate, issuing)).toBe(false);
    expect(verifyOcspResponse(answer, issuing).ok).toBe(true);
    const other = parseOcspResponse(ocspBy(leaf, { status: { at: AT, reason: 4 } }, by));
    expect(other.status).toEqual({ at: AT, reason: 4 });
  });

  test.each([
    ['good', 'good' as const, null],
    ['good', 'good' as const, responder],
    ['revoked', { at: later(-60_000), reason: 1 }, null],
    ['unknown', 'unknown' as const, null],
  ])('is verified by openssl: %s', (words, status, by) => {
    const path = scratch('answer.der', ocspBy(leaf, { status }, by));
    const files = ['-issuer', pem('ocsp-issuer.pem', 'CERTIFICATE', issuing.der), '-CAfile', pem('ocsp-root.pem', 'CERTIFICATE', root.der)];
    const extra = [
      '-verify_other',
      pem('ocsp-other.pem', 'CERTIFICATE', issuing.der),
      '-attime',
      String(AT / 1000 + 60),
      '-validity_period',
      '99999999',
    ];
    const text = openssl('ocsp', '-respin', path, '-sha256', ...files, ...extra, '-cert', pem('ocsp-leaf.pem', 'CERTIFICATE', leaf.der));
    expect(text).toContain(`: ${words}`);
    const whole = openssl('ocsp', '-respin', path, ...files.slice(2), ...extra, '-resp_text');
    expect(whole).toContain('OCSP Response Status: successful');
  });

  test('by anybody else is not accepted', () => {
    const wrong = (der: Uint8Array, code: string): void =>
      expect(verifyOcspResponse(parseOcspResponse(der), issuing)).toMatchObject({ code });
    wrong(ocspBy(leaf, {}, makeResponder(material.issuing, 'tsa')), 'OCSP_RESPONDER_WRONG');
    wrong(ocspBy(leaf, {}, makeResponder(material.root)), 'OCSP_RESPONDER_WRONG');
    wrong(ocspBy(leaf, { thisUpdate: later(40 * DAY), nextUpdate: later(41 * DAY) }, responder), 'OCSP_RESPONDER_WRONG');
    wrong(ocspBy(leaf, {}, { key: material.root.key, certificate: responder.certificate }), 'OCSP_SIGNATURE_WRONG');
    wrong(ocspBy(leaf, {}, null, { key: material.root.key, certificate: issuing }), 'OCSP_SIGNATURE_WRONG');
  });

  test('that the responder did not give is refused', () => {
    expect(codeOf(() => parseOcspResponse(Uint8Array.of(0x30, 3, 0x0a, 1, 6)))).toBe('OCSP_STATUS_REJECTED');
  });

  test('with one bit changed is never accepted', () => {
    const der = ocspBy(leaf, {}, responder);
    for (let bit = 0; bit < der.length * 8; bit += 5) {
      const changed = der.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (codeOf(() => parseOcspResponse(changed)) !== 'accepted') continue;
      const answer = parseOcspResponse(changed);
      expect(verifyOcspResponse(answer, issuing).ok && isAbout(answer, leaf, issuing), `bit ${bit}`).toBe(false);
    }
  });
});

describe('whether a certificate was revoked', () => {
  const judge = (
    crls: readonly Uint8Array[],
    ocsps: readonly Uint8Array[] = [],
    changes: Partial<Parameters<typeof judgeRevocation>[3]> = {},
  ) =>
    judgeRevocation(
      leaf,
      issuing,
      { crls: crls.map(parseCrl), ocsps: ocsps.map(parseOcspResponse) },
      { at: AT, seenAt: later(60_000), after: 'validBefore', ...changes },
    ).status;

  test('is answered by a list or an answer of its authority, and by nothing else', () => {
    expect(judge([crlBy()])).toBe('good');
    expect(judge([], [ocspBy(leaf)])).toBe('good');
    expect(judge([])).toBe('unknown');
    expect(judge([crlBy(material.root)])).toBe('unknown');
    expect(judge([], [ocspBy(makeLeaf().certificate)])).toBe('unknown');
    expect(judge([], [ocspBy(leaf, { status: 'unknown' })])).toBe('unknown');
    expect(judge([crlBy({ key: material.root.key, certificate: issuing })])).toBe('unknown');
  });

  test('is told from the revocation, however much else says good', () => {
    const bad = crlBy(material.issuing, { revoked: revoked() });
    expect(judge([crlBy(), bad], [ocspBy(leaf)])).toEqual({ at: later(-3_600_000), reason: 1 });
    expect(judge([crlBy()], [ocspBy(leaf, { status: { at: AT, reason: 0 } })])).toEqual({ at: AT, reason: 0 });
  });

  test('does not undo what was signed before, unless the key may have been in other hands', () => {
    const after = crlBy(material.issuing, { thisUpdate: later(2_000), revoked: revoked(later(1_000)) });
    expect(judge([after])).toBe('good');
    expect(judge([after], [], { after: 'neverAgain' })).toEqual({ at: later(1_000), reason: 1 });
    const superseded = crlBy(material.issuing, { thisUpdate: later(2_000), revoked: revoked(later(1_000), 4) });
    expect(judge([superseded], [], { after: 'neverAgain' })).toBe('good');
  });

  test('is not known from a stale list, nor from one of the future, nor from one that may have forgotten', () => {
    expect(judge([crlBy(material.issuing, { thisUpdate: later(-2 * DAY), nextUpdate: later(-DAY) })])).toBe('unknown');
    expect(judge([crlBy(material.issuing, { thisUpdate: later(DAY), nextUpdate: later(2 * DAY) })])).toBe('unknown');
    const late = { thisUpdate: later(5 * DAY), nextUpdate: later(6 * DAY) };
    const seen = { seenAt: later(5 * DAY) };
    expect(judge([crlBy(material.issuing, late)], [], seen)).toBe('good');
    expect(judge([crlBy(material.issuing, { ...late, keepsExpiredSince: later(4 * DAY) })], [], seen)).toBe('unknown');
    expect(judge([], [ocspBy(leaf, { ...late, keepsExpiredSince: later(4 * DAY) })], seen)).toBe('unknown');
  });
});
