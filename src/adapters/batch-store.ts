/** Batches and what became of their agreements, counted from rows. */
import { sql } from 'kysely';
import type { SigningOrder } from '../agreement/parties.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { toInstant } from '../instant.ts';
import type { Batch, BatchStore, BatchSummary, NewAgreement } from '../workflow/stores.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';

const AGREEMENTS_PER_INSERT = 200;

/** Agreements of a batch without their consent forms, which count with the agreement that they go with. */
const OWN = sql.raw('agreement WHERE agreement.batch = batch.id AND agreement.accompanies IS NULL');
const CONSENT = sql.raw('SELECT 1 FROM agreement AS consent WHERE consent.accompanies = agreement.number');
/** Could not be made, and another was issued in its place. */
const REPLACED_FAILURE = sql.raw("(state = 'failed' AND number IN (SELECT agreement FROM voiding))");

const summaries = (db: Db) =>
  db
    .selectFrom('batch')
    .select([
      'batch.id',
      'batch.tenant',
      'batch.name',
      'batch.roster',
      'batch.template',
      'batch.annex_title',
      'batch.signing_order',
      'batch.created_at',
      sql<number>`(SELECT count(*) FROM ${OWN} AND NOT ${REPLACED_FAILURE})`.as('total'),
      sql<number>`(SELECT count(*) FROM ${OWN} AND state IN ('signing', 'completed') AND NOT EXISTS (${CONSENT} AND consent.state IN ('pending', 'failed')))`.as(
        'generated',
      ),
      sql<number>`(SELECT count(*) FROM ${OWN} AND (state = 'failed' OR EXISTS (${CONSENT} AND consent.state = 'failed')) AND NOT ${REPLACED_FAILURE})`.as(
        'failed',
      ),
      sql<number>`(SELECT count(*) FROM ${OWN} AND state = 'completed' AND number NOT IN (SELECT agreement FROM voiding) AND NOT EXISTS (${CONSENT} AND consent.state <> 'completed'))`.as(
        'completed',
      ),
      sql<number>`(SELECT count(*) FROM ${OWN} AND state <> 'failed' AND number IN (SELECT agreement FROM voiding))`.as('voided'),
      sql<number>`EXISTS (SELECT 1 FROM job WHERE job.kind = 'generate-batch' AND job.subject = batch.id AND state <> 'done')`.as(
        'generating',
      ),
      sql<number | null>`(SELECT min(created_at) FROM ceremony WHERE ceremony.batch = batch.id)`.as('invited_at'),
      sql<number | null>`(SELECT at FROM reminder WHERE reminder.batch = batch.id)`.as('reminded_at'),
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof summaries>['execute']>>[number];

const fromRow = (row: Row): BatchSummary => ({
  id: row.id,
  tenant: row.tenant,
  name: row.name,
  roster: row.roster,
  template: JSON.parse(row.template) as Batch['template'],
  annexTitle: row.annex_title,
  order: JSON.parse(row.signing_order) as SigningOrder,
  createdAt: toInstant(row.created_at),
  total: row.total,
  generated: row.generated,
  failed: row.failed,
  completed: row.completed,
  voided: row.voided,
  generating: row.generating === 1,
  remindedAt: row.reminded_at === null ? null : toInstant(row.reminded_at),
  invitedAt: row.invited_at === null ? null : toInstant(row.invited_at),
});

/** @param firstPosition place of the first among the agreements of the batch */
export async function insertAgreements(
  trx: Db,
  batch: { readonly id: string; readonly tenant: string },
  agreements: readonly NewAgreement[],
  firstPosition: number,
): Promise<void> {
  for (let start = 0; start < agreements.length; start += AGREEMENTS_PER_INSERT) {
    const chunk = agreements.slice(start, start + AGREEMENTS_PER_INSERT);
    const rows = chunk.map((agreement, index) => ({
      number: agreement.number,
      tenant: batch.tenant,
      batch: batch.id,
      position: firstPosition + start + index,
      data: agreement.dataText,
      state: 'pending',
      head_number: null,
      head_sha256: null,
      failure_code: null,
      failure_zh: null,
      accompanies: agreement.accompanies,
    }));
    await trx.insertInto('agreement').values(rows).execute();
    const parties = chunk.flatMap((agreement) =>
      agreement.parties.map(({ role, signatoryKey }, position) => ({
        agreement: agreement.number,
        role,
        position,
        signatory_key: signatoryKey,
        signed_at: null,
      })),
    );
    await trx.insertInto('party').values(parties).execute();
  }
}

/** Behind the last agreement of a batch. */
export async function nextPosition(trx: Db, batch: string): Promise<number> {
  const last = await trx
    .selectFrom('agreement')
    .select((column) => column.fn.max('position').as('last'))
    .where('batch', '=', batch)
    .executeTakeFirstOrThrow();
  return last.last + 1;
}

export const batchStore = (db: Db): BatchStore => ({
  open: (batch, agreements, event) =>
    db.transaction().execute(async (trx) => {
      const inserted = await trx
        .insertInto('batch')
        .values({
          id: batch.id,
          tenant: batch.tenant,
          name: batch.name,
          roster: batch.roster,
          template: toCanonicalJson({ ...batch.template }),
          annex_title: batch.annexTitle,
          signing_order: toCanonicalJson(batch.order),
          created_at: batch.createdAt,
        })
        .onConflict((conflict) => conflict.column('roster').doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows === 0n) {
        const first = await trx.selectFrom('batch').select('id').where('roster', '=', batch.roster).executeTakeFirstOrThrow();
        return first.id;
      }
      await insertAgreements(trx, batch, agreements, 0);
      await trx.deleteFrom('roster_file').where('roster', '=', batch.roster).execute();
      await appendAudit(trx, event);
      return batch.id;
    }),
  remind: (batch, at, notAfter, event) =>
    db.transaction().execute(async (trx) => {
      const last = await trx.selectFrom('reminder').select('at').where('batch', '=', batch).executeTakeFirst();
      if (last !== undefined && last.at > notAfter) return toInstant(last.at);
      await trx
        .insertInto('reminder')
        .values({ batch, at })
        .onConflict((conflict) => conflict.column('batch').doUpdateSet({ at }))
        .execute();
      await appendAudit(trx, event);
      return null;
    }),
  async find(id) {
    const row = await summaries(db).where('batch.id', '=', id).executeTakeFirst();
    return row && fromRow(row);
  },
  async list(tenant) {
    const rows = await summaries(db).where('batch.tenant', '=', tenant).orderBy('batch.created_at', 'desc').orderBy('batch.id').execute();
    return rows.map(fromRow);
  },
});
