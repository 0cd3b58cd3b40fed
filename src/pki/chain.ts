/** Builds and judges a certificate chain up to a trust anchor: our own code for the part of RFC 5280 that our profiles need. */
import { equalBytes } from '../bytes.ts';
import type { Instant } from '../instant.ts';
import { familyOf } from './algorithms.ts';
import type { Certificate, X509 } from './certificate.ts';
import { failure, type PkiFailure, type PkiFailureCode } from './failure.ts';
import { PURPOSE } from './issue.ts';
import { isAnswerFinal, verifySignature } from './verify-signature.ts';

export type ChainPurpose = 'signatory' | 'timestamp';

/** `certificate` is the one at fault. */
export type ChainJudgement<C = Certificate> =
  | { readonly ok: true /** Leaf first, anchor last. */; readonly path: readonly C[] }
  | (PkiFailure & { readonly certificate: C });

/** A certificate whatever its algorithms. */
type Any = X509<unknown, unknown>;
type IsIssuedBy<C> = (child: C, issuer: C) => boolean;

const DEPTH_MAX = 6;
const INTERMEDIATES_MAX = 16;
/** Issuers tried by name for one chain: certificates that all vouch for each other have tens of thousands of orders. */
const TRIES_MAX = 100;

/** Purposes that fit a signature on a document; a signatory's certificate that restricts its use must name one. */
const DOCUMENT_PURPOSES: ReadonlySet<string> = new Set([
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.36',
  '1.3.6.1.4.1.311.10.3.12',
  '1.2.840.113583.1.1.5',
]);

/** Keys that stand on servers and answer whoever asks: no person's act is behind what they sign. @source RFC 5280 §4.2.1.12 */
const MACHINE_PURPOSES: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.3.1', PURPOSE.ocspSigning, PURPOSE.timeStamping]);

/**
 * Judges whether `leaf` chains to an anchor at that instant and may be used for that purpose. Revocation is judged elsewhere.
 * @param intermediates untrusted; only those that fit are used
 * @param anchors the verifier's own list; never taken from the file
 * @returns the path, or the failure of the attempt that came furthest
 * @source RFC 5280 §6.1 (without policies and name constraints: a critical one is refused); RFC 3161 §2.3
 */
export const verifyChain = (
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
  at: Instant,
  purpose: ChainPurpose,
): ChainJudgement => verifyChainOf(leaf, intermediates, anchors, at, purpose, isIssuedBy);

/** The same for certificates of other algorithms. @param isIssued whether the issuer's key made the signature on a certificate */
export function verifyChainOf<C extends Any>(
  leaf: C,
  intermediates: readonly C[],
  anchors: readonly C[],
  at: Instant,
  purpose: ChainPurpose,
  isIssued: IsIssuedBy<C>,
): ChainJudgement<C> {
  const wrong = judgeEndEntity(leaf, purpose) ?? judgeCommon(leaf, at);
  if (wrong) return fault(leaf, wrong);
  if (intermediates.length > INTERMEDIATES_MAX) return fault(leaf, 'CERTIFICATE_UNTRUSTED');
  let tries = 0;
  return climb([leaf], intermediates, anchors, at, (child, issuer) => ++tries <= TRIES_MAX && isIssued(child, issuer));
}

/**
 * Judges a certificate that the verifier itself holds, so that no issuer has to vouch for it: purpose, extensions, validity.
 * @source RFC 5280 §6.1.3 (a)(2)
 */
export function verifyHeldCertificate(leaf: Certificate, at: Instant, purpose: ChainPurpose): ChainJudgement {
  const wrong = judgeEndEntity(leaf, purpose) ?? judgeCommon(leaf, at);
  return wrong ? fault(leaf, wrong) : { ok: true, path: [leaf] };
}

const fault = <C extends Any>(certificate: C, code: PkiFailureCode): ChainJudgement<C> => ({
  ...failure(code, `serial ${certificate.serialHex}`),
  certificate,
});

