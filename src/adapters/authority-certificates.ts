/** The template authorities that this installation trusts: certificates in `certs/authorities/national/` and `…/regional/`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { PkiError } from '../pki/failure.ts';
import { isTrialAuthority } from '../pki/issue.ts';
import { certificatesIn } from '../pki/pem.ts';
import { RELEASE_RANKS, type ReleaseRank } from '../template/release.ts';

const CERTIFICATE_FILE = /\.(?:pem|crt|cer|der)$/i;

/**
 * Certificates by rank, DER, in the order of file names. A folder that is absent trusts nobody.
 * @param directory usually `certs/authorities`
 * @throws AppError TEMPLATE_AUTHORITY_FILE_REFUSED for a file that holds no acceptable certificate, and in production for a trial one
 */
export function readTemplateAuthorities(directory: string): Readonly<Record<ReleaseRank, readonly Uint8Array[]>> {
  const [national, regional] = RELEASE_RANKS.map((rank) => readFolder(join(directory, rank)));
  return { national: national ?? [], regional: regional ?? [] };
}

function readFolder(folder: string): readonly Uint8Array[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => CERTIFICATE_FILE.test(name));
  return names.sort().flatMap((name) => readCertificates(join(folder, name)));
}

function readCertificates(path: string): readonly Uint8Array[] {
  const refuse = (reason: string): AppError => new AppError('TEMPLATE_AUTHORITY_FILE_REFUSED', { path, reason });
  try {
    const found = certificatesIn(new Uint8Array(readFileSync(path)));
    if (found.length === 0) throw refuse('里面没有证书');
    const trial = found.some((der) => isTrialAuthority(parseCertificate(der)));
    if (trial && process.env['NODE_ENV'] === 'production') throw refuse('这是试用机构的证书，不能用于正式环境');
    return found;
  } catch (error) {
    if (error instanceof PkiError) throw refuse(`证书不合要求，${error.code}`);
    throw error;
  }
}
