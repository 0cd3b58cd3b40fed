/** Rosters that were read, kept until a batch is opened from them. */
import { type Json, toCanonicalJson } from '../canonical-json.ts';
import { toInstant } from '../instant.ts';
import type { RosterStore } from '../workflow/stores.ts';
import type { Db } from './database.ts';

export const rosterStore = (db: Db): RosterStore => ({
  async save({ id, tenant, fileName, uploadedAt, result }) {
    await db
      .insertInto('roster')
      .values({ id, tenant, file_name: fileName, uploaded_at: uploadedAt, result: toCanonicalJson(result) })
      .execute();
  },
  async find(id) {
    const row = await db
      .selectFrom('roster')
      .leftJoin('batch', 'batch.roster', 'roster.id')
      .select(['roster.id', 'roster.tenant', 'roster.file_name', 'roster.uploaded_at', 'roster.result', 'batch.id as batch'])
      .where('roster.id', '=', id)
      .executeTakeFirst();
    return (
      row && {
        id: row.id,
        tenant: row.tenant,
        fileName: row.file_name,
        uploadedAt: toInstant(row.uploaded_at),
        result: JSON.parse(row.result) as Json,
        batch: row.batch,
      }
    );
  },
});