/** Extends the path by every issuer that fits, anchors first. */
function climb<C extends Any>(
  path: readonly C[],
  intermediates: readonly C[],
  anchors: readonly C[],
  at: Instant,
  isIssued: IsIssuedBy<C>,
): ChainJudgement<C> {
  const child = path.at(-1);
  if (child === undefined) throw new RangeError('empty path');
  let best: ChainJudgement<C> = fault(child, 'CERTIFICATE_UNTRUSTED');
  let bestIsDefault = true;
  const remember = (judgement: ChainJudgement<C>): void => {
    if (bestIsDefault) best = judgement;
    bestIsDefault = false;
  };
  for (const anchor of anchors) {
    if (!isNamedIssuer(anchor, child)) continue;
    const wrong = judgeIssuer(anchor, path, at);
    if (wrong === undefined && isIssued(child, anchor)) return { ok: true, path: [...path, anchor] };
    remember(wrong === undefined ? fault(child, 'CERTIFICATE_SIGNATURE_WRONG') : fault(anchor, wrong));
  }
  for (const issuer of intermediates) {
    if (!isNamedIssuer(issuer, child) || path.some((each) => each.sha256 === issuer.sha256)) continue;
    const wrong = path.length >= DEPTH_MAX - 1 ? 'CERTIFICATE_PATH_TOO_LONG' : judgeIssuer(issuer, path, at);
    if (wrong !== undefined || !isIssued(child, issuer)) {
      remember(wrong === undefined ? fault(child, 'CERTIFICATE_SIGNATURE_WRONG') : fault(issuer, wrong));
      continue;
    }
    const judgement = climb([...path, issuer], intermediates, anchors, at, isIssued);
    if (judgement.ok) return judgement;
    remember(judgement);
  }
  return best;
}

/** Names must be the same octets; key identifiers must agree where both sides state one. */
function isNamedIssuer(issuer: Any, child: Any): boolean {
  if (!equalBytes(issuer.subjectDer, child.issuerDer)) return false;
  return child.authorityKeyId === null || issuer.subjectKeyId === null || equalBytes(child.authorityKeyId, issuer.subjectKeyId);
}

function judgeCommon(certificate: Any, at: Instant): PkiFailureCode | undefined {
  if (certificate.unknownCritical.length > 0) return 'CERTIFICATE_EXTENSION_UNKNOWN';
  if (at < certificate.notBefore) return 'CERTIFICATE_NOT_YET_VALID';
  // A validity names whole seconds; the last one belongs to it to its end.
  if (at > certificate.notAfter + 999) return 'CERTIFICATE_EXPIRED';
  return undefined;
}

function judgeIssuer(issuer: Any, path: readonly Any[], at: Instant): PkiFailureCode | undefined {
  if (!issuer.isCa) return 'CERTIFICATE_NOT_CA';
  if (issuer.keyUsage !== null && !issuer.keyUsage.has('keyCertSign')) return 'CERTIFICATE_KEY_USAGE_WRONG';
  // Every certificate below the leaf counts, self-issued ones too: stricter than RFC 5280 §6.1.4 (l).
  if (issuer.pathLength !== null && path.length - 1 > issuer.pathLength) return 'CERTIFICATE_PATH_TOO_LONG';
  return judgeCommon(issuer, at);
}

function judgeEndEntity(leaf: Any, purpose: ChainPurpose): PkiFailureCode | undefined {
  if (leaf.isCa) return 'CERTIFICATE_IS_CA';
  const purposes = leaf.extendedKeyUsage;
  if (purpose === 'timestamp') {
    if (purposes === null || !purposes.critical || purposes.oids.length !== 1 || purposes.oids[0] !== PURPOSE.timeStamping) {
      return 'CERTIFICATE_PURPOSE_WRONG';
    }
    const usages = [...(leaf.keyUsage ?? [])];
    return usages.every((usage) => usage === 'digitalSignature' || usage === 'nonRepudiation') ? undefined : 'CERTIFICATE_KEY_USAGE_WRONG';
  }
  if (!leaf.keyUsage?.has('digitalSignature') && !leaf.keyUsage?.has('nonRepudiation')) return 'CERTIFICATE_KEY_USAGE_WRONG';
  if (leaf.keyUsage.has('keyCertSign')) return 'CERTIFICATE_KEY_USAGE_WRONG';
  if (purposes === null) return undefined;
  const fits = purposes.oids.some((oid) => DOCUMENT_PURPOSES.has(oid)) && !purposes.oids.some((oid) => MACHINE_PURPOSES.has(oid));
  return fits ? undefined : 'CERTIFICATE_PURPOSE_WRONG';
}

const LINKS_MAX = 1024;
const knownLinks = new Set<string>();

/** Verifies the issuer's signature on a certificate; right answers for authorities' certificates are remembered, since they recur. */
function isIssuedBy(child: Certificate, issuer: Certificate): boolean {
  const link = `${child.sha256}${issuer.sha256}`;
  if (knownLinks.has(link)) return true;
  const right =
    familyOf(issuer.key.kind) === child.signatureAlgorithm.family &&
    verifySignature(issuer.spki, child.signatureAlgorithm.digest, child.tbs, child.signatureValue);
  if (right && isAnswerFinal() && (child.isCa || child.extendedKeyUsage !== null)) {
    if (knownLinks.size >= LINKS_MAX) knownLinks.clear();
    knownLinks.add(link);
  }
  return right;
}
