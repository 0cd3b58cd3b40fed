/** Where this installation issues no certificates: everybody signs with one of their own, and evidence is signed with the operator's. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toLatin1 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { PkiError } from '../pki/failure.ts';
import { certificatesIn } from '../pki/pem.ts';
import { readSigningKey } from '../pki/sign.ts';
import type { CertificateAuthority, PlatformSigner, RevocationSource } from '../ports.ts';

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
  const refuse = (): AppError => new AppError('CA_FILES_REFUSED', { path: paths.key, reason: '口令不对，或密钥与证书读不出来' });
  const files = await Promise.all([readFile(paths.key), readFile(paths.chain)]).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (files === undefined) {
    const missing = (): never => {
      throw new AppError('PLATFORM_SEAL_MISSING');
    };
    return { chain: async () => missing(), sign: async () => missing() };
  }
  try {
    const key = readSigningKey(toLatin1(new Uint8Array(files[0])), passphrase);
    const chain = certificatesIn(new Uint8Array(files[1]));
    if (chain.length === 0) throw refuse();
    return { chain: async () => chain, sign: async (bytes) => key.sign(bytes) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof PkiError || error instanceof Error) throw refuse();
    throw error;
  }
}
