/** What an authority on this machine says of revocation: a list by each of its keys, and answers about single certificates. */
import { type Instant, toInstant, wholeSeconds } from '../instant.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { makeCrl, type Revocation } from '../pki/crl.ts';
import { PkiError } from '../pki/failure.ts';
import { answerOcspRequest, makeOcspRefusal, makeOcspResponse, type OcspSigner } from '../pki/ocsp.ts';
import { parseOcspRequest } from '../pki/ocsp-request.ts';
import type { Clock, Publisher, RevocationSource } from '../ports.ts';
import { issuerOf, type KeyAndCertificate } from './authority-issuing.ts';

export type RevokedCertificate = Revocation & { readonly serialHex: string };

/** What has been revoked so far, each serial number once. */
export type Revocations = () => readonly RevokedCertificate[];

/** A certificate authority whose revocations are declared here. */
export interface RevokingAuthority {
  readonly root: Certificate;
  /** The root's key where it is at hand, with the certificates that it issued. */
  readonly rootKey: { readonly by: KeyAndCertificate; readonly issued: readonly Certificate[] } | null;
  /** The list of a root whose key is kept elsewhere, DER; asked each time. */
  readonly rootList: () => Promise<Uint8Array | null>;
  readonly issuing: KeyAndCertificate;
  /** Asked each time. */
  readonly revocations: Revocations;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LIST_MS = 7 * DAY_MS;
const ANSWER_MS = DAY_MS;
/** Numbers of lists are seconds since then: they grow, and stay small. */
const NUMBERS_FROM_MS = Date.UTC(2020, 0, 1);

const answererOf = (by: KeyAndCertificate): OcspSigner => ({
  subjectDer: by.certificate.subjectDer,
  kind: by.key.kind,
  sign: by.key.sign,
  certificate: null,
});

export function authorityRevocation(
  { root, rootKey, rootList, issuing, revocations }: RevokingAuthority,
  clock: Clock,
): RevocationSource & Publisher {
  const ofRoot: ReadonlySet<string> = new Set(rootKey?.issued.map(({ serialHex }) => serialHex));
  const signers = rootKey === null ? [issuing] : [issuing, rootKey.by];
  const revokedBy = (by: KeyAndCertificate, now: Instant): readonly RevokedCertificate[] =>
    revocations().filter(({ serialHex, at }) => at <= now && ofRoot.has(serialHex) === (by === rootKey?.by));

  const listOf = (by: KeyAndCertificate, thisUpdate: Instant): Uint8Array => {
    const { subjectKeyId, notBefore } = by.certificate;
    if (subjectKeyId === null) throw new Error('authority without a key identifier');
    const plan = {
      number: Math.floor((thisUpdate - NUMBERS_FROM_MS) / 1000),
      thisUpdate,
      nextUpdate: toInstant(thisUpdate + LIST_MS),
      keepsExpiredSince: notBefore,
      revoked: revokedBy(by, thisUpdate),
    };
    return makeCrl(plan, { ...issuerOf(by), subjectKeyId });
  };
  const rootListAt = async (now: Instant): Promise<Uint8Array | null> => (rootKey === null ? rootList() : listOf(rootKey.by, now));

  /** A list for everybody is made once an hour, and again when something was revoked. */
  const published = new Map<KeyAndCertificate, { readonly der: Uint8Array; readonly entries: number; readonly until: Instant }>();
  const publishedList = (by: KeyAndCertificate): Uint8Array => {
    const now = wholeSeconds(clock.now());
    const entries = revokedBy(by, now).length;
    const known = published.get(by);
    if (known !== undefined && known.entries === entries && now < known.until) return known.der;
    const der = listOf(by, now);
    published.set(by, { der, entries, until: toInstant(now + HOUR_MS) });
    return der;
  };

  const statusOf = (by: KeyAndCertificate, serialHex: string, now: Instant): 'good' | Revocation => {
    const revoked = revokedBy(by, now).find((entry) => entry.serialHex === serialHex);
    return revoked === undefined ? 'good' : { at: revoked.at, reason: revoked.reason };
  };
  const timesOf = (by: KeyAndCertificate, now: Instant) => ({
    thisUpdate: now,
    nextUpdate: toInstant(now + ANSWER_MS),
    keepsExpiredSince: by.certificate.notBefore,
  });

  return {
    crls: async () => {
      const now = wholeSeconds(clock.now());
      const ofTheRoot = await rootListAt(now);
      return [...(ofTheRoot === null ? [] : [ofTheRoot]), listOf(issuing, now)];
    },
    ocsp: async (certificate, issuer) => {
      const by = signers.find((each) => each.certificate.sha256 === parseCertificate(issuer).sha256);
      if (by === undefined) return null;
      const now = wholeSeconds(clock.now());
      const about = parseCertificate(certificate);
      const plan = { certificate: about, issuer: by.certificate, status: statusOf(by, about.serialHex, now), ...timesOf(by, now) };
      return makeOcspResponse(plan, answererOf(by));
    },
    file: async (name) => {
      if (name === 'root.cer') return root.der;
      if (name === 'issuing.cer') return issuing.certificate.der;
      if (name === 'issuing.crl') return publishedList(issuing);
      if (name !== 'root.crl') return undefined;
      return rootKey === null ? ((await rootList()) ?? undefined) : publishedList(rootKey.by);
    },
    answer: async (request) => {
      try {
        const { questions, nonce } = parseOcspRequest(request);
        const by = signers.find(({ certificate }) => questions.every((question) => question.isOf(certificate)));
        if (by === undefined) return makeOcspRefusal('unauthorized');
        const now = wholeSeconds(clock.now());
        const statements = questions.map(({ idDer, serialHex }) => ({ idDer, status: statusOf(by, serialHex, now) }));
        return answerOcspRequest(statements, nonce, timesOf(by, now), answererOf(by));
      } catch (error) {
        if (error instanceof PkiError) return makeOcspRefusal('malformedRequest');
        throw error;
      }
    },
  };
}
