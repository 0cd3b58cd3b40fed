/** Whether a certificate was revoked at an instant, as far as lists and answers at hand can tell. */
import { equalBytes } from '../bytes.ts';
import type { Instant } from '../instant.ts';
import type { Certificate } from './certificate.ts';
import { type Crl, type Revocation, verifyCrl } from './crl.ts';
import { isAbout, type OcspResponse, verifyOcspResponse } from './ocsp.ts';
import { isAnswerFinal } from './verify-signature.ts';

export interface RevocationEvidence {
  readonly crls: readonly Crl[];
  readonly ocsps: readonly OcspResponse[];
}

export interface RevocationJudgement {
  /** `unknown`: nothing that is signed by the right authority speaks of that time. */
  readonly status: 'good' | 'unknown' | Revocation;
  /** Evidence by the right authority about this certificate, of whatever time. */
  readonly relevant: readonly (Crl | OcspResponse)[];
}

/** How far clocks of authorities may disagree. */
const SKEW_MS = 300_000;

/** Reasons after which not even a timestamp made earlier can be relied upon. @source RFC 3161 §4 (1) */
const KEY_IN_DOUBT: ReadonlySet<number> = new Set([1, 2, 10]);

/**
 * @param issuer of the certificate, its signature already judged
 * @param at the proven time that counts
 * @param seenAt when the evidence is known to have existed; what claims to be newer is not believed
 * @param after `validBefore`: what was made before the revocation stays good; `neverAgain`: not if the key may be in other hands
 * @source RFC 5280 §6.3; RFC 6960 §3.2; ETSI EN 319 102-1 §5.2.5
 */
export function judgeRevocation(
  certificate: Certificate,
  issuer: Certificate,
  evidence: RevocationEvidence,
  { at, seenAt, after }: { readonly at: Instant; readonly seenAt: Instant; readonly after: 'validBefore' | 'neverAgain' },
): RevocationJudgement {
  const crls = evidence.crls.filter(
    (crl) => equalBytes(crl.issuerDer, certificate.issuerDer) && isSignedFor(crl, issuer, () => verifyCrl(crl, issuer).ok),
  );
  const ocsps = evidence.ocsps.filter(
    (answer) => isAbout(answer, certificate, issuer) && isSignedFor(answer, issuer, () => verifyOcspResponse(answer, issuer).ok),
  );
  const relevant = [...crls, ...ocsps];
  const revocations = [
    ...crls.flatMap((crl) => crl.revoked.get(certificate.serialHex) ?? []),
    ...ocsps.flatMap(({ status }) => (typeof status === 'string' ? [] : status)),
  ].filter((revocation) => revocation.at <= at || (after === 'neverAgain' && KEY_IN_DOUBT.has(revocation.reason)));
  const [first] = revocations.toSorted((a, b) => a.at - b.at);
  if (first !== undefined) return { status: first, relevant };
  const speaks = ({ thisUpdate, nextUpdate, keepsExpiredSince }: Crl | OcspResponse): boolean =>
    nextUpdate >= at &&
    thisUpdate <= seenAt + SKEW_MS &&
    // A certificate that had expired may have been dropped from what its authority remembers.
    (thisUpdate <= certificate.notAfter || (keepsExpiredSince !== null && keepsExpiredSince <= certificate.notAfter));
  const good = crls.some(speaks) || ocsps.some((answer) => answer.status !== 'unknown' && speaks(answer));
  return { status: good ? 'good' : 'unknown', relevant };
}

const knownSigners = new WeakMap<Crl | OcspResponse, Map<string, boolean>>();

/** A list speaks of many certificates, and its signature is the same each time. */
function isSignedFor(evidence: Crl | OcspResponse, issuer: Certificate, verify: () => boolean): boolean {
  const known = knownSigners.get(evidence) ?? new Map<string, boolean>();
  knownSigners.set(evidence, known);
  const right = known.get(issuer.sha256) ?? verify();
  if (isAnswerFinal()) known.set(issuer.sha256, right);
  return right;
}
