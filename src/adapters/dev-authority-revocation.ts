/** What the development authority says of revocation: one list of the root, one of the issuing CA, and answers about single certificates. */
import { type Instant, toInstant, wholeSeconds } from '../instant.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { makeCrl, REVOCATION_REASONS, type Revocation } from '../pki/crl.ts';
import { makeOcspResponse } from '../pki/ocsp.ts';
import type { CertificateAuthority, Clock, RevocationSource } from '../ports.ts';
import type { DevAuthorityMaterial, KeyAndCertificate } from './dev-authority-issuing.ts';

export type RevokedCertificate = Revocation & { readonly serialHex: string };

/** Revocations in the order in which they were declared, each serial number once. */
export interface RevocationLedger {
  list(): readonly RevokedCertificate[];
  add(entry: RevokedCertificate): Promise<void>;
}

export function memoryLedger(): RevocationLedger {
  const entries = new Map<string, RevokedCertificate>();
  return {
    list: () => [...entries.values()],
    add: async (entry) => {
      if (!entries.has(entry.serialHex)) entries.set(entry.serialHex, entry);
    },
  };
}

const DAY_MS = 86_400_000;
const LIST_MS = 7 * DAY_MS;
const ANSWER_MS = DAY_MS;
/** Numbers of lists are seconds since then: they grow, and stay small. */
const NUMBERS_FROM_MS = Date.UTC(2020, 0, 1);

export function devRevocation(
  { root, issuing, tsa }: DevAuthorityMaterial,
  clock: Clock,
  ledger: RevocationLedger,
): RevocationSource & Pick<CertificateAuthority, 'revoke'> {
  const ofRoot: ReadonlySet<string> = new Set([issuing, tsa].map(({ certificate }) => certificate.serialHex));
  const listOf = (by: KeyAndCertificate, revoked: readonly RevokedCertificate[], thisUpdate: Instant): Uint8Array => {
    const { subjectDer, subjectKeyId, spki, notBefore } = by.certificate;
    if (subjectKeyId === null) throw new Error('authority without a key identifier');
    const plan = {
      number: Math.floor((thisUpdate - NUMBERS_FROM_MS) / 1000),
      thisUpdate,
      nextUpdate: toInstant(thisUpdate + LIST_MS),
      keepsExpiredSince: notBefore,
      revoked,
    };
    return makeCrl(plan, { subjectDer, subjectKeyId, spki, kind: by.key.kind, sign: by.key.sign });
  };
  return {
    crls: async () => {
      const now = wholeSeconds(clock.now());
      const entries = ledger.list().filter((entry) => entry.at <= now);
      return [
        listOf(
          root,
          entries.filter(({ serialHex }) => ofRoot.has(serialHex)),
          now,
        ),
        listOf(
          issuing,
          entries.filter(({ serialHex }) => !ofRoot.has(serialHex)),
          now,
        ),
      ];
    },
    ocsp: async (certificate, issuer) => {
      const by = [issuing, root].find((each) => each.certificate.sha256 === parseCertificate(issuer).sha256);
      if (by === undefined) return null;
      const now = wholeSeconds(clock.now());
      const about = parseCertificate(certificate);
      const revoked = ledger.list().find((entry) => entry.serialHex === about.serialHex && entry.at <= now);
      const plan = {
        certificate: about,
        issuer: by.certificate,
        status: revoked === undefined ? ('good' as const) : { at: revoked.at, reason: revoked.reason },
        thisUpdate: now,
        nextUpdate: toInstant(now + ANSWER_MS),
        keepsExpiredSince: by.certificate.notBefore,
      };
      return makeOcspResponse(plan, { subjectDer: by.certificate.subjectDer, kind: by.key.kind, sign: by.key.sign, certificate: null });
    },
    revoke: (serialHex, reason, at) => ledger.add({ serialHex, at: wholeSeconds(at), reason: REVOCATION_REASONS[reason] }),
  };
}
