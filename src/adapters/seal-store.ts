/** Pictures of organisations' seals, each for its holder alone; what no signature was prepared with is forgotten when it is removed. */

import { SEAL_DIAMETERS_MM, type SealDiameter } from '../agreement/seal-size.ts';
import { concatBytes } from '../bytes.ts';
import { toInstant } from '../instant.ts';
import { keptSeal } from '../template/own-seal.ts';
import type { OrganisationSeal, SealStore } from '../workflow/stores/seal.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';

export function storedDiameter(value: number | null): SealDiameter {
  const diameter = SEAL_DIAMETERS_MM.find((one) => one === value);
  if (diameter === undefined) throw new Error(`stored diameter of a seal: ${value}`);
  return diameter;
}

type Rows = Pick<Db, 'selectFrom' | 'deleteFrom' | 'updateTable'>;

/** Those that were removed and that no prepared signature needs. */
export const forgetRemovedSeals = (db: Rows) =>
  db
    .deleteFrom('organisation_seal')
    .where('removed_at', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('prepared_signature')
            .select('prepared_signature.seal')
            .whereRef('prepared_signature.seal', '=', 'organisation_seal.id'),
        ),
      ),
    );

async function findWhere(db: Rows, column: 'holder' | 'id', value: string): Promise<OrganisationSeal | undefined> {
  const rows = db.selectFrom('organisation_seal').selectAll().where(column, '=', value);
  const row = await (column === 'id' ? rows : rows.where('removed_at', 'is', null)).executeTakeFirst();
  if (row === undefined) return undefined;
  const streams = new Uint8Array(row.streams);
  const [colour, opacity] = [streams.subarray(0, row.colour_bytes), streams.subarray(row.colour_bytes)];
  return {
    id: row.id,
    tenant: row.tenant,
    holder: row.holder,
    ceremony: row.ceremony,
    image: keptSeal({ widthPx: row.width_px, heightPx: row.height_px, colour, opacity }, row.sha256),
    diameterMm: storedDiameter(row.diameter_mm),
    storedAt: toInstant(row.stored_at),
    visitor: { from: row.from_address, device: row.device },
  };
}

async function retire(db: Rows, holder: string, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('organisation_seal')
    .set({ removed_at: at })
    .where('holder', '=', holder)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  await forgetRemovedSeals(db).execute();
  return numUpdatedRows > 0n;
}

export const sealStore = (db: Db): SealStore => ({
  put: ({ id, tenant, holder, ceremony, image, diameterMm, storedAt, visitor }, event) =>
    db.transaction().execute(async (trx) => {
      await retire(trx, holder, storedAt);
      await trx
        .insertInto('organisation_seal')
        .values({
          id,
          tenant,
          holder,
          ceremony,
          sha256: image.sha256,
          width_px: image.widthPx,
          height_px: image.heightPx,
          colour_bytes: image.colour.length,
          streams: concatBytes(image.colour, image.opacity),
          diameter_mm: diameterMm,
          stored_at: storedAt,
          from_address: visitor.from,
          device: visitor.device,
          removed_at: null,
        })
        .execute();
      await appendAudit(trx, event);
    }),
  findOf: (holder) => findWhere(db, 'holder', holder),
  find: (id) => findWhere(db, 'id', id),
  remove: (holder, at, event) =>
    db.transaction().execute(async (trx) => {
      const wasThere = await retire(trx, holder, at);
      if (wasThere) await appendAudit(trx, event);
      return wasThere;
    }),
});
