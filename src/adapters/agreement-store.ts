/** Agreements and their revisions; a revision is added by compare-and-set, so that two signatures never overwrite each other. */

import { isObjectionReason, isVoidReason, OBJECTION_KINDS } from '../agreement/endings.ts';
import { PARTY_ROLES, type PartyRole } from '../agreement/parties.ts';
import { isSha256, type Sha256 } from '../digest.ts';
import { toInstant } from '../instant.ts';
import type { AgreementRecord, AgreementStore, Objection, PartyRecord, Voiding } from '../workflow/stores.ts';
import { appendAudit } from './audit-log.ts';
import { insertAgreements, nextPosition } from './batch-store.ts';
import { type Db, readTogether } from './database.ts';
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

function toObjection(row: Schema['objection']): Objection {
  const kind = OBJECTION_KINDS.find((known) => known === row.kind);
  if (kind === undefined || !isObjectionReason(row.reason)) throw new Error('not an objection');
  return {
    id: row.id,
    role: storedRole(row.role),
    kind,
    reason: row.reason,
    message: row.message,
    identityProved: row.identity_proved === 1,
    raisedAt: toInstant(row.raised_at),
  };
}

function toVoiding(row: Schema['voiding']): Voiding {
  if (!isVoidReason(row.reason)) throw new Error('not a reason to void');
  return { reason: row.reason, message: row.message, at: toInstant(row.at), replacedBy: row.replaced_by };
}

/** What stands beside the row of an agreement in other tables. */
interface Beside {
  readonly parties: readonly Schema['party'][];
  readonly objections: readonly Schema['objection'][];
  readonly voiding: Schema['voiding'] | undefined;
  readonly replaces: string | null;
  readonly consent: string | null;
}

function fromRow(row: Schema['agreement'], { parties, objections, voiding, replaces, consent }: Beside): AgreementRecord {
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
    objections: objections.map(toObjection),
    replaces,
    accompanies: row.accompanies,
    consent,
  };
  if (row.state === 'pending') return { ...core, state: 'pending' };
  if (row.state === 'failed') {
    const failure = { code: row.failure_code ?? '', zh: row.failure_zh ?? '' };
    return { ...core, state: 'failed', failure, replacedBy: voiding?.replaced_by ?? null };
  }
  const head = { number: row.head_number ?? -1, sha256: storedSha256(row.head_sha256) };
  if (voiding !== undefined) return { ...core, state: 'voided', head, voiding: toVoiding(voiding) };
  if (row.state === 'completed') return { ...core, state: 'completed', head };
  return { ...core, state: core.objections.some(({ kind }) => kind === 'decline') ? 'declined' : 'signing', head };
}

/** Whether signing was ended: voided, or declined by somebody for now. */
async function isEnded(trx: Db, agreement: string): Promise<boolean> {
  const voided = await trx.selectFrom('voiding').select('agreement').where('agreement', '=', agreement).executeTakeFirst();
  if (voided !== undefined) return true;
  const declined = await trx
    .selectFrom('objection')
    .select('id')
    .where('agreement', '=', agreement)
    .where('kind', '=', 'decline')
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  return declined !== undefined;
}

export const agreementStore = (db: Db): AgreementStore => ({
  find: (number) =>
    readTogether(db, async (one) => {
      const row = await one.selectFrom('agreement').selectAll().where('number', '=', number).executeTakeFirst();
      if (row === undefined) return undefined;
      const parties = await one.selectFrom('party').selectAll().where('agreement', '=', number).orderBy('position').execute();
      const objections = await one
        .selectFrom('objection')
        .selectAll()
        .where('agreement', '=', number)
        .where('closed_at', 'is', null)
        .orderBy('raised_at')
        .execute();
      const voidings = await one
        .selectFrom('voiding')
        .selectAll()
        .where((column) => column.or([column('agreement', '=', number), column('replaced_by', '=', number)]))
        .execute();
      const consent = await one.selectFrom('agreement').select('number').where('accompanies', '=', number).executeTakeFirst();
      return fromRow(row, {
        consent: consent?.number ?? null,
        parties,
        objections,
        voiding: voidings.find((voiding) => voiding.agreement === number),
        replaces: voidings.find((voiding) => voiding.replaced_by === number)?.agreement ?? null,
      });
    }),
  listOfBatch: (batch) =>
    readTogether(db, async (one) => {
      const rows = await one.selectFrom('agreement').selectAll().where('batch', '=', batch).orderBy('position').execute();
      const parties = await one
        .selectFrom('party')
        .innerJoin('agreement', 'agreement.number', 'party.agreement')
        .selectAll('party')
        .where('agreement.batch', '=', batch)
        .orderBy('party.position')
        .execute();
      const byAgreement = Map.groupBy(parties, (party) => party.agreement);
      const objections = await one
        .selectFrom('objection')
        .innerJoin('agreement', 'agreement.number', 'objection.agreement')
        .selectAll('objection')
        .where('agreement.batch', '=', batch)
        .where('objection.closed_at', 'is', null)
        .orderBy('objection.raised_at')
        .execute();
      const voidings = await one
        .selectFrom('voiding')
        .innerJoin('agreement', 'agreement.number', 'voiding.agreement')
        .selectAll('voiding')
        .where('agreement.batch', '=', batch)
        .execute();
      const objectionsOf = Map.groupBy(objections, (objection) => objection.agreement);
      const voidingOf = new Map(voidings.map((voiding) => [voiding.agreement, voiding]));
      const consentOf = new Map(rows.map((row) => [row.accompanies, row.number]));
      const replacedBy = new Map(voidings.map((voiding) => [voiding.replaced_by, voiding.agreement]));
      return rows.map((row) =>
        fromRow(row, {
          parties: byAgreement.get(row.number) ?? [],
          objections: objectionsOf.get(row.number) ?? [],
          voiding: voidingOf.get(row.number),
          replaces: replacedBy.get(row.number) ?? null,
          consent: consentOf.get(row.number) ?? null,
        }),
      );
    }),
  appendRevision: ({ agreement, expected, sha256, lengthBytes, signature, additional, at, event }) =>
    db.transaction().execute(async (trx) => {
      if (await isEnded(trx, agreement)) return 'moved';
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
      if (additional !== undefined) {
        const redeemed = await trx
          .updateTable('prepared_sm2')
          .set({ revision: number })
          .where('id', '=', additional.prepared)
          .where('agreement', '=', agreement)
          .where('revision', 'is', null)
          .executeTakeFirst();
        if (redeemed.numUpdatedRows !== 1n) throw new Error('a preparation is redeemed once');
      }
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
  add: (batch, agreements, event) =>
    db.transaction().execute(async (trx) => {
      await insertAgreements(trx, batch, agreements, await nextPosition(trx, batch.id));
      await appendAudit(trx, event);
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
