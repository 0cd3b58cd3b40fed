/** The verifier's own list of roots: every certificate in the folder `certs/`, and the development root outside production. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAnchor } from '../pki/anchors.ts';
import { certificatesIn } from '../pki/pem.ts';

const CERTIFICATE_FILE = /\.(?:pem|crt|cer|der)$/i;

/**
 * Roots as DER, each once, in the order of file names.
 * @param directory usually `certs`; `dev/ca.pem` inside it counts unless NODE_ENV is production
 * @throws Error naming the file that holds no acceptable CA certificate
 */
export async function loadTrustAnchors(directory: string): Promise<readonly Uint8Array[]> {
  const names = (await readNames(directory)).filter((name) => CERTIFICATE_FILE.test(name)).sort();
  const paths = names.map((name) => join(directory, name));
  if (process.env['NODE_ENV'] !== 'production' && (await readNames(join(directory, 'dev'))).includes('ca.pem')) {
    paths.push(join(directory, 'dev', 'ca.pem'));
  }
  const anchors = new Map<string, Uint8Array>();
  for (const path of paths) for (const anchor of await loadTrustAnchorFile(path)) anchors.set(parseAnchor(anchor).sha256, anchor);
  return [...anchors.values()];
}

/** Roots of one file, PEM or DER. @throws Error when it holds none, or one that is no acceptable CA certificate */
export async function loadTrustAnchorFile(path: string): Promise<readonly Uint8Array[]> {
  try {
    const found = certificatesIn(new Uint8Array(await readFile(path)));
    if (found.length === 0) throw new Error('no certificate');
    for (const der of found) if (!parseAnchor(der).isCa) throw new Error('not a CA certificate');
    return found;
  } catch (cause) {
    throw new Error(`信任证书无法使用：${path}。请换成 PEM 或 DER 格式的 CA 根证书（RSA 2048 位以上、P-256/P-384，或国密 SM2）。`, {
      cause,
    });
  }
}

async function readNames(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
