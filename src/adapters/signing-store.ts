/** Certificates issued in a ceremony, and the inputs from which a prepared signature is rebuilt. */
import { fromBase64, toBase64 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { toInstant } from '../instant.ts';
import type { KeyPlace, PreparedInputs, SigningStore } from '../workflow/stores/signing.ts';
import { storedRole, storedSha256 } from './agreement-store.ts';
import { appendAudit } from './audit-log.ts';
import type { Db } from './database.ts';
import { storedDiameter } from './seal-store.ts';

/** DER of a stored chain, leaf first. */
export const toChain = (chain: string): readonly Uint8Array[] => (JSON.parse(chain) as readonly string[]).map(fromBase64);

const KEY_PLACES: readonly KeyPlace[] = ['page', 'file', 'external', 'server'];

export function storedKeyPlace(text: string): KeyPlace {
  const place = KEY_PLACES.find((one) => one === text);
  if (place === undefined) throw new Error(`stored key place: ${text}`);
  return place;
}

export const signingStore = (db: Db): SigningStore => ({
  saveCertificate: ({ id, ceremony, keyPlace, chain, issuedAt }, event) =>
    db.transaction().execute(async (trx) => {
      await trx
        .insertInto('certificate')
        .values({ id, ceremony, chain: toCanonicalJson(chain.map(toBase64)), issued_at: issuedAt, key_place: keyPlace })
        .execute();
      await appendAudit(trx, event);
    }),
  async findCertificate(id) {
    const row = await db.selectFrom('certificate').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return undefined;
    const { ceremony, chain } = row;
    return { id, ceremony, keyPlace: storedKeyPlace(row.key_place), chain: toChain(chain), issuedAt: toInstant(row.issued_at) };
  },
  savePrepared: (prepared, consent, event) =>
    db.transaction().execute(async (trx) => {
      await trx
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
          seal: prepared.seal?.id ?? null,
          seal_diameter_mm: prepared.seal?.diameterMm ?? null,
        })
        .execute();
      await trx
        .insertInto('consent')
        .values({
          prepared: prepared.id,
          terms_sha256: consent.termsSha256,
          template_sha256: consent.templateSha256,
          annex_sha256: consent.annexSha256,
          document_sha256: consent.documentSha256,
          at: consent.at,
          from_address: consent.visitor.from,
          device: consent.visitor.device,
        })
        .execute();
      await appendAudit(trx, event);
    }),
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
        seal: row.seal === null ? null : { id: row.seal, diameterMm: storedDiameter(row.seal_diameter_mm) },
        base: { number: row.base_number, sha256: storedSha256(row.base_sha256) },
        at: toInstant(row.at),
      }
    );
  },
});
