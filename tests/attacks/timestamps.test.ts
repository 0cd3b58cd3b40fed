/** Row 30: timestamps forged, moved, removed, respelled, by strangers, out of order. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import { equalBytes, fromLatin1 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { toCanonicalToken } from '../../src/pki/canonical.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { assembleCms, assembleSignedData, buildSignedAttributes, CMS_OID } from '../../src/pki/cms.ts';
import { cmsLength, parseCms } from '../../src/pki/cms-parse.ts';
import { derBitString, derNull, derOid, derSequence, parseDer } from '../../src/pki/der.ts';
import { withLowS } from '../../src/pki/ecdsa-value.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { parseTimestampToken } from '../../src/pki/timestamp.ts';
import { makeTimestampToken } from '../../src/pki/timestamp-authority.ts';
import type { FileReport } from '../../src/verify/report.ts';
import type { Credential } from '../../src/workflow/sign-in-process.ts';
import { makeTsa, stampsAs } from '../pki/support.ts';
import {
  AT,
  codesOf,
  credentialFor,
  DAY,
  finish,
  later,
  layoutOf,
  makeData,
  openAuthority,
  ours,
  prepare,
  seededRandom,
  signAll,
  verify,
} from '../verify/signed-agreement.ts';
import { layRevision, makeCms, type OpenRevision, putCms } from './forgery.ts';

let data: AgreementData;
let two: Uint8Array;
let open: OpenRevision;
let school: Credential;
const random = seededRandom('timestamps');
beforeAll(async () => {
  data = makeData();
  two = await signAll(data, { roles: ['student', 'unit'] });
  open = layRevision(two, data, 'school');
  school = await credentialFor(data, 'school');
});

const tsa = () => ours.material.tsa;
const tokenBy = (by = tsa(), over: Uint8Array = value(), genTime = AT): Uint8Array =>
  makeTimestampToken({ imprint: { digest: 'sha256', value: sha256(over) }, nonce: null, serial: random.bytes(8), genTime }, stampsAs(by));

/** The school's signature value and attributes, made once, so that one token or another may be laid upon it. */
let made: { readonly signedAttributes: Uint8Array; readonly signatureValue: Uint8Array } | undefined;
function signature(): NonNullable<typeof made> {
  const [leaf = new Uint8Array(), ...others] = school.chain;
  const signedAttributes = buildSignedAttributes(open.digest, leaf, CMS_OID.data, others);
  made ??= { signedAttributes, signatureValue: withLowS(school.key.sign(signedAttributes), 'p256') };
  return made;
}
const value = (): Uint8Array => signature().signatureValue;
const withToken = (token: Uint8Array | null): FileReport =>
  verify(putCms(open, assembleCms({ ...signature(), chain: school.chain, timestampToken: token })));
const canonical = (token: Uint8Array): Uint8Array => toCanonicalToken(parseTimestampToken(token));

/** The parts of a token put together otherwise. */
function respell(token: Uint8Array, changes: Partial<Parameters<typeof assembleSignedData>[0]>): Uint8Array {
  const { signedData } = parseTimestampToken(token);
  return assembleSignedData({
    version: 3,
    contentType: signedData.contentType,
    content: signedData.content,
    signedAttributes: signedData.signedAttributes,
    signatureValue: signedData.signatureValue,
    chain: signedData.certificates.map((certificate) => certificate.der),
    timestampToken: null,
    ...changes,
  });
}

