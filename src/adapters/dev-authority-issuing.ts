/** A certificate and timestamp authority for development: its keys, its certificates, and what it issues. Nothing here is for production. */
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { type CertificateProfile, issueCertificate } from '../pki/issue.ts';
import { derName } from '../pki/names.ts';
import { publicationOf } from '../pki/publication.ts';
import { makeKeyPair, type SigningKey } from '../pki/sign.ts';
import { makeTimestampToken } from '../pki/timestamp-authority.ts';
import type { CertificateAuthority, Clock, PlatformSigner, Publisher, Random, RevocationSource, TimestampAuthority } from '../ports.ts';
import {
  backdated,
  issuerOf,
  type KeyAndCertificate,
  makeSerial,
  platformSigner,
  publicationAt,
  shift,
  signatoryIssuer,
} from './authority-issuing.ts';
import { authorityRevocation, type Revocations } from './authority-revocation.ts';

/** The three keys of the development authority. */
export interface DevAuthorityMaterial {
  readonly root: KeyAndCertificate;
  readonly issuing: KeyAndCertificate;
  readonly tsa: KeyAndCertificate;
}

/** Example arc reserved for documentation and tests, so that no policy of a real authority is claimed. @source ITU-T X.660 §A.5 (2.999) */
const POLICY = { signatory: '2.999.2021.4.1', timestamp: '2.999.2021.4.2' } as const;

const YEAR_MS = 365 * 86_400_000;
const LIFE_MS = 5 * YEAR_MS;

const ORGANISATION = '三方签开发环境';
const AUTHORITY_NAMES = {
  root: '三方签 开发根证书（仅供测试）',
  issuing: '三方签 开发签发证书（仅供测试）',
  tsa: '三方签 开发时间戳（仅供测试）',
} as const;

const subjectOf = (name: keyof typeof AUTHORITY_NAMES) => ({
  country: 'CN',
  organisation: ORGANISATION,
  commonName: AUTHORITY_NAMES[name],
});

/** @param origin below which the root's list is published, or null */
function certify(
  key: SigningKey,
  name: 'issuing' | 'tsa',
  by: KeyAndCertificate,
  validity: { readonly notBefore: Instant; readonly notAfter: Instant },
  random: Random,
  origin: string | null,
): KeyAndCertificate {
  const profile: CertificateProfile = name === 'tsa' ? { kind: 'tsa' } : { kind: 'issuing-ca' };
  const publication = origin === null ? {} : { publication: publicationAt(origin, 'root') };
  const plan = { profile, serial: makeSerial(random), subject: subjectOf(name), spki: key.spki, ...validity, ...publication };
  return { key, certificate: parseCertificate(issueCertificate(plan, issuerOf(by))) };
}

/**
 * Makes fresh P-256 keys and certificates: root for ten years, issuing CA and timestamp authority for five.
 * @param origin below which it is published what was revoked, or null
 */
export function makeDevAuthorityMaterial(at: Instant, random: Random, origin: string | null = null): DevAuthorityMaterial {
  const key = makeKeyPair('p256');
  const subject = subjectOf('root');
  const plan = {
    profile: { kind: 'root' } as const,
    serial: makeSerial(random),
    subject,
    spki: key.spki,
    notBefore: backdated(at),
    notAfter: shift(at, 2 * LIFE_MS),
  };
  const itself = { subjectDer: derName(subject), spki: key.spki, kind: key.kind, sign: key.sign };
  const root = { key, certificate: parseCertificate(issueCertificate(plan, itself)) };
  const validity = { notBefore: backdated(at), notAfter: shift(at, LIFE_MS) };
  return {
    root,
    issuing: certify(makeKeyPair('p256'), 'issuing', root, validity, random, origin),
    tsa: certify(makeKeyPair('p256'), 'tsa', root, validity, random, origin),
  };
}

/**
 * The same keys with certificates that say where it is published what was revoked, and that have more than a year to go where the root has.
 * What was signed under the older certificates stays as good as it was.
 */
export function refreshDevAuthority(
  { root, issuing, tsa }: DevAuthorityMaterial,
  at: Instant,
  random: Random,
  origin: string | null,
): DevAuthorityMaterial {
  const lists = origin === null ? null : publicationAt(origin, 'root').crls[0];
  const renewed = (name: 'issuing' | 'tsa', part: KeyAndCertificate): KeyAndCertificate => {
    const { notBefore, notAfter } = part.certificate;
    const until = notAfter - at > YEAR_MS ? notAfter : toInstant(Math.min(shift(at, LIFE_MS), root.certificate.notAfter));
    const placed = lists === null || publicationOf(part.certificate).crls[0] === lists;
    return placed && until === notAfter ? part : certify(part.key, name, root, { notBefore, notAfter: until }, random, origin);
  };
  return { root, issuing: renewed('issuing', issuing), tsa: renewed('tsa', tsa) };
}

export interface DevAuthority extends CertificateAuthority, TimestampAuthority, RevocationSource, PlatformSigner, Publisher {}

/**
 * The ports over one set of keys. `stamp`, `crls` and `ocsp` read the clock; `issue` takes the instant from the request.
 * @param revocations those declared so far; none by default
 * @param origin below which it is published what was revoked, or null
 */
export function devAuthorityOver(
  material: DevAuthorityMaterial,
  clock: Clock,
  random: Random,
  revocations: Revocations = () => [],
  origin: string | null = null,
): DevAuthority {
  const { root, issuing, tsa } = material;
  const publication = origin === null ? null : publicationAt(origin, 'issuing');
  const platform = { organisation: ORGANISATION, commonName: '三方签 开发平台签章（仅供测试）' };
  const issuer = { by: issuing, publication, policyOid: POLICY.signatory, platform };
  const rootKey = { by: root, issued: [issuing.certificate, tsa.certificate] };
  return {
    ...authorityRevocation({ root: root.certificate, rootKey, rootList: async () => null, issuing, revocations }, clock),
    ...platformSigner(issuer, clock, random),
    ...signatoryIssuer(issuer, random),
    trustAnchors: async () => [root.certificate.der],
    stamp: async (imprintSha256) => {
      if (imprintSha256.length !== 32) throw new AppError('TIMESTAMP_REFUSED', { reason: '摘要长度不对' });
      const genTime = clock.now();
      if (genTime < tsa.certificate.notBefore || genTime > tsa.certificate.notAfter) {
        throw new AppError('TIMESTAMP_REFUSED', { reason: '开发时间戳证书不在有效期内' });
      }
      const signer = { chain: [tsa.certificate.der], policyOid: POLICY.timestamp, sign: tsa.key.sign };
      return makeTimestampToken(
        { imprint: { digest: 'sha256', value: imprintSha256 }, nonce: null, serial: serialFrom(random), genTime },
        signer,
      );
    },
  };
}

/** A positive number of full length. */
const serialFrom = (random: Random): Uint8Array => makeSerial(random).map((octet, index) => (index === 0 ? (octet & 0x7f) | 0x40 : octet));
