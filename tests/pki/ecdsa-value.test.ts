import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, fromUtf8, toHex } from '../../src/bytes.ts';
import { fromP1363, toP1363 } from '../../src/pki/ecdsa-value.ts';
import { verifySignature } from '../../src/pki/verify-signature.ts';
import { codeOf } from './support.ts';

const scalar = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((octets) => {
    const small = Uint8Array.from(octets);
    small[0] = (small[0] ?? 0) & 0x7f;
    small[size - 1] = (small[size - 1] ?? 0) | 1;
    return small;
  });

describe('ECDSA values', () => {
  it('survive the way to DER and back', () => {
    for (const [curve, size] of [
      ['p256', 32],
      ['p384', 48],
    ] as const) {
      fc.assert(
        fc.property(scalar(size), scalar(size), fc.nat(6), (r, s, zeros) => {
          r.fill(0, 0, zeros);
          const value = concatBytes(r, s);
          expect(toHex(toP1363(fromP1363(value, curve), curve))).toBe(toHex(value));
        }),
        { numRuns: 100 },
      );
    }
  });

  it('from WebCrypto verify after conversion', async () => {
    const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', pair.publicKey));
    const message = fromUtf8('三方');
    for (let i = 0; i < 20; i++) {
      const value = new Uint8Array(await webcrypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, message));
      expect(verifySignature(spki, 'sha256', message, fromP1363(value, 'p256'))).toBe(true);
      expect(verifySignature(spki, 'sha256', message, value)).toBe(false);
    }
  });

  it.each([
    ['zero r', '3006020100020101'],
    ['a negative scalar', '30060201ff020101'],
    ['a padded scalar', '300702020001020101'],
    ['a third integer', '3009020101020101020101'],
    ['trailing octets', '300602010102010100'],
    ['r equal to the group order', `3026022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101`],
  ])('with %s are refused', (_what, hex) => {
    expect(codeOf(() => toP1363(fromHex(hex), 'p256'))).toBe('DER_MALFORMED');
  });

  it('of the wrong length are refused', () => {
    expect(codeOf(() => fromP1363(new Uint8Array(63).fill(1), 'p256'))).toBe('DER_MALFORMED');
    expect(codeOf(() => fromP1363(new Uint8Array(64), 'p256'))).toBe('DER_MALFORMED');
  });
});
