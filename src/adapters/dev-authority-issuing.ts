/** A certificate and timestamp authority for development: its keys, its certificates, and what it issues. Nothing here is for production. */
import type { PartyRole, Signatory } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { type Instant, toInstant, wholeSeconds } from '../instant.ts';
import { parsePublicKey } from '../pki/algorithms.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { PkiError } from '../pki/failure.ts';
import { type CertificateIssuer, type CertificateProfile, issueCertificate, PLATFORM_UNIT, signatoryName } from '../pki/issue.ts';
import { derName, type NameAttributes } from '../pki/names.ts';
import { makeKeyPair, type SigningKey } from '../pki/sign.ts';
import { makeTimestampToken } from '../pki/timestamp-authority.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type {
  CertificateAuthority,
  CertificateRequest,
  Clock,
  PlatformSigner,
  Random,
  RevocationSource,
  TimestampAuthority,
} from '../ports.ts';
import { devRevocation, memoryLedger, type RevocationLedger } from './dev-authority-revocation.ts';

export interface KeyAndCertificate {
  readonly key: SigningKey;
  readonly certificate: Certificate;
}

/** The three keys of the development authority. */
export interface DevAuthorityMaterial {
  readonly root: KeyAndCertificate;
  readonly issuing: KeyAndCertificate;
  readonly tsa: KeyAndCertificate;
}

/** Example arc reserved for documentation and tests, so that no policy of a real authority is claimed. @source ITU-T X.660 §A.5 (2.999) */
const POLICY = { signatory: '2.999.2021.4.1', timestamp: '2.999.2021.4.2' } as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const BACKDATE_MS = 5 * MINUTE_MS;
const ORGANISATION_MS = 30 * DAY_MS;
const PERSON_MS = DAY_MS;
const SERIAL_BYTES = 16;

const AUTHORITY_NAMES = {
  root: '三方签 开发根证书（仅供测试）',
  issuing: '三方签 开发签发证书（仅供测试）',
  tsa: '三方签 开发时间戳（仅供测试）',
} as const;

const shift = (at: Instant, ms: number): Instant => wholeSeconds(toInstant(at + ms));

/** Makes fresh P-256 keys and certificates: root for ten years, issuing CA and timestamp authority for five. */
export function makeDevAuthorityMaterial(at: Instant, random: Random): DevAuthorityMaterial {
  const make = (
    name: keyof typeof AUTHORITY_NAMES,
    profile: CertificateProfile,
    years: number,
    by?: KeyAndCertificate,
  ): KeyAndCertificate => {
    const key = makeKeyPair('p256');
    const subject = { country: 'CN', organisation: '三方签开发环境', commonName: AUTHORITY_NAMES[name] };
    const issuer: CertificateIssuer = by ? issuerOf(by) : { subjectDer: derName(subject), spki: key.spki, kind: key.kind, sign: key.sign };
    const plan = {
      profile,
      serial: random.bytes(SERIAL_BYTES),
      subject,
      spki: key.spki,
      notBefore: shift(at, -BACKDATE_MS),
      notAfter: shift(at, years * YEAR_MS),
    };
    return { key, certificate: parseCertificate(issueCertificate(plan, issuer)) };
  };
  const root = make('root', { kind: 'root' }, 10);
  return { root, issuing: make('issuing', { kind: 'issuing-ca' }, 5, root), tsa: make('tsa', { kind: 'tsa' }, 5, root) };
}

const issuerOf = ({ key, certificate }: KeyAndCertificate): CertificateIssuer => ({
  subjectDer: certificate.subjectDer,
  spki: certificate.spki,
  kind: key.kind,
  sign: key.sign,
});

const refuse = (reason: string): AppError => new AppError('CERTIFICATE_REQUEST_REFUSED', { reason });

/** The subject of a request. @throws AppError CERTIFICATE_REQUEST_REFUSED when a person's binding is missing or an organisation has one */
function subjectOf({ signatory, identityDigest, agreementNumber }: CertificateRequest): NameAttributes {
  if (isPerson(signatory)) {
    if (identityDigest === null || agreementNumber === null) throw refuse('缺少本人与协议的对应信息');
    return signatoryName({ role: signatory.role, name: signatory.name, identityDigest });
  }
  if (identityDigest !== null) throw refuse('单位证书不应带有个人身份信息');
  return signatoryName(signatory);
}

