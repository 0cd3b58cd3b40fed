/** Judges one reproduced signature: CMS, coverage, chain, time, and whether the certificate is the party's own. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { boundNumber, expectedHolder, identityDigestOf, signatoryOf } from '../agreement/signatories.ts';
import { isAllZero } from '../bytes.ts';
import { type Instant, toRfc3339 } from '../instant.ts';
import { assuranceUnder, type NamedRoot } from '../pki/anchors.ts';
import { isCanonicalCms, isCanonicalToken } from '../pki/canonical.ts';
import type { Certificate } from '../pki/certificate.ts';
import { verifyChain } from '../pki/chain.ts';
import { type Cms, cmsLength, parseCms, verifyCms } from '../pki/cms-parse.ts';
import { PkiError, type PkiFailureCode } from '../pki/failure.ts';
import { type HolderJudgement, hasPlatformProfile, judgeHolder } from '../pki/holder.ts';
import { agreementUri, signatoryName } from '../pki/issue.ts';
import { type TrustedTime, verifyTimestampToken } from '../pki/timestamp.ts';
import type { ReproducedSignature } from '../template/reproduce.ts';
import { type Finding, type FindingCode, makeFinding } from './findings.ts';
import type { SignatureReport } from './report.ts';
import { isInFuture } from './slow-clock.ts';

export interface JudgedSignature {
  readonly findings: readonly Finding[];
  readonly report: SignatureReport;
  readonly certificate: Certificate | null;
  readonly revision: number;
  /** Claimed time. */
  readonly at: Instant;
  /** Proven time, or null where it is only claimed. */
  readonly provenAt: Instant | null;
  /** From the signatory's certificate to the anchor; null where it leads to none. */
  readonly path: readonly Certificate[] | null;
  /** The same of the timestamp. */
  readonly timestampPath: readonly Certificate[] | null;
}

const DAY_MS = 86_400_000;
/** How long an external signer may take; the claimed time is when it was asked, the timestamp says when it had answered. */
const PREPARED_AHEAD_MS = 14 * DAY_MS;

/** Roots of the verifier's own. */
export interface Trust {
  readonly anchors: readonly Certificate[];
  readonly namedRoots: readonly NamedRoot[];
}

/** @param digest SHA-256 of the bytes outside /Contents, from the start of the file to the end of the revision */
export function judgeSignature(
  signature: ReproducedSignature,
  digest: Uint8Array,
  data: AgreementData,
  { anchors, namedRoots }: Trust,
  checkedAt: Instant,
): JudgedSignature {
  const { role, at, seal } = signature.inputs;
  const place = { revision: signature.revision, party: role };
  const found: Finding[] = [];
  const add = (code: FindingCode, reason = ''): void => {
    found.push(makeFinding(code, { party: PARTY_ZH[role], reason }, place));
  };
  const name = signatoryOf(data.fields, role).name;
  const result = (certificate: Certificate | null, time: TrustedTime | null, path: readonly Certificate[] | null): JudgedSignature => ({
    findings: found,
    certificate,
    revision: signature.revision,
    at,
    provenAt: time?.genTime ?? null,
    path,
    timestampPath: time?.path ?? null,
    report: {
      party: role,
      name,
      signedAt: toRfc3339(time?.genTime ?? at),
      ...(time === null ? {} : { timestamp: toRfc3339(time.genTime), timestampAuthority: time.authority }),
      assurance: path === null || certificate === null ? 'untrusted' : assuranceUnder(path.at(-1)?.sha256, namedRoots),
      ...(signature.inputs.custody === undefined ? {} : { custody: signature.inputs.custody }),
      ...(seal === undefined ? {} : { seal: { diameterMm: seal.diameterMm, sha256: seal.sha256 } }),
    },
  });

  const cms = readCms(signature, add);
  if (cms === null) return result(null, null, null);
  const verified = verifyCms(cms, digest);
  if (!verified.ok) add(verified.code === 'CMS_DIGEST_WRONG' ? 'SIGNATURE_DIGEST_WRONG' : 'SIGNATURE_VALUE_WRONG');
  else if (!isCanonicalCms(cms)) add('SIGNATURE_MALFORMED', 'CMS_NOT_CANONICAL');

  let proven: TrustedTime | null = null;
  if (cms.timestampToken !== null) {
    const time = verifyTimestampToken(cms.timestampToken, cms.signatureValue, anchors);
    if (time.ok) {
      proven = time;
      if (at - time.genTime > DAY_MS || time.genTime - at > (signature.inputs.custody === 'external' ? PREPARED_AHEAD_MS : DAY_MS))
        add('TIME_IMPLAUSIBLE');
      if (time.unneeded.length > 0) add('CERTIFICATE_UNRELATED');
      else if (!isCanonicalToken(time.token, time.path)) add('TIMESTAMP_REFUSED', 'TIMESTAMP_NOT_CANONICAL');
    } else add(time.code === 'TIMESTAMP_UNTRUSTED' ? 'TIMESTAMP_UNTRUSTED' : 'TIMESTAMP_REFUSED', time.code);
  }
  const countsAt = proven?.genTime ?? at;
  const path = judgeChain(cms, anchors, countsAt, add);
  if (cms.timestampToken === null) {
    add('TIME_ONLY_CLAIMED');
    if (checkedAt < cms.signer.notBefore || checkedAt > cms.signer.notAfter + 999) add('TIME_NOT_PROVEN');
  }
  if (isInFuture(countsAt, checkedAt)) add('TIME_IN_FUTURE');
  const holder = judgeParty(cms.signer, data, role);
  if (holder === 'other') add('CERTIFICATE_NOT_OF_PARTY');
  if (holder === 'name') {
    // An organisation's whole name is its own; a person's is not.
    const isPerson = !('organisation' in signatoryOf(data.fields, role));
    const assurance = path === null ? 'untrusted' : assuranceUnder(path.at(-1)?.sha256, namedRoots);
    add(isPerson && assurance === 'other' ? 'CERTIFICATE_PERSON_UNCERTAIN' : 'CERTIFICATE_NAMES_ONLY');
  }
  return result(cms.signer, proven, path);
}

