/** Where this installation issues no certificates: everybody signs with one of their own, and evidence is signed with the operator's. */
import { join } from 'node:path';
import { equalBytes, toLatin1 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { PLATFORM_UNIT } from '../pki/issue.ts';
import { certificatesIn } from '../pki/pem.ts';
import { readSigningKey } from '../pki/sign.ts';
import type { CertificateAuthority, PlatformSigner, RevocationSource } from '../ports.ts';
import { readIfThere } from './file-codes.ts';

export const noAuthority: CertificateAuthority = {
  issue: () => Promise.reject(new AppError('CERTIFICATE_NOT_ISSUED_HERE')),
  trustAnchors: async () => [],
};

/** Says nothing of any certificate; others do. */
export const silentRevocation: RevocationSource = { crls: async () => [], ocsp: async () => null };

const FILES = { key: 'seal.key.pem', chain: 'seal.pem' } as const;

/**
 * The key with which the operator signs evidence, from `seal.key.pem` (PKCS#8, encrypted) and `seal.pem` (its certificate first, without
 * the root). Without these files evidence is refused with PLATFORM_SEAL_MISSING and everything else works.
 * @throws AppError CA_FILES_REFUSED for files that cannot be used
 */
export async function openPlatformSeal(folder: string, passphrase: string): Promise<PlatformSigner> {
  const paths = { key: join(folder, FILES.key), chain: join(folder, FILES.chain) };
  const refuse = (reason: string): AppError => new AppError('CA_FILES_REFUSED', { path: paths.key, reason });
  const [keyFile, chainFile] = await Promise.all([readIfThere(paths.key), readIfThere(paths.chain)]);
  if (keyFile === undefined || chainFile === undefined) {
    const missing = (): never => {
      throw new AppError('PLATFORM_SEAL_MISSING');
    };
    return { chain: async () => missing(), sign: async () => missing() };
  }
  try {
    const key = readSigningKey(toLatin1(keyFile), passphrase);
    const chain = certificatesIn(chainFile);
    const [leaf] = chain.map(parseCertificate);
    if (leaf === undefined || !equalBytes(leaf.spki, key.spki)) throw refuse('密钥与 seal.pem 里的第一张证书不是一对');
    if (leaf.subject.organisationalUnit !== PLATFORM_UNIT)
      throw refuse(`seal.pem 里的第一张证书没有写明 OU ${PLATFORM_UNIT}，验证时不会被当作平台的签章`);
    return { chain: async () => chain, sign: async (bytes) => key.sign(bytes) };
  } catch (error) {
    throw error instanceof AppError ? error : refuse('口令不对，或密钥与证书读不出来');
  }
}
