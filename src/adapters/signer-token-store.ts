/** Tokens of external signers. Of the token itself only the SHA-256 is kept. */
import { toInstant } from '../instant.ts';
import type { SignerToken, SignerTokenStore } from '../workflow/stores/signer.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';
import type { Schema } from './database-schema.ts';

export const signerTokenStore = (db: Db): SignerTokenStore => ({
  save: (token, event) =>
    db.transaction().execute(async (trx) => {
      await trx
        .insertInto('signer_token')
        .values({
          id: token.id,
          tenant: token.tenant,
          label: token.label,
          role: token.role,
          organisation: token.organisation,
          credit_code: token.creditCode,
          token_hash: token.tokenHash,
          created_at: token.createdAt,
          expires_at: token.expiresAt,
          last_used_at: token.lastUsedAt,
          revoked_at: token.revokedAt,
        })
        .execute();
      await appendAudit(trx, event);
    }),
  async findByToken(tokenHash) {
    const row = await db.selectFrom('signer_token').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
    return row && toSignerToken(row);
  },
  async list(tenant) {
    const rows = await db
      .selectFrom('signer_token')
      .selectAll()
      .where('tenant', '=', tenant)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toSignerToken);
  },
  recordUse: (id, event) =>
    db.transaction().execute(async (trx) => {
      await trx.updateTable('signer_token').set({ last_used_at: event.at }).where('id', '=', id).execute();
      await appendAudit(trx, event);
    }),
  revoke: (id, tenant, at, event) =>
    db.transaction().execute(async (trx) => {
      const revoked = await trx
        .updateTable('signer_token')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('tenant', '=', tenant)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (revoked.numUpdatedRows === 0n) return false;
      await appendAudit(trx, event);
      return true;
    }),
});

function toSignerToken(row: Schema['signer_token']): SignerToken {
  if (row.role !== 'unit' && row.role !== 'school') throw new Error(`stored role of a token: ${row.role}`);
  return {
    id: row.id,
    tenant: row.tenant,
    label: row.label,
    role: row.role,
    organisation: row.organisation,
    creditCode: row.credit_code,
    createdAt: toInstant(row.created_at),
    expiresAt: toInstant(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : toInstant(row.last_used_at),
    revokedAt: row.revoked_at === null ? null : toInstant(row.revoked_at),
  };
}
