/** Schools, their access keys and everyone's sessions; of keys and tokens only the SHA-256 is kept. */
import type { SessionStore, TenantStore } from '../workflow/stores.ts';
import type { Db } from './database.ts';

const SELECTED = ['id', 'name', 'credit_code as creditCode'] as const;

export const tenantStore = (db: Db): TenantStore => ({
  async ensure(tenant, at) {
    await db
      .insertInto('tenant')
      .values({ id: tenant.id, name: tenant.name, credit_code: tenant.creditCode, key_hash: null, created_at: at })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: tenant.name, credit_code: tenant.creditCode }))
      .execute();
  },
  find: (id) => db.selectFrom('tenant').select(SELECTED).where('id', '=', id).executeTakeFirst(),
  findByKey: (keyHash) => db.selectFrom('tenant').select(SELECTED).where('key_hash', '=', keyHash).executeTakeFirst(),
  async replaceKey(id, keyHash) {
    await db.updateTable('tenant').set({ key_hash: keyHash }).where('id', '=', id).execute();
  },
});

export const sessionStore = (db: Db): SessionStore => ({
  async open(tokenHash, subject, expiresAt) {
    const name = subject.kind === 'school' ? subject.tenant : subject.ceremony;
    await db.insertInto('session').values({ token_hash: tokenHash, kind: subject.kind, subject: name, expires_at: expiresAt }).execute();
  },
  async find(tokenHash, now) {
    const row = await db
      .selectFrom('session')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (row.kind === 'school') return { kind: 'school', tenant: row.subject };
    return { kind: row.kind === 'pending' ? 'pending' : 'ceremony', ceremony: row.subject };
  },
  async end(tokenHash) {
    await db.deleteFrom('session').where('token_hash', '=', tokenHash).execute();
  },
});
