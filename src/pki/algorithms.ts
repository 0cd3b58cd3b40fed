/** The allow-list: SHA-256/384/512 with RSA of at least 2048 bits (e = 65537, PKCS#1 v1.5) or ECDSA on P-256/P-384; nothing else. */
import {
  type DerNode,
  derNull,
  derOid,
  derSequence,
  membersOf,
  parseDer,
  readBitOctets,
  readOid,
  readPositiveInteger,
  TAG,
} from './der.ts';
import { PkiError } from './failure.ts';

export type DigestName = 'sha256' | 'sha384' | 'sha512';
export type KeyKind = 'rsa' | 'p256' | 'p384';

export interface PublicKeyInfo {
  readonly kind: KeyKind;
  readonly bits: number;
}

export interface SignatureAlgorithm {
  readonly family: 'rsa' | 'ecdsa';
  readonly digest: DigestName;
}

export const DIGEST_BYTES: Readonly<Record<DigestName, number>> = { sha256: 32, sha384: 48, sha512: 64 };
export const COORDINATE_BYTES = { p256: 32, p384: 48 } as const;

const DIGEST_OIDS: Readonly<Record<DigestName, string>> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const SIGNATURE_OIDS: readonly (SignatureAlgorithm & { readonly oid: string })[] = [
  { oid: '1.2.840.113549.1.1.11', family: 'rsa', digest: 'sha256' },
  { oid: '1.2.840.113549.1.1.12', family: 'rsa', digest: 'sha384' },
  { oid: '1.2.840.113549.1.1.13', family: 'rsa', digest: 'sha512' },
  { oid: '1.2.840.10045.4.3.2', family: 'ecdsa', digest: 'sha256' },
  { oid: '1.2.840.10045.4.3.3', family: 'ecdsa', digest: 'sha384' },
  { oid: '1.2.840.10045.4.3.4', family: 'ecdsa', digest: 'sha512' },
];
const RSA_KEY = '1.2.840.113549.1.1.1';
const EC_KEY = '1.2.840.10045.2.1';
const CURVES: Readonly<Record<string, 'p256' | 'p384'>> = { '1.2.840.10045.3.1.7': 'p256', '1.3.132.0.34': 'p384' };

/** Algorithms refused by name, so that a report can say which. */
const REFUSED: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.2': 'MD2',
  '1.2.840.113549.2.5': 'MD5',
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.4': 'SHA-224',
  '1.2.156.10197.1.401': 'SM3',
  '1.2.840.113549.1.1.2': 'MD2 with RSA',
  '1.2.840.113549.1.1.4': 'MD5 with RSA',
  '1.2.840.113549.1.1.5': 'SHA-1 with RSA',
  '1.3.14.3.2.29': 'SHA-1 with RSA',
  '1.2.840.113549.1.1.14': 'SHA-224 with RSA',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.10040.4.1': 'DSA',
  '1.2.840.10040.4.3': 'SHA-1 with DSA',
  '1.2.840.10045.4.1': 'SHA-1 with ECDSA',
  '1.2.840.10045.4.3.1': 'SHA-224 with ECDSA',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
  '1.2.156.10197.1.501': 'SM3 with SM2',
  '1.2.156.10197.1.301': 'SM2',
  '1.3.132.0.35': 'P-521',
  '1.3.132.0.10': 'secp256k1',
};

const refused = (oid: string): PkiError => new PkiError('ALGORITHM_REFUSED', REFUSED[oid] ?? oid);

/** An AlgorithmIdentifier taken apart; parameters are absent or one value. @source RFC 5280 §4.1.1.2 */
function readAlgorithm(node: DerNode): { oid: string; parameters: DerNode | undefined } {
  const members = membersOf(node);
  const oid = readOid(members.next(TAG.oid));
  const parameters = node.children.length > 1 ? members.next() : undefined;
  members.end();
  return { oid, parameters };
}

/** @throws PkiError ALGORITHM_REFUSED, DER_MALFORMED @source RFC 5754 §2: parameters absent, or NULL from older writers */
export function readDigestAlgorithm(node: DerNode): DigestName {
  const { oid, parameters } = readAlgorithm(node);
  const name = (Object.keys(DIGEST_OIDS) as DigestName[]).find((digest) => DIGEST_OIDS[digest] === oid);
  if (name === undefined) throw refused(oid);
  if (parameters !== undefined && parameters.tag !== TAG.null) throw new PkiError('DER_MALFORMED', 'digest parameters');
  return name;
}

