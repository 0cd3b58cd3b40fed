/** Signatures made elsewhere: reads any CMS that real signers write, and says what fits and what does not. */
import { equalBytes, toHex } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { compareOctets, derValue, TAG } from './der.ts';
import { PkiError } from './failure.ts';
import {
  algorithmName,
  digestOfOid,
  digestOfSignature,
  type ForeignKey,
  isSmOid,
  isWeakName,
  judgeValue,
  readForeignKey,
  type ValueJudgement,
} from './foreign-algorithms.ts';
import { type BerNode, bigIntegerOf, childOf, oidOf, readBer, stringOf, timeOf, toDer } from './foreign-ber.ts';
import { type ForeignDigest, foreignDigest } from './foreign-digest.ts';

export interface ForeignCertificate {
  readonly der: Uint8Array;
  readonly sha256: string;
  /** Common name, else organisation. */
  readonly subject: string;
  readonly issuer: string;
  readonly key: ForeignKey;
}

export interface ForeignCms {
  readonly contentType: string;
  /** Null when detached. */
  readonly content: Uint8Array | null;
  readonly certificates: readonly ForeignCertificate[];
  readonly signer: ForeignCertificate | null;
  /** Digest and signature algorithm, for people. */
  readonly algorithm: string;
  readonly isWeak: boolean;
  readonly isSm2: boolean;
  /** It is not written in DER. */
  readonly isBer: boolean;
  /** Octets behind the CMS that are not zero. */
  readonly hasTail: boolean;
  readonly signerCount: number;
  /** Milliseconds since 1970, as the signer claims. */
  readonly signingTime: number | null;
  /** RFC 3161 tokens over the signature value. */
  readonly timestampTokens: readonly Uint8Array[];
  readonly signatureValue: Uint8Array;
  /** Whether the signed digest is that of the content. @param digestOf digests what is signed from outside */
  judgeDigest(digestOf: DigestOf): ValueJudgement;
  judgeSignature(digestOf: DigestOf): ValueJudgement;
  /** For a timestamp: whether it stamps these bytes. */
  judgeImprint(digestOf: DigestOf): ValueJudgement;
}

export type DigestOf = (name: ForeignDigest) => Uint8Array;

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const SM_SIGNED_DATA = '1.2.156.10197.6.1.4.2.2';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const TIMESTAMP_TOKEN = '1.2.840.113549.1.9.16.2.14';
const SIGNING_CERTIFICATES: Readonly<Record<string, ForeignDigest>> = {
  '1.2.840.113549.1.9.16.2.12': 'sha1',
  '1.2.840.113549.1.9.16.2.47': 'sha256',
};
const CERTIFICATES_MAX = 32;
const ATTRIBUTES_MAX = 64;
const malformed = (detail: string): PkiError => new PkiError('CMS_MALFORMED', detail);

/**
 * @param padded a CMS with anything behind it
 * @throws PkiError CMS_MALFORMED, DER_MALFORMED when it is no SignedData that can be understood
 * @source RFC 5652 §5; GM/T 0010-2012 §9
 */
export function readForeignCms(padded: Uint8Array): ForeignCms {
  const outer = readBer(padded);
  const type = oidOf(childOf(outer, 0));
  if (type !== SIGNED_DATA && type !== SM_SIGNED_DATA) throw malformed('not SignedData');
  const body = childOf(childOf(outer, 1, 0xa0), 0, TAG.sequence);
  const encapsulated = childOf(body, 2, TAG.sequence);
  const contentType = oidOf(childOf(encapsulated, 0));
  const explicit = encapsulated.children[1]?.children[0];
  const certificateSet = body.children.find((child) => child.tag === 0xa0);
  const signers = body.children.at(-1);
  if (signers === undefined || signers.tag !== TAG.set || body.children.length < 4) throw malformed('no signers');
  const signerInfo = childOf(signers, 0, TAG.sequence);
  const certificates = (certificateSet?.children ?? []).slice(0, CERTIFICATES_MAX).flatMap(readCertificate);
  const parts = readSignerInfo(signerInfo);
  const signer = certificates.find((each) => isNamed(each, parts.sid)) ?? null;
  const signatureOid = oidOf(childOf(parts.signatureAlgorithm, 0));
  const digestName = digestOfOid(parts.digestOid);
  const names = [algorithmName(parts.digestOid), algorithmName(signatureOid), ...(signer === null ? [] : [signer.key.name])];
  return {
    contentType,
    content: explicit === undefined ? null : explicit.content,
    certificates,
    signer,
    algorithm: names.join(' / '),
    isWeak: names.some(isWeakName) || signer?.key.isWeak === true,
    isSm2: type === SM_SIGNED_DATA || isSmOid(parts.digestOid) || isSmOid(signatureOid) || signer?.key.isSm2 === true,
    isBer: outer.isBer,
    hasTail: padded.subarray(outer.raw.length).some((octet) => octet !== 0),
    signerCount: signers.children.length,
    signingTime: timeIn(parts.signed.get(SIGNING_TIME)),
    timestampTokens: parts.unsignedTokens,
    signatureValue: parts.value,
    judgeImprint: (digestOf) => (explicit === undefined ? 'wrong' : judgeImprint(explicit.content, digestOf)),
    judgeDigest: (digestOf) => judgeDigest(parts, digestName, digestOf),
    judgeSignature: (digestOf) => {
      if (signer === null) return 'unknown';
      if (!isCertificateMeant(parts, signer)) return 'wrong';
      return judgeSignerInfo(parts, signer, digestOfSignature(signatureOid) ?? digestName, digestOf);
    },
  };
}

