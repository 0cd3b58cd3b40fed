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
}

function wrapKey(key: KeyObject): SigningKey {
  const spki = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  return {
    kind: parsePublicKey(spki).kind,
    spki,
    sign: (message) => new Uint8Array(sign('sha256', message, key)),
    toPem: () => String(key.export({ format: 'pem', type: 'pkcs8' })),
  };
}

export function makeKeyPair(kind: 'p256' | 'rsa2048'): SigningKey {
  return kind === 'p256'
    ? wrapKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    : wrapKey(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 65537 }).privateKey);
}

/**
 * @param passphrase of an encrypted key
 * @throws Error when the text is no PKCS#8 key or the passphrase is wrong; PkiError when the key is not on the allow-list
 */
export const readSigningKey = (pem: string, passphrase?: string): SigningKey =>
  wrapKey(createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase }));

/** One signature with a stored key. */
export const signWith = (privateKeyPem: string, message: Uint8Array): Uint8Array => readSigningKey(privateKeyPem).sign(message);
