/** Work that outlives a request: one row per job, a lease for whoever works on it, and a fence against workers that woke up late. */
import type { JobClaim, JobStanding, Jobs } from '../workflow/stores.ts';
import type { Db } from './database.ts';

const STATES: readonly JobStanding['state'][] = ['queued', 'running', 'done', 'refused'];

export const jobs = (db: Db): Jobs => {
  /** The row, while that claim is the newest. */
  const claimed = ({ kind, subject, attempt }: JobClaim) =>
    db
      .updateTable('job')
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .where('state', '=', 'running')
      .where('attempts', '=', attempt);
  return {
    async enqueue(kind, subject, at) {
      const fresh = { state: 'queued', attempts: 0, failures: 0, again: 0, lease_until: null, due_at: at, last_code: null, queued_at: at };
      await db
        .insertInto('job')
        .values({ kind, subject, ...fresh })
        .onConflict((conflict) =>
          conflict.columns(['kind', 'subject']).doUpdateSet((column) => ({
            again: column.case().when('job.state', '=', 'running').then(1).else(0).end(),
            failures: column.case().when('job.state', 'in', ['done', 'refused']).then(0).else(column.ref('job.failures')).end(),
            due_at: column.case().when('job.state', 'in', ['done', 'refused']).then(at).else(column.ref('job.due_at')).end(),
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
            column.or([
              column.and([column('state', '=', 'queued'), column('due_at', '<=', now)]),
              column.and([column('state', '=', 'running'), column('lease_until', '<=', now)]),
            ]),
          )
          .orderBy('due_at')
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
        return { kind: next.kind, subject: next.subject, attempt, failures: next.failures };
      }),
    async renew(claim, leaseUntil) {
      return (await claimed(claim).set({ lease_until: leaseUntil }).executeTakeFirst()).numUpdatedRows === 1n;
    },
    async finish(claim) {
      const finished = await claimed(claim)
        .set((column) => ({
          state: column.case().when('again', '=', 1).then('queued').else('done').end(),
          again: 0,
          failures: 0,
          last_code: null,
          lease_until: null,
        }))
        .executeTakeFirst();
      return finished.numUpdatedRows === 1n;
    },
    async fail(claim, code, dueAt) {
      await claimed(claim)
        .set((column) => ({
          state: 'queued',
          again: 0,
          failures: column('failures', '+', 1),
          last_code: code,
          due_at: dueAt,
          lease_until: null,
        }))
        .execute();
    },
    async refuse(claim, code) {
      await claimed(claim).set({ state: 'refused', again: 0, last_code: code, lease_until: null }).execute();
    },
    async standing() {
      const rows = await db
        .selectFrom('job')
        .select((column) => ['kind', 'state', 'last_code', column.fn.countAll<number>().as('count')])
        .groupBy(['kind', 'state', 'last_code'])
        .orderBy('kind')
        .execute();
      return rows.map(({ kind, state, last_code, count }) => {
        const known = STATES.find((each) => each === state);
        if (known === undefined) throw new Error(`stored job state ${state}`);
        return { kind, state: known, code: last_code, count };
      });
    },
  };
};