/**
 * @param digestOfSigner digest algorithm of a SignerInfo, where plain rsaEncryption may stand for "RSA with that digest";
 *   undefined where the identifier must say everything itself
 * @throws PkiError ALGORITHM_REFUSED, DER_MALFORMED
 * @source RFC 4055 §5 (NULL required), RFC 5758 §3.2 (parameters absent), RFC 5652 §5.3
 */
export function readSignatureAlgorithm(node: DerNode, digestOfSigner?: DigestName): SignatureAlgorithm {
  const { oid, parameters } = readAlgorithm(node);
  const known =
    oid === RSA_KEY && digestOfSigner !== undefined
      ? { family: 'rsa' as const, digest: digestOfSigner }
      : SIGNATURE_OIDS.find((entry) => entry.oid === oid);
  if (known === undefined) throw refused(oid);
  if (known.family === 'rsa' ? parameters?.tag !== TAG.null : parameters !== undefined) {
    throw new PkiError('DER_MALFORMED', 'signature algorithm parameters');
  }
  return { family: known.family, digest: known.digest };
}

export const familyOf = (kind: KeyKind): SignatureAlgorithm['family'] => (kind === 'rsa' ? 'rsa' : 'ecdsa');

export const derDigestAlgorithm = (digest: DigestName): Uint8Array => derSequence(derOid(DIGEST_OIDS[digest]));

export function derSignatureAlgorithm(kind: KeyKind, digest: DigestName): Uint8Array {
  const family = familyOf(kind);
  const entry = SIGNATURE_OIDS.find((known) => known.family === family && known.digest === digest);
  if (entry === undefined) throw new RangeError(`no algorithm for ${family} with ${digest}`);
  return family === 'rsa' ? derSequence(derOid(entry.oid), derNull()) : derSequence(derOid(entry.oid));
}

/** The shorter name that timestamp authorities write: the digest is the signer's. @source RFC 3370 §3.2 */
export const derRsaShorthand = (): Uint8Array => derSequence(derOid(RSA_KEY), derNull());

const MAX_RSA_BYTES = 1024;

/**
 * Reads a SubjectPublicKeyInfo and admits only allowed keys.
 * @throws PkiError ALGORITHM_REFUSED for a key that is weak, of another kind or on another curve; DER_MALFORMED
 * @source RFC 3279 §2.3.1; RFC 5480 §2
 */
export function parsePublicKey(spki: Uint8Array): PublicKeyInfo {
  const members = membersOf(parseDer(spki));
  const { oid, parameters } = readAlgorithm(members.next(TAG.sequence));
  const key = readBitOctets(members.next(TAG.bitString));
  members.end();
  if (oid === RSA_KEY) {
    if (parameters?.tag !== TAG.null) throw new PkiError('DER_MALFORMED', 'RSA key parameters');
    return readRsaKey(key);
  }
  if (oid !== EC_KEY) throw refused(oid);
  if (parameters === undefined || parameters.tag !== TAG.oid) throw new PkiError('ALGORITHM_REFUSED', 'explicit curve');
  const curveOid = readOid(parameters);
  const kind = CURVES[curveOid];
  if (kind === undefined) throw refused(curveOid);
  if (key[0] !== 4 || key.length !== 1 + 2 * COORDINATE_BYTES[kind]) throw new PkiError('DER_MALFORMED', 'EC point');
  return { kind, bits: COORDINATE_BYTES[kind] * 8 };
}

function readRsaKey(key: Uint8Array): PublicKeyInfo {
  const members = membersOf(parseDer(key));
  const modulus = readPositiveInteger(members.next(), MAX_RSA_BYTES);
  const exponent = readPositiveInteger(members.next(), MAX_RSA_BYTES);
  members.end();
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < 2048) throw new PkiError('ALGORITHM_REFUSED', `RSA of ${bits} bits`);
  if (((modulus.at(-1) ?? 0) & 1) === 0) throw new PkiError('ALGORITHM_REFUSED', 'RSA with an even modulus');
  if (exponent.length !== 3 || exponent[0] !== 1 || exponent[1] !== 0 || exponent[2] !== 1) {
    throw new PkiError('ALGORITHM_REFUSED', 'RSA exponent other than 65537');
  }
  return { kind: 'rsa', bits };
}
