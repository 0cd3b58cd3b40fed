/** Algorithms of signatures made elsewhere: what they are called, what is weak, and whether a value is right. */
import { equalBytes } from '../bytes.ts';
import { derNull, derOctetString, derOid, derSequence } from './der.ts';
import { type BerNode, bigIntegerFrom, bigIntegerOf, childOf, oidOf, readBer } from './foreign-ber.ts';
import { type ForeignDigest, foreignDigest } from './foreign-digest.ts';
import { curveNameOf, isEcdsaRight } from './foreign-ecdsa.ts';

const DIGESTS: Readonly<Record<string, ForeignDigest>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const DIGEST_OID: Readonly<Record<ForeignDigest, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
/** Signature algorithms that name their digest themselves. */
const OF_SIGNATURE: Readonly<Record<string, ForeignDigest>> = {
  '1.2.840.113549.1.1.5': 'sha1',
  '1.3.14.3.2.29': 'sha1',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.1': 'sha1',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '0.4.0.127.0.7.1.1.4.1.3': 'sha256',
  '0.4.0.127.0.7.1.1.4.1.4': 'sha384',
  '0.4.0.127.0.7.1.1.4.1.5': 'sha512',
};
const NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.2': 'MD2',
  '1.2.840.113549.2.5': 'MD5',
  '1.3.14.3.2.26': 'SHA-1',
  '1.3.36.3.2.1': 'RIPEMD-160',
  '2.16.840.1.101.3.4.2.4': 'SHA-224',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
  '2.16.840.1.101.3.4.2.7': 'SHA3-224',
  '2.16.840.1.101.3.4.2.8': 'SHA3-256',
  '2.16.840.1.101.3.4.2.9': 'SHA3-384',
  '2.16.840.1.101.3.4.2.10': 'SHA3-512',
  '2.16.840.1.101.3.4.2.12': 'SHAKE256',
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.4': 'RSA+MD5',
  '1.2.840.113549.1.1.5': 'RSA+SHA-1',
  '1.3.14.3.2.29': 'RSA+SHA-1',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.113549.1.1.11': 'RSA+SHA-256',
  '1.2.840.113549.1.1.12': 'RSA+SHA-384',
  '1.2.840.113549.1.1.13': 'RSA+SHA-512',
  '1.2.840.10040.4.1': 'DSA',
  '1.2.840.10040.4.3': 'DSA+SHA-1',
  '2.16.840.1.101.3.4.3.2': 'DSA+SHA-256',
  '1.2.840.10045.2.1': 'ECDSA',
  '1.2.840.10045.4.1': 'ECDSA+SHA-1',
  '1.2.840.10045.4.3.2': 'ECDSA+SHA-256',
  '1.2.840.10045.4.3.3': 'ECDSA+SHA-384',
  '1.2.840.10045.4.3.4': 'ECDSA+SHA-512',
  '0.4.0.127.0.7.1.1.4.1.3': 'ECDSA+SHA-256',
  '0.4.0.127.0.7.1.1.4.1.4': 'ECDSA+SHA-384',
  '0.4.0.127.0.7.1.1.4.1.5': 'ECDSA+SHA-512',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
  '1.2.643.7.1.1.1.1': 'GOST R 34.10-2012',
  '1.2.643.7.1.1.1.2': 'GOST R 34.10-2012',
  '1.2.643.2.2.19': 'GOST R 34.10-2001',
};
const RSA_KEY = '1.2.840.113549.1.1.1';
const PSS = '1.2.840.113549.1.1.10';
const EC_KEY = '1.2.840.10045.2.1';
/** The arc of the Chinese commercial ciphers. @source GM/T 0006-2012 */
const SM_ARC = '1.2.156.10197.';
const WEAK: ReadonlySet<string> = new Set(['MD2', 'MD5', 'SHA-1', 'RIPEMD-160', 'RSA+MD5', 'RSA+SHA-1', 'DSA+SHA-1', 'ECDSA+SHA-1']);

export const isSmOid = (oid: string): boolean => oid.startsWith(SM_ARC);
export const algorithmName = (oid: string): string => NAMES[oid] ?? (isSmOid(oid) ? 'SM2/SM3' : oid);
export const digestOfOid = (oid: string): ForeignDigest | null => DIGESTS[oid] ?? null;
export const digestOfSignature = (oid: string): ForeignDigest | null => OF_SIGNATURE[oid] ?? null;
export const isWeakName = (name: string): boolean => WEAK.has(name);

/** Which signatures a key can make; an identifier that names another family is no statement about this key. */
const FAMILIES: readonly { readonly keys: readonly string[]; readonly names: RegExp }[] = [
  { keys: [RSA_KEY, PSS], names: /^RSA/ },
  { keys: [EC_KEY], names: /^ECDSA/ },
];

/** `unknown`: not judged here. */
export type ValueJudgement = 'right' | 'wrong' | 'unknown';

export interface ForeignKey {
  readonly name: string;
  readonly isWeak: boolean;
  readonly isSm2: boolean;
  readonly algorithmOid: string;
  readonly curveOid: string | null;
  readonly bits: Uint8Array;
}

const RSA_MAX_BITS = 8192;