describe('row 30: a timestamp', () => {
  test('of our own authority over this very signature passes', () => {
    const report = withToken(canonical(tokenBy()));
    expect(codesOf(report)).toEqual([]);
    expect(report.verdict).toBe('passed');
  });

  test('moved from another signature is refused', () => {
    const contents = layoutOf(two).signatures[0]?.contents ?? new Uint8Array();
    const { timestampToken } = parseCms(contents.subarray(0, cmsLength(contents)));
    const report = withToken(timestampToken);
    expect(codesOf(report)).toEqual(['TIMESTAMP_REFUSED']);
    expect(report.findings[0]?.zh).toContain('时间戳盖的是别的内容');
    expect(report.findings[0]).toMatchObject({ revision: 3, party: 'school' });
    expect(report.verdict).toBe('failed');
  });

  test('by a stranger, even one of the same names, is not trusted', () => {
    const report = withToken(canonical(tokenBy(openAuthority('stranger').material.tsa)));
    expect(codesOf(report)).toEqual(['TIMESTAMP_UNTRUSTED']);
    expect(report.verdict).toBe('indeterminate');
  });

  test('signed by a stranger’s key under the true authority’s certificate is refused', () => {
    const stranger = { key: makeKeyPair('p256'), certificate: tsa().certificate };
    const report = withToken(canonical(tokenBy(stranger)));
    expect(codesOf(report)).toEqual(['TIMESTAMP_REFUSED']);
    expect(report.verdict).toBe('failed');
  });

  test('by a signatory of the true authority is not trusted', () => {
    const signatory = { key: school.key, certificate: parseCertificate(school.chain[0] ?? new Uint8Array()) };
    const report = withToken(canonical(tokenBy(signatory)));
    expect(codesOf(report)).toEqual(['TIMESTAMP_UNTRUSTED']);
    expect(report.verdict).toBe('indeterminate');
  });

  test('by an authority whose certificate had ended is not trusted', () => {
    const expired = makeTsa(ours.material.root, { notBefore: later(-9 * DAY), notAfter: later(-DAY) });
    expect(codesOf(withToken(canonical(tokenBy(expired))))).toEqual(['TIMESTAMP_UNTRUSTED']);
  });

  test('earlier than that of the party before is refused', async () => {
    const report = verify(await finish(prepare(two, 'school', school), school, later(-60_000)));
    expect(codesOf(report)).toEqual(['TIMESTAMP_OUT_OF_ORDER']);
    expect(report.verdict).toBe('failed');
  });

  test('days away from the claimed time is doubted, and one to come as well', async () => {
    const report = verify(await finish(prepare(two, 'school', school), school, later(3 * DAY)));
    expect(codesOf(report)).toEqual(['TIME_IMPLAUSIBLE', 'TIME_IN_FUTURE']);
    expect(report.verdict).toBe('review');
  });

  test('removed from the last signature is missed', () => {
    const report = withToken(null);
    expect(codesOf(report)).toEqual(['TIME_ONLY_CLAIMED', 'TIMESTAMP_MISSING']);
    expect(report.verdict).toBe('review');
  });

  test('cannot be removed from an earlier signature', () => {
    const first = layoutOf(two).signatures[0];
    if (first === undefined) throw new Error('not signed');
    const cms = parseCms(first.contents.subarray(0, cmsLength(first.contents)));
    const bare = assembleCms({
      signedAttributes: cms.signedAttributes,
      signatureValue: cms.signatureValue,
      chain: [cms.signer, ...cms.certificates.filter((each) => each !== cms.signer)].map((each) => each.der),
      timestampToken: null,
    });
    const zeroed = two.slice();
    zeroed.fill(0x30, first.contentsStart + 1, first.contentsEnd - 1);
    const report = verify(putCms({ file: zeroed, contentsStart: first.contentsStart, digest: new Uint8Array() }, bare));
    expect(codesOf(report)).toContain('SIGNATURE_DIGEST_WRONG');
    expect(report.verdict).toBe('failed');
  });

  test('in another spelling is refused', () => {
    const token = canonical(tokenBy());
    const { signedData } = parseTimestampToken(token);
    const withNull = derSequence(derOid('1.2.840.10045.4.3.2'));
    expect(codesOf(withToken(respell(token, { signatureAlgorithm: withNull })))).toEqual([]);
    const twin = twinOf(signedData.signatureValue);
    expect(codesOf(withToken(respell(token, { signatureValue: twin })))).toEqual(['TIMESTAMP_REFUSED']);
  });

  test('of an RSA authority is refused under the other name of its algorithm, one digit away', () => {
    const token = canonical(tokenBy(makeTsa(ours.material.root, { kind: 'rsa2048' })));
    expect(codesOf(withToken(token))).toEqual([]);
    const renamed = respell(token, { signatureAlgorithm: derSequence(derOid('1.2.840.113549.1.1.11'), derNull()) });
    expect(renamed).toHaveLength(token.length);
    expect(codesOf(withToken(renamed))).toEqual(['TIMESTAMP_REFUSED']);
  });

  test('that brings certificates nobody needs is refused', () => {
    const token = canonical(tokenBy());
    const stuffed = respell(token, { chain: [tsa().certificate.der, openAuthority('stray').material.root.certificate.der] });
    expect(codesOf(withToken(canonical(stuffed)))).toEqual(['CERTIFICATE_UNRELATED']);
    expect(withToken(canonical(stuffed)).verdict).toBe('failed');
  });

  test('with the other spelling of a certificate that it brings, or without one that it could do without, is refused', () => {
    const { issuing, root } = ours.material;
    const below = makeTsa(issuing);
    const leaf = below.certificate;
    const bare = tokenBy(below);
    const [, algorithm] = parseDer(issuing.certificate.der).children;
    const value = issuing.certificate.signatureValue;
    const certificate = (signature: Uint8Array) =>
      derSequence(issuing.certificate.tbs, algorithm?.der ?? new Uint8Array(), derBitString(signature));
    const spelled = { low: certificate(withLowS(value, 'p256')), high: certificate(twinOf(withLowS(value, 'p256'))) };
    const path = [leaf, issuing.certificate, root.certificate];
    const bringing = (...others: Uint8Array[]) => respell(bare, { chain: [leaf.der, ...others], signatureValue: lowValueOf(bare) });

    expect(codesOf(withToken(bringing(spelled.low)))).toEqual([]);
    expect(codesOf(withToken(bringing(spelled.high)))).toEqual(['TIMESTAMP_REFUSED']);
    expect(codesOf(withToken(bringing(spelled.low, root.certificate.der)))).toEqual(['TIMESTAMP_REFUSED']);
    for (const brought of [[issuing.certificate.der], [issuing.certificate.der, root.certificate.der]]) {
      const taken = toCanonicalToken(parseTimestampToken(bringing(...brought)), path);
      expect(equalBytes(taken, bringing(spelled.low))).toBe(true);
    }
  });

  test('that is none is refused', async () => {
    for (const rubbish of [derSequence(), derSequence(derOid('1.2.3')), await makeCms(open, school, null)]) {
      const report = withToken(rubbish);
      expect(codesOf(report)).toEqual(['TIMESTAMP_REFUSED']);
      expect(report.verdict).toBe('failed');
    }
    expect(codesOf(withToken(derSequence(fromLatin1('\x04\x02xx'))))).toEqual(['TIMESTAMP_REFUSED']);
  });
});

const lowValueOf = (token: Uint8Array): Uint8Array => withLowS(parseTimestampToken(token).signedData.signatureValue, 'p256');

/** Of a P-256 value (r, s) the other one that verifies alike, (r, n − s). */
function twinOf(der: Uint8Array): Uint8Array {
  const [r, s] = parseDer(der).children;
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const given = BigInt(`0x${[...(s?.content ?? [])].map((octet) => octet.toString(16).padStart(2, '0')).join('')}`);
  const other = Uint8Array.from((n - given).toString(16).padStart(66, '0').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return derSequence(r?.der ?? new Uint8Array(), parseInteger(other));
}

/** INTEGER from octets with a leading zero. */
function parseInteger(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet, i) => octet !== 0 || ((octets[i + 1] ?? 0) & 0x80) !== 0);
  const content = octets.subarray(Math.max(0, start));
  return Uint8Array.of(0x02, content.length, ...content);
}
