/** Answers of an OCSP responder about one certificate: strict DER in, a readonly record out, the judgement of who signed it, and the writer. */
import { equalBytes, toHex } from '../bytes.ts';
import { digestBy } from '../digest.ts';
import type { Instant } from '../instant.ts';
import {
  type DigestName,
  derSignatureAlgorithm,
  familyOf,
  readDigestAlgorithm,
  readSignatureAlgorithm,
  type SignatureAlgorithm,
} from './algorithms.ts';
import { type Certificate, certificateOf } from './certificate.ts';
import { derReason, type Revocation, readReason } from './crl.ts';
import {
  assertTag,
  constructedContextTag,
  contextTag,
  type DerNode,
  derBitString,
  derOctetString,
  derOid,
  derSequence,
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
import { type CertificateIssuer, PURPOSE } from './issue.ts';
import { derGeneralizedTime, readTime } from './names.ts';
import { certificateIdOf, keyBits, NONCE_OID } from './ocsp-request.ts';
import { verifySignature } from './verify-signature.ts';

/** Which certificate an answer is about. @source RFC 6960 §4.1.1 */
export interface CertificateId {
  readonly digest: DigestName;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Lower-case hexadecimal. */
  readonly serialHex: string;
}

export interface OcspResponse {
  readonly der: Uint8Array;
  /** The signed part, as a view into `der`. */
  readonly tbs: Uint8Array;
  readonly responder: { readonly nameDer: Uint8Array } | { readonly keyHash: Uint8Array };
  readonly producedAt: Instant;
  readonly about: CertificateId;
  readonly status: 'good' | 'unknown' | Revocation;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  /** Certificates that expired at or after this instant are still known to be revoked; null where they may be forgotten. */
  readonly keepsExpiredSince: Instant | null;
  /** None where the issuer itself answers. */
  readonly certificate: Certificate | null;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signatureValue: Uint8Array;
}

const OID = { basic: '1.3.6.1.5.5.7.48.1.1', archiveCutoff: '1.3.6.1.5.5.7.48.1.6' } as const;
const REVOKED = constructedContextTag(1);
const [GOOD, UNKNOWN] = [contextTag(0), contextTag(2)];

const malformed = (detail: string): PkiError => new PkiError('OCSP_MALFORMED', detail);

/**
 * Reads a successful basic answer that fills the input, about exactly one certificate, with a next update and at most one
 * responder's certificate.
 * @throws PkiError OCSP_MALFORMED, OCSP_ALGORITHM_REFUSED, OCSP_STATUS_REJECTED, CERTIFICATE_MALFORMED, CERTIFICATE_ALGORITHM_REFUSED
 * @source RFC 6960 §4.2.1
 */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  return renaming({ DER_MALFORMED: 'OCSP_MALFORMED', ALGORITHM_REFUSED: 'OCSP_ALGORITHM_REFUSED', CRL_MALFORMED: 'OCSP_MALFORMED' }, () => {
    const outer = membersOf(parseDer(der));
    const status = readSmallInteger(outer.next(TAG.enumerated), TAG.enumerated);
    if (status !== 0) throw new PkiError('OCSP_STATUS_REJECTED', `status ${status}`);
    const bytes = membersOf(onlyMember(outer.next(constructedContextTag(0)), constructedContextTag(0)));
    outer.end();
    if (readOid(bytes.next(TAG.oid)) !== OID.basic) throw malformed('not a basic answer');
    const basic = membersOf(parseDer(bytes.next(TAG.octetString).content));
    bytes.end();
    const tbs = basic.next(TAG.sequence);
    const signatureAlgorithm = readSignatureAlgorithm(basic.next(TAG.sequence));
    const signatureValue = readBitOctets(basic.next(TAG.bitString));
    const certificates = basic.optional(constructedContextTag(0));
    basic.end();
    return {
      der,
      tbs: tbs.der,
      ...readResponseData(tbs),
      certificate: certificates === undefined ? null : certificateOf(onlyMember(onlyMember(certificates, constructedContextTag(0)))),
      signatureAlgorithm,
      signatureValue,
    };
  });
}

type ResponseFacts = Omit<OcspResponse, 'der' | 'tbs' | 'certificate' | 'signatureAlgorithm' | 'signatureValue'>;

