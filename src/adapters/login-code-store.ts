/** Codes by message: of each only the SHA-256 is kept, for one link at a time. */
import { toInstant } from '../instant.ts';
import type { LoginCodeStore } from '../workflow/stores/login-code.ts';
import { storedSha256 } from './agreement-store.ts';
import type { Db } from './database.ts';

const DAY_MS = 86_400_000;

export const loginCodeStore = (db: Db): LoginCodeStore => ({
  put: (ceremony, code, { cooldownMs, perDay }) =>
    db.transaction().execute(async (trx) => {
      const day = Math.floor(code.sentAt / DAY_MS);
      const known = await trx.selectFrom('login_code').selectAll().where('ceremony', '=', ceremony).executeTakeFirst();
      if (known !== undefined && known.sent_at + cooldownMs > code.sentAt) return { again: toInstant(known.sent_at + cooldownMs) };
      const sentBefore = known?.day === day ? known.sent_today : 0;
      if (sentBefore >= perDay) return 'too-many';
      const row = {
        code_hash: code.codeHash,
        sent_at: code.sentAt,
        expires_at: code.expiresAt,
        tries_left: code.tries,
        sent_today: sentBefore + 1,
        day,
      };
      await trx
        .insertInto('login_code')
        .values({ ceremony, ...row })
        .onConflict((conflict) => conflict.column('ceremony').doUpdateSet(row))
        .execute();
      return 'stored';
    }),
  take: (ceremony, now) =>
    db.transaction().execute(async (trx) => {
      const row = await trx.selectFrom('login_code').selectAll().where('ceremony', '=', ceremony).executeTakeFirst();
      if (row === undefined || row.expires_at <= now || row.code_hash === '') return 'none';
      if (row.tries_left <= 0) return 'locked';
      const left = row.tries_left - 1;
      await trx.updateTable('login_code').set({ tries_left: left }).where('ceremony', '=', ceremony).execute();
      return { codeHash: storedSha256(row.code_hash), left };
    }),
  async spend(ceremony, codeHash) {
    const spent = await db
      .updateTable('login_code')
      .set({ code_hash: '' })
      .where('ceremony', '=', ceremony)
      .where('code_hash', '=', codeHash)
      .executeTakeFirst();
    return spent.numUpdatedRows === 1n;
  },
  async retract(ceremony) {
    await db.updateTable('login_code').set({ code_hash: '', sent_at: 0 }).where('ceremony', '=', ceremony).execute();
  },
});
