/** Work that outlives a request: one row per job, a lease for whoever works on it, and a fence against workers that woke up late. */
import type { JobClaim, Jobs } from '../workflow/stores.ts';
import type { Db } from './database.ts';

export const jobs = (db: Db): Jobs => ({
  async enqueue(kind, subject, at) {
    await db
      .insertInto('job')
      .values({ kind, subject, state: 'queued', attempts: 0, again: 0, lease_until: null, queued_at: at })
      .onConflict((conflict) =>
        conflict.columns(['kind', 'subject']).doUpdateSet((column) => ({
          again: column.case().when('job.state', '=', 'running').then(1).else(0).end(),
          state: column.case().when('job.state', '=', 'running').then('running').else('queued').end(),
        })),
      )
      .execute();
  },
  claim: (now, leaseUntil) =>
    db.transaction().execute(async (trx): Promise<JobClaim | undefined> => {
      const next = await trx
        .selectFrom('job')
        .selectAll()
        .where((column) =>
          column.or([column('state', '=', 'queued'), column.and([column('state', '=', 'running'), column('lease_until', '<=', now)])]),
        )
        .orderBy('queued_at')
        .limit(1)
        .executeTakeFirst();
      if (next === undefined) return undefined;
      const attempt = next.attempts + 1;
      await trx
        .updateTable('job')
        .set({ state: 'running', attempts: attempt, lease_until: leaseUntil })
        .where('kind', '=', next.kind)
        .where('subject', '=', next.subject)
        .execute();
      return { kind: next.kind, subject: next.subject, attempt };
    }),
  async renew(claim, leaseUntil) {
    const renewed = await db
      .updateTable('job')
      .set({ lease_until: leaseUntil })
      .where('kind', '=', claim.kind)
      .where('subject', '=', claim.subject)
      .where('state', '=', 'running')
      .where('attempts', '=', claim.attempt)
      .executeTakeFirst();
    return renewed.numUpdatedRows === 1n;
  },
  async finish(claim) {
    const finished = await db
      .updateTable('job')
      .set((column) => ({ state: column.case().when('again', '=', 1).then('queued').else('done').end(), again: 0, lease_until: null }))
      .where('kind', '=', claim.kind)
      .where('subject', '=', claim.subject)
      .where('state', '=', 'running')
      .where('attempts', '=', claim.attempt)
      .executeTakeFirst();
    return finished.numUpdatedRows === 1n;
  },
});
