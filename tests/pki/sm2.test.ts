/** SM3 and SM2 against the standards' own examples and against openssl; certificates and the CMS of GB/T 35275. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromUtf8, toHex } from '../../src/bytes.ts';
import { parseAnchors } from '../../src/pki/anchors.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { derInteger, derSequence, membersOf, parseDer, TAG } from '../../src/pki/der.ts';
import { isSm2Point, isSm2Right, toSm2Value } from '../../src/pki/sm2.ts';
import { parseSm2Certificate, verifySm2Chain } from '../../src/pki/sm2-certificate.ts';
import { assembleSm2Cms, buildSm2Attributes, parseSm2Cms, verifySm2Cms } from '../../src/pki/sm2-cms.ts';
import { sm3 } from '../../src/pki/sm3.ts';
import { certifySm2, DEFAULT_ID, makeSm2Key, SM2_WITH_SM3, sm2Sign } from './sm2-keys.ts';
import { AT, codeOf, DAY, later, makeLeaf, material, openssl, scratch } from './support.ts';

describe('SM3', () => {
  test.each([
    ['abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
    ['abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
  ])('of the example of GB/T 32905', (text, expected) => {
    expect(toHex(sm3(fromUtf8(text)))).toBe(expected);
  });

  test('of any bytes in any pieces is what openssl says', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (parts) => {
        expect(sm3(...parts)).toEqual(
          new Uint8Array(
            createHash('sm3')
              .update(concatBytes(...parts))
              .digest(),
          ),
        );
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test.each([0, 55, 56, 63, 64, 65, 119, 120, 128, 100_000])('of %i bytes', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
    expect(sm3(bytes)).toEqual(new Uint8Array(createHash('sm3').update(bytes).digest()));
  });
});

/** @source GB/T 32918.5-2017 annex A.2 */
const EXAMPLE = {
  point: fromHex(
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  ),
  r: fromHex('f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'),
  s: fromHex('b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'),
};
const ORDER = fromHex('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
const key = makeSm2Key();
const MESSAGE = fromUtf8('covered 覆盖');
const value = sm2Sign(key.path, MESSAGE);

describe('SM2', () => {
  test('the example of GB/T 32918.5 is right, in both spellings', () => {
    const der = derSequence(derInteger(EXAMPLE.r), derInteger(EXAMPLE.s));
    expect(isSm2Right(EXAMPLE.point, fromUtf8('message digest'), der)).toBe(true);
    expect(toSm2Value(concatBytes(EXAMPLE.r, EXAMPLE.s))).toEqual(der);
    expect(isSm2Right(EXAMPLE.point, fromUtf8('message digests'), der)).toBe(false);
  });

  test('what openssl signs is right, for fresh keys and messages', () => {
    for (let i = 0; i < 4; i++) {
      const fresh = makeSm2Key();
      const message = new Uint8Array(i * 100);
      const signed = sm2Sign(fresh.path, message);
      expect(isSm2Point(fresh.point)).toBe(true);
      expect(isSm2Right(fresh.point, message, signed)).toBe(true);
      expect(isSm2Right(key.point, message, signed)).toBe(false);
    }
  });

  test('another identity is wrong', () => {
    expect(isSm2Right(key.point, MESSAGE, sm2Sign(key.path, MESSAGE, 'distid:ALICE123@YAHOO.COM'))).toBe(false);
  });

  test('no changed bit of key, message or value stays right', () => {
    const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return changed;
    };
    fc.assert(
      fc.property(fc.nat(value.length * 8 - 1), fc.nat(MESSAGE.length * 8 - 1), fc.nat(65 * 8 - 1), (inValue, inMessage, inKey) => {
        expect(isSm2Right(key.point, MESSAGE, flip(value, inValue))).toBe(false);
        expect(isSm2Right(key.point, flip(MESSAGE, inMessage), value)).toBe(false);
        expect(isSm2Right(flip(key.point, inKey), MESSAGE, value)).toBe(false);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  test('zero, the order, r + s = n, and values that are not in DER are wrong', () => {
    const minus = fromHex((BigInt(`0x${toHex(ORDER)}`) - 5n).toString(16));
    const one = Uint8Array.of(5);
    for (const [r, s] of [
      [Uint8Array.of(0), one],
      [one, Uint8Array.of(0)],
      [ORDER, one],
      [one, ORDER],
      [one, minus],
    ] as const) {
      expect(isSm2Right(key.point, MESSAGE, derSequence(derInteger(r), derInteger(s)))).toBe(false);
    }
    expect(isSm2Right(key.point, MESSAGE, new Uint8Array())).toBe(false);
    expect(isSm2Right(key.point, MESSAGE, concatBytes(value, Uint8Array.of(0)))).toBe(false);
    expect(isSm2Right(new Uint8Array(65).fill(4), MESSAGE, value)).toBe(false);
    expect(codeOf(() => toSm2Value(value.subarray(1)))).toBe('DER_MALFORMED');
  });
});

const root = certifySm2({ name: '国密根', isCa: true, issuer: null });
const intermediate = certifySm2({ name: '国密中级', isCa: true, issuer: root });
const leaf = certifySm2({ name: '张三', issuer: intermediate });
const chain = [leaf.certificate, intermediate.certificate];
const [leafRead, intermediateRead, rootRead] = [leaf, intermediate, root].map((each) => parseSm2Certificate(each.certificate));
const judge = (changes: { leaf?: Uint8Array; at?: number } = {}) => {
  if (leafRead === undefined || intermediateRead === undefined || rootRead === undefined) throw new Error('no chain');
  const first = changes.leaf === undefined ? leafRead : parseSm2Certificate(changes.leaf);
  const judgement = verifySm2Chain(first, [intermediateRead], [rootRead], later((changes.at ?? AT) - AT));
  return judgement.ok ? 'ok' : judgement.code;
};

describe('certificates', () => {
  test('openssl accepts the chain that these tests make, and so do we', () => {
    // openssl 3.0 gives the identity to the certificate in question alone, so each link is verified by itself.
    const verified = (issuer: string, subject: string): string =>
      openssl('verify', '-attime', String(AT / 1000), '-vfyopt', DEFAULT_ID, '-partial_chain', '-trusted', issuer, subject);
    expect(verified(root.path, intermediate.path)).toContain('OK');
    expect(verified(intermediate.path, leaf.path)).toContain('OK');
    expect(judge()).toBe('ok');
    expect(leafRead?.subject.commonName).toBe('张三');
  });

  test.each([
    ['that has expired', { at: AT + 301 * DAY }, 'CERTIFICATE_EXPIRED'],
    ['that is not valid yet', { at: AT - 2 * DAY }, 'CERTIFICATE_NOT_YET_VALID'],
    [
      'of an unknown authority',
      { leaf: certifySm2({ name: '张三', issuer: certifySm2({ name: '别处', isCa: true, issuer: null }) }).certificate },
      'CERTIFICATE_UNTRUSTED',
    ],
    [
      'signed by nobody',
      { leaf: certifySm2({ name: '张三', issuer: intermediate, sign: (tbs) => sm2Sign(key.path, tbs) }).certificate },
      'CERTIFICATE_SIGNATURE_WRONG',
    ],
    ['of an authority', { leaf: certifySm2({ name: '张三', isCa: true, issuer: intermediate }).certificate }, 'CERTIFICATE_IS_CA'],
    ['issued by a person', { leaf: certifySm2({ name: '李四', issuer: leaf }).certificate }, 'CERTIFICATE_UNTRUSTED'],
  ] as const)('one %s', (_, changes, code) => {
    expect(judge(changes)).toBe(code);
  });

  test('neither kind is read as the other, and roots of both are kept apart', () => {
    expect(codeOf(() => parseCertificate(leaf.certificate))).toBe('CERTIFICATE_ALGORITHM_REFUSED');
    expect(codeOf(() => parseSm2Certificate(makeLeaf().certificate.der))).toBe('CERTIFICATE_ALGORITHM_REFUSED');
    const { ordinary, sm2 } = parseAnchors([material.root.certificate.der, root.certificate]);
    expect([ordinary.map((each) => each.sha256), sm2.map((each) => each.sha256)]).toEqual([
      [material.root.certificate.sha256],
      [rootRead?.sha256],
    ]);
    expect(codeOf(() => parseAnchors([Uint8Array.of(0x30, 0)]))).toBe('CERTIFICATE_MALFORMED');
  });

  test('a point that is not on the curve is no key', () => {
    const spki = Uint8Array.from(key.spki);
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
    const off = certifySm2({ name: '张三', issuer: root, key: { ...key, spki } });
    expect(codeOf(() => parseSm2Certificate(off.certificate))).toBe('CERTIFICATE_MALFORMED');
  });

  test('NULL as parameters is read, anything else is refused', () => {
    const withNull = derSequence(concatBytes(SM2_WITH_SM3.subarray(2), Uint8Array.of(5, 0)));
    expect(codeOf(() => parseSm2Certificate(certifySm2({ name: '张三', issuer: root, algorithm: withNull }).certificate))).toBe('accepted');
    const withMore = derSequence(concatBytes(SM2_WITH_SM3.subarray(2), Uint8Array.of(4, 0)));
    expect(codeOf(() => parseSm2Certificate(certifySm2({ name: '张三', issuer: root, algorithm: withMore }).certificate))).toBe(
      'CERTIFICATE_MALFORMED',
    );
  });
});

describe('the CMS of GB/T 35275', () => {
  const digest = sm3(MESSAGE);
  const attributes = buildSm2Attributes(digest, chain);
  const cms = assembleSm2Cms({ digest, chain, signatureValue: leaf.sign(attributes) });

  test('reads back, and the value stands for those bytes alone', () => {
    const read = parseSm2Cms(cms);
    expect(read.signer.subject.commonName).toBe('张三');
    expect(verifySm2Cms(read, digest)).toEqual({ ok: true });
    expect(verifySm2Cms(read, sm3(fromUtf8('other')))).toMatchObject({ code: 'CMS_DIGEST_WRONG' });
    const forged = assembleSm2Cms({ digest, chain, signatureValue: sm2Sign(key.path, attributes) });
    expect(verifySm2Cms(parseSm2Cms(forged), digest)).toMatchObject({ code: 'CMS_SIGNATURE_WRONG' });
  });

  test('openssl finds the same object identifiers, and verifies the value over the attributes', () => {
    const listed = openssl('asn1parse', '-inform', 'DER', '-in', scratch('sm2-cms.der', cms));
    for (const name of ['1.2.156.10197.6.1.4.2.2', '1.2.156.10197.6.1.4.2.1', ':sm3', '1.2.156.10197.1.301.1', 'messageDigest'])
      expect(listed).toContain(name);
    const signed = scratch('sm2-attributes.der', attributes);
    const given = scratch('sm2-value.der', parseSm2Cms(cms).signatureValue);
    expect(
      openssl(
        'pkeyutl',
        '-verify',
        '-rawin',
        '-digest',
        'sm3',
        '-pkeyopt',
        DEFAULT_ID,
        '-certin',
        '-inkey',
        leaf.path,
        '-in',
        signed,
        '-sigfile',
        given,
      ),
    ).toContain('Verified Successfully');
  });

  test('no changed octet is read as the same signature, or makes it throw anything but a refusal', () => {
    fc.assert(
      fc.property(fc.nat(cms.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bytes = Uint8Array.from(cms);
        bytes[at] = (bytes[at] ?? 0) ^ by;
        let outcome = 'refused';
        try {
          const judgement = verifySm2Cms(parseSm2Cms(bytes), digest);
          outcome = judgement.ok ? 'right' : judgement.code;
        } catch (error) {
          expect(error).toMatchObject({ name: 'PkiError' });
        }
        expect(outcome).not.toBe('right');
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test('other octets for the same content, a missing certificate and other structures are refused', () => {
    expect(codeOf(() => parseSm2Cms(concatBytes(cms, Uint8Array.of(0))))).toBe('CMS_MALFORMED');
    expect(codeOf(() => parseSm2Cms(derSequence()))).toBe('CMS_MALFORMED');
    // The signer named by issuer and serial number is not among the certificates.
    const named = assembleSm2Cms({ digest, chain: [leaf.certificate], signatureValue: value });
    const stranger = certifySm2({ name: '王五', issuer: root }).certificate;
    const at = toHex(named).indexOf(toHex(leaf.certificate)) / 2;
    if (stranger.length === leaf.certificate.length) {
      const swapped = Uint8Array.from(named);
      swapped.set(stranger, at);
      expect(codeOf(() => parseSm2Cms(swapped))).toBe('CMS_SIGNER_UNKNOWN');
    }
    const members = membersOf(parseDer(named));
    members.next(TAG.oid);
    expect(codeOf(() => parseSm2Cms(members.next().content))).toBe('CMS_MALFORMED');
  });
});
