import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, equalBytes, fromUtf8, toHex } from '../../src/bytes.ts';
import { digestBy, sha256 } from '../../src/digest.ts';
import { derSignatureAlgorithm } from '../../src/pki/algorithms.ts';
import { assembleCms, buildSignedAttributes, CMS_OID, derSigningCertificate } from '../../src/pki/cms.ts';
import { cmsLength, parseCms, verifyCms } from '../../src/pki/cms-parse.ts';
import {
  constructedContextTag,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derSmallInteger,
  derValue,
  parseDer,
} from '../../src/pki/der.ts';
import { printPem } from '../../src/pki/pem.ts';
import { makeTimestampToken } from '../../src/pki/timestamp-authority.ts';
import {
  AT,
  attribute,
  type CraftedCms,
  codeOf,
  craftCms,
  makeLeaf,
  material,
  openssl,
  scratch,
  stampsAs,
  standardAttributes,
} from './support.ts';

const content = fromUtf8('%PDF-1.7 三方协议 %%EOF');
const digest = sha256(content);
const leaf = makeLeaf('p256');
const other = makeLeaf('p256');

function signed(who = leaf, timestampToken: Uint8Array | null = null): Uint8Array {
  const signedAttributes = buildSignedAttributes(digest, who.certificate.der);
  return assembleCms({
    signedAttributes,
    signatureValue: who.key.sign(signedAttributes),
    chain: [who.certificate.der, material.issuing.certificate.der],
    timestampToken,
  });
}

const tokenOver = (bytes: Uint8Array): Uint8Array =>
  makeTimestampToken(
    { imprint: { digest: 'sha256', value: sha256(bytes) }, nonce: null, serial: Uint8Array.of(1), genTime: AT },
    stampsAs(material.tsa),
  );

