/** Private keys held by this process: making, storing as PKCS#8, and signing with SHA-256. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type KeyKind, parsePublicKey } from './algorithms.ts';

/** A key that can sign; the private half is reachable only through `sign` and `toPem`. */
export interface SigningKey {
  readonly kind: KeyKind;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** SHA-256 signature over the message: ECDSA as DER, RSA as PKCS#1 v1.5. */
  sign(message: Uint8Array): Uint8Array;
  /** PKCS#8, not encrypted. */
  toPem(): string;
  toPkcs8(): Uint8Array;
}

function wrapKey(key: KeyObject): SigningKey {
  const spki = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  return {
    kind: parsePublicKey(spki).kind,
    spki,
    sign: (message) => new Uint8Array(sign('sha256', message, key)),
    toPem: () => String(key.export({ format: 'pem', type: 'pkcs8' })),
    toPkcs8: () => new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })),
  };
}

export type NewKeyKind = 'p256' | 'p384' | 'rsa2048' | 'rsa3072' | 'rsa4096';

export function makeKeyPair(kind: NewKeyKind): SigningKey {
  if (kind === 'p256' || kind === 'p384') {
    return wrapKey(generateKeyPairSync('ec', { namedCurve: kind === 'p256' ? 'P-256' : 'P-384' }).privateKey);
  }
  return wrapKey(generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(3)), publicExponent: 65537 }).privateKey);
}

/**
 * @param passphrase of an encrypted key
 * @throws Error when the text is no PKCS#8 key or the passphrase is wrong; PkiError when the key is not on the allow-list
 */
export const readSigningKey = (pem: string, passphrase?: string): SigningKey =>
  wrapKey(createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase }));
