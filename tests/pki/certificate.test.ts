import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { equalBytes, fromHex, fromUtf8, toHex } from '../../src/bytes.ts';
import { derSignatureAlgorithm } from '../../src/pki/algorithms.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import {
  constructedContextTag,
  derBitString,
  derInteger,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSmallInteger,
  derTrue,
  derValue,
  parseDer,
} from '../../src/pki/der.ts';
import { PkiError } from '../../src/pki/failure.ts';
import { agreementUri, signatoryName } from '../../src/pki/issue.ts';
import { derName, derTime } from '../../src/pki/names.ts';
import { makeKeyPair } from '../../src/pki/sign.ts';
import { AT, codeOf, DAY, later, makeLeaf, openssl, scratch } from './support.ts';

const key = makeKeyPair('p256');
const ALGORITHM = derSignatureAlgorithm('p256', 'sha256');

interface Craft {
  readonly version?: readonly Uint8Array[];
  readonly serial?: Uint8Array;
  readonly inner?: Uint8Array;
  readonly outer?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly validity?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
}

const constraints = derSequence(derOid('2.5.29.19'), derTrue(), derOctetString(derSequence()));

function craft(parts: Craft): Uint8Array {
  const tbs = derSequence(
    ...(parts.version ?? [derValue(constructedContextTag(0), derSmallInteger(2))]),
    parts.serial ?? derSmallInteger(7),
    parts.inner ?? ALGORITHM,
    derName({ commonName: '甲' }),
    parts.validity ?? derSequence(derTime(AT), derTime(later(DAY))),
    parts.subject ?? derName({ commonName: '乙' }),
    parts.spki ?? key.spki,
    derValue(constructedContextTag(3), derSequence(...(parts.extensions ?? [constraints]))),
  );
  return derSequence(tbs, parts.outer ?? ALGORITHM, derBitString(key.sign(tbs)));
}