function readResponseData(tbs: DerNode): ResponseFacts {
  const members = membersOf(tbs);
  const byName = members.optional(constructedContextTag(1));
  const responder =
    byName === undefined
      ? { keyHash: onlyMember(members.next(constructedContextTag(2)), constructedContextTag(2)).content }
      : { nameDer: assertTag(onlyMember(byName, constructedContextTag(1)), TAG.sequence).der };
  const producedAt = readTime(assertTag(members.next(), TAG.generalizedTime));
  const single = membersOf(onlyMember(members.next(TAG.sequence)));
  const extensions = members.optional(constructedContextTag(1));
  members.end();
  if (extensions !== undefined) readOcspExtensions(extensions);

  const about = readCertificateId(single.next(TAG.sequence));
  const status = readStatus(single.next());
  const thisUpdate = readTime(assertTag(single.next(), TAG.generalizedTime));
  const next = single.next(constructedContextTag(0));
  const nextUpdate = readTime(assertTag(onlyMember(next, next.tag), TAG.generalizedTime));
  const singleExtensions = single.optional(constructedContextTag(1));
  single.end();
  if (thisUpdate > nextUpdate || thisUpdate > producedAt) throw malformed('times run backwards');
  const cutoff = singleExtensions === undefined ? undefined : readOcspExtensions(singleExtensions).get(OID.archiveCutoff);
  return {
    responder,
    producedAt,
    about,
    status,
    thisUpdate,
    nextUpdate,
    keepsExpiredSince: cutoff === undefined ? null : readTime(cutoff),
  };
}

function readOcspExtensions(explicit: DerNode): ReadonlyMap<string, DerNode> {
  const list = assertTag(onlyMember(explicit, explicit.tag), TAG.sequence);
  if (list.children.length === 0) throw malformed('no extensions in their place');
  const found = new Map<string, DerNode>();
  for (const child of list.children) {
    const members = membersOf(child);
    const oid = readOid(members.next(TAG.oid));
    const flag = members.optional(TAG.boolean);
    if (flag !== undefined) throw malformed(readBoolean(flag) ? `critical extension ${oid}` : 'default written out');
    const value = members.next(TAG.octetString).content;
    members.end();
    if (found.has(oid)) throw malformed(`extension ${oid} twice`);
    found.set(oid, parseDer(value));
  }
  return found;
}

function readCertificateId(node: DerNode): CertificateId {
  const members = membersOf(node);
  const digest = readDigestAlgorithm(members.next(TAG.sequence));
  const issuerNameHash = members.next(TAG.octetString).content;
  const issuerKeyHash = members.next(TAG.octetString).content;
  const serialHex = toHex(readPositiveInteger(members.next(TAG.integer), 20));
  members.end();
  return { digest, issuerNameHash, issuerKeyHash, serialHex };
}

function readStatus(node: DerNode): OcspResponse['status'] {
  if ((node.tag === GOOD || node.tag === UNKNOWN) && node.content.length === 0) return node.tag === GOOD ? 'good' : 'unknown';
  const members = membersOf(node, REVOKED);
  const at = readTime(assertTag(members.next(), TAG.generalizedTime));
  const reason = members.optional(constructedContextTag(0));
  members.end();
  return { at, reason: reason === undefined ? 0 : readReason(onlyMember(reason, reason.tag)) };
}

/** Whether the answer is about that certificate of that issuer. */
export const isAbout = ({ about }: Pick<OcspResponse, 'about'>, certificate: Certificate, issuer: Certificate): boolean =>
  about.serialHex === certificate.serialHex &&
  equalBytes(certificate.issuerDer, issuer.subjectDer) &&
  equalBytes(about.issuerNameHash, digestBy(about.digest, issuer.subjectDer)) &&
  equalBytes(about.issuerKeyHash, digestBy(about.digest, keyBits(issuer.spki)));

/**
 * Judges whether the issuer, or a responder that it authorised and that needs no revocation check of its own, signed the answer.
 * @source RFC 6960 §4.2.2.2
 */
export function verifyOcspResponse(response: OcspResponse, issuer: Certificate): Judgement<object> {
  const signer = response.certificate ?? issuer;
  if (signer.sha256 !== issuer.sha256) {
    const delegated = judgeDelegation(signer, issuer, response.producedAt);
    if (delegated !== undefined) return failure('OCSP_RESPONDER_WRONG', delegated);
  }
  const { responder } = response;
  // A responder named by its key is named by a SHA-1 that says nothing beyond the signature.
  if ('nameDer' in responder && !equalBytes(responder.nameDer, signer.subjectDer))
    return failure('OCSP_RESPONDER_WRONG', 'named otherwise');
  return isSignedBy(response, signer) ? { ok: true } : failure('OCSP_SIGNATURE_WRONG', 'signature value');
}

