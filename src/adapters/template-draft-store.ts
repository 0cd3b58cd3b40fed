/** Texts being imported: where their source is, and what was decided about their blanks. */
import type { Transaction } from 'kysely';
import { FORM_KINDS } from '../agreement/parties.ts';
import { type Json, toCanonicalJson } from '../canonical-json.ts';
import { isSha256 } from '../digest.ts';
import { toInstant } from '../instant.ts';
import type { BlobStore } from '../ports.ts';
import type { TemplateDraft, TemplateDraftStore } from '../workflow/stores.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';
import type { Schema } from './database-schema.ts';

function fromRow(row: Schema['template_draft']): TemplateDraft {
  const { pack, version, source_sha256: source } = row;
  const kind = FORM_KINDS.find((each) => each === row.kind);
  if (!isSha256(source) || kind === undefined) throw new Error('a template draft names no blob or no kind');
  return {
    id: row.id,
    tenant: row.tenant,
    fileName: row.file_name,
    source,
    kind,
    createdAt: toInstant(row.created_at),
    decisions: JSON.parse(row.decisions) as Json,
    confirmed: pack === null || version === null ? null : { pack, version },
  };
}

/**
 * Deletes drafts, and notes the sources that no draft may be left for; a confirmed pack has its own copy of the source.
 * @param trx an open transaction; once it is committed, `removeSources` lets the files go
 * @returns how many drafts
 */
export async function forgetDrafts(trx: Transaction<Schema>, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const gone = await trx.deleteFrom('template_draft').where('id', 'in', ids).returning('source_sha256').execute();
  for (const { source_sha256: sha256 } of gone) {
    await trx
      .insertInto('source_let_go')
      .values({ sha256 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return gone.length;
}

/**
 * Removes the sources that were noted and that no draft has. Files go last: a crash before leaves one too many, which the next sweep removes,
 * never a draft without its source. The transaction has the write lock, so nobody saves a draft of the same source meanwhile.
 */
export const removeSources = (db: Db, blobs: Pick<BlobStore, 'remove'>): Promise<void> =>
  db.transaction().execute(async (trx) => {
    for (const { sha256 } of await trx.deleteFrom('source_let_go').returning('sha256').execute()) {
      const draft = await trx.selectFrom('template_draft').select('id').where('source_sha256', '=', sha256).executeTakeFirst();
      if (draft === undefined && isSha256(sha256)) await blobs.remove(sha256);
    }
  });

export const templateDraftStore = (db: Db, blobs: Pick<BlobStore, 'remove'>): TemplateDraftStore => ({
  save: (draft, event) =>
    db.transaction().execute(async (trx) => {
      const { id, tenant, fileName, source, kind, createdAt, decisions } = draft;
      const names = { file_name: fileName, source_sha256: source, kind, pack: null, version: null };
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
  async discard(id, event) {
    await db.transaction().execute(async (trx) => {
      const open = await trx.selectFrom('template_draft').select('id').where('id', '=', id).where('pack', 'is', null).executeTakeFirst();
      if (open === undefined) return;
      await forgetDrafts(trx, [open.id]);
      await appendAudit(trx, event);
    });
    await removeSources(db, blobs);
  },
  confirm: (id, { pack, version }, event) =>
    db.transaction().execute(async (trx) => {
      await trx.updateTable('template_draft').set({ pack, version }).where('id', '=', id).execute();
      await appendAudit(trx, event);
    }),
});
