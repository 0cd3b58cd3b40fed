/** X.509 certificates: strict DER in, a readonly record out. */
import { equalBytes, toHex, toLatin1 } from '../bytes.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import type { Instant } from '../instant.ts';
import { type PublicKeyInfo, parsePublicKey, readSignatureAlgorithm, type SignatureAlgorithm } from './algorithms.ts';
import {
  assertTag,
  constructedContextTag,
  contextTag,
  type DerNode,
  membersOf,
  parseDer,
  readBitOctets,
  readBoolean,
  readNamedBits,
  readOid,
  readPositiveInteger,
  readSmallInteger,
  TAG,
} from './der.ts';
import { PkiError, renaming } from './failure.ts';
import { type NameAttributes, readName, readTime } from './names.ts';

export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

/** What every certificate says, whatever algorithms its key and its signature use. */
export interface X509<Key, Algorithm> {
  readonly der: Uint8Array;
  /** SHA-256 of `der`: the certificate's name in registries and reports. */
  readonly sha256: Sha256;
  /** The signed part, as a view into `der`. */
  readonly tbs: Uint8Array;
  /** Magnitude of the serial number, lower-case hexadecimal. */
  readonly serialHex: string;
  readonly subject: NameAttributes;
  readonly issuer: NameAttributes;
  readonly subjectDer: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly key: Key;
  readonly isCa: boolean;
  /** Most CA certificates that may follow, or null for no limit. */
  readonly pathLength: number | null;
  /** Null when the extension is absent, which means unrestricted. */
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  readonly extendedKeyUsage: { readonly oids: readonly string[]; readonly critical: boolean } | null;
  /** URIs of the subject alternative name; an agreement is bound as `urn:sanfang:agreement:<number>`. */
  readonly uris: readonly string[];
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKeyId: Uint8Array | null;
  /** Whoever answers about revocation with this certificate is trusted for as long as it is valid. @source RFC 6960 §4.2.2.2.1 */
  readonly noRevocationCheck: boolean;
  /** Object identifiers of critical extensions that this code does not process; a chain with one is refused. */
  readonly unknownCritical: readonly string[];
  readonly signatureAlgorithm: Algorithm;
  readonly signatureValue: Uint8Array;
}

/** One whose key and signature are on the allow-list. */
export type Certificate = X509<PublicKeyInfo, SignatureAlgorithm>;

export const EXTENSION = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  noRevocationCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;
const PROCESSED: ReadonlySet<string> = new Set(Object.values(EXTENSION));

const malformed = (detail: string): PkiError => new PkiError('CERTIFICATE_MALFORMED', detail);

const CACHED_MAX = 512;
const cached = new Map<string, Certificate>();

/** Certificates recur, and are immutable: one record for equal bytes, over a copy that no caller can change. */
function remember(name: string, der: Uint8Array): Certificate {
  const copy = Uint8Array.from(der);
  const certificate = readCertificate(copy, parseDer(copy));
  if (cached.size >= CACHED_MAX) cached.clear();
  cached.set(name, certificate);
  return certificate;
}

const RENAMED = { DER_MALFORMED: 'CERTIFICATE_MALFORMED', ALGORITHM_REFUSED: 'CERTIFICATE_ALGORITHM_REFUSED' } as const;

/**
 * Reads one X.509 v3 certificate that fills the input.
 * @throws PkiError CERTIFICATE_MALFORMED (not DER, v1 or v2, duplicate extension, serial not positive, unlike algorithms),
 *   CERTIFICATE_ALGORITHM_REFUSED (key or signature not on the allow-list)
 * @source RFC 5280 §4.1
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const name = toLatin1(der);
  return cached.get(name) ?? renaming(RENAMED, () => remember(name, der));
}

/** The same for a certificate that stands inside a structure already parsed. @throws PkiError as `parseCertificate` */
export function certificateOf(node: DerNode): Certificate {
  const name = toLatin1(node.der);
  const known = cached.get(name);
  if (known) return known;
  return renaming(RENAMED, () => {
    const certificate = readCertificate(node.der, node);
    // A signatory's certificate is seen once or twice; those of authorities are in every signature.
    return certificate.isCa || certificate.extendedKeyUsage !== null ? remember(name, node.der) : certificate;
  });
}

const readCertificate = (der: Uint8Array, node: DerNode): Certificate => readX509(der, node, parsePublicKey, readSignatureAlgorithm);

/**
 * @param readKey reads a SubjectPublicKeyInfo, or refuses it
 * @param readAlgorithm reads the AlgorithmIdentifier of the signature, or refuses it
 * @throws PkiError CERTIFICATE_MALFORMED, DER_MALFORMED, and what the two readers throw
 */
