/** When sealed agreements have to be renewed, and those that a crash left unsealed. */
import { SEAL_JOB } from '../workflow/job-kinds.ts';
import type { ArchiveStore } from '../workflow/stores.ts';
import type { Db } from './database.ts';

export const archiveStore = (db: Db): ArchiveStore => {
  /** Completed agreements with their newest revision. */
  const completed = () =>
    db
      .selectFrom('agreement')
      .innerJoin('revision', (join) =>
        join.onRef('revision.agreement', '=', 'agreement.number').onRef('revision.number', '=', 'agreement.head_number'),
      )
      .select('agreement.number')
      .where('agreement.state', '=', 'completed')
      .orderBy('revision.at');
  return {
    async listUnsealed(limit) {
      const rows = await completed()
        .where('revision.role', 'is not', null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('job')
                .select('job.subject')
                .where('job.kind', '=', SEAL_JOB)
                .whereRef('job.subject', '=', 'agreement.number')
                .where('job.state', '!=', 'done'),
            ),
          ),
        )
        .limit(limit)
        .execute();
      return rows.map(({ number }) => number);
    },
    async listUnscheduled(limit) {
      const rows = await completed()
        .where('revision.role', 'is', null)
        .where('revision.number', '>', 0)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('archive').select('archive.agreement').whereRef('archive.agreement', '=', 'agreement.number'))),
        )
        .limit(limit)
        .execute();
      return rows.map(({ number }) => number);
    },
    async schedule(agreement, renewAt) {
      await db
        .insertInto('archive')
        .values({ agreement, renew_at: renewAt })
        .onConflict((conflict) => conflict.column('agreement').doUpdateSet({ renew_at: renewAt }))
        .execute();
    },
    async listDue(now, limit) {
      const rows = await db
        .selectFrom('archive')
        .innerJoin('agreement', 'agreement.number', 'archive.agreement')
        .select('archive.agreement')
        .where('archive.renew_at', '<=', now)
        .where('agreement.state', '=', 'completed')
        .orderBy('archive.renew_at')
        .limit(limit)
        .execute();
      return rows.map(({ agreement }) => agreement);
    },
  };
};
