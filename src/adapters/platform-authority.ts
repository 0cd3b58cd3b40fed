/** The platform's own certificate authority in production: an issuing key that the operator made and encrypted; the root's key stays elsewhere. */
import { join } from 'node:path';
import { equalBytes, toLatin1 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { familyOf } from '../pki/algorithms.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { PkiError } from '../pki/failure.ts';
import { certificatesIn, parsePem } from '../pki/pem.ts';
import { readSigningKey, type SigningKey } from '../pki/sign.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type { CertificateAuthority, Clock, PlatformSigner, Publisher, Random, RevocationSource } from '../ports.ts';
import { type KeyAndCertificate, platformSigner, publicationAt, signatoryIssuer } from './authority-issuing.ts';
import { authorityRevocation } from './authority-revocation.ts';
import { readIfThere } from './file-codes.ts';
import { revocationFile } from './revocation-file.ts';

/** Certificate and list of the issuing CA's superior, and the issuing CA itself. */
const FILES = { key: 'issuing.key.pem', chain: 'chain.pem', list: 'root.crl', revoked: 'revoked.txt' } as const;

/** Organisation in the certificates of the development authority. */
const DEVELOPMENT = '三方签开发环境';

export interface PlatformAuthority extends CertificateAuthority, RevocationSource, PlatformSigner, Publisher {}

export interface PlatformAuthoritySettings {
  readonly passphrase: string;
  /** Below which it is published what was revoked, without a slash at the end; null where nothing is. */
  readonly origin: string | null;
  /** Certificate policy that the operator has published; null claims none. */
  readonly policyOid: string | null;
}

const refuse = (path: string, reason: string): AppError => new AppError('CA_FILES_REFUSED', { path, reason });

/**
 * @param folder with `issuing.key.pem` (PKCS#8, encrypted), `chain.pem` (issuing CA, then its root) and `root.crl` (the root's list)
 * @throws AppError CA_FILES_REFUSED naming the file and what is wrong with it; DEV_KEYS_IN_PRODUCTION for keys of the development authority
 */
export async function openPlatformAuthority(
  folder: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { passphrase, origin, policyOid }: PlatformAuthoritySettings,
): Promise<PlatformAuthority> {
  const key = await readKey(join(folder, FILES.key), passphrase);
  const { issuing, root } = await readChain(join(folder, FILES.chain), key);
  const now = clock.now();
  if (now < issuing.certificate.notBefore || now > issuing.certificate.notAfter) throw refuse(FILES.chain, '签发证书不在有效期内');
  const organisation = issuing.certificate.subject.organisation ?? issuing.certificate.subject.commonName ?? '';
  if (organisation === DEVELOPMENT && process.env['NODE_ENV'] === 'production') throw new AppError('DEV_KEYS_IN_PRODUCTION');
  const platform = { organisation, commonName: `${organisation} 平台签章` };
  const issuer = { by: issuing, publication: origin === null ? null : publicationAt(origin, 'issuing'), policyOid, platform };
  const rootList = (): Promise<Uint8Array | null> => readList(join(folder, FILES.list));
  const revocations = revocationFile(join(folder, FILES.revoked));
  revocations();
  return {
    ...authorityRevocation({ root, rootKey: null, rootList, issuing, revocations }, clock),
    ...platformSigner(issuer, clock, random),
    ...signatoryIssuer(issuer, random),
    trustAnchors: async () => [root.der],
  };
}

async function readKey(path: string, passphrase: string): Promise<SigningKey> {
  const text = toLatin1(await readNeeded(path));
  try {
    if (parsePem(text)[0]?.label !== 'ENCRYPTED PRIVATE KEY') throw refuse(path, '密钥没有加密，应为带口令的 PKCS#8');
  } catch (error) {
    if (error instanceof PkiError) throw refuse(path, '不是 PEM 文件');
    throw error;
  }
  try {
    return readSigningKey(text, passphrase);
  } catch (error) {
    throw refuse(path, error instanceof PkiError ? '密钥的算法不受支持，应为 RSA 2048 位以上或 P-256、P-384' : '口令不对，或密钥已损坏');
  }
}

async function readChain(path: string, key: SigningKey): Promise<{ readonly issuing: KeyAndCertificate; readonly root: Certificate }> {
  const bytes = await readNeeded(path);
  try {
    const [certificate, root, ...others] = certificatesIn(bytes).map(parseCertificate);
    if (certificate === undefined || root === undefined || others.length > 0) throw refuse(path, '应依次为签发证书和根证书，共两张');
    if (!equalBytes(certificate.spki, key.spki)) throw refuse(path, '第一张证书与密钥不是一对');
    for (const each of [certificate, root]) {
      const signs = each.isCa && each.keyUsage?.has('keyCertSign') === true && each.keyUsage.has('cRLSign');
      if (!signs || each.subjectKeyId === null) throw refuse(path, '证书不能签发证书和吊销列表，或缺少密钥标识');
    }
    const { family, digest } = certificate.signatureAlgorithm;
    const issued =
      equalBytes(certificate.issuerDer, root.subjectDer) &&
      equalBytes(root.issuerDer, root.subjectDer) &&
      familyOf(root.key.kind) === family &&
      verifySignature(root.spki, digest, certificate.tbs, certificate.signatureValue);
    if (!issued) throw refuse(path, '签发证书不是由第二张根证书签发的');
    return { issuing: { key, certificate }, root };
  } catch (error) {
    if (error instanceof PkiError) throw refuse(path, `证书不合要求，${error.code}`);
    throw error;
  }
}

/** DER or PEM; null where there is none yet. */
async function readList(path: string): Promise<Uint8Array | null> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return null;
  return bytes[0] === 0x30 ? bytes : (parsePem(toLatin1(bytes))[0]?.der ?? null);
}

async function readNeeded(path: string): Promise<Uint8Array> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw refuse(path, '没有这个文件');
  return bytes;
}
