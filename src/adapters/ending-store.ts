/** How signing ends without a signature: objections, their closing, and voiding with the agreement issued instead. */
import type { EndingStore } from '../workflow/stores/ending.ts';
import { appendAudit } from './audit-log.ts';
import { insertAgreements, nextPosition } from './batch-store.ts';
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
      let unchanged = trx
        .selectFrom('agreement')
        .select(['batch', 'tenant'])
        .where('number', '=', agreement)
        .where('number', 'not in', trx.selectFrom('voiding').select('agreement'));
      unchanged =
        expected === null
          ? unchanged.where('state', '=', 'failed')
          : unchanged.where('head_number', '=', expected.number).where('head_sha256', '=', expected.sha256);
      const row = await unchanged.executeTakeFirst();
      if (row === undefined) return 'moved';
      if (replacement.length > 0)
        await insertAgreements(trx, { id: row.batch, tenant: row.tenant }, replacement, await nextPosition(trx, row.batch));
      const { reason, message, at } = voiding;
      const consent = await trx.selectFrom('agreement').select('number').where('accompanies', '=', agreement).executeTakeFirst();
      const instead = replacement.find((one) => one.accompanies === null)?.number ?? null;
      const consentInstead = replacement.find((one) => one.accompanies !== null)?.number ?? null;
      const voided = [{ agreement, reason, message, at, replaced_by: instead }];
      if (consent !== undefined) voided.push({ agreement: consent.number, reason, message, at, replaced_by: consentInstead });
      await trx.insertInto('voiding').values(voided).execute();
      await trx.updateTable('ceremony').set({ revoked: 1 }).where('agreement', '=', agreement).execute();
      for (const event of events) await appendAudit(trx, event);
      return 'stored';
    }),
});
