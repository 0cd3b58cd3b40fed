/** Certificate revocation lists: strict DER in, a readonly record out, the judgement of who signed it, and the writer. */
import { equalBytes, fromHex, toHex } from '../bytes.ts';
import type { Instant } from '../instant.ts';
import { derSignatureAlgorithm, familyOf, readSignatureAlgorithm, type SignatureAlgorithm } from './algorithms.ts';
import { type Certificate, EXTENSION } from './certificate.ts';
import {
  constructedContextTag,
  contextTag,
  type DerNode,
  derBitString,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derSmallInteger,
  derValue,
  membersOf,
  onlyMember,
  parseDer,
  readBitOctets,
  readBoolean,
  readOid,
  readPositiveInteger,
  readSmallInteger,
  TAG,
} from './der.ts';
import { failure, type Judgement, PkiError, renaming } from './failure.ts';
import type { CertificateIssuer } from './issue.ts';
import { derGeneralizedTime, derTime, readTime } from './names.ts';
import { verifySignature } from './verify-signature.ts';

/** Names of the reasons, by number. @source RFC 5280 §5.3.1 */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const;

export interface Revocation {
  readonly at: Instant;
  /** Number of the reason; 0 where none is given. */
  readonly reason: number;
}

export interface Crl {
  readonly der: Uint8Array;
  /** The signed part, as a view into `der`. */
  readonly tbs: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly authorityKeyId: Uint8Array;
  readonly numberHex: string;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  /** Certificates that expired at or after this instant stay listed; null where the list may have dropped them. */
  readonly keepsExpiredSince: Instant | null;
  /** By serial number, lower-case hexadecimal. */
  readonly revoked: ReadonlyMap<string, Revocation>;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signatureValue: Uint8Array;
}

const CRL_EXTENSION = { number: '2.5.29.20', reason: '2.5.29.21', invalidityDate: '2.5.29.24', expiredCerts: '2.5.29.60' } as const;
const REASON_MAX = 10;

const malformed = (detail: string): PkiError => new PkiError('CRL_MALFORMED', detail);

/** Extensions by name; a critical one is refused, since whatever it says would limit what the list covers. */
function readCrlExtensions(list: DerNode): ReadonlyMap<string, DerNode> {
  if (list.children.length === 0) throw malformed('no extensions in their place');
  const found = new Map<string, DerNode>();
  for (const child of list.children) {
    const members = membersOf(child);
    const oid = readOid(members.next(TAG.oid));
    const flag = members.optional(TAG.boolean);
    if (flag !== undefined && !readBoolean(flag)) throw malformed('default written out');
    if (flag !== undefined) throw malformed(`critical extension ${oid}`);
    const value = members.next(TAG.octetString).content;
    members.end();
    if (found.has(oid)) throw malformed(`extension ${oid} twice`);
    found.set(oid, parseDer(value));
  }
  return found;
}

/**
 * Reads one complete CRL of version 2 that fills the input, with a number, a key identifier and a next update: no deltas, no
 * indirect lists, no lists of a part.
 * @throws PkiError CRL_MALFORMED, CRL_ALGORITHM_REFUSED
 * @source RFC 5280 §5.1, §5.2; ETSI EN 319 411-1 §6.3.9
 */
export function parseCrl(der: Uint8Array): Crl {
  return renaming({ DER_MALFORMED: 'CRL_MALFORMED', ALGORITHM_REFUSED: 'CRL_ALGORITHM_REFUSED' }, () => {
    const outer = membersOf(parseDer(der));
    const tbs = outer.next(TAG.sequence);
    const algorithm = outer.next(TAG.sequence);
    const signatureValue = readBitOctets(outer.next(TAG.bitString));
    outer.end();

    const members = membersOf(tbs);
    if (readSmallInteger(members.next(TAG.integer)) !== 1) throw malformed('not version 2');
    if (!equalBytes(members.next(TAG.sequence).der, algorithm.der)) throw malformed('two signature algorithms');
    const issuer = members.next(TAG.sequence);
    const [thisUpdate, nextUpdate] = [readTime(members.next()), readTime(members.next())];
    if (thisUpdate > nextUpdate) throw malformed('updates run backwards');
    const entries = members.optional(TAG.sequence);
    const extensions = readCrlExtensions(onlyMember(members.next(constructedContextTag(0)), constructedContextTag(0)));
    members.end();

    const number = extensions.get(CRL_EXTENSION.number);
    const authority = extensions.get(EXTENSION.authorityKeyId);
    const authorityKeyId = authority === undefined ? undefined : membersOf(authority).optional(contextTag(0))?.content;
    if (number === undefined || authorityKeyId === undefined) throw malformed('number or key identifier missing');
    const expired = extensions.get(CRL_EXTENSION.expiredCerts);
    return {
      der,
      tbs: tbs.der,
      issuerDer: issuer.der,
      authorityKeyId,
      numberHex: toHex(readPositiveInteger(number, 20)),
      thisUpdate,
      nextUpdate,
      keepsExpiredSince: expired === undefined ? null : readTime(expired),
      revoked: entries === undefined ? new Map() : readEntries(entries),
      signatureAlgorithm: readSignatureAlgorithm(algorithm),
      signatureValue,
    };
  });
}

