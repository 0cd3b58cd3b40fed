/** Private keys at rest: PKCS#8 encrypted with AES-256-CBC under a key that scrypt derives from a passphrase; openssl reads them. */
import { createCipheriv, scryptSync } from 'node:crypto';
import { concatBytes, fromUtf8 } from '../bytes.ts';
import { derInteger, derOctetString, derOid, derSequence } from './der.ts';

const OID = { pbes2: '1.2.840.113549.1.5.13', scrypt: '1.3.6.1.4.1.11591.4.11', aes256Cbc: '2.16.840.1.101.3.4.1.42' } as const;

/** 16 MiB and about a fifth of a second a try: as much memory as openssl grants. @source RFC 7914 §2; OWASP Password Storage Cheat Sheet (N=2^14, r=8, p=5) */
const COST = { N: 16_384, r: 8, p: 5 } as const;

/** Random bytes that `encryptPkcs8` asks for: salt, then initialisation vector. */
export const ENCRYPTION_BYTES = 32;

/**
 * @param pkcs8 PrivateKeyInfo, DER
 * @param random 32 fresh random bytes
 * @returns EncryptedPrivateKeyInfo, DER
 * @throws RangeError unless `random` has 32 bytes
 * @source RFC 5208 §6; RFC 8018 §6.2; RFC 7914 §7
 */
export function encryptPkcs8(pkcs8: Uint8Array, passphrase: string, random: Uint8Array): Uint8Array<ArrayBuffer> {
  if (random.length !== ENCRYPTION_BYTES) throw new RangeError('salt and initialisation vector');
  const salt = random.subarray(0, 16);
  const iv = random.subarray(16);
  const key = scryptSync(fromUtf8(passphrase), salt, 32, { ...COST, maxmem: 64 << 20 });
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = concatBytes(cipher.update(pkcs8), cipher.final());
  key.fill(0);
  const derivation = derSequence(
    derOctetString(salt),
    derInteger(Uint8Array.of(COST.N >> 8, COST.N & 0xff)),
    derInteger(Uint8Array.of(COST.r)),
    derInteger(Uint8Array.of(COST.p)),
    derInteger(Uint8Array.of(32)),
  );
  const scheme = derSequence(derSequence(derOid(OID.scrypt), derivation), derSequence(derOid(OID.aes256Cbc), derOctetString(iv)));
  return derSequence(derSequence(derOid(OID.pbes2), scheme), derOctetString(encrypted));
}
