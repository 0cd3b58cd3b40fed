/** Answers kept by Idempotency-Key, so that a repeated request gets the first answer and does nothing twice. */
import type { IdempotencyStore } from '../workflow/stores.ts';
import type { Db } from './database.ts';

/** A request that has not been answered for so long died with its process. */
const ABANDONED_MS = 120_000;

export const idempotencyStore = (db: Db): IdempotencyStore => ({
  async begin(scope, key, requestSha256, at) {
    const inserted = await db
      .insertInto('idempotency')
      .values({ scope, key, request_sha256: requestSha256, status: null, body: null, at })
      .onConflict((conflict) => conflict.columns(['scope', 'key']).doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows === 1n) return 'begun';
    const abandoned = await db
      .updateTable('idempotency')
      .set({ at })
      .where('scope', '=', scope)
      .where('key', '=', key)
      .where('request_sha256', '=', requestSha256)
      .where('status', 'is', null)
      .where('at', '<=', at - ABANDONED_MS)
      .executeTakeFirst();
    if (abandoned.numUpdatedRows === 1n) return 'begun';
    const row = await db.selectFrom('idempotency').selectAll().where('scope', '=', scope).where('key', '=', key).executeTakeFirst();
    if (row === undefined) return 'running';
    if (row.request_sha256 !== requestSha256) return 'other-request';
    return row.status === null || row.body === null ? 'running' : { status: row.status, bodyText: row.body };
  },
  async complete(scope, key, answer) {
    await db
      .updateTable('idempotency')
      .set({ status: answer.status, body: answer.bodyText })
      .where('scope', '=', scope)
      .where('key', '=', key)
      .execute();
  },
  async release(scope, key) {
    await db.deleteFrom('idempotency').where('scope', '=', scope).where('key', '=', key).where('status', 'is', null).execute();
  },
});
