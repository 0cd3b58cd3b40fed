/** One hash chain per tenant: an entry cannot be changed, dropped or forked without every later hash failing. */
import { auditHash, CHAIN_START } from '../agreement/audit-chain.ts';
import { type Json, toCanonicalJson } from '../canonical-json.ts';
import { toInstant } from '../instant.ts';
import type { AuditEntry, AuditEvent, AuditLog } from '../workflow/stores.ts';
import type { Db } from './database.ts';
import type { Schema } from './database-schema.ts';

/** Appends inside the caller's transaction, so that a fact and its entry are one commit. */
export async function appendAudit(trx: Db, event: AuditEvent): Promise<void> {
  const last = await trx
    .selectFrom('audit')
    .select(['sequence', 'hash'])
    .where('tenant', '=', event.tenant)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const entry = { ...event, sequence: (last?.sequence ?? 0) + 1, previous: last?.hash ?? CHAIN_START };
  await trx
    .insertInto('audit')
    .values({ ...entry, detail: toCanonicalJson(event.detail), hash: auditHash(entry) })
    .execute();
}

export const toAuditEntry = (row: Schema['audit']): AuditEntry => ({
  ...row,
  at: toInstant(row.at),
  detail: JSON.parse(row.detail) as { readonly [key: string]: Json },
});

export const auditLog = (db: Db): AuditLog => ({
  append: (event) => db.transaction().execute((trx) => appendAudit(trx, event)),
  async list(tenant) {
    const rows = await db.selectFrom('audit').selectAll().where('tenant', '=', tenant).orderBy('sequence').execute();
    return rows.map(toAuditEntry);
  },
});