function readEntries(list: DerNode): ReadonlyMap<string, Revocation> {
  if (list.children.length === 0) throw malformed('empty list of entries');
  const revoked = new Map<string, Revocation>();
  for (const entry of list.children) {
    const members = membersOf(entry);
    const serialHex = toHex(readPositiveInteger(members.next(TAG.integer), 20));
    const at = readTime(members.next());
    const extensions = members.optional(TAG.sequence);
    members.end();
    if (revoked.has(serialHex)) throw malformed('serial number twice');
    const reason = extensions === undefined ? undefined : readCrlExtensions(extensions).get(CRL_EXTENSION.reason);
    revoked.set(serialHex, { at, reason: reason === undefined ? 0 : readReason(reason) });
  }
  return revoked;
}

/** @throws PkiError DER_MALFORMED, CRL_MALFORMED for a number that is no reason */
export function readReason(node: DerNode): number {
  const reason = readSmallInteger(node, TAG.enumerated);
  if (reason > REASON_MAX || reason === 7) throw malformed('reason');
  return reason;
}

export const derReason = (reason: number): Uint8Array => derValue(TAG.enumerated, Uint8Array.of(reason));

/** Judges whether that issuer signed the list. Says nothing of the issuer's own chain. @source RFC 5280 §6.3.3 (f), (g) */
export function verifyCrl(crl: Crl, issuer: Certificate): Judgement<object> {
  if (!equalBytes(crl.issuerDer, issuer.subjectDer)) return failure('CRL_ISSUER_WRONG', 'another name');
  if (issuer.subjectKeyId === null || !equalBytes(crl.authorityKeyId, issuer.subjectKeyId))
    return failure('CRL_ISSUER_WRONG', 'another key');
  if (!issuer.isCa || !issuer.keyUsage?.has('cRLSign')) return failure('CRL_ISSUER_WRONG', 'may not sign lists');
  const right =
    familyOf(issuer.key.kind) === crl.signatureAlgorithm.family &&
    verifySignature(issuer.spki, crl.signatureAlgorithm.digest, crl.tbs, crl.signatureValue);
  return right ? { ok: true } : failure('CRL_SIGNATURE_WRONG', 'signature value');
}

export interface CrlPlan {
  /** Grows from list to list. */
  readonly number: number;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  /** Nothing that expired since then was dropped. */
  readonly keepsExpiredSince: Instant;
  readonly revoked: readonly (Revocation & { readonly serialHex: string })[];
}

const extension = (oid: string, value: Uint8Array): Uint8Array => derSequence(derOid(oid), derOctetString(value));

/** Makes one list, DER. @throws RangeError for a number that is not positive @source RFC 5280 §5 */
export function makeCrl(plan: CrlPlan, issuer: CertificateIssuer & { readonly subjectKeyId: Uint8Array }): Uint8Array<ArrayBuffer> {
  if (plan.number < 1) throw new RangeError('CRL number');
  const algorithm = derSignatureAlgorithm(issuer.kind, 'sha256');
  const entries = plan.revoked.map(({ serialHex, at, reason }) =>
    derSequence(
      derInteger(fromHex(serialHex)),
      derTime(at),
      // An absent reason is how "unspecified" has to be written.
      ...(reason === 0 ? [] : [derSequence(extension(CRL_EXTENSION.reason, derReason(reason)))]),
    ),
  );
  const extensions = derSequence(
    extension(EXTENSION.authorityKeyId, derSequence(derValue(contextTag(0), issuer.subjectKeyId))),
    extension(CRL_EXTENSION.number, derSmallInteger(plan.number)),
    extension(CRL_EXTENSION.expiredCerts, derGeneralizedTime(plan.keepsExpiredSince)),
  );
  const tbs = derSequence(
    derSmallInteger(1),
    algorithm,
    issuer.subjectDer,
    derTime(plan.thisUpdate),
    derTime(plan.nextUpdate),
    ...(entries.length === 0 ? [] : [derSequence(...entries)]),
    derValue(constructedContextTag(0), extensions),
  );
  return derSequence(tbs, algorithm, derBitString(issuer.sign(tbs)));
}
