/** Everything that was kept about the signing of one agreement, read together. */
import { toInstant } from '../instant.ts';
import type { EvidenceRecords, EvidenceStore } from '../workflow/stores/evidence.ts';
import { storedRole, storedSha256 } from './agreement-store.ts';
import { toAuditEntry } from './audit-log.ts';
import type { Db } from './database.ts';
import { storedDiameter } from './seal-store.ts';
import { storedKeyPlace, toChain } from './signing-store.ts';

export const evidenceStore = (db: Db): EvidenceStore => ({
  read: (agreement) =>
    db.transaction().execute(async (trx): Promise<EvidenceRecords> => {
      const { tenant, batch } = await trx
        .selectFrom('agreement')
        .select(['tenant', 'batch'])
        .where('number', '=', agreement)
        .executeTakeFirstOrThrow();
      const ceremonies = await trx
        .selectFrom('ceremony')
        .innerJoin('party', (join) =>
          join.onRef('party.role', '=', 'ceremony.role').onRef('party.signatory_key', '=', 'ceremony.signatory_key'),
        )
        .select(['ceremony.id', 'ceremony.role', 'ceremony.created_at', 'ceremony.expires_at'])
        .where('party.agreement', '=', agreement)
        .where('ceremony.batch', '=', batch)
        .where((column) => column.or([column('ceremony.agreement', '=', agreement), column('ceremony.agreement', 'is', null)]))
        .orderBy('ceremony.created_at')
        .execute();
      const revisions = await trx.selectFrom('revision').selectAll().where('agreement', '=', agreement).orderBy('number').execute();
      const signed = await trx
        .selectFrom('revision')
        .innerJoin('prepared_signature', 'prepared_signature.id', 'revision.prepared')
        .innerJoin('certificate', 'certificate.id', 'prepared_signature.certificate')
        .leftJoin('consent', 'consent.prepared', 'prepared_signature.id')
        .leftJoin('organisation_seal', 'organisation_seal.id', 'prepared_signature.seal')
        .select([
          'revision.number',
          'prepared_signature.ceremony',
          'prepared_signature.seal_diameter_mm',
          'organisation_seal.ceremony as seal_ceremony',
          'organisation_seal.sha256 as seal_sha256',
          'organisation_seal.stored_at as seal_stored_at',
          'certificate.chain',
          'certificate.key_place',
          'consent.terms_sha256',
          'consent.template_sha256',
          'consent.annex_sha256',
          'consent.document_sha256',
          'consent.at as consent_at',
          'consent.from_address',
          'consent.device',
        ])
        .where('revision.agreement', '=', agreement)
        .execute();
      const additional = await trx
        .selectFrom('prepared_sm2')
        .selectAll()
        .where('agreement', '=', agreement)
        .where('revision', 'is not', null)
        .execute();
      const subjects = [agreement, batch, ...ceremonies.map(({ id }) => id)];
      const entries = await trx
        .selectFrom('audit')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('subject', 'in', subjects)
        .orderBy('sequence')
        .execute();
      const head = await trx
        .selectFrom('audit')
        .select(['sequence', 'hash'])
        .where('tenant', '=', tenant)
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow();
      return {
        ceremonies: ceremonies.map((row) => ({
          id: row.id,
          role: storedRole(row.role),
          createdAt: toInstant(row.created_at),
          expiresAt: toInstant(row.expires_at),
        })),
        revisions: revisions.map((row) => ({
          number: row.number,
          sha256: storedSha256(row.sha256),
          lengthBytes: row.length_bytes,
          role: row.role === null ? null : storedRole(row.role),
          at: toInstant(row.at),
        })),
        signatures: signed.map((row) => ({
          revision: row.number,
          ceremony: row.ceremony,
          chain: toChain(row.chain),
          keyPlace: storedKeyPlace(row.key_place),
          seal:
            row.seal_sha256 === null || row.seal_ceremony === null || row.seal_stored_at === null
              ? null
              : {
                  sha256: storedSha256(row.seal_sha256),
                  diameterMm: storedDiameter(row.seal_diameter_mm),
                  ceremony: row.seal_ceremony,
                  storedAt: toInstant(row.seal_stored_at),
                },
          consent:
            row.consent_at === null
              ? null
              : {
                  termsSha256: storedSha256(row.terms_sha256),
                  templateSha256: storedSha256(row.template_sha256),
                  annexSha256: row.annex_sha256 === null ? null : storedSha256(row.annex_sha256),
                  documentSha256: storedSha256(row.document_sha256),
                  at: toInstant(row.consent_at),
                  visitor: { from: row.from_address ?? '', device: row.device ?? '' },
                },
        })),
        additional: additional.flatMap(({ revision, role, at, chain }) =>
          revision === null ? [] : [{ revision, role: storedRole(role), at: toInstant(at), chain: toChain(chain) }],
        ),
        entries: entries.map(toAuditEntry),
        head,
      };
    }),
});