const isPerson = (signatory: Signatory): signatory is Extract<Signatory, { role: 'student' | 'guardian' }> => isPersonRole(signatory.role);
const isPersonRole = (role: PartyRole): boolean => role === 'student' || role === 'guardian';

function assertKeyIsHeld(request: CertificateRequest): void {
  try {
    parsePublicKey(request.publicKeySpki);
  } catch (error) {
    if (error instanceof PkiError) throw refuse('签名密钥的类型不受支持');
    throw error;
  }
  if (!verifySignature(request.publicKeySpki, 'sha256', request.proofOfPossessionText, request.proofOfPossession)) {
    throw refuse('未能证明签名密钥由本人持有');
  }
}

function issueFor(request: CertificateRequest, issuing: KeyAndCertificate, random: Random): Uint8Array {
  assertKeyIsHeld(request);
  const subject = subjectOf(request);
  const plan = {
    profile: { kind: 'signatory', agreementNumber: request.agreementNumber, policyOid: POLICY.signatory } as const,
    serial: random.bytes(SERIAL_BYTES),
    subject,
    spki: request.publicKeySpki,
    notBefore: shift(request.at, -BACKDATE_MS),
    notAfter: shift(request.at, isPersonRole(request.signatory.role) ? PERSON_MS : ORGANISATION_MS),
  };
  const { notBefore, notAfter } = issuing.certificate;
  if (request.at < notBefore || plan.notAfter > notAfter) throw refuse('开发签发证书不在有效期内，请管理员删除开发证书后重新启动');
  try {
    return issueCertificate(plan, issuerOf(issuing));
  } catch (error) {
    if (error instanceof RangeError) throw refuse('姓名、单位名称或协议编号不能写入证书');
    throw error;
  }
}

/** A key that lives as long as the process; what it signed is judged by its certificate and a timestamp. */
function platformSigner(issuing: KeyAndCertificate, clock: Clock, random: Random): PlatformSigner {
  let made: { readonly key: SigningKey; readonly chain: readonly Uint8Array[]; readonly until: Instant } | undefined;
  const current = () => {
    const now = clock.now();
    if (made !== undefined && now < made.until) return made;
    const key = makeKeyPair('p256');
    const plan = {
      profile: { kind: 'signatory', agreementNumber: null, policyOid: POLICY.signatory } as const,
      serial: random.bytes(SERIAL_BYTES),
      subject: { country: 'CN', organisation: '三方签开发环境', organisationalUnit: PLATFORM_UNIT, commonName: PLATFORM_NAME },
      spki: key.spki,
      notBefore: shift(now, -BACKDATE_MS),
      notAfter: shift(now, ORGANISATION_MS),
    };
    made = {
      key,
      chain: [issueCertificate(plan, issuerOf(issuing)), issuing.certificate.der],
      until: shift(now, ORGANISATION_MS - DAY_MS),
    };
    return made;
  };
  return { chain: async () => current().chain, sign: async (bytes) => current().key.sign(bytes) };
}

const PLATFORM_NAME = '三方签 开发平台签章（仅供测试）';

export interface DevAuthority extends CertificateAuthority, TimestampAuthority, RevocationSource, PlatformSigner {}

/**
 * The three ports over one set of keys. `stamp`, `crls` and `ocsp` read the clock; `issue` takes the instant from the request.
 * @param ledger where revocations are kept
 */
export function devAuthorityOver(
  material: DevAuthorityMaterial,
  clock: Clock,
  random: Random,
  ledger: RevocationLedger = memoryLedger(),
): DevAuthority {
  const { root, issuing, tsa } = material;
  return {
    ...devRevocation(material, clock, ledger),
    ...platformSigner(issuing, clock, random),
    issue: async (request) => [issueFor(request, issuing, random), issuing.certificate.der],
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
const serialFrom = (random: Random): Uint8Array =>
  random.bytes(SERIAL_BYTES).map((octet, index) => (index === 0 ? (octet & 0x7f) | 0x40 : octet));

/** An authority that lives in memory only, with fresh keys and the same issuing code: for tests. */
export const makeMemoryAuthority = ({ clock, random }: { readonly clock: Clock; readonly random: Random }): DevAuthority =>
  devAuthorityOver(makeDevAuthorityMaterial(clock.now(), random), clock, random);
