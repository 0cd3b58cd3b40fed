/** Files for the school, one agreement as it stands or a whole batch, and for an organisation what it has signed. */
import { REFERENCE_ZH } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { authorizeAgreement, authorizeBatch, authorizeSignatory, listCeremonyAgreements } from './authorize.ts';
import { displayReference, displayValues, hasFile } from './stored-data.ts';
import type { AgreementRecord, OpenAgreement, Tenant, VoidedAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface NamedFile {
  /** With folders, for a ZIP: `机电2401/张三_SF-….pdf`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

type DownloadPorts = Pick<Ports, 'agreements' | 'batches' | 'blobs'>;

/** @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
export async function downloadAgreement(ports: DownloadPorts, tenant: Tenant, number: string): Promise<Uint8Array> {
  const agreement = await authorizeAgreement(ports, tenant, number);
  if (!hasFile(agreement)) throw new AppError('AGREEMENT_NOT_READY');
  return ports.blobs.get(agreement.head.sha256);
}

/** Every generated agreement, read one after another so that a large batch is never in memory at once. @throws AppError BATCH_UNKNOWN, BATCH_NOT_GENERATED */
export async function downloadBatch(
  ports: DownloadPorts,
  tenant: Tenant,
  batchId: string,
): Promise<{ readonly name: string; readonly files: AsyncIterable<NamedFile> }> {
  const batch = await authorizeBatch(ports, tenant, batchId);
  const agreements = await ports.agreements.listOfBatch(batch.id);
  const ready = agreements.filter(hasFile);
  if (ready.length === 0) throw new AppError('BATCH_NOT_GENERATED');
  return { name: toFileName(batch.name), files: namedFiles(ports, ready) };
}

/**
 * What an organisation has signed by its link, read one after another.
 * @throws AppError as `authorizeSignatory`; AGREEMENT_NOT_READY when it has signed nothing
 */
export async function downloadSigned(
  ports: DownloadPorts & Pick<Ports, 'ceremonies' | 'clock' | 'sessions'>,
  token: string,
  session: string | undefined,
): Promise<{ readonly name: string; readonly files: AsyncIterable<NamedFile> }> {
  const ceremony = await authorizeSignatory(ports, token, session);
  const signed = (await listCeremonyAgreements(ports, ceremony)).filter(({ parties }) =>
    parties.some(({ role, signedAt }) => role === ceremony.role && signedAt !== null),
  );
  const batch = await ports.batches.find(ceremony.batch);
  if (signed.length === 0 || batch === undefined) throw new AppError('AGREEMENT_NOT_READY');
  return { name: toFileName(batch.name), files: namedFiles(ports, signed) };
}

async function* namedFiles(
  ports: Pick<Ports, 'blobs'>,
  agreements: readonly (OpenAgreement | VoidedAgreement)[],
): AsyncGenerator<NamedFile> {
  for (const agreement of agreements) {
    const fields = displayValues(agreement);
    const done = agreement.state === 'completed' ? '' : agreement.state === 'voided' ? '已作废_' : '未签完_';
    const name = `${done}${fields['studentName'] ?? ''}_${kindOf(agreement)}${agreement.number}.pdf`;
    yield {
      path: `${toFileName(fields['studentClass'] ?? '')}/${toFileName(name)}`,
      bytes: await ports.blobs.get(agreement.head.sha256),
    };
  }
}

/** What it is, where it is not the agreement itself. */
function kindOf(agreement: AgreementRecord): string {
  const reference = displayReference(agreement);
  return reference === null ? '' : `${REFERENCE_ZH[reference.kind]}_`;
}

/** Without the characters that Windows or a ZIP cannot have in a name. */
const toFileName = (text: string): string => text.replace(/[\\/:*?"<>|\p{C}]/gu, '_').replace(/^\.+|\.+$/g, '') || '未命名';
