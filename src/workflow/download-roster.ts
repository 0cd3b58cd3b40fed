/** The roster as the school sent it, with what each row needs written beside it. */
import type { RosterResult } from '../agreement/roster.ts';
import { AppError } from '../errors.ts';
import { authorizeRoster } from './authorize.ts';
import { isWorkbook, resultOf } from './import-roster.ts';
import type { Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

/** Adds a column to an .xlsx and leaves everything else as it was. @throws AppError ROSTER_IS_DAMAGED */
export type RosterAnnotator = (original: Uint8Array, result: RosterResult) => Promise<Uint8Array>;

/** @throws AppError ROSTER_UNKNOWN, ROSTER_FILE_GONE, ROSTER_NOT_WORKBOOK */
export async function downloadAnnotatedRoster(
  ports: Pick<Ports, 'annotateRoster' | 'rosters'>,
  tenant: Tenant,
  id: string,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const draft = await authorizeRoster(ports, tenant, id);
  const file = await ports.rosters.file(draft.id);
  if (file === undefined) throw new AppError('ROSTER_FILE_GONE');
  if (!isWorkbook(file)) throw new AppError('ROSTER_NOT_WORKBOOK');
  return { name: `${draft.fileName.replace(/\.[^.]*$/, '')}（检查结果）`, bytes: await ports.annotateRoster(file, resultOf(draft)) };
}