/** What is wrong with a responder's certificate, if anything. */
function judgeDelegation(signer: Certificate, issuer: Certificate, at: Instant): string | undefined {
  if (signer.isCa || !signer.extendedKeyUsage?.oids.includes(PURPOSE.ocspSigning)) return 'not for this purpose';
  if (!signer.keyUsage?.has('digitalSignature') || signer.unknownCritical.length > 0) return 'usage or extensions';
  if (!signer.noRevocationCheck) return 'would need a revocation check of its own';
  if (at < signer.notBefore || at > signer.notAfter + 999) return 'not valid then';
  const { signatureAlgorithm, tbs, signatureValue } = signer;
  return equalBytes(signer.issuerDer, issuer.subjectDer) && isSignedBy({ signatureAlgorithm, tbs, signatureValue }, issuer)
    ? undefined
    : 'authorised by somebody else';
}

const isSignedBy = (signed: Pick<OcspResponse, 'signatureAlgorithm' | 'tbs' | 'signatureValue'>, signer: Certificate): boolean =>
  familyOf(signer.key.kind) === signed.signatureAlgorithm.family &&
  verifySignature(signer.spki, signed.signatureAlgorithm.digest, signed.tbs, signed.signatureValue);

interface AnswerTimes {
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  readonly keepsExpiredSince: Instant;
}

export interface OcspPlan extends AnswerTimes {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly status: OcspResponse['status'];
}

/** What is said of one certificate: its identifier as a request spells it, DER. */
export interface OcspStatement {
  readonly idDer: Uint8Array;
  readonly status: OcspResponse['status'];
}

/** Who answers: its certificate, or null where the issuer itself does. */
export type OcspSigner = Omit<CertificateIssuer, 'spki'> & { readonly certificate: Certificate | null };

/** Makes one answer about one certificate, as it goes into files; DER. @source RFC 6960 §4.2.1; RFC 5019 §2.2 */
export const makeOcspResponse = ({ certificate, issuer, status, ...times }: OcspPlan, signer: OcspSigner): Uint8Array<ArrayBuffer> =>
  answerOcspRequest([{ idDer: certificateIdOf(certificate, issuer), status }], null, times, signer);

/**
 * The answer to a request, DER.
 * @param nonce repeats the asker's; null where there was none
 * @source RFC 6960 §4.2.1; RFC 9654 §2.1
 */
export function answerOcspRequest(
  statements: readonly OcspStatement[],
  nonce: Uint8Array | null,
  plan: AnswerTimes,
  signer: OcspSigner,
): Uint8Array<ArrayBuffer> {
  const cutoff = derSequence(derOid(OID.archiveCutoff), derOctetString(derGeneralizedTime(plan.keepsExpiredSince)));
  const singles = statements.map(({ idDer, status }) =>
    derSequence(
      idDer,
      derStatus(status),
      derGeneralizedTime(plan.thisUpdate),
      derValue(constructedContextTag(0), derGeneralizedTime(plan.nextUpdate)),
      derValue(constructedContextTag(1), derSequence(cutoff)),
    ),
  );
  const repeated = nonce === null ? [] : [derSequence(derOid(NONCE_OID), derOctetString(derOctetString(nonce)))];
  const tbs = derSequence(
    derValue(constructedContextTag(1), signer.subjectDer),
    derGeneralizedTime(plan.thisUpdate),
    derSequence(...singles),
    ...repeated.map((extension) => derValue(constructedContextTag(1), derSequence(extension))),
  );
  const certificates = signer.certificate === null ? [] : [derValue(constructedContextTag(0), derSequence(signer.certificate.der))];
  const basic = derSequence(tbs, derSignatureAlgorithm(signer.kind, 'sha256'), derBitString(signer.sign(tbs)), ...certificates);
  const bytes = derSequence(derOid(OID.basic), derOctetString(basic));
  return derSequence(derValue(TAG.enumerated, Uint8Array.of(0)), derValue(constructedContextTag(0), bytes));
}

/** That a question cannot be answered, unsigned; DER. @source RFC 6960 §4.2.1 */
export const makeOcspRefusal = (why: 'malformedRequest' | 'internalError' | 'unauthorized'): Uint8Array<ArrayBuffer> =>
  derSequence(derValue(TAG.enumerated, Uint8Array.of({ malformedRequest: 1, internalError: 2, unauthorized: 6 }[why])));

function derStatus(status: OcspResponse['status']): Uint8Array {
  if (status === 'good') return derValue(GOOD);
  if (status === 'unknown') return derValue(UNKNOWN);
  return derValue(REVOKED, derGeneralizedTime(status.at), derValue(constructedContextTag(0), derReason(status.reason)));
}
