import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, fromUtf8 } from '../../src/bytes.ts';
import { parsePublicKey, readDigestAlgorithm, readSignatureAlgorithm } from '../../src/pki/algorithms.ts';
import { derNull, derOid, derSequence, parseDer } from '../../src/pki/der.ts';
import { PkiError } from '../../src/pki/failure.ts';
import { verifySignature } from '../../src/pki/verify-signature.ts';

const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'spki' }));

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof PkiError) return `${error.code} ${error.detail}`;
    throw error;
  }
  return 'accepted';
}

describe('the allow-list', () => {
  it('admits RSA from 2048 bits, P-256 and P-384', () => {
    expect(parsePublicKey(spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey))).toEqual({ kind: 'rsa', bits: 2048 });
    expect(parsePublicKey(spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey))).toEqual({ kind: 'p256', bits: 256 });
    expect(parsePublicKey(spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey))).toEqual({ kind: 'p384', bits: 384 });
  });

  it('refuses weak and foreign keys by name, and never verifies with them', () => {
    const message = fromUtf8('x');
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(refusal(() => parsePublicKey(spkiOf(weak.publicKey)))).toBe('ALGORITHM_REFUSED RSA of 1024 bits');
    expect(verifySignature(spkiOf(weak.publicKey), 'sha256', message, new Uint8Array(sign('sha256', message, weak.privateKey)))).toBe(
      false,
    );
    const three = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    expect(refusal(() => parsePublicKey(spkiOf(three.publicKey)))).toBe('ALGORITHM_REFUSED RSA exponent other than 65537');
    expect(verifySignature(spkiOf(three.publicKey), 'sha256', message, new Uint8Array(sign('sha256', message, three.privateKey)))).toBe(
      false,
    );
    expect(refusal(() => parsePublicKey(spkiOf(generateKeyPairSync('ed25519').publicKey)))).toBe('ALGORITHM_REFUSED Ed25519');
    expect(refusal(() => parsePublicKey(spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey)))).toBe(
      'ALGORITHM_REFUSED P-521',
    );
    expect(refusal(() => parsePublicKey(spkiOf(generateKeyPairSync('ec', { namedCurve: 'SM2' }).publicKey)))).toBe('ALGORITHM_REFUSED SM2');
  });

  it('refuses a point that is not on the curve', () => {
    const spki = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
    expect(verifySignature(spki, 'sha256', fromUtf8('x'), fromHex('3006020101020101'))).toBe(false);
  });

  it.each([
    ['1.3.14.3.2.26', 'SHA-1'],
    ['1.2.840.113549.2.5', 'MD5'],
    ['1.2.156.10197.1.401', 'SM3'],
  ])('refuses the digest %s as %s', (oid, name) => {
    expect(refusal(() => readDigestAlgorithm(parseDer(derSequence(derOid(oid), derNull()))))).toBe(`ALGORITHM_REFUSED ${name}`);
  });

  it.each([
    ['1.2.840.113549.1.1.5', 'SHA-1 with RSA'],
    ['1.2.840.113549.1.1.4', 'MD5 with RSA'],
    ['1.2.840.113549.1.1.10', 'RSA-PSS'],
    ['1.3.101.112', 'Ed25519'],
    ['1.2.156.10197.1.501', 'SM3 with SM2'],
    ['1.2.840.10045.4.1', 'SHA-1 with ECDSA'],
  ])('refuses the signature algorithm %s as %s', (oid, name) => {
    expect(refusal(() => readSignatureAlgorithm(parseDer(derSequence(derOid(oid), derNull()))))).toBe(`ALGORITHM_REFUSED ${name}`);
  });

  it('refuses RSA without NULL and ECDSA with parameters', () => {
    expect(refusal(() => readSignatureAlgorithm(parseDer(derSequence(derOid('1.2.840.113549.1.1.11')))))).toContain('DER_MALFORMED');
    expect(refusal(() => readSignatureAlgorithm(parseDer(derSequence(derOid('1.2.840.10045.4.3.2'), derNull()))))).toContain(
      'DER_MALFORMED',
    );
  });
});
