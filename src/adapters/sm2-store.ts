/** Additional SM2 signatures that were prepared; the revision that redeems one names it in the same commit. */
import { toBase64 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { toInstant } from '../instant.ts';
import type { Sm2Store } from '../workflow/stores/sm2.ts';
import { storedRole, storedSha256 } from './agreement-store.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';
import { toChain } from './signing-store.ts';

export const sm2Store = (db: Db): Sm2Store => ({
  save: ({ base, chain, signerToken, ...inputs }, event) =>
    db.transaction().execute(async (trx) => {
      await trx
        .insertInto('prepared_sm2')
        .values({
          ...inputs,
          signer_token: signerToken,
          chain: toCanonicalJson(chain.map(toBase64)),
          base_number: base.number,
          base_sha256: base.sha256,
          revision: null,
        })
        .execute();
      await appendAudit(trx, event);
    }),
  async find(id) {
    const row = await db.selectFrom('prepared_sm2').selectAll().where('id', '=', id).executeTakeFirst();
    return (
      row && {
        id: row.id,
        signerToken: row.signer_token,
        agreement: row.agreement,
        role: storedRole(row.role),
        chain: toChain(row.chain),
        base: { number: row.base_number, sha256: storedSha256(row.base_sha256) },
        at: toInstant(row.at),
        revision: row.revision,
      }
    );
  },
});