export function readX509<Key, Algorithm>(
  der: Uint8Array,
  node: DerNode,
  readKey: (spki: Uint8Array) => Key,
  readAlgorithm: (node: DerNode) => Algorithm,
): X509<Key, Algorithm> {
  const outer = membersOf(node);
  const tbs = outer.next(TAG.sequence);
  const outerAlgorithm = outer.next(TAG.sequence);
  const signatureValue = readBitOctets(outer.next(TAG.bitString));
  outer.end();

  const members = membersOf(tbs);
  const version = members.optional(constructedContextTag(0));
  if (version === undefined || version.children.length !== 1 || readSmallInteger(version.children[0] ?? version) !== 2)
    throw malformed('not version 3');
  const serial = readPositiveInteger(members.next(TAG.integer), 20);
  const innerAlgorithm = members.next(TAG.sequence);
  if (!equalBytes(innerAlgorithm.der, outerAlgorithm.der)) throw malformed('two signature algorithms');
  const issuer = members.next(TAG.sequence);
  const validity = membersOf(members.next(TAG.sequence));
  const [notBefore, notAfter] = [readTime(validity.next()), readTime(validity.next())];
  validity.end();
  if (notBefore > notAfter) throw malformed('validity runs backwards');
  const subject = members.next(TAG.sequence);
  const spki = members.next(TAG.sequence);
  const extensions = members.next(constructedContextTag(3));
  members.end();

  const key = readKey(spki.der);
  return {
    der,
    sha256: sha256Hex(der),
    tbs: tbs.der,
    serialHex: toHex(serial),
    subject: readName(subject),
    issuer: readName(issuer),
    subjectDer: subject.der,
    issuerDer: issuer.der,
    notBefore,
    notAfter,
    spki: spki.der,
    key,
    ...readExtensions(extensions),
    signatureAlgorithm: readAlgorithm(outerAlgorithm),
    signatureValue,
  };
}

type ExtensionFacts = Pick<
  X509<unknown, unknown>,
  | 'isCa'
  | 'pathLength'
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'uris'
  | 'subjectKeyId'
  | 'authorityKeyId'
  | 'noRevocationCheck'
  | 'unknownCritical'
>;

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

function readExtensions(explicit: DerNode): ExtensionFacts {
  const list = membersOf(explicit, explicit.tag).next(TAG.sequence);
  if (explicit.children.length !== 1 || list.children.length === 0) throw malformed('extensions');
  const found = new Map<string, Extension>();
  for (const child of list.children) {
    const members = membersOf(child);
    const oid = readOid(members.next(TAG.oid));
    const flag = members.optional(TAG.boolean);
    if (flag !== undefined && !readBoolean(flag)) throw malformed('default written out');
    const value = members.next(TAG.octetString).content;
    members.end();
    if (found.has(oid)) throw malformed(`extension ${oid} twice`);
    found.set(oid, { critical: flag !== undefined, value });
  }
  const parsed = <T>(oid: string, read: (node: DerNode, extension: Extension) => T): T | null => {
    const extension = found.get(oid);
    return extension === undefined ? null : read(parseDer(extension.value), extension);
  };
  return {
    ...(parsed(EXTENSION.basicConstraints, readBasicConstraints) ?? { isCa: false, pathLength: null }),
    keyUsage: parsed(EXTENSION.keyUsage, readKeyUsage),
    extendedKeyUsage: parsed(EXTENSION.extendedKeyUsage, readExtendedKeyUsage),
    uris: parsed(EXTENSION.subjectAltName, readUris) ?? [],
    subjectKeyId: parsed(EXTENSION.subjectKeyId, (node) => assertTag(node, TAG.octetString).content),
    authorityKeyId: parsed(EXTENSION.authorityKeyId, readAuthorityKeyId),
    noRevocationCheck: parsed(EXTENSION.noRevocationCheck, (node) => assertTag(node, TAG.null).content.length === 0) ?? false,
    unknownCritical: [...found].flatMap(([oid, extension]) => (extension.critical && !PROCESSED.has(oid) ? [oid] : [])),
  };
}

function readBasicConstraints(node: DerNode): Pick<Certificate, 'isCa' | 'pathLength'> {
  const members = membersOf(node);
  const flag = members.optional(TAG.boolean);
  if (flag !== undefined && !readBoolean(flag)) throw malformed('default written out');
  const limit = members.optional(TAG.integer);
  members.end();
  if (limit !== undefined && flag === undefined) throw malformed('path length without CA');
  return { isCa: flag !== undefined, pathLength: limit === undefined ? null : readSmallInteger(limit) };
}

function readKeyUsage(node: DerNode): ReadonlySet<KeyUsage> {
  const usages = readNamedBits(node).map((bit) => KEY_USAGES[bit]);
  if (usages.length === 0 || usages.includes(undefined)) throw malformed('key usage');
  return new Set(usages.filter((usage) => usage !== undefined));
}

function readExtendedKeyUsage(node: DerNode, { critical }: Extension): { oids: readonly string[]; critical: boolean } {
  const oids = assertTag(node, TAG.sequence).children.map(readOid);
  if (oids.length === 0 || new Set(oids).size !== oids.length) throw malformed('extended key usage');
  return { oids, critical };
}

function readUris(node: DerNode): readonly string[] {
  const names = assertTag(node, TAG.sequence).children;
  if (names.length === 0) throw malformed('empty alternative name');
  return names.filter((name) => name.tag === contextTag(6)).map((name) => toLatin1(name.content));
}

function readAuthorityKeyId(node: DerNode): Uint8Array | null {
  return membersOf(node).optional(contextTag(0))?.content ?? null;
}