/** @throws PkiError DER_MALFORMED */
export function readForeignKey(spki: BerNode): ForeignKey {
  const algorithm = childOf(spki, 0, 0x30);
  const algorithmOid = oidOf(childOf(algorithm, 0));
  const parameters = algorithm.children[1];
  const curveOid = algorithmOid === EC_KEY && parameters?.tag === 0x06 ? oidOf(parameters) : null;
  const bits = childOf(spki, 1, 0x03).content.subarray(1);
  const isSm2 = isSmOid(algorithmOid) || (curveOid !== null && isSmOid(curveOid));
  if (algorithmOid !== RSA_KEY && algorithmOid !== PSS) {
    const curve = curveOid === null ? null : (curveNameOf(curveOid) ?? curveOid);
    return { name: isSm2 ? 'SM2' : (curve ?? algorithmName(algorithmOid)), isWeak: false, isSm2, algorithmOid, curveOid, bits };
  }
  const size = bigIntegerOf(childOf(readBer(bits), 0)).toString(2).length;
  return { name: `RSA-${size}`, isWeak: size < 2048, isSm2, algorithmOid, curveOid, bits };
}

/**
 * Whether `value` is the key's signature over that digest.
 * @param signatureAlgorithm AlgorithmIdentifier of the signature
 * @throws PkiError DER_MALFORMED
 */
export function judgeValue(
  key: ForeignKey,
  signatureAlgorithm: BerNode,
  digestName: ForeignDigest,
  digest: Uint8Array,
  value: Uint8Array,
): ValueJudgement {
  const signatureOid = oidOf(childOf(signatureAlgorithm, 0));
  if (key.isSm2 || !FAMILIES.some(({ keys, names }) => keys.includes(key.algorithmOid) && names.test(NAMES[signatureOid] ?? '')))
    return 'unknown';
  if (key.algorithmOid === EC_KEY) {
    const right = key.curveOid === null ? null : isEcdsaRight(key.curveOid, key.bits, digest, value);
    return right === null ? 'unknown' : right ? 'right' : 'wrong';
  }
  if (key.algorithmOid !== RSA_KEY && key.algorithmOid !== PSS) return 'unknown';
  const parts = readBer(key.bits);
  const [modulus, exponent] = [bigIntegerOf(childOf(parts, 0)), bigIntegerOf(childOf(parts, 1))];
  const bits = modulus.toString(2).length;
  if (bits > RSA_MAX_BITS || bits < 256 || exponent.toString(2).length > 64) return 'unknown';
  const length = Math.ceil(bits / 8);
  const signed = bigIntegerFrom(value);
  if (signed >= modulus || value.length > length) return 'wrong';
  const encoded = octetsOf(power(signed, exponent, modulus), length);
  const isPss = signatureOid === PSS;
  const right = isPss ? isPssRight(encoded, bits, signatureAlgorithm.children[1], digest) : isPkcs1Right(encoded, digestName, digest);
  return right === null ? 'unknown' : right ? 'right' : 'wrong';
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function octetsOf(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(length * 2, '0');
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

/** Compares with what a right signature holds, so that nothing of the padding is parsed. @source RFC 8017 §8.2.2 */
function isPkcs1Right(encoded: Uint8Array, name: ForeignDigest, digest: Uint8Array): boolean {
  const oid = derOid(DIGEST_OID[name]);
  const forms = [derSequence(derSequence(oid, derNull()), derOctetString(digest)), derSequence(derSequence(oid), derOctetString(digest))];
  return forms.some((info) => {
    const expected = new Uint8Array(encoded.length).fill(0xff);
    const start = encoded.length - info.length;
    if (start < 11) return false;
    expected.set([0, 1]);
    expected[start - 1] = 0;
    expected.set(info, start);
    return equalBytes(expected, encoded);
  });
}

/** @returns null for a digest that is not known here @source RFC 8017 §9.1.2 */
function isPssRight(encoded: Uint8Array, modulusBits: number, parameters: BerNode | undefined, digest: Uint8Array): boolean | null {
  let [hash, maskHash, saltLength]: [ForeignDigest | null, ForeignDigest | null, number] = ['sha1', 'sha1', 20];
  for (const field of parameters?.children ?? []) {
    const value = childOf(field, 0);
    if (field.tag === 0xa0) hash = digestOfOid(oidOf(childOf(value, 0)));
    if (field.tag === 0xa1) maskHash = digestOfOid(oidOf(childOf(childOf(value, 1), 0)));
    if (field.tag === 0xa2) saltLength = Number(bigIntegerOf(value));
  }
  if (hash === null || maskHash === null || saltLength > 512) return null;
  const hashLength = digest.length;
  const emBits = modulusBits - 1;
  const em = encoded.subarray(encoded.length - Math.ceil(emBits / 8));
  if (em.length < hashLength + saltLength + 2 || em.at(-1) !== 0xbc) return false;
  const split = em.length - hashLength - 1;
  const seed = em.subarray(split, em.length - 1);
  const mask = maskOf(maskHash, seed, split);
  const block = em.subarray(0, split).map((octet, i) => octet ^ (mask[i] ?? 0));
  block[0] = (block[0] ?? 0) & (0xff >> (8 * em.length - emBits));
  const saltAt = split - saltLength;
  if (block[saltAt - 1] !== 1 || block.subarray(0, saltAt - 1).some((octet) => octet !== 0)) return false;
  return equalBytes(seed, foreignDigest(hash, new Uint8Array(8), digest, block.subarray(saltAt)));
}

function maskOf(hash: ForeignDigest, seed: Uint8Array, length: number): Uint8Array {
  const mask = new Uint8Array(length);
  for (let counter = 0, at = 0; at < length; counter++) {
    const piece = foreignDigest(hash, seed, Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter));
    mask.set(piece.subarray(0, Math.min(piece.length, length - at)), at);
    at += piece.length;
  }
  return mask;
}
