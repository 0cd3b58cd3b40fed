/** Lets go of what is no longer needed: sessions, answers, codes, unused rosters and drafts, signatures that were prepared and never made. */
import type { Instant } from '../instant.ts';
import type { BlobStore } from '../ports.ts';
import type { Housekeeping } from '../workflow/stores.ts';
import type { Db } from './database.ts';
import { forgetRemovedSeals } from './seal-store.ts';
import { forgetDrafts, removeSources } from './template-draft-store.ts';

const DAY_MS = 86_400_000;
/** How long each is kept after its last use. Rosters and drafts hold personal data and nobody's signature. */
const KEPT_MS = {
  answer: 7 * DAY_MS,
  code: DAY_MS,
  classroom: 7 * DAY_MS,
  prepared: 30 * DAY_MS,
  roster: 30 * DAY_MS,
  draft: 90 * DAY_MS,
  contact: 400 * DAY_MS,
  confirmed: 30 * DAY_MS,
};

export const housekeeping = (db: Db, blobs: Pick<BlobStore, 'remove'>): Housekeeping => ({
  async purge(now: Instant) {
    const counts = await db.transaction().execute(async (trx) => {
      const gone = async (rows: { execute(): Promise<readonly { readonly numDeletedRows: bigint }[]> }): Promise<number> =>
        (await rows.execute()).reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
      const sessions = await gone(trx.deleteFrom('session').where('expires_at', '<=', now));
      const answers = await gone(trx.deleteFrom('idempotency').where('at', '<=', now - KEPT_MS.answer));
      const codes = await gone(trx.deleteFrom('login_code').where('expires_at', '<=', now - KEPT_MS.code));
      const over = trx
        .selectFrom('classroom')
        .select('id')
        .where('expires_at', '<=', now - KEPT_MS.classroom);
      const tries = await gone(trx.deleteFrom('classroom_try').where('classroom', 'in', over));
      const unsigned = trx
        .selectFrom('prepared_signature')
        .select('id')
        .where('at', '<=', now - KEPT_MS.prepared)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('revision').select('revision.prepared').whereRef('revision.prepared', '=', 'prepared_signature.id'))),
        );
      await trx.deleteFrom('consent').where('prepared', 'in', unsigned).execute();
      const ordinary = await gone(trx.deleteFrom('prepared_signature').where('id', 'in', unsigned));
      const additional = trx
        .deleteFrom('prepared_sm2')
        .where('revision', 'is', null)
        .where('at', '<=', now - KEPT_MS.prepared);
      const prepared = ordinary + (await gone(additional));
      // A unit's link that has run out opens its seal no more.
      const closed = trx
        .selectFrom('ceremony')
        .select('id')
        .where(({ or, eb }) => or([eb('expires_at', '<=', now), eb('revoked', '=', 1)]));
      await trx
        .updateTable('organisation_seal')
        .set({ removed_at: now })
        .where('removed_at', 'is', null)
        .where('holder', 'like', 'unit/%')
        .where('ceremony', 'in', closed)
        .execute();
      const seals = await gone(forgetRemovedSeals(trx));
      const unused = trx
        .selectFrom('roster')
        .select('id')
        .where('uploaded_at', '<=', now - KEPT_MS.roster)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('batch').select('batch.id').whereRef('batch.roster', '=', 'roster.id'))),
        );
      await trx.deleteFrom('roster_file').where('roster', 'in', unused).execute();
      const rosters = await gone(trx.deleteFrom('roster').where('id', 'in', unused));
      const old = trx
        .selectFrom('template_draft')
        .select('id')
        .where(({ and, eb, or }) =>
          or([
            eb('created_at', '<=', now - KEPT_MS.draft),
            and([eb('created_at', '<=', now - KEPT_MS.confirmed), eb('pack', 'is not', null)]),
          ]),
        );
      const ids = (await old.execute()).map(({ id }) => id);
      const drafts = await forgetDrafts(trx, ids);
      const contacts = await gone(trx.deleteFrom('contact').where('stored_at', '<=', now - KEPT_MS.contact));
      return { sessions, answers, codes, tries, prepared, seals, rosters, drafts, contacts };
    });
    await removeSources(db, blobs);
    return counts;
  },
});
