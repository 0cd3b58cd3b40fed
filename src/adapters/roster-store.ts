/** Rosters that were read, kept until a batch is opened from them; of the files themselves only the newest of each school. */
import { type Json, toCanonicalJson } from '../canonical-json.ts';
import { toInstant } from '../instant.ts';
import type { RosterDraft, RosterStore } from '../workflow/stores.ts';
import type { Db } from './database.ts';

export const rosterStore = (db: Db): RosterStore => ({
  save: ({ id, tenant, fileName, uploadedAt, result, template }, file) =>
    db.transaction().execute(async (trx) => {
      const names = { file_name: fileName, template: template === null ? null : toCanonicalJson({ ...template }) };
      await trx
        .insertInto('roster')
        .values({ id, tenant, uploaded_at: uploadedAt, result: toCanonicalJson(result), ...names })
        .execute();
      await trx.deleteFrom('roster_file').where('tenant', '=', tenant).execute();
      await trx.insertInto('roster_file').values({ roster: id, tenant, bytes: file }).execute();
    }),
  async find(id) {
    const row = await db
      .selectFrom('roster')
      .leftJoin('batch', 'batch.roster', 'roster.id')
      .select([
        'roster.id',
        'roster.tenant',
        'roster.file_name',
        'roster.uploaded_at',
        'roster.result',
        'roster.template',
        'batch.id as batch',
      ])
      .where('roster.id', '=', id)
      .executeTakeFirst();
    return (
      row && {
        id: row.id,
        tenant: row.tenant,
        fileName: row.file_name,
        uploadedAt: toInstant(row.uploaded_at),
        result: JSON.parse(row.result) as Json,
        template: row.template === null ? null : (JSON.parse(row.template) as RosterDraft['template']),
        batch: row.batch,
      }
    );
  },
  async file(id) {
    const row = await db.selectFrom('roster_file').select('bytes').where('roster', '=', id).executeTakeFirst();
    return row && new Uint8Array(row.bytes);
  },
});
