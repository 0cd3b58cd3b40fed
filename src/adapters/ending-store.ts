/** How signing ends without a signature: objections, their closing, and voiding with the agreement issued instead. */
import type { EndingStore } from '../workflow/stores.ts';
import { appendAudit } from './audit-log.ts';
import { insertAgreements } from './batch-store.ts';
import type { Db } from './database.ts';

export const endingStore = (db: Db): EndingStore => ({
  raise: (objection, limit, event) =>
    db.transaction().execute(async (trx) => {
      const { agreement, ceremony, role, kind } = objection;
      const voided = await trx.selectFrom('voiding').select('agreement').where('agreement', '=', agreement).executeTakeFirst();
      const party = await trx
        .selectFrom('party')
        .select('signed_at')
        .where('agreement', '=', agreement)
        .where('role', '=', role)
        .executeTakeFirst();
      if (voided !== undefined || party === undefined || (kind === 'decline' && party.signed_at !== null)) return 'ended';
      const open = await trx
        .selectFrom('objection')
        .select('id')
        .where('agreement', '=', agreement)
        .where('role', '=', role)
        .where('closed_at', 'is', null)
        .execute();
      if (open.length >= limit) return 'full';
      await trx
        .insertInto('objection')
        .values({
          id: objection.id,
          agreement,
          ceremony,
          role,
          kind,
          reason: objection.reason,
          message: objection.message,
          identity_proved: objection.identityProved ? 1 : 0,
          raised_at: objection.raisedAt,
          closed_at: null,
          closed_by: null,
        })
        .execute();
      await appendAudit(trx, event);
      return 'stored';
    }),
  close: (agreement, role, by, at, event) =>
    db.transaction().execute(async (trx) => {
      let update = trx
        .updateTable('objection')
        .set({ closed_at: at, closed_by: by })
        .where('agreement', '=', agreement)
        .where('closed_at', 'is', null);
      if (role !== null) update = update.where('role', '=', role).where('identity_proved', '=', 1);
      const closed = Number((await update.executeTakeFirst()).numUpdatedRows);
      if (closed > 0) await appendAudit(trx, event);
      return closed;
    }),
  void: (agreement, expected, voiding, replacement, events) =>
    db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('agreement')
        .select(['batch', 'tenant'])
        .where('number', '=', agreement)
        .where('head_number', '=', expected.number)
        .where('head_sha256', '=', expected.sha256)
        .where('number', 'not in', trx.selectFrom('voiding').select('agreement'))
        .executeTakeFirst();
      if (row === undefined) return 'moved';
      if (replacement !== null) {
        const { last } = await trx
          .selectFrom('agreement')
          .select((column) => column.fn.max('position').as('last'))
          .where('batch', '=', row.batch)
          .executeTakeFirstOrThrow();
        await insertAgreements(trx, { id: row.batch, tenant: row.tenant }, [replacement], last + 1);
      }
      const { reason, message, at } = voiding;
      await trx
        .insertInto('voiding')
        .values({ agreement, reason, message, at, replaced_by: replacement?.number ?? null })
        .execute();
      await trx.updateTable('ceremony').set({ revoked: 1 }).where('agreement', '=', agreement).execute();
      for (const event of events) await appendAudit(trx, event);
      return 'stored';
    }),
});
