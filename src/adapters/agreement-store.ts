/** Agreements and their revisions; a revision is added by compare-and-set, so that two signatures never overwrite each other. */

import { PARTY_ROLES, type PartyRole } from '../agreement/parties.ts';
import { isSha256, type Sha256 } from '../digest.ts';
import { toInstant } from '../instant.ts';
import type { AgreementRecord, AgreementStore, PartyRecord } from '../workflow/stores.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';
import type { Schema } from './database-schema.ts';

/** @throws Error when the column holds something else: the file was tampered with */
export function storedRole(text: string): PartyRole {
  const role = PARTY_ROLES.find((known) => known === text);
  if (role === undefined) throw new Error(`not a role: ${text}`);
  return role;
}

/** @throws Error when the column holds something else */
export function storedSha256(text: string | null): Sha256 {
  if (text === null || !isSha256(text)) throw new Error('not a digest');
  return text;
}

function fromRow(row: Schema['agreement'], parties: readonly Schema['party'][]): AgreementRecord {
  const core = {
    number: row.number,
    batch: row.batch,
    tenant: row.tenant,
    dataText: row.data,
    parties: parties.map(
      (party): PartyRecord => ({
        role: storedRole(party.role),
        signatoryKey: storedSha256(party.signatory_key),
        signedAt: party.signed_at === null ? null : toInstant(party.signed_at),
      }),
    ),
  };
  if (row.state === 'pending') return { ...core, state: 'pending' };
  if (row.state === 'failed') return { ...core, state: 'failed', failure: { code: row.failure_code ?? '', zh: row.failure_zh ?? '' } };
  const head = { number: row.head_number ?? -1, sha256: storedSha256(row.head_sha256) };
  return { ...core, state: row.state === 'completed' ? 'completed' : 'signing', head };
}

export const agreementStore = (db: Db): AgreementStore => ({
  async find(number) {
    const row = await db.selectFrom('agreement').selectAll().where('number', '=', number).executeTakeFirst();
    if (row === undefined) return undefined;
    const parties = await db.selectFrom('party').selectAll().where('agreement', '=', number).orderBy('position').execute();
    return fromRow(row, parties);
  },
  async listOfBatch(batch) {
    const rows = await db.selectFrom('agreement').selectAll().where('batch', '=', batch).orderBy('position').execute();
    const parties = await db
      .selectFrom('party')
      .innerJoin('agreement', 'agreement.number', 'party.agreement')
      .selectAll('party')
      .where('agreement.batch', '=', batch)
      .orderBy('party.position')
      .execute();
    const byAgreement = Map.groupBy(parties, (party) => party.agreement);
    return rows.map((row) => fromRow(row, byAgreement.get(row.number) ?? []));
  },
  appendRevision: ({ agreement, expected, sha256, lengthBytes, signature, at, event }) =>
    db.transaction().execute(async (trx) => {
      const number = expected === null ? 0 : expected.number + 1;
      let move = trx.updateTable('agreement').set({ head_number: number, head_sha256: sha256, failure_code: null, failure_zh: null });
      if (expected === null) move = move.set({ state: 'signing' });
      move = move.where('number', '=', agreement);
      move =
        expected === null
          ? move.where('head_sha256', 'is', null)
          : move.where('head_sha256', '=', expected.sha256).where('head_number', '=', expected.number);
      const moved = await move.executeTakeFirst();
      if (moved.numUpdatedRows === 0n) return 'moved';
      await trx
        .insertInto('revision')
        .values({
          agreement,
          number,
          sha256,
          length_bytes: lengthBytes,
          role: signature?.role ?? null,
          prepared: signature?.prepared ?? null,
          at,
        })
        .execute();
      if (signature !== null) {
        const marked = await trx
          .updateTable('party')
          .set({ signed_at: at })
          .where('agreement', '=', agreement)
          .where('role', '=', signature.role)
          .where('signed_at', 'is', null)
          .executeTakeFirst();
        if (marked.numUpdatedRows !== 1n) throw new Error('a party may sign once');
        const waiting = await trx
          .selectFrom('party')
          .select('role')
          .where('agreement', '=', agreement)
          .where('signed_at', 'is', null)
          .executeTakeFirst();
        if (waiting === undefined) await trx.updateTable('agreement').set({ state: 'completed' }).where('number', '=', agreement).execute();
      }
      await appendAudit(trx, event);
      return 'stored';
    }),
  async recordFailure(number, failure) {
    await db
      .updateTable('agreement')
      .set({ state: 'failed', failure_code: failure.code, failure_zh: failure.zh })
      .where('number', '=', number)
      .where('head_sha256', 'is', null)
      .execute();
  },
});
