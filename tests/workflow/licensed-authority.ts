/** A licensed authority as far as the service can tell: a root installed beside the platform's own, and certificates in the shapes that such authorities write. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64 } from '../../src/bytes.ts';
import { sha256 } from '../../src/digest.ts';
import { toInstant } from '../../src/instant.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { makeCrl } from '../../src/pki/crl.ts';
import { type CertificateIssuer, type CertificatePlan, issueCertificate } from '../../src/pki/issue.ts';
import { derName, type NameAttributes } from '../../src/pki/names.ts';
import { printPem } from '../../src/pki/pem.ts';
import { makeKeyPair, type NewKeyKind, type SigningKey } from '../../src/pki/sign.ts';
import { NOW, temporaryFolder } from '../adapters/temporary.ts';

const DAY = 86_400_000;
let serials = 0;
const serial = (): Uint8Array => sha256(new TextEncoder().encode(`licensed ${serials++}`)).subarray(0, 16);

interface Holder {
  readonly key: SigningKey;
  readonly certificate: Certificate;
}

function certify(
  key: SigningKey,
  subject: Partial<NameAttributes>,
  profile: CertificatePlan['profile'],
  by: Holder | null,
  changes: Partial<CertificatePlan> = {},
): Holder {
  const issuer: CertificateIssuer =
    by === null
      ? { subjectDer: derName(subject), spki: key.spki, kind: key.kind, sign: key.sign }
      : { subjectDer: by.certificate.subjectDer, spki: by.certificate.spki, kind: by.key.kind, sign: by.key.sign };
  const plan = {
    profile,
    serial: serial(),
    subject,
    spki: key.spki,
    notBefore: toInstant(NOW - 30 * DAY),
    notAfter: toInstant(NOW + 3650 * DAY),
    ...changes,
  };
  return { key, certificate: parseCertificate(issueCertificate(plan, issuer)) };
}

export interface LicensedLeaf {
  readonly key: SigningKey;
  readonly der: Uint8Array;
  /** Leaf, then the issuing authority. */
  readonly chain: readonly Uint8Array[];
  /** The same as the interface for programs takes it. */
  readonly chainBase64: readonly string[];
}

export interface LicensedAuthority {
  readonly root: Uint8Array;
  issue(subject: Partial<NameAttributes>, kind?: NewKeyKind, changes?: Partial<CertificatePlan>): LicensedLeaf;
  /** A list in which these certificates stand as revoked an hour ago. */
  crl(...revoked: readonly LicensedLeaf[]): Uint8Array;
}

const keys = new Map<string, SigningKey>();

/** RSA keys of 4096 bits take seconds: one of each kind serves a test file. */
function keyOf(kind: NewKeyKind): SigningKey {
  const known = keys.get(kind);
  if (known !== undefined && kind.startsWith('rsa')) return known;
  const key = makeKeyPair(kind);
  keys.set(kind, key);
  return key;
}

export function openLicensedAuthority(name: string): LicensedAuthority {
  const root = certify(makeKeyPair('p384'), { country: 'CN', organisation: name, commonName: `${name} 根` }, { kind: 'root' }, null);
  const issuing = certify(
    makeKeyPair('p256'),
    { country: 'CN', organisation: name, commonName: `${name} 签发` },
    { kind: 'issuing-ca' },
    root,
  );
  return {
    root: root.certificate.der,
    crl(...revoked) {
      const { subjectDer, subjectKeyId, spki, notBefore } = issuing.certificate;
      const at = toInstant(NOW - 3_600_000);
      const list = revoked.map(({ der }) => ({ serialHex: parseCertificate(der).serialHex, at, reason: 1 }));
      const plan = { number: 1, thisUpdate: at, nextUpdate: toInstant(NOW + DAY), keepsExpiredSince: notBefore, revoked: list };
      return makeCrl(plan, {
        subjectDer,
        subjectKeyId: subjectKeyId ?? new Uint8Array(),
        spki,
        kind: issuing.key.kind,
        sign: issuing.key.sign,
      });
    },
    issue(subject, kind = 'p256', changes = {}) {
      const leaf = certify(keyOf(kind), subject, { kind: 'signatory', agreementNumber: null, policyOid: '2.999.7' }, issuing, changes);
      const chain = [leaf.certificate.der, issuing.certificate.der];
      return { key: leaf.key, der: leaf.certificate.der, chain, chainBase64: chain.map(toBase64) };
    },
  };
}

/** Installed in every test service. */
export const LICENSED = openLicensedAuthority('示例电子认证服务有限公司');
/** Installed nowhere. */
export const STRANGER = openLicensedAuthority('无名证书商店');

const pem = (der: Uint8Array): string => printPem({ label: 'CERTIFICATE', der });

/** Runs openssl in a folder of its own. */
export function openssl(folder: string, args: readonly string[], input?: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(execFileSync('openssl', args, { cwd: folder, input, stdio: ['pipe', 'pipe', 'pipe'] }));
}

/** A .p12 as openssl writes it. @param options for example `-legacy` */
export function makeP12(leaf: LicensedLeaf, password: string, ...options: readonly string[]): Uint8Array<ArrayBuffer> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'key.pem'), leaf.key.toPem());
  writeFileSync(join(folder, 'cert.pem'), pem(leaf.der));
  writeFileSync(join(folder, 'above.pem'), leaf.chain.slice(1).map(pem).join(''));
  const args = ['pkcs12', '-export', '-inkey', 'key.pem', '-in', 'cert.pem', '-certfile', 'above.pem', '-out', 'out.p12'];
  openssl(folder, [...args, '-passout', `pass:${password}`, ...options]);
  return new Uint8Array(readFileSync(join(folder, 'out.p12')));
}
