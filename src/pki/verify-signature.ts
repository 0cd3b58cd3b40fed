/** Checks one signature value with one allowed public key; the only file to replace for a runtime without node:crypto. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { toBase64, toLatin1 } from '../bytes.ts';
import { type DigestName, type KeyKind, parsePublicKey } from './algorithms.ts';
import { toP1363 } from './ecdsa-value.ts';
import { PkiError } from './failure.ts';

interface CachedKey {
  readonly kind: KeyKind;
  readonly key: KeyObject;
}

const KEYS_MAX = 512;
const keys = new Map<string, CachedKey>();

/** Imports a key once; only keys of the allow-list get in. @throws PkiError for a refused or malformed key */
function importKey(spki: Uint8Array): CachedKey {
  const name = toLatin1(spki);
  const cached = keys.get(name);
  if (cached) return cached;
  const { kind } = parsePublicKey(spki);
  let key: KeyObject;
  try {
    key = createPublicKey(`-----BEGIN PUBLIC KEY-----\n${toBase64(spki)}\n-----END PUBLIC KEY-----\n`);
  } catch (error) {
    throw new PkiError('ALGORITHM_REFUSED', error instanceof Error ? `key: ${error.message}` : 'key');
  }
  if (keys.size >= KEYS_MAX) keys.clear();
  keys.set(name, { kind, key });
  return { kind, key };
}

/** Whether what `verifySignature` answers now may be remembered: here always. */
export const isAnswerFinal = (): boolean => true;

/**
 * @param spki SubjectPublicKeyInfo, DER
 * @param signature RSA PKCS#1 v1.5, or ECDSA as strict DER
 * @returns false for a wrong value and for a key or a value that is malformed or refused
 * @source RFC 8017 §8.2.2; FIPS 186-4 §6.4
 */
export function verifySignature(spki: Uint8Array, digest: DigestName, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const { kind, key } = importKey(spki);
    if (kind === 'rsa') return verify(digest, message, key, signature);
    // Read for its strictness; OpenSSL takes the DER spelling in two thirds of the time.
    toP1363(signature, kind);
    return verify(digest, message, key, signature);
  } catch (error) {
    if (error instanceof PkiError) return false;
    throw error;
  }
}
