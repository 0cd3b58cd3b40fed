/** What an issuing key on this machine does: certificates for signatories, and the platform's own signature on evidence. */
import type { PartyRole, Signatory } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { type Instant, toInstant, wholeSeconds } from '../instant.ts';
import { parsePublicKey } from '../pki/algorithms.ts';
import type { Certificate } from '../pki/certificate.ts';
import { PkiError } from '../pki/failure.ts';
import { type CertificateIssuer, issueCertificate, PLATFORM_UNIT, signatoryName } from '../pki/issue.ts';
import type { NameAttributes } from '../pki/names.ts';
import type { Publication } from '../pki/publication.ts';
import { makeKeyPair, type SigningKey } from '../pki/sign.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type { CertificateAuthority, CertificateRequest, Clock, PlatformSigner, Random } from '../ports.ts';

export interface KeyAndCertificate {
  readonly key: SigningKey;
  readonly certificate: Certificate;
}

/** An issuing CA and how it issues. */
export interface Issuing {
  readonly by: KeyAndCertificate;
  /** What goes into certificates that it issues; null where nothing is published. */
  readonly publication: Publication | null;
  /** Rules under which it issues; null claims none. */
  readonly policyOid: string | null;
  /** Whose evidence the platform signs, as the certificate says it. */
  readonly platform: { readonly organisation: string; readonly commonName: string };
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BACKDATE_MS = 5 * MINUTE_MS;
const SERIAL_BYTES = 16;
/**
 * Longer than signing takes from the first party to the seal: proof of revocation has to be from before the certificate expired. The key
 * itself lives as long as one page.
 * @source ETSI EN 319 102-1 §5.6.2.2 (validation time sliding); EN 319 411-1 §6.3.9
 */
const SIGNATORY_MS = 30 * DAY_MS;

export const shift = (at: Instant, ms: number): Instant => wholeSeconds(toInstant(at + ms));
export const backdated = (at: Instant): Instant => shift(at, -BACKDATE_MS);
export const makeSerial = (random: Random): Uint8Array => random.bytes(SERIAL_BYTES);

export const issuerOf = ({ key, certificate }: KeyAndCertificate): CertificateIssuer => ({
  subjectDer: certificate.subjectDer,
  spki: certificate.spki,
  keyId: certificate.subjectKeyId,
  kind: key.kind,
  sign: key.sign,
});

/** Addresses below the service's own, for what the CA of that name has issued. @param origin without a slash at the end */
export const publicationAt = (origin: string, ca: 'root' | 'issuing'): Publication => ({
  crls: [`${origin}/pki/${ca}.crl`],
  ocsps: ca === 'issuing' ? [`${origin}/pki/ocsp`] : [],
  issuers: [`${origin}/pki/${ca}.cer`],
});

const refuse = (reason: string): AppError => new AppError('CERTIFICATE_REQUEST_REFUSED', { reason });

/** The subject of a request. @throws AppError CERTIFICATE_REQUEST_REFUSED when a person's binding is missing or an organisation has one */
export function subjectOf({ signatory, identityDigest, agreementNumber }: CertificateRequest): NameAttributes {
  if (isPerson(signatory)) {
    if (identityDigest === null || agreementNumber === null) throw refuse('缺少本人与协议的对应信息');
    return signatoryName({ role: signatory.role, name: signatory.name, identityDigest });
  }
  if (identityDigest !== null) throw refuse('单位证书不应带有个人身份信息');
  return signatoryName(signatory);
}

const isPerson = (signatory: Signatory): signatory is Extract<Signatory, { role: 'student' | 'guardian' }> => isPersonRole(signatory.role);
const isPersonRole = (role: PartyRole): boolean => role === 'student' || role === 'guardian';

/** @throws AppError CERTIFICATE_REQUEST_REFUSED */
export function assertKeyIsHeld(request: CertificateRequest): void {
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

function issueFor(request: CertificateRequest, { by, publication, policyOid }: Issuing, random: Random): Uint8Array {
  assertKeyIsHeld(request);
  const plan = {
    profile: { kind: 'signatory', agreementNumber: request.agreementNumber, policyOid } as const,
    serial: makeSerial(random),
    subject: subjectOf(request),
    spki: request.publicKeySpki,
    notBefore: backdated(request.at),
    notAfter: shift(request.at, SIGNATORY_MS),
    ...(publication === null ? {} : { publication }),
  };
  const { notBefore, notAfter } = by.certificate;
  if (request.at < notBefore || plan.notAfter > notAfter) throw refuse('签发证书的机构证书不在有效期内，请管理员更换');
  try {
    return issueCertificate(plan, issuerOf(by));
  } catch (error) {
    if (error instanceof RangeError) throw refuse('姓名、单位名称或协议编号不能写入证书');
    throw error;
  }
}

/** @returns leaf and issuing CA for every request */
export const signatoryIssuer = (issuing: Issuing, random: Random): Pick<CertificateAuthority, 'issue'> => ({
  issue: async (request) => [issueFor(request, issuing, random), issuing.by.certificate.der],
});

/** A key that lives as long as the process; what it signed is judged by its certificate and a timestamp. */
export function platformSigner({ by, publication, policyOid, platform }: Issuing, clock: Clock, random: Random): PlatformSigner {
  let made: { readonly key: SigningKey; readonly chain: readonly Uint8Array[]; readonly until: Instant } | undefined;
  const current = () => {
    const now = clock.now();
    if (made !== undefined && now < made.until) return made;
    const key = makeKeyPair('p256');
    const plan = {
      profile: { kind: 'signatory', agreementNumber: null, policyOid } as const,
      serial: makeSerial(random),
      subject: { country: 'CN', ...platform, organisationalUnit: PLATFORM_UNIT },
      spki: key.spki,
      notBefore: backdated(now),
      notAfter: shift(now, SIGNATORY_MS),
      ...(publication === null ? {} : { publication }),
    };
    made = { key, chain: [issueCertificate(plan, issuerOf(by)), by.certificate.der], until: shift(now, SIGNATORY_MS - DAY_MS) };
    return made;
  };
  return { chain: async () => current().chain, sign: async (bytes) => current().key.sign(bytes) };
}
