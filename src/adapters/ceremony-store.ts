/** Invitations to sign. Of a link's token only the SHA-256 is kept. */
import type { Sha256 } from '../digest.ts';
import { toInstant } from '../instant.ts';
import type { Ceremony, CeremonyStore, NewCeremony } from '../workflow/stores.ts';
import { storedRole, storedSha256 } from './agreement-store.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';

async function insert(trx: Db, ceremony: NewCeremony, failedAttempts = 0): Promise<void> {
  await trx
    .insertInto('ceremony')
    .values({
      id: ceremony.id,
      token_hash: ceremony.tokenHash,
      tenant: ceremony.tenant,
      batch: ceremony.batch,
      role: ceremony.role,
      agreement: ceremony.agreement,
      signatory_key: ceremony.signatoryKey,
      created_at: ceremony.createdAt,
      expires_at: ceremony.expiresAt,
      failed_attempts: failedAttempts,
      revoked: 0,
    })
    .execute();
}

async function findByToken(db: Db, tokenHash: Sha256): Promise<Ceremony | undefined> {
  const row = await db.selectFrom('ceremony').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
  return (
    row && {
      id: row.id,
      tenant: row.tenant,
      batch: row.batch,
      role: storedRole(row.role),
      agreement: row.agreement,
      signatoryKey: storedSha256(row.signatory_key),
      createdAt: toInstant(row.created_at),
      expiresAt: toInstant(row.expires_at),
      failedAttempts: row.failed_attempts,
      revoked: row.revoked === 1,
    }
  );
}

export const ceremonyStore = (db: Db): CeremonyStore => ({
  replace: (ceremonies, event, tries) =>
    db.transaction().execute(async (trx) => {
      for (const ceremony of ceremonies) {
        const older = await trx
          .updateTable('ceremony')
          .set({ revoked: 1 })
          .where('batch', '=', ceremony.batch)
          .where('role', '=', ceremony.role)
          .where('signatory_key', '=', ceremony.signatoryKey)
          .where('agreement', 'is', ceremony.agreement)
          .where('revoked', '=', 0)
          .returning('failed_attempts')
          .execute();
        await insert(trx, ceremony, tries === 'afresh' ? 0 : Math.max(0, ...older.map((row) => row.failed_attempts)));
      }
      await appendAudit(trx, event);
    }),
  join: (ceremony, events) =>
    db.transaction().execute(async (trx) => {
      const open = await findByToken(trx, ceremony.tokenHash);
      if (open !== undefined) return open;
      await insert(trx, ceremony);
      for (const event of events) await appendAudit(trx, event);
      const { tokenHash: _, ...made } = ceremony;
      return { ...made, failedAttempts: 0, revoked: false };
    }),
  findByToken: (tokenHash) => findByToken(db, tokenHash),
  async takeAttempt(id, limit) {
    const taken = await db
      .updateTable('ceremony')
      .set((column) => ({ failed_attempts: column('failed_attempts', '+', 1) }))
      .where('id', '=', id)
      .where('failed_attempts', '<', limit)
      .executeTakeFirst();
    return taken.numUpdatedRows === 1n;
  },
  async returnAttempt(id) {
    await db
      .updateTable('ceremony')
      .set((column) => ({ failed_attempts: column('failed_attempts', '-', 1) }))
      .where('id', '=', id)
      .where('failed_attempts', '>', 0)
      .execute();
  },
  recordProof: (id, event) =>
    db.transaction().execute(async (trx) => {
      await trx.updateTable('ceremony').set({ failed_attempts: 0 }).where('id', '=', id).execute();
      await appendAudit(trx, event);
    }),
});
