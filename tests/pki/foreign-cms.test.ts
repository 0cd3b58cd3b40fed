/** Signatures made elsewhere, against openssl: every digest, key and form that is judged, and what is refused. */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../src/bytes.ts';
import { membersOf, parseDer, readBitOctets, TAG } from '../../src/pki/der.ts';
import { readBer, timeOf } from '../../src/pki/foreign-ber.ts';
import { judgeForeignTimestamp, readForeignCms } from '../../src/pki/foreign-cms.ts';
import { foreignDigest } from '../../src/pki/foreign-digest.ts';
import { isEcdsaRight } from '../../src/pki/foreign-ecdsa.ts';
import { AT, craftCms, makeLeaf, material } from './support.ts';

describe('digests', () => {
  test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])('SHA-1 of %i bytes in pieces', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff);
    const expected = new Uint8Array(createHash('sha1').update(bytes).digest());
    expect(foreignDigest('sha1', bytes)).toEqual(expected);
    for (const cut of [1, 40, 64, 70]) expect(foreignDigest('sha1', bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(expected);
  });
});

const CURVES = [
  ['prime256v1', '1.2.840.10045.3.1.7'],
  ['secp384r1', '1.3.132.0.34'],
  ['secp521r1', '1.3.132.0.35'],
  ['secp256k1', '1.3.132.0.10'],
  ['brainpoolP256r1', '1.3.36.3.3.2.8.1.1.7'],
  ['brainpoolP384r1', '1.3.36.3.3.2.8.1.1.11'],
  ['brainpoolP512r1', '1.3.36.3.3.2.8.1.1.13'],
] as const;

describe('ECDSA', () => {
  test.each(CURVES)('%s', (namedCurve, oid) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const members = membersOf(parseDer(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))));
    members.next(TAG.sequence);
    const point = readBitOctets(members.next(TAG.bitString));
    const message = fromUtf8('covered');
    for (const hash of ['sha256', 'sha512'] as const) {
      const digest = foreignDigest(hash, message);
      const value = new Uint8Array(createSign(hash).update(message).sign(privateKey));
      expect(isEcdsaRight(oid, point, digest, value)).toBe(true);
      expect(
        isEcdsaRight(
          oid,
          point,
          digest.map((octet, i) => (i === 3 ? octet ^ 1 : octet)),
          value,
        ),
      ).toBe(false);
    }
    const plain = new Uint8Array(createSign('sha256').update(message).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }));
    expect(isEcdsaRight(oid, point, foreignDigest('sha256', message), plain)).toBe(true);
  });

  test('an unknown curve is not judged, and zero is no signature', () => {
    const point = new Uint8Array(65).fill(4);
    expect(isEcdsaRight('1.2.3', point, new Uint8Array(32), new Uint8Array(64))).toBeNull();
    expect(isEcdsaRight('1.2.840.10045.3.1.7', point, new Uint8Array(32), new Uint8Array(64))).toBe(false);
  });
});

const leaf = makeLeaf();
const digest = foreignDigest('sha256', fromUtf8('covered'));

describe('CMS', () => {
  test('a signature of ours is read by the reader for others', () => {
    const cms = readForeignCms(craftCms(leaf, digest));
    expect(cms.signer?.sha256).toBe(leaf.certificate.sha256);
    expect(cms.judgeDigest((name) => foreignDigest(name, fromUtf8('covered')))).toBe('right');
    expect(cms.judgeSignature(() => digest)).toBe('right');
    expect(cms.judgeDigest((name) => foreignDigest(name, fromUtf8('other')))).toBe('wrong');
  });

  test('a certificate other than the one that is meant does not fit', () => {
    const other = makeLeaf();
    const cms = readForeignCms(craftCms({ key: leaf.key, certificate: other.certificate }, digest));
    expect(cms.judgeSignature(() => digest)).toBe('wrong');
  });

  test('without its certificate nothing is judged', () => {
    const cms = readForeignCms(craftCms(leaf, digest, { certificates: [material.root.certificate.der] }));
    expect(cms.signer).toBeNull();
    expect(cms.judgeSignature(() => digest)).toBe('unknown');
  });

  test('no octets at all make it throw anything but a refusal', () => {
    const sound = craftCms(leaf, digest);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = Uint8Array.from(sound);
        for (const [at, octet] of edits) bytes[at] = octet;
        try {
          const cms = readForeignCms(bytes);
          cms.judgeDigest(() => digest);
          cms.judgeSignature(() => digest);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PkiError' });
        }
      }),
      { numRuns: 400, seed: 11 },
    );
  });

  test('deep nesting is refused', () => {
    expect(() => readBer(new Uint8Array(4000).fill(0x30).map((octet, i) => (i % 2 === 0 ? octet : 0x80)))).toThrow();
  });
});

describe('timestamps', () => {
  test('what is no timestamp is refused', () => {
    expect(() => judgeForeignTimestamp(craftCms(leaf, digest), () => digest)).toThrow();
  });

  test.each([
    ['20260301010000Z', 0x18, AT],
    ['20260301010000.5Z', 0x18, AT],
    ['260301010000Z', 0x17, AT],
    ['260301090000+0800', 0x17, AT],
    ['x', 0x17, null],
  ])('the time %s', (text, tag, expected) => {
    expect(timeOf({ tag, content: fromUtf8(text), children: [], raw: new Uint8Array(), isBer: false })).toBe(expected);
  });
});
