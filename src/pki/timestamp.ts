/** RFC 3161 timestamps as their user meets them: the answer to a request, and the judgement of a token. */
import { equalBytes, toHex, toLatin1 } from '../bytes.ts';
import { digestBy } from '../digest.ts';
import { type Instant, parseRfc3339 } from '../instant.ts';
import { DIGEST_BYTES, type DigestName, readDigestAlgorithm } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { verifyChain } from './chain.ts';
import { CMS_OID } from './cms.ts';
import {
  constructedContextTag,
  type DerNode,
  membersOf,
  parseDer,
  readBoolean,
  readOid,
  readPositiveInteger,
  readSmallInteger,
  TAG,
} from './der.ts';
import { failure, type Judgement, judge, PkiError, type PkiFailureCode, renaming } from './failure.ts';
import { isSignedBySigner, readSignedData, type SignedData } from './signed-data.ts';

export interface Imprint {
  readonly digest: DigestName;
  readonly value: Uint8Array;
}

/** @throws PkiError DER_MALFORMED, ALGORITHM_REFUSED */
export function readImprint(node: DerNode): Imprint {
  const members = membersOf(node);
  const digest = readDigestAlgorithm(members.next(TAG.sequence));
  const value = members.next(TAG.octetString).content;
  members.end();
  if (value.length !== DIGEST_BYTES[digest]) throw new PkiError('DER_MALFORMED', 'imprint length');
  return { digest, value };
}

export interface TimestampInfo {
  readonly imprint: Imprint;
  readonly genTime: Instant;
  readonly serialHex: string;
  readonly policyOid: string;
  readonly nonce: Uint8Array | null;
}

export interface TimestampToken {
  readonly der: Uint8Array;
  readonly info: TimestampInfo;
  readonly signedData: SignedData;
}

const RENAMED: Partial<Record<PkiFailureCode, PkiFailureCode>> = {
  DER_MALFORMED: 'TIMESTAMP_MALFORMED',
  CMS_MALFORMED: 'TIMESTAMP_MALFORMED',
  CERTIFICATE_MALFORMED: 'TIMESTAMP_MALFORMED',
  ALGORITHM_REFUSED: 'TIMESTAMP_ALGORITHM_REFUSED',
  CERTIFICATE_ALGORITHM_REFUSED: 'TIMESTAMP_ALGORITHM_REFUSED',
  CMS_ATTRIBUTES_WRONG: 'TIMESTAMP_MALFORMED',
  CMS_SIGNER_COUNT: 'TIMESTAMP_MALFORMED',
  CMS_SIGNER_UNKNOWN: 'TIMESTAMP_SIGNER_WRONG',
  CMS_ESS_MISMATCH: 'TIMESTAMP_SIGNER_WRONG',
};

/**
 * Reads a token: SignedData version 3 around a TSTInfo, one signer, no unsigned attributes.
 * @throws PkiError TIMESTAMP_MALFORMED, TIMESTAMP_ALGORITHM_REFUSED, TIMESTAMP_SIGNER_WRONG
 * @source RFC 3161 §2.4.2; RFC 5816
 */
export function parseTimestampToken(der: Uint8Array): TimestampToken {
  return renaming(RENAMED, () => {
    const signedData = readSignedData(der, 'shorthand');
    if (signedData.version !== 3 || signedData.contentType !== CMS_OID.timestampInfo || signedData.content === null) {
      throw new PkiError('TIMESTAMP_MALFORMED', 'not a token');
    }
    if (signedData.unsignedAttributes.size !== 0) throw new PkiError('TIMESTAMP_MALFORMED', 'unsigned attributes');
    return { der, signedData, info: readInfo(parseDer(signedData.content), signedData.content) };
  });
}

function readInfo(node: DerNode, content: Uint8Array): TimestampInfo {
  if (node.der.length !== content.length) throw new PkiError('TIMESTAMP_MALFORMED', 'octets after TSTInfo');
  const members = membersOf(node);
  if (readSmallInteger(members.next(TAG.integer)) !== 1) throw new PkiError('TIMESTAMP_MALFORMED', 'TSTInfo version');
  const policyOid = readOid(members.next(TAG.oid));
  const imprint = readImprint(members.next(TAG.sequence));
  const serialHex = toHex(readPositiveInteger(members.next(TAG.integer), 20));
  const genTime = readGenTime(members.next(TAG.generalizedTime));
  members.optional(TAG.sequence);
  const ordering = members.optional(TAG.boolean);
  if (ordering !== undefined && !readBoolean(ordering)) throw new PkiError('TIMESTAMP_MALFORMED', 'default written out');
  const nonce = members.optional(TAG.integer);
  members.optional(constructedContextTag(0));
  if (members.optional(constructedContextTag(1)) !== undefined) throw new PkiError('TIMESTAMP_MALFORMED', 'TSTInfo extensions');
  members.end();
  return { imprint, genTime, serialHex, policyOid, nonce: nonce === undefined ? null : readPositiveInteger(nonce, 32) };
}