function readCms(signature: ReproducedSignature, add: (code: FindingCode, reason?: string) => void): Cms | null {
  try {
    const length = cmsLength(signature.contents);
    if (!isAllZero(signature.contents, length)) {
      add('SIGNATURE_PADDING_NOT_ZERO');
      return null;
    }
    return parseCms(signature.contents.subarray(0, length));
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    const refused = error.code === 'CMS_ALGORITHM_REFUSED' || error.code === 'CERTIFICATE_ALGORITHM_REFUSED';
    add(refused ? 'SIGNATURE_ALGORITHM_REFUSED' : 'SIGNATURE_MALFORMED', error.code);
    return null;
  }
}

const CHAIN_FINDINGS: Partial<Record<PkiFailureCode, FindingCode>> = {
  CERTIFICATE_UNTRUSTED: 'CERTIFICATE_UNTRUSTED',
  CERTIFICATE_EXPIRED: 'CERTIFICATE_EXPIRED',
  CERTIFICATE_NOT_YET_VALID: 'CERTIFICATE_NOT_YET_VALID',
};

function judgeChain(
  cms: Cms,
  anchors: readonly Certificate[],
  at: Instant,
  add: (code: FindingCode, reason?: string) => void,
): readonly Certificate[] | null {
  const chain = verifyChain(cms.signer, cms.certificates, anchors, at, 'signatory');
  if (!chain.ok) {
    add(CHAIN_FINDINGS[chain.code] ?? 'CERTIFICATE_REFUSED', chain.code);
    return null;
  }
  const path = new Set(chain.path.map((certificate) => certificate.sha256));
  if (!cms.certificates.every((certificate) => path.has(certificate.sha256))) add('CERTIFICATE_UNRELATED');
  return chain.path;
}

/** The platform's certificates are judged to the letter, others by the name and number that they state. */
function judgeParty(certificate: Certificate, data: AgreementData, role: PartyRole): HolderJudgement {
  if (hasPlatformProfile(certificate)) return isPlatformCertificateOf(certificate, data, role) ? 'number' : 'other';
  return judgeHolder(certificate, expectedHolder(data.fields, role));
}

/** The subject must say exactly what the agreement says of its signatory; a person's certificate is bound to this one agreement. */
function isPlatformCertificateOf(certificate: Certificate, data: AgreementData, role: PartyRole): boolean {
  const signatory = signatoryOf(data.fields, role);
  const bound = boundNumber(data);
  const identity = identityDigestOf(bound, data.fields, role);
  if ('organisation' in signatory) {
    const expected = signatoryName(signatory);
    const subject = certificate.subject;
    return (
      subject.commonName === expected.commonName &&
      subject.organisation === expected.organisation &&
      subject.organisationIdentifier === expected.organisationIdentifier &&
      subject.organisationalUnit === expected.organisationalUnit
    );
  }
  const { subject, uris } = certificate;
  return (
    subject.commonName === signatory.name &&
    subject.organisationalUnit === role &&
    subject.organisation === null &&
    subject.serialNumber === identity &&
    uris.length === 1 &&
    uris[0] === agreementUri(bound)
  );
}