describe('a certificate', () => {
  it('for a person says name, role, identity digest and agreement, and openssl reads the same', () => {
    const { certificate } = makeLeaf('p256');
    expect(certificate.subject).toEqual(signatoryName({ role: 'student', name: '𬱖䶮', identityDigest: 'ab'.repeat(32) }));
    expect(certificate.uris).toEqual([agreementUri('SF-2026-000001')]);
    expect([...(certificate.keyUsage ?? [])]).toEqual(['digitalSignature', 'nonRepudiation']);
    expect([certificate.isCa, certificate.key.kind, certificate.notBefore, certificate.notAfter]).toEqual([
      false,
      'p256',
      later(-300_000),
      later(DAY),
    ]);
    const text = openssl(
      'x509',
      '-inform',
      'DER',
      '-in',
      scratch('person.der', certificate.der),
      '-noout',
      '-text',
      '-nameopt',
      'utf8,sep_comma_plus',
    );
    for (const part of [
      // Programs that compare names by RFC 4518 know no character that came after Unicode 3.2.
      'CN=〔U+2CC56〕䶮',
      'OU=student',
      `serialNumber=${'ab'.repeat(32)}`,
      'URI:urn:sanfang:agreement:SF-2026-000001',
      'Digital Signature, Non Repudiation',
      'Policy: 2.999.1',
      'CA:FALSE',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('for an organisation says its credit code', () => {
    const subject = signatoryName({ role: 'unit', name: '王㛃', organisation: '示例科技有限公司', creditCode: '91350100M000100Y43' });
    const { certificate } = makeLeaf('rsa2048', { subject, profile: { kind: 'signatory', agreementNumber: null, policyOid: '2.999.1' } });
    expect(certificate.subject).toEqual(subject);
    expect(certificate.uris).toEqual([]);
    const text = openssl(
      'x509',
      '-inform',
      'DER',
      '-in',
      scratch('unit.der', certificate.der),
      '-noout',
      '-subject',
      '-nameopt',
      'utf8,sep_comma_plus',
    );
    expect(text).toContain('organizationIdentifier=NTRCN-91350100M000100Y43');
    expect(text).toContain('O=示例科技有限公司');
  });

  it('made by openssl is read', () => {
    const out = scratch('o.der', '');
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      scratch('o.key', ''),
      '-out',
      out,
      '-outform',
      'DER',
      '-utf8',
      '-subj',
      '/C=CN/O=示例/CN=根',
      '-days',
      '2',
    );
    const foreign = parseCertificate(new Uint8Array(readFileSync(out)));
    expect(foreign.subject).toMatchObject({ country: 'CN', organisation: '示例', commonName: '根', organisationalUnit: null });
    expect([foreign.isCa, foreign.key]).toEqual([true, { kind: 'rsa', bits: 2048 }]);
  });

  it('is accepted when nothing is wrong with it', () => {
    expect(codeOf(() => parseCertificate(craft({})))).toBe('accepted');
  });

  it.each<[string, Craft]>([
    ['version 1', { version: [] }],
    ['version 2', { version: [derValue(constructedContextTag(0), derSmallInteger(1))] }],
    ['a negative serial number', { serial: fromHex('0201ff') }],
    ['serial number zero', { serial: fromHex('020100') }],
    ['a serial number of 21 octets', { serial: derInteger(new Uint8Array(21).fill(1)) }],
    ['two signature algorithms', { outer: derSignatureAlgorithm('p256', 'sha384') }],
    ['a duplicate extension', { extensions: [constraints, constraints] }],
    ['an empty extension list', { extensions: [] }],
    [
      'a criticality written out as false',
      { extensions: [derSequence(derOid('2.5.29.14'), fromHex('010100'), derOctetString(derOctetString(fromHex('01'))))] },
    ],
    ['octets after an extension value', { extensions: [derSequence(derOid('2.5.29.19'), derOctetString(fromHex('300000')))] }],
    ['a path length without CA', { extensions: [derSequence(derOid('2.5.29.19'), derOctetString(derSequence(derSmallInteger(0))))] }],
    ['a validity that runs backwards', { validity: derSequence(derTime(later(DAY)), derTime(AT)) }],
    ['a time with an offset', { validity: derSequence(derValue(0x17, fromUtf8('260301010000+0800')), derTime(later(DAY))) }],
    [
      'a NUL inside the name',
      { subject: derSequence(derValue(0x31, derSequence(derOid('2.5.4.3'), derValue(0x0c, fromUtf8('甲\u0000乙'))))) },
    ],
    ['a broken UTF-8 name', { subject: derSequence(derValue(0x31, derSequence(derOid('2.5.4.3'), derValue(0x0c, fromHex('c0af'))))) }],
  ])('with %s is refused', (_what, parts) => {
    expect(codeOf(() => parseCertificate(craft(parts)))).toBe('CERTIFICATE_MALFORMED');
  });

  it('signed with SHA-1 or MD5 is refused by name', () => {
    for (const [oid, name] of [
      ['1.2.840.113549.1.1.5', 'SHA-1 with RSA'],
      ['1.2.840.113549.1.1.4', 'MD5 with RSA'],
    ] as const) {
      const algorithm = derSequence(derOid(oid), derNull());
      try {
        parseCertificate(craft({ inner: algorithm, outer: algorithm }));
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(PkiError);
        expect(error).toMatchObject({ code: 'CERTIFICATE_ALGORITHM_REFUSED', detail: name });
      }
    }
  });

  it.each([
    ['RSA of 1024 bits', 1024, 65537],
    ['RSA exponent other than 65537', 2048, 3],
  ])('for a key of %s is refused', (detail, modulusLength, publicExponent) => {
    const spki = new Uint8Array(
      generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'der', type: 'spki' }),
    );
    expect(() => parseCertificate(craft({ spki }))).toThrow(expect.objectContaining({ code: 'CERTIFICATE_ALGORITHM_REFUSED', detail }));
    expect(codeOf(() => makeLeaf('p256', { spki }))).toBe('ALGORITHM_REFUSED');
  });

  it('is the same record for equal bytes, whatever a caller does to its own copy', () => {
    const der = craft({ serial: derSmallInteger(8) });
    const mine = Uint8Array.from(der);
    const first = parseCertificate(mine);
    mine.fill(0);
    expect(parseCertificate(der)).toBe(first);
    expect(equalBytes(first.der, der)).toBe(true);
  });

  it('takes no name from an attribute given twice', () => {
    const rdn = (text: string) => derValue(0x31, derSequence(derOid('2.5.4.3'), derValue(0x0c, fromUtf8(text))));
    expect(parseCertificate(craft({ subject: derSequence(rdn('张三'), rdn('李四')) })).subject.commonName).toBeNull();
  });

  it('reports critical extensions that nobody here understands', () => {
    const constraint = derSequence(derOid('2.5.29.30'), derTrue(), derOctetString(derSequence()));
    expect(parseCertificate(craft({ extensions: [constraints, constraint] })).unknownCritical).toEqual(['2.5.29.30']);
  });

  it('with octets after it is refused, and none of its octets can change unnoticed', () => {
    const { der } = makeLeaf().certificate;
    expect(codeOf(() => parseCertificate(Uint8Array.from([...der, 0])))).toBe('CERTIFICATE_MALFORMED');
    expect(equalBytes(parseDer(der).der, der)).toBe(true);
    expect(toHex(parseCertificate(der).tbs)).toBe(toHex(parseDer(der).children[0]?.der ?? new Uint8Array()));
  });

  it('is never issued for a name that openssl or a reader could misread', () => {
    for (const name of ['', '甲\n乙', '甲\u0000', '长'.repeat(65), '\ud800']) {
      expect(() => makeLeaf('p256', { subject: { commonName: name } })).toThrow(RangeError);
    }
    expect(() => agreementUri('SF 1')).toThrow(RangeError);
  });
});
