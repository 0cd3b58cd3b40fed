/** Redeems a preparation: value in, timestamped signature on the file, judged, and stored as the next revision. */
import type { PartyRole } from '../agreement/parties.ts';
import { sha256 } from '../digest.ts';
import { AppError } from '../errors.ts';
import { beijingText } from '../instant.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { completeSignature, parseSignatureValue } from '../signing/complete.ts';
import { type Weight, weightOf } from '../verify/findings.ts';
import { verifyFile } from '../verify/verify-file.ts';
import { authorizeCeremonyAgreement, authorizeSignatory } from './authorize.ts';
import { SEAL_JOB } from './job-kinds.ts';
import { wakeKeyRuns } from './key-runs.ts';
import { sealUsed } from './organisation-seal.ts';
import { judgeChain } from './present-certificate.ts';
import { toFileSignature } from './signature-value.ts';
import { rolesInTurn } from './signing-order.ts';
import { certificateOf, preparedOf, preparedUntil, rebuild } from './start-signature.ts';
import type { IssuedCertificate } from './stores/signing.ts';
import type { BatchSummary, Ceremony, IssuedAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface FinishedSignature {
  readonly agreementNumber: string;
  /** The newest revision, which holds the signature. */
  readonly revisionSha256: string;
  readonly signed: readonly PartyRole[];
  readonly next: PartyRole | null;
  /** `known`: it was stored by an earlier request. */
  readonly stored: 'now' | 'known';
}

type FinishPorts = Pick<
  Ports,
  | 'agreements'
  | 'batches'
  | 'blobs'
  | 'ceremonies'
  | 'clock'
  | 'jobs'
  | 'organisationKeys'
  | 'preparedLastsMs'
  | 'revocation'
  | 'seals'
  | 'sessions'
  | 'signings'
  | 'templates'
  | 'timestamps'
  | 'trustAnchors'
>;

/**
 * Asked again after it succeeded, it answers the same and stores nothing.
 * @param value ECDSA as r‖s or DER, or RSA PKCS#1 v1.5, over the prepared attributes
 * @throws AppError as `authorizeSignatory`; PREPARATION_UNKNOWN, REVISION_MOVED, SIGNATURE_VALUE_MALFORMED, SIGNATURE_VALUE_WRONG,
 *   PREPARATION_EXPIRED, CERTIFICATE_IS_REVOKED, CERTIFICATE_OUT_OF_DATE, REVOCATION_NOT_KNOWN, TIMESTAMP_UNAVAILABLE, TIMESTAMP_REFUSED, SIGNED_FILE_REFUSED
 */
export async function finishSignature(
  ports: FinishPorts,
  token: string,
  session: string | undefined,
  preparedId: string,
  value: Uint8Array,
): Promise<FinishedSignature> {
  return finishFor(ports, await authorizeSignatory(ports, token, session), preparedId, value);
}

/**
 * The same for whoever has been let in. Nothing is locked in between: where another party was quicker, REVISION_MOVED asks for a new
 * preparation, and neither signature is lost.
 * @throws AppError as `finishSignature`
 */
export async function finishFor(
  ports: Omit<FinishPorts, 'ceremonies' | 'sessions'>,
  ceremony: Ceremony,
  preparedId: string,
  value: Uint8Array,
): Promise<FinishedSignature> {
  const inputs = await preparedOf(ports, ceremony, preparedId);
  const agreement = await authorizeCeremonyAgreement(ports, ceremony, inputs.agreement);
  const batch = await ports.batches.find(agreement.batch);
  if (batch === undefined) throw new Error('agreement without batch');
  if (agreement.parties.some((party) => party.role === inputs.role && party.signedAt !== null)) return outcome(batch, agreement, 'known');
  if (ports.clock.now() >= preparedUntil(ports, inputs))
    throw new AppError('PREPARATION_EXPIRED', { on: beijingText(preparedUntil(ports, inputs)) });
  if (agreement.head.sha256 !== inputs.base.sha256) throw new AppError('REVISION_MOVED');

  const certificate = await certificateOf(ports, ceremony, inputs.certificate);
  await assertNotRevokedSince(ports, certificate);
  const prepared = await rebuild(ports, agreement, inputs, certificate);
  const [leaf] = certificate.chain;
  if (leaf === undefined) throw new Error('empty chain');
  const signed = parseSignatureValue(prepared, toFileSignature(value, parseCertificate(leaf).key.kind));
  const bytes = completeSignature(signed, await ports.timestamps.stamp(sha256(signed.bytes)));
  await assertSound(ports, agreement, inputs.role, bytes);

  const revisionSha256 = await ports.blobs.put(bytes);
  const at = ports.clock.now();
  const stored = await ports.agreements.appendRevision({
    agreement: agreement.number,
    expected: agreement.head,
    sha256: revisionSha256,
    lengthBytes: bytes.length,
    signature: { role: inputs.role, prepared: inputs.id },
    at,
    event: {
      tenant: agreement.tenant,
      at,
      kind: 'AGREEMENT_SIGNED',
      subject: agreement.number,
      detail: { role: inputs.role, ceremony: ceremony.id, sha256: revisionSha256, ...(await sealUsed(ports, inputs)) },
    },
  });
  const now = await authorizeCeremonyAgreement(ports, ceremony, agreement.number);
  const signedMeanwhile = now.parties.some((party) => party.role === inputs.role && party.signedAt !== null);
  if (stored === 'moved' && !signedMeanwhile) throw new AppError('REVISION_MOVED');
  if (now.state === 'completed') await ports.jobs.enqueue(SEAL_JOB, now.number, at);
  else if (rolesInTurn(batch.order, now.parties).includes('school')) await wakeKeyRuns(ports, { batch: batch.id });
  return outcome(batch, now, stored === 'stored' ? 'now' : 'known');
}

const HOUR_MS = 3_600_000;

/**
 * A certificate that somebody brought was judged when the signature was prepared; days may have gone by.
 * @throws AppError CERTIFICATE_IS_REVOKED, CERTIFICATE_OUT_OF_DATE, CERTIFICATE_NOT_TRUSTED, REVOCATION_NOT_KNOWN
 */
async function assertNotRevokedSince(
  ports: Pick<Ports, 'clock' | 'revocation' | 'trustAnchors'>,
  { keyPlace, chain, issuedAt }: IssuedCertificate,
): Promise<void> {
  if ((keyPlace !== 'external' && keyPlace !== 'file') || ports.clock.now() - issuedAt < HOUR_MS) return;
  const [leaf, ...others] = chain.map(parseCertificate);
  if (leaf === undefined) throw new Error('empty chain');
  await judgeChain(ports, leaf, others);
}

/** What may not be on a file that is stored; a later party's missing signature may. */
const GRAVE: ReadonlySet<Weight> = new Set(['failed', 'indeterminate']);

/**
 * The verifier, which shares no code of judgement with signing, has the last word before anything is stored.
 * @throws AppError SIGNED_FILE_REFUSED (`findings`: codes)
 */
async function assertSound(
  ports: Pick<Ports, 'clock' | 'templates' | 'trustAnchors'>,
  agreement: IssuedAgreement,
  role: PartyRole,
  bytes: Uint8Array,
): Promise<void> {
  const report = verifyFile(bytes, { templates: ports.templates, trustAnchors: ports.trustAnchors, checkedAt: ports.clock.now() });
  const expected = new Set([...agreement.parties.filter((party) => party.signedAt !== null).map((party) => party.role), role]);
  const found = report.signatures.map((signature) => signature.party);
  const sameParties = found.length === expected.size && found.every((party) => expected.has(party));
  const sameAgreement = report.agreement?.agreementNumber === agreement.number;
  const grave = report.findings.filter(({ code }) => code !== 'SIGNATURES_INCOMPLETE').filter((finding) => GRAVE.has(weightOf(finding)));
  if (grave.length === 0 && sameParties && sameAgreement) return;
  throw new AppError('SIGNED_FILE_REFUSED', { findings: grave.map((finding) => finding.code).join('、') || 'SIGNATURES' });
}

function outcome(batch: BatchSummary, agreement: IssuedAgreement, stored: FinishedSignature['stored']): FinishedSignature {
  return {
    agreementNumber: agreement.number,
    revisionSha256: agreement.head.sha256,
    signed: agreement.parties.filter((party) => party.signedAt !== null).map((party) => party.role),
    next: rolesInTurn(batch.order, agreement.parties)[0] ?? null,
    stored,
  };
}
