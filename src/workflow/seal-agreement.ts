/** Seals what all have signed: fetches the proof that no certificate is revoked, has everything timestamped, judges the result, and stores it. */
import { AppError } from '../errors.ts';
import type { Clock, RevocationSource, TimestampAuthority } from '../ports.ts';
import type { RefusalCode } from '../refusals.ts';
import { certificatesToProve, renewArchive, type SealMeans, sealAgreement } from '../signing/seal.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { verifyFile } from '../verify/verify-file.ts';
import { dataOf, templateFor } from './stored-data.ts';
import type { IssuedAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface SealingPorts {
  readonly revocation: RevocationSource;
  readonly timestamps: TimestampAuthority;
  readonly clock: Clock;
  /** Roots under which the chains are looked for; DER. */
  readonly trustAnchors: readonly Uint8Array[];
}

/**
 * @returns the file with validation data and archive timestamp
 * @throws AppError as `sealAgreement`; TIMESTAMP_UNAVAILABLE, TIMESTAMP_REFUSED
 */
export const sealFile = async (ports: SealingPorts, template: LockedTemplate, file: Uint8Array): Promise<Uint8Array> =>
  sealAgreement(template, file, await meansFor(ports, template, file));

/** Adds a further archive timestamp to a sealed file. @throws AppError as `renewArchive`; TIMESTAMP_UNAVAILABLE, TIMESTAMP_REFUSED */
export const renewFile = async (ports: SealingPorts, template: LockedTemplate, file: Uint8Array): Promise<Uint8Array> =>
  renewArchive(template, file, await meansFor(ports, template, file));

/** Answers about the signatories' certificates; lists say the rest. */
async function meansFor(ports: SealingPorts, template: LockedTemplate, file: Uint8Array): Promise<SealMeans> {
  const all = certificatesToProve(template, file, ports.trustAnchors);
  const signatories = all.filter(({ purpose }) => purpose === 'signatory');
  const [crls, ...answers] = await Promise.all([
    ports.revocation.crls(all),
    ...signatories.map(({ certificate, issuer }) => ports.revocation.ocsp(certificate, issuer)),
  ]);
  return {
    trustAnchors: ports.trustAnchors,
    evidence: { crls, ocsps: answers.filter((answer) => answer !== null) },
    at: ports.clock.now(),
    stamp: (imprintSha256) => ports.timestamps.stamp(imprintSha256),
  };
}

export type ArchivingPorts = SealingPorts & Pick<Ports, 'agreements' | 'archives' | 'audit' | 'blobs' | 'templates'>;

/** Refusals that trying again would not change. */
const FINAL: ReadonlySet<RefusalCode> = new Set([
  'CERTIFICATE_REVOKED',
  'REVISION_NOT_REPRODUCIBLE',
  'CMS_TOO_LARGE',
  'SIGNED_FILE_REFUSED',
]);

/**
 * Seals the newest revision of an agreement and stores it as the next one. Until it succeeds the agreement stays as it was signed.
 * @returns a code where trying again would not help; the audit log has it as well
 * @throws AppError REVOCATION_UNAVAILABLE, TIMESTAMP_UNAVAILABLE, TIMESTAMP_REFUSED, for whoever retries
 */
export async function sealStored(
  ports: ArchivingPorts,
  number: string,
): Promise<'sealed' | 'nothing to do' | { readonly refused: RefusalCode }> {
  const agreement = await ports.agreements.find(number);
  if (agreement?.state !== 'completed') return 'nothing to do';
  const template = templateFor(ports.templates, dataOf(agreement, ports.templates).template);
  const file = await ports.blobs.get(agreement.head.sha256);
  try {
    const sealed = await sealFile(ports, template, file);
    return (await storeSealed(ports, agreement, sealed, 'AGREEMENT_SEALED')) === 'stored' ? 'sealed' : 'nothing to do';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'AGREEMENT_SEALED') return 'nothing to do';
    if (!FINAL.has(error.code)) throw error;
    const { tenant } = agreement;
    const detail = { code: error.code };
    await ports.audit.append({ tenant, at: ports.clock.now(), kind: 'AGREEMENT_SEAL_REFUSED', subject: number, detail });
    return { refused: error.code };
  }
}

/** Judges a sealed file and stores it as the next revision. @throws AppError SIGNED_FILE_REFUSED */
export async function storeSealed(
  ports: ArchivingPorts,
  { number, tenant, head }: IssuedAgreement,
  sealed: Uint8Array,
  kind: 'AGREEMENT_SEALED' | 'ARCHIVE_RENEWED',
): Promise<'stored' | 'moved'> {
  assertSealed(ports, number, sealed);
  const sha256 = await ports.blobs.put(sealed);
  const at = ports.clock.now();
  const event = { tenant, at, kind, subject: number, detail: { sha256 } };
  return ports.agreements.appendRevision({
    agreement: number,
    expected: head,
    sha256,
    lengthBytes: sealed.length,
    signature: null,
    at,
    event,
  });
}

/** The verifier has the last word here as well. @throws AppError SIGNED_FILE_REFUSED (`findings`: codes) */
function assertSealed(ports: Pick<ArchivingPorts, 'clock' | 'templates' | 'trustAnchors'>, number: string, sealed: Uint8Array): void {
  const report = verifyFile(sealed, { templates: ports.templates, trustAnchors: ports.trustAnchors, checkedAt: ports.clock.now() });
  const sound = report.verdict === 'passed' || report.verdict === 'review';
  if (sound && report.level === 'B-LTA' && report.agreement?.agreementNumber === number) return;
  throw new AppError('SIGNED_FILE_REFUSED', { findings: report.findings.map(({ code }) => code).join('、') });
}
