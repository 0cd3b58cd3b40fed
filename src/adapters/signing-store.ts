/** Certificates issued in a ceremony, and the inputs from which a prepared signature is rebuilt. */
import { fromBase64, toBase64 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { toInstant } from '../instant.ts';
import type { PreparedInputs, SigningStore } from '../workflow/stores.ts';
import { storedRole, storedSha256 } from './agreement-store.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';

export const signingStore = (db: Db): SigningStore => ({
  saveCertificate: ({ id, ceremony, chain, issuedAt }, event) =>
    db.transaction().execute(async (trx) => {
      await trx
        .insertInto('certificate')
        .values({ id, ceremony, chain: toCanonicalJson(chain.map(toBase64)), issued_at: issuedAt })
        .execute();
      await appendAudit(trx, event);
    }),
  async findCertificate(id) {
    const row = await db.selectFrom('certificate').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return undefined;
    const chain = JSON.parse(row.chain) as readonly string[];
    return { id: row.id, ceremony: row.ceremony, chain: chain.map(fromBase64), issuedAt: toInstant(row.issued_at) };
  },
  async savePrepared(prepared) {
    await db
      .insertInto('prepared_signature')
      .values({
        id: prepared.id,
        ceremony: prepared.ceremony,
        agreement: prepared.agreement,
        role: prepared.role,
        certificate: prepared.certificate,
        ink: prepared.ink === null ? null : toCanonicalJson(prepared.ink),
        base_number: prepared.base.number,
        base_sha256: prepared.base.sha256,
        at: prepared.at,
      })
      .execute();
  },
  async findPrepared(id) {
    const row = await db.selectFrom('prepared_signature').selectAll().where('id', '=', id).executeTakeFirst();
    return (
      row && {
        id: row.id,
        ceremony: row.ceremony,
        agreement: row.agreement,
        role: storedRole(row.role),
        certificate: row.certificate,
        ink: row.ink === null ? null : (JSON.parse(row.ink) as PreparedInputs['ink']),
        base: { number: row.base_number, sha256: storedSha256(row.base_sha256) },
        at: toInstant(row.at),
      }
    );
  },
});