interface SignerParts {
  readonly sid: BerNode;
  readonly digestOid: string;
  readonly signedSet: BerNode | null;
  readonly signed: ReadonlyMap<string, BerNode>;
  readonly signatureAlgorithm: BerNode;
  readonly value: Uint8Array;
  readonly unsignedTokens: readonly Uint8Array[];
}

function readSignerInfo(node: BerNode): SignerParts {
  const sid = childOf(node, 1);
  const digestOid = oidOf(childOf(childOf(node, 2, TAG.sequence), 0));
  const signedSet = node.children[3]?.tag === 0xa0 ? childOf(node, 3) : null;
  const next = signedSet === null ? 3 : 4;
  const signatureAlgorithm = childOf(node, next, TAG.sequence);
  const value = childOf(node, next + 1, TAG.octetString).content;
  const unsignedSet = node.children[next + 2];
  const signed = new Map<string, BerNode>();
  for (const attribute of signedSet?.children.slice(0, ATTRIBUTES_MAX) ?? []) {
    const oid = oidOf(childOf(attribute, 0));
    if (signed.has(oid) && (oid === MESSAGE_DIGEST || oid in SIGNING_CERTIFICATES)) throw malformed(`${oid} twice`);
    signed.set(oid, childOf(attribute, 1, TAG.set));
  }
  const unsignedTokens = (unsignedSet?.children.slice(0, ATTRIBUTES_MAX) ?? [])
    .filter((attribute) => oidOf(childOf(attribute, 0)) === TIMESTAMP_TOKEN)
    .flatMap((attribute) => childOf(attribute, 1, TAG.set).children.map((token) => token.raw));
  return { sid, digestOid, signedSet, signed, signatureAlgorithm, value, unsignedTokens };
}

const timeIn = (values: BerNode | undefined): number | null => (values?.children[0] === undefined ? null : timeOf(values.children[0]));

function judgeDigest(parts: SignerParts, name: ForeignDigest | null, digestOf: DigestOf): ValueJudgement {
  if (parts.signedSet === null) return 'right';
  const claimed = parts.signed.get(MESSAGE_DIGEST)?.children[0]?.content;
  if (claimed === undefined) return 'wrong';
  if (name === null) return 'unknown';
  return equalBytes(claimed, digestOf(name)) ? 'right' : 'wrong';
}

/** The signed attributes are hashed as a SET OF in DER; most signers write them so, some sort them only for hashing. @source RFC 5652 §5.4 */
function judgeSignerInfo(parts: SignerParts, signer: ForeignCertificate, name: ForeignDigest | null, digestOf: DigestOf): ValueJudgement {
  if (name === null) return 'unknown';
  const { signedSet } = parts;
  const judge = (digest: Uint8Array): ValueJudgement => judgeValue(signer.key, parts.signatureAlgorithm, name, digest, parts.value);
  if (signedSet === null) return judge(digestOf(name));
  const asWritten = judge(foreignDigest(name, derValue(TAG.set, signedSet.content)));
  if (asWritten !== 'wrong') return asWritten;
  const sorted = signedSet.children.map(toDer).sort(compareOctets);
  return judge(foreignDigest(name, derValue(TAG.set, ...sorted)));
}

/** Where the signature says which certificate is meant, it must be this one. @source RFC 5035 §3 */
function isCertificateMeant(parts: SignerParts, signer: ForeignCertificate): boolean {
  for (const [oid, standard] of Object.entries(SIGNING_CERTIFICATES)) {
    const first = parts.signed.get(oid)?.children[0]?.children[0]?.children[0];
    if (first === undefined) continue;
    const named = first.children[0]?.tag === TAG.sequence ? digestOfOid(oidOf(childOf(first.children[0], 0))) : standard;
    const value = first.children.find((child) => child.tag === TAG.octetString)?.content;
    if (named !== null && value !== undefined && !equalBytes(value, foreignDigest(named, signer.der))) return false;
  }
  return true;
}

