/** Keys that the server keeps for a school, and the runs in which it signs with them. The private halves are elsewhere. */
import { toBase64 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { toInstant } from '../instant.ts';
import type { KeyRun, OrganisationKey, OrganisationKeyStore } from '../workflow/stores/signer.ts';
import { storedSha256 } from './agreement-store.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';
import type { Schema } from './database-schema.ts';
import { toChain } from './signing-store.ts';

export const organisationKeyStore = (db: Db): OrganisationKeyStore => ({
  save: (key, event) =>
    db.transaction().execute(async (trx) => {
      await trx
        .insertInto('organisation_key')
        .values({
          id: key.id,
          tenant: key.tenant,
          label: key.label,
          keeper: key.keeper,
          chain: toCanonicalJson(key.chain.map(toBase64)),
          created_at: key.createdAt,
          removed_at: null,
        })
        .execute();
      await appendAudit(trx, event);
    }),
  async find(id) {
    const row = await db.selectFrom('organisation_key').selectAll().where('id', '=', id).where('removed_at', 'is', null).executeTakeFirst();
    return row && toKey(row);
  },
  async list(tenant) {
    const rows = await db
      .selectFrom('organisation_key')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toKey);
  },
  remove: (id, at, event) =>
    db.transaction().execute(async (trx) => {
      await trx.updateTable('organisation_key').set({ removed_at: at }).where('id', '=', id).execute();
      await trx.updateTable('key_run').set({ ended_at: at }).where('key', '=', id).where('ended_at', 'is', null).execute();
      await appendAudit(trx, event);
    }),
  startRun: (run, event) =>
    db.transaction().execute(async (trx) => {
      const open = await trx
        .selectFrom('key_run')
        .select('id')
        .where('batch', '=', run.batch)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (open !== undefined) return false;
      await trx
        .insertInto('key_run')
        .values({
          id: run.id,
          tenant: run.tenant,
          batch: run.batch,
          key: run.key,
          operator: run.operator,
          terms_sha256: run.termsSha256,
          seal: run.seal === 'own' ? 1 : 0,
          from_address: run.visitor.from,
          device: run.visitor.device,
          started_at: run.startedAt,
          ended_at: null,
          trouble: null,
        })
        .execute();
      await appendAudit(trx, event);
      return true;
    }),
  async findRun(id) {
    const row = await db.selectFrom('key_run').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toRun(row);
  },
  async openRuns(of) {
    const [column, value] =
      'tenant' in of ? (['tenant', of.tenant] as const) : 'key' in of ? (['key', of.key] as const) : (['batch', of.batch] as const);
    const rows = await db
      .selectFrom('key_run')
      .selectAll()
      .where(column, '=', value)
      .where('ended_at', 'is', null)
      .orderBy('started_at')
      .execute();
    return rows.map(toRun);
  },
  async noteRun(id, trouble) {
    await db.updateTable('key_run').set({ trouble }).where('id', '=', id).execute();
  },
  endRun: (id, at, event) =>
    db.transaction().execute(async (trx) => {
      await trx.updateTable('key_run').set({ ended_at: at }).where('id', '=', id).where('ended_at', 'is', null).execute();
      await appendAudit(trx, event);
    }),
});

const toKey = (row: Schema['organisation_key']): OrganisationKey => ({
  id: row.id,
  tenant: row.tenant,
  label: row.label,
  keeper: row.keeper,
  chain: toChain(row.chain),
  createdAt: toInstant(row.created_at),
});

const toRun = (row: Schema['key_run']): KeyRun => ({
  id: row.id,
  tenant: row.tenant,
  batch: row.batch,
  key: row.key,
  operator: row.operator,
  termsSha256: storedSha256(row.terms_sha256),
  seal: row.seal === 1 ? 'own' : 'none',
  visitor: { from: row.from_address, device: row.device },
  startedAt: toInstant(row.started_at),
  endedAt: row.ended_at === null ? null : toInstant(row.ended_at),
  trouble: row.trouble,
});
