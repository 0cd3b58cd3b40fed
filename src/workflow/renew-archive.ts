/** Renews the archive timestamp of a sealed agreement before the authority's certificate expires, again and again, for as long as it is kept. */
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import { cmsLength } from '../pki/cms-parse.ts';
import { parseTimestampToken } from '../pki/timestamp.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { reproduce } from '../template/reproduce.ts';
import { type ArchivingPorts, renewFile, storeSealed } from './seal-agreement.ts';
import { dataOf, templateFor } from './stored-data.ts';
import type { Ports } from './workflow.ts';

const MARGIN_MS = 90 * 86_400_000;

interface ArchiveLife {
  readonly from: Instant;
  /** Last instant of the authority's certificate. */
  readonly until: Instant;
}

/** The last archive timestamp of a file; undefined where it is not sealed. */
function lastArchive(template: LockedTemplate, file: Uint8Array): ArchiveLife | undefined {
  const last = reproduce(template, file).seals.at(-1);
  if (last?.kind !== 'archive') return undefined;
  const { info, signedData } = parseTimestampToken(last.contents.subarray(0, cmsLength(last.contents)));
  return { from: info.genTime, until: signedData.signer.notAfter };
}

/** Ninety days before the certificate expires, or after half of the time that was left. */
const renewalOf = ({ from, until }: ArchiveLife): Instant => toInstant(Math.max(until - MARGIN_MS, from + Math.floor((until - from) / 2)));

/** Notes when the sealed agreement is due. `unsealed`: there is nothing to renew. */
export async function scheduleRenewal(
  ports: Pick<Ports, 'agreements' | 'archives' | 'blobs' | 'templates'>,
  number: string,
): Promise<'scheduled' | 'unsealed'> {
  const agreement = await ports.agreements.find(number);
  if (agreement?.state !== 'completed') return 'unsealed';
  const template = templateFor(ports.templates, dataOf(agreement, ports.templates).template);
  const life = lastArchive(template, await ports.blobs.get(agreement.head.sha256));
  if (life === undefined) return 'unsealed';
  await ports.archives.schedule(number, renewalOf(life));
  return 'scheduled';
}

/**
 * Adds a further archive timestamp, judges the result and stores it.
 * @throws AppError ARCHIVE_NOT_EXTENDED when the authority's certificate ends no later than the one before: its operator has to renew it;
 *   as `renewArchive`
 */
export async function renewStored(ports: ArchivingPorts, number: string): Promise<'renewed' | 'nothing to do'> {
  const agreement = await ports.agreements.find(number);
  if (agreement?.state !== 'completed') return 'nothing to do';
  const template = templateFor(ports.templates, dataOf(agreement, ports.templates).template);
  const file = await ports.blobs.get(agreement.head.sha256);
  const before = lastArchive(template, file);
  if (before === undefined) return 'nothing to do';
  if (ports.clock.now() < renewalOf(before)) {
    await ports.archives.schedule(number, renewalOf(before));
    return 'nothing to do';
  }
  const renewed = await renewFile(ports, template, file);
  const after = lastArchive(template, renewed);
  if (after === undefined || after.until <= before.until) throw new AppError('ARCHIVE_NOT_EXTENDED');
  if ((await storeSealed(ports, agreement, renewed, 'ARCHIVE_RENEWED')) === 'moved') return 'nothing to do';
  await ports.archives.schedule(number, renewalOf(after));
  return 'renewed';
}