interface CertificateNode extends ForeignCertificate {
  readonly issuerDer: Uint8Array;
  readonly serial: bigint;
  readonly keyId: string | null;
}
const nodes = new WeakMap<ForeignCertificate, CertificateNode>();

function readCertificate(node: BerNode): readonly ForeignCertificate[] {
  try {
    if (node.tag !== TAG.sequence) return [];
    const tbs = childOf(node, 0, TAG.sequence);
    const shift = tbs.children[0]?.tag === 0xa0 ? 1 : 0;
    const issuer = childOf(tbs, shift + 2, TAG.sequence);
    const certificate: CertificateNode = {
      der: node.raw,
      sha256: sha256Hex(node.raw),
      subject: nameOf(childOf(tbs, shift + 4, TAG.sequence)),
      issuer: nameOf(issuer),
      key: readForeignKey(childOf(tbs, shift + 5, TAG.sequence)),
      issuerDer: issuer.raw,
      serial: bigIntegerOf(childOf(tbs, shift)),
      keyId: keyIdOf(tbs.children.find((child) => child.tag === 0xa3)),
    };
    nodes.set(certificate, certificate);
    return [certificate];
  } catch (error) {
    if (error instanceof PkiError) return [];
    throw error;
  }
}

function keyIdOf(explicit: BerNode | undefined): string | null {
  for (const extension of explicit?.children[0]?.children ?? []) {
    const value = extension.children.at(-1);
    if (value !== undefined && oidOf(childOf(extension, 0)) === '2.5.29.14') return toHex(readBer(value.content).content);
  }
  return null;
}

function isNamed(certificate: ForeignCertificate, sid: BerNode): boolean {
  const known = nodes.get(certificate);
  if (known === undefined) return false;
  if (sid.tag !== TAG.sequence)
    return known.keyId !== null && known.keyId === toHex(sid.tag === 0xa0 ? childOf(sid, 0).content : sid.content);
  return bigIntegerOf(childOf(sid, 1)) === known.serial && equalBytes(childOf(sid, 0).raw, known.issuerDer);
}

/** Common name, else organisation, else the last attribute. */
function nameOf(name: BerNode): string {
  const attributes = name.children.flatMap((set) => set.children).slice(0, 64);
  const of = (oid: string): string | undefined => {
    const found = attributes.find((attribute) => oidOf(childOf(attribute, 0)) === oid);
    return found === undefined ? undefined : stringOf(childOf(found, 1));
  };
  const last = attributes.at(-1);
  return of('2.5.4.3') ?? of('2.5.4.10') ?? of('2.5.4.11') ?? (last === undefined ? '' : stringOf(childOf(last, 1)));
}

export interface ForeignTimestamp {
  /** Milliseconds since 1970. */
  readonly genTime: number;
  readonly authority: string;
  /** `wrong` when it stamps other bytes or its own signature does not fit. */
  readonly judgement: ValueJudgement;
}

/** @param info TSTInfo @throws PkiError DER_MALFORMED */
function judgeImprint(info: Uint8Array, digestOf: DigestOf): ValueJudgement {
  const imprint = childOf(readBer(info), 2, TAG.sequence);
  const name = digestOfOid(oidOf(childOf(childOf(imprint, 0), 0)));
  if (name === null) return 'unknown';
  return equalBytes(childOf(imprint, 1).content, digestOf(name)) ? 'right' : 'wrong';
}

const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/**
 * Reads a timestamp made elsewhere; says nothing about whether its authority is trusted.
 * @param digestOf digests the bytes that should have been stamped
 * @throws PkiError CMS_MALFORMED, DER_MALFORMED
 */
export function judgeForeignTimestamp(token: Uint8Array, digestOf: DigestOf): ForeignTimestamp {
  const cms = readForeignCms(token);
  if (cms.contentType !== TST_INFO || cms.content === null) throw malformed('not a timestamp');
  const { content } = cms;
  const genTime = timeOf(childOf(readBer(content), 4));
  if (genTime === null) throw malformed('genTime');
  const ofContent: DigestOf = (digest) => foreignDigest(digest, content);
  const parts: ValueJudgement[] = [cms.judgeImprint(digestOf), cms.judgeDigest(ofContent), cms.judgeSignature(ofContent)];
  const judgement = parts.includes('wrong') ? 'wrong' : parts.includes('unknown') ? 'unknown' : 'right';
  return { genTime, authority: cms.signer?.subject ?? '', judgement };
}