/** GeneralizedTime with an optional fraction, of which milliseconds are kept. @source RFC 3161 §2.4.2 */
function readGenTime(node: DerNode): Instant {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,9}[1-9]))?Z$/.exec(toLatin1(node.content));
  const at = parts === null ? undefined : parseRfc3339(`${parts.slice(1, 4).join('-')}T${parts.slice(4, 7).join(':')}Z`);
  if (parts === null || at === undefined) throw new PkiError('TIMESTAMP_MALFORMED', 'genTime');
  return (at + Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3))) as Instant;
}

/**
 * Takes the token out of a TimeStampResp and checks that it answers this very request. The authority is judged by
 * `verifyTimestampToken`.
 * @throws PkiError TIMESTAMP_STATUS_REJECTED, TIMESTAMP_IMPRINT_WRONG, TIMESTAMP_NONCE_WRONG, and those of `parseTimestampToken`
 * @source RFC 3161 §2.4.2
 */
export function parseTimestampResponse(
  der: Uint8Array,
  asked: { readonly imprintSha256: Uint8Array; readonly nonce: Uint8Array },
): TimestampToken {
  return renaming(RENAMED, () => {
    const members = membersOf(parseDer(der));
    const status = readSmallInteger(membersOf(members.next(TAG.sequence)).next(TAG.integer));
    if (status > 1) throw new PkiError('TIMESTAMP_STATUS_REJECTED', `status ${status}`);
    const token = parseTimestampToken(members.next(TAG.sequence).der);
    members.end();
    const { imprint, nonce } = token.info;
    if (imprint.digest !== 'sha256' || !equalBytes(imprint.value, asked.imprintSha256))
      throw new PkiError('TIMESTAMP_IMPRINT_WRONG', 'other imprint');
    const start = asked.nonce.findIndex((octet) => octet !== 0);
    if (nonce === null || !equalBytes(nonce, asked.nonce.subarray(start))) throw new PkiError('TIMESTAMP_NONCE_WRONG', 'other nonce');
    return token;
  });
}

export interface TrustedTime {
  readonly genTime: Instant;
  /** Common name of the authority, or its organisation. */
  readonly authority: string;
  readonly serialHex: string;
  readonly policyOid: string;
  readonly certificate: Certificate;
  readonly token: TimestampToken;
  /** From the authority's certificate to the anchor. */
  readonly path: readonly Certificate[];
  /** Certificates in the token that do not lead from the authority to an anchor. */
  readonly unneeded: readonly Certificate[];
}

/**
 * Judges a token: right imprint, signed by an authority whose certificate is for timestamps only and chained at genTime to one
 * of the anchors.
 * @param token TimeStampToken, DER
 * @param stamped the bytes that were stamped, for a signature timestamp the signature value; or only their SHA-256
 * @param anchors the verifier's own list of timestamp roots
 * @source RFC 3161 §2.3, §2.4.2; ETSI EN 319 422
 */
export function verifyTimestampToken(
  token: Uint8Array,
  stamped: Uint8Array | { readonly sha256: Uint8Array },
  anchors: readonly Certificate[],
): Judgement<TrustedTime> {
  return judge<TrustedTime>(() => {
    const parsed = parseTimestampToken(token);
    const { info, signedData } = parsed;
    if (!isImprintOf(info.imprint, stamped)) return failure('TIMESTAMP_IMPRINT_WRONG', 'stamps other bytes');
    const digest = digestBy(signedData.digestAlgorithm, signedData.content ?? new Uint8Array());
    if (!equalBytes(signedData.messageDigest, digest)) return failure('TIMESTAMP_SIGNATURE_WRONG', 'message digest');
    if (!isSignedBySigner(signedData)) return failure('TIMESTAMP_SIGNATURE_WRONG', 'signature value');
    const { signer } = signedData;
    const others = signedData.certificates.filter((certificate) => certificate !== signer);
    const chain = verifyChain(signer, others, anchors, info.genTime, 'timestamp');
    if (!chain.ok) return failure('TIMESTAMP_UNTRUSTED', `${chain.code}: ${chain.detail}`);
    const { genTime, serialHex, policyOid } = info;
    const authority = signer.subject.commonName ?? signer.subject.organisation ?? '';
    const { path } = chain;
    const unneeded = others.filter((certificate) => !path.some(({ sha256 }) => sha256 === certificate.sha256));
    return { ok: true, genTime, authority, serialHex, policyOid, certificate: signer, token: parsed, path, unneeded };
  });
}

const isImprintOf = (imprint: Imprint, stamped: Uint8Array | { readonly sha256: Uint8Array }): boolean =>
  'sha256' in stamped
    ? imprint.digest === 'sha256' && equalBytes(imprint.value, stamped.sha256)
    : equalBytes(imprint.value, digestBy(imprint.digest, stamped));
