/** Texts being imported: where their source is, and what was decided about their blanks. */
import { type Json, toCanonicalJson } from '../canonical-json.ts';
import { isSha256 } from '../digest.ts';
import { toInstant } from '../instant.ts';
import type { TemplateDraft, TemplateDraftStore } from '../workflow/stores.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';
import type { Schema } from './database-schema.ts';

function fromRow(row: Schema['template_draft']): TemplateDraft {
  const { pack, version, source_sha256: source } = row;
  if (!isSha256(source)) throw new Error('a template draft names no blob');
  return {
    id: row.id,
    tenant: row.tenant,
    fileName: row.file_name,
    source,
    createdAt: toInstant(row.created_at),
    decisions: JSON.parse(row.decisions) as Json,
    confirmed: pack === null || version === null ? null : { pack, version },
  };
}

export const templateDraftStore = (db: Db): TemplateDraftStore => ({
  save: (draft, event) =>
    db.transaction().execute(async (trx) => {
      const { id, tenant, fileName, source, createdAt, decisions } = draft;
      const names = { file_name: fileName, source_sha256: source, pack: null, version: null };
      await trx
        .insertInto('template_draft')
        .values({ id, tenant, created_at: createdAt, decisions: toCanonicalJson(decisions), ...names })
        .execute();
      await appendAudit(trx, event);
    }),
  async find(id) {
    const row = await db.selectFrom('template_draft').selectAll().where('id', '=', id).executeTakeFirst();
    return row && fromRow(row);
  },
  async listOpen(tenant) {
    const open = db.selectFrom('template_draft').selectAll().where('tenant', '=', tenant).where('pack', 'is', null);
    return (await open.orderBy('created_at', 'desc').orderBy('id').execute()).map(fromRow);
  },
  async decide(id, expected, decisions) {
    const updated = await db
      .updateTable('template_draft')
      .set({ decisions: toCanonicalJson(decisions) })
      .where('id', '=', id)
      .where('decisions', '=', toCanonicalJson(expected))
      .where('pack', 'is', null)
      .executeTakeFirst();
    return updated.numUpdatedRows === 1n ? 'stored' : 'moved';
  },
  discard: (id, event) =>
    db.transaction().execute(async (trx) => {
      await trx.deleteFrom('template_draft').where('id', '=', id).where('pack', 'is', null).execute();
      await appendAudit(trx, event);
    }),
  confirm: (id, { pack, version }, event) =>
    db.transaction().execute(async (trx) => {
      await trx.updateTable('template_draft').set({ pack, version }).where('id', '=', id).execute();
      await appendAudit(trx, event);
    }),
});
