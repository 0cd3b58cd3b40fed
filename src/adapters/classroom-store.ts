/** Classroom sessions, and how many tries are left in each. */
import { toInstant } from '../instant.ts';
import type { ClassroomStore } from '../workflow/stores/classroom.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';

export const classroomStore = (db: Db): ClassroomStore => ({
  open: ({ id, batch, tenant, secret, openedAt, expiresAt, tries }, event) =>
    db.transaction().execute(async (trx) => {
      await trx.updateTable('classroom').set({ closed_at: openedAt }).where('batch', '=', batch).where('closed_at', 'is', null).execute();
      await trx
        .insertInto('classroom')
        .values({ id, batch, tenant, secret, opened_at: openedAt, expires_at: expiresAt, closed_at: null, tries_left: tries })
        .execute();
      await appendAudit(trx, event);
    }),
  async find(id) {
    const row = await db.selectFrom('classroom').selectAll().where('id', '=', id).executeTakeFirst();
    return (
      row && {
        id: row.id,
        batch: row.batch,
        tenant: row.tenant,
        secret: row.secret,
        openedAt: toInstant(row.opened_at),
        expiresAt: toInstant(row.expires_at),
        closedAt: row.closed_at === null ? null : toInstant(row.closed_at),
      }
    );
  },
  takeTry: (id, counters) =>
    db.transaction().execute(async (trx) => {
      for (const { hash, limit } of counters) {
        await trx
          .insertInto('classroom_try')
          .values({ classroom: id, who_hash: hash, taken: 1 })
          .onConflict((conflict) =>
            conflict.columns(['classroom', 'who_hash']).doUpdateSet((column) => ({ taken: column('taken', '+', 1) })),
          )
          .execute();
        const { taken } = await trx
          .selectFrom('classroom_try')
          .select('taken')
          .where('classroom', '=', id)
          .where('who_hash', '=', hash)
          .executeTakeFirstOrThrow();
        if (taken > limit) return false;
      }
      const left = await trx
        .updateTable('classroom')
        .set((column) => ({ tries_left: column('tries_left', '-', 1) }))
        .where('id', '=', id)
        .where('tries_left', '>', 0)
        .executeTakeFirst();
      return left.numUpdatedRows === 1n;
    }),
  async returnTry(id, { hash }) {
    await db
      .updateTable('classroom_try')
      .set((column) => ({ taken: column('taken', '-', 1) }))
      .where('classroom', '=', id)
      .where('who_hash', '=', hash)
      .where('taken', '>', 0)
      .execute();
  },
  close: (id, at, event) =>
    db.transaction().execute(async (trx) => {
      const closed = await trx
        .updateTable('classroom')
        .set({ closed_at: at })
        .where('id', '=', id)
        .where('closed_at', 'is', null)
        .executeTakeFirst();
      if (closed.numUpdatedRows === 1n) await appendAudit(trx, event);
    }),
});