describe('the CMS of a signature', () => {
  it.each(['p256', 'rsa2048'] as const)('with a %s key is accepted by our parser and by openssl cms -verify', (kind) => {
    const who = makeLeaf(kind);
    const der = signed(who);
    const cms = parseCms(der);
    expect(verifyCms(cms, digest)).toEqual({ ok: true });
    expect(cms.signer.sha256).toBe(who.certificate.sha256);
    expect(cms.certificates).toHaveLength(2);
    const args = [
      'cms',
      '-verify',
      '-binary',
      '-inform',
      'DER',
      '-in',
      scratch(`${kind}.p7s`, der),
      '-content',
      scratch('content', content),
      '-CAfile',
    ];
    args.push(
      scratch('root.pem', printPem({ label: 'CERTIFICATE', der: material.root.certificate.der })),
      '-attime',
      String(AT / 1000),
      '-cades',
      '-out',
      scratch('out', ''),
    );
    expect(() => openssl(...args)).not.toThrow();
    const otherContent = args.map((arg) => (arg.endsWith('content') && arg !== '-content' ? scratch('changed', fromUtf8('changed')) : arg));
    expect(() => openssl(...otherContent)).toThrow();
  });

  it('carries a timestamp token over the signature value and gives it back unchanged', () => {
    const plain = parseCms(signed());
    const token = tokenOver(plain.signatureValue);
    const der = signed(leaf, token);
    expect(toHex(parseCms(der).timestampToken ?? new Uint8Array())).toBe(toHex(token));
    expect(verifyCms(parseCms(der), digest)).toEqual({ ok: true });
    expect(der.length).toBeLessThan(8192);
  });

  it('can be rebuilt octet for octet from what the parser gives', () => {
    for (const der of [signed(), signed(leaf, tokenOver(fromUtf8('x')))]) {
      const { signedAttributes, signatureValue, signer, certificates, timestampToken } = parseCms(der);
      const chain = [signer.der, ...certificates.filter((each) => each !== signer).map((each) => each.der)];
      expect(toHex(assembleCms({ signedAttributes, signatureValue, chain, timestampToken }))).toBe(toHex(der));
    }
  });

  it('signs the attributes as a SET with exactly three members and no signing time', () => {
    const attributes = parseDer(buildSignedAttributes(digest, leaf.certificate.der));
    expect(attributes.tag).toBe(0x31);
    expect(attributes.children).toHaveLength(3);
    expect(toHex(parseCms(signed()).signedAttributes)).toBe(toHex(attributes.der));
  });

  it('is refused for other bytes', () => {
    expect(verifyCms(parseCms(signed()), sha256(fromUtf8('other')))).toMatchObject({ ok: false, code: 'CMS_DIGEST_WRONG' });
  });

  it('is refused when the value is by another key', () => {
    const signedAttributes = buildSignedAttributes(digest, leaf.certificate.der);
    const der = assembleCms({
      signedAttributes,
      signatureValue: other.key.sign(signedAttributes),
      chain: [leaf.certificate.der],
      timestampToken: null,
    });
    expect(verifyCms(parseCms(der), digest)).toMatchObject({ ok: false, code: 'CMS_SIGNATURE_WRONG' });
  });

  it('cannot be assembled from an ECDSA value in r‖s form or from no certificate', () => {
    const signedAttributes = buildSignedAttributes(digest, leaf.certificate.der);
    expect(
      codeOf(() =>
        assembleCms({ signedAttributes, signatureValue: new Uint8Array(64).fill(7), chain: [leaf.certificate.der], timestampToken: null }),
      ),
    ).toBe('DER_MALFORMED');
    expect(() => assembleCms({ signedAttributes, signatureValue: new Uint8Array(), chain: [], timestampToken: null })).toThrow(RangeError);
  });

  it('tells its own length from zero padding', () => {
    const der = signed();
    expect(cmsLength(concatBytes(der, new Uint8Array(100)))).toBe(der.length);
    expect(codeOf(() => cmsLength(new Uint8Array(8)))).toBe('CMS_MALFORMED');
    expect(codeOf(() => cmsLength(der.subarray(0, 300)))).toBe('CMS_MALFORMED');
  });

  it('never passes after one octet changed', () => {
    const der = signed();
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = Uint8Array.from(der);
        altered[at] = (altered[at] ?? 0) ^ change;
        const code = codeOf(() => parseCms(altered));
        // The issuing certificate's own octets are judged by the chain, and matter only there.
        if (code === 'accepted' && verifyCms(parseCms(altered), digest).ok) {
          expect(parseCms(altered).certificates.some((each) => equalBytes(each.der, material.issuing.certificate.der))).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const [contentType, messageDigest, signingCertificate] = [
  attribute(CMS_OID.contentType, derOid(CMS_OID.data)),
  attribute(CMS_OID.messageDigest, derOctetString(digest)),
  attribute(CMS_OID.signingCertificateV2, derSigningCertificate(leaf.certificate.der)),
];
const signingTime = attribute('1.2.840.113549.1.9.5', derValue(0x17, fromUtf8('260301010000Z')));
const sha1 = derSequence(derOid('1.3.14.3.2.26'), derNull());
const md5 = derSequence(derOid('1.2.840.113549.2.5'), derNull());
const standard = standardAttributes(digest, leaf.certificate);

describe('a crafted CMS', () => {
  it('without any lie is what assembleCms writes, and is accepted', () => {
    const crafted = parseCms(craftCms(leaf, digest));
    expect(verifyCms(crafted, digest)).toEqual({ ok: true });
    const { signedAttributes, signatureValue } = crafted;
    const chain = [leaf.certificate.der, material.issuing.certificate.der];
    expect(toHex(assembleCms({ signedAttributes, signatureValue, chain, timestampToken: null }))).toBe(toHex(crafted.der));
  });

  it.each<[string, CraftedCms, string]>([
    ['two SignerInfos', { signers: (one) => [one, one] }, 'CMS_SIGNER_COUNT'],
    ['no SignerInfo', { signers: () => [] }, 'CMS_SIGNER_COUNT'],
    ['content inside', { content: [derValue(constructedContextTag(0), derOctetString(content))] }, 'CMS_CONTENT_NOT_DETACHED'],
    [
      'empty content inside',
      { content: [derValue(constructedContextTag(0), derOctetString(new Uint8Array()))] },
      'CMS_CONTENT_NOT_DETACHED',
    ],
    [
      'a duplicate attribute',
      { attributes: [...standard, attribute(CMS_OID.messageDigest, derOctetString(sha256(fromUtf8('other'))))] },
      'CMS_ATTRIBUTES_WRONG',
    ],
    [
      'an attribute with two values',
      { attributes: [contentType, signingCertificate, attribute(CMS_OID.messageDigest, derOctetString(digest), derOctetString(sha256()))] },
      'CMS_ATTRIBUTES_WRONG',
    ],
    ['an attribute without a value', { attributes: [...standard, attribute('1.2.3')] }, 'CMS_ATTRIBUTES_WRONG'],
    ['a fourth attribute', { attributes: [...standard, signingTime] }, 'CMS_ATTRIBUTES_WRONG'],
    ['no message digest', { attributes: [contentType, signingCertificate] }, 'CMS_ATTRIBUTES_WRONG'],
    ['no content type', { attributes: [messageDigest, signingCertificate] }, 'CMS_ATTRIBUTES_WRONG'],
    ['no signing certificate', { attributes: [contentType, messageDigest] }, 'CMS_ATTRIBUTES_WRONG'],
    [
      'another content type',
      { attributes: [attribute(CMS_OID.contentType, derOid(CMS_OID.timestampInfo)), messageDigest, signingCertificate] },
      'CMS_ATTRIBUTES_WRONG',
    ],
    [
      'a short message digest',
      { attributes: [contentType, attribute(CMS_OID.messageDigest, derOctetString(digest.subarray(0, 20))), signingCertificate] },
      'CMS_ATTRIBUTES_WRONG',
    ],
    [
      'a signing certificate that is another',
      { attributes: [contentType, messageDigest, attribute(CMS_OID.signingCertificateV2, derSigningCertificate(other.certificate.der))] },
      'CMS_ESS_MISMATCH',
    ],
    [
      'the signer’s certificate swapped for another',
      { certificates: [other.certificate.der, material.issuing.certificate.der] },
      'CMS_SIGNER_UNKNOWN',
    ],
    ['SHA-1 as digest', { digestAlgorithm: sha1 }, 'CMS_ALGORITHM_REFUSED'],
    ['MD5 as digest', { digestAlgorithm: md5 }, 'CMS_ALGORITHM_REFUSED'],
    ['SHA-1 only in the outer list', { digestAlgorithms: [sha1] }, 'CMS_ALGORITHM_REFUSED'],
    ['two digest algorithms', { digestAlgorithms: [sha1, md5] }, 'CMS_MALFORMED'],
    ['SHA-1 with ECDSA', { signatureAlgorithm: derSequence(derOid('1.2.840.10045.4.1')) }, 'CMS_ALGORITHM_REFUSED'],
    ['Ed25519', { signatureAlgorithm: derSequence(derOid('1.3.101.112')) }, 'CMS_ALGORITHM_REFUSED'],
    ['a bare rsaEncryption', { signatureAlgorithm: derSequence(derOid('1.2.840.113549.1.1.1'), derNull()) }, 'CMS_ALGORITHM_REFUSED'],
    ['signature and digest algorithms that differ', { signatureAlgorithm: derSignatureAlgorithm('p256', 'sha384') }, 'CMS_MALFORMED'],
    ['no certificates', { certificates: [] }, 'CMS_MALFORMED'],
    ['a certificate twice', { certificates: [leaf.certificate.der, leaf.certificate.der] }, 'CMS_MALFORMED'],
    [
      'nine certificates',
      { certificates: [leaf.certificate.der, ...Array.from({ length: 8 }, () => makeLeaf().certificate.der)] },
      'CMS_MALFORMED',
    ],
    [
      'an attribute certificate',
      { certificates: [leaf.certificate.der, derValue(constructedContextTag(1), derNull())] },
      'CERTIFICATE_MALFORMED',
    ],
    ['revocation lists', { afterCertificates: [derValue(constructedContextTag(1), derSequence())] }, 'CMS_MALFORMED'],
    ['version 3', { version: 3 }, 'CMS_MALFORMED'],
    ['a key identifier as signer', { sid: derValue(0x80, new Uint8Array(20)) }, 'CMS_MALFORMED'],
    ['an unknown unsigned attribute', { unsigned: [attribute('1.2.840.113549.1.9.6', derNull())] }, 'CMS_ATTRIBUTES_WRONG'],
    [
      'two timestamps in one attribute',
      { unsigned: [attribute(CMS_OID.timestampToken, derNull(), derSequence())] },
      'CMS_ATTRIBUTES_WRONG',
    ],
    [
      'a timestamp and something else',
      { unsigned: [attribute(CMS_OID.timestampToken, derSequence()), attribute('1.2.3', derNull())] },
      'CMS_ATTRIBUTES_WRONG',
    ],
  ])('with %s is refused', (_what, craft, code) => {
    expect(codeOf(() => parseCms(craftCms(leaf, digest, craft)))).toBe(code);
  });

  it('that calls an ECDSA key RSA is refused', () => {
    const cms = parseCms(craftCms(leaf, digest, { signatureAlgorithm: derSignatureAlgorithm('rsa', 'sha256') }));
    expect(verifyCms(cms, digest)).toMatchObject({ code: 'CMS_SIGNATURE_WRONG' });
  });

  it('with attributes out of order is refused', () => {
    const der = craftCms(leaf, digest);
    const [first, second] = [standard[0] ?? der, standard[1] ?? der];
    const [from, to] = [concatBytes(first, second), concatBytes(second, first)];
    const at = toHex(der).indexOf(toHex(from)) / 2;
    const swapped = Uint8Array.from(der);
    swapped.set(to, at);
    expect(codeOf(() => parseCms(swapped))).toBe('CMS_MALFORMED');
  });

  it('with octets after it is refused', () => {
    expect(codeOf(() => parseCms(concatBytes(signed(), Uint8Array.of(0))))).toBe('CMS_MALFORMED');
  });

  it('in BER with an indefinite length is refused', () => {
    const body = parseDer(signed()).content;
    expect(codeOf(() => parseCms(concatBytes(Uint8Array.of(0x30, 0x80), body, Uint8Array.of(0, 0))))).toBe('CMS_MALFORMED');
  });

  it('signed with SHA-384 is judged by SHA-384 throughout', () => {
    const attributes = [contentType, attribute(CMS_OID.messageDigest, derOctetString(digestBy('sha384', content))), signingCertificate];
    const sha384 = derSequence(derOid('2.16.840.1.101.3.4.2.2'));
    const cms = parseCms(
      craftCms(leaf, digest, { attributes, digestAlgorithm: sha384, signatureAlgorithm: derSignatureAlgorithm('p256', 'sha384') }),
    );
    expect(cms.digestAlgorithm).toBe('sha384');
    expect(verifyCms(cms, digestBy('sha384', content))).toMatchObject({ code: 'CMS_SIGNATURE_WRONG' });
    expect(verifyCms(cms, digest)).toMatchObject({ code: 'CMS_DIGEST_WRONG' });
  });

  it('of noise, or of other structures, is refused without another error', () => {
    for (const bytes of [
      new Uint8Array(),
      fromUtf8('PDF'),
      derSequence(),
      derSetOf([]),
      derSequence(derOid(CMS_OID.data)),
      derSmallInteger(1),
      leaf.certificate.der,
    ]) {
      expect(codeOf(() => parseCms(bytes))).toBe('CMS_MALFORMED');
    }
  });
});
