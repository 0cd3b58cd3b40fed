/** The verifier's own list of roots: every certificate in `certs/` and `certs/licensed/`, the platform's, and the development root outside production. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { equalBytes } from '../bytes.ts';
import { parseBeijingDate } from '../instant.ts';
import { type NamedRoot, parseAnchor } from '../pki/anchors.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { PkiError } from '../pki/failure.ts';
import { certificatesIn } from '../pki/pem.ts';
import { hasCode } from './file-codes.ts';

const CERTIFICATE_FILE = /\.(?:pem|crt|cer|der)$/i;

/**
 * Roots as DER, each once, in the order of file names.
 * @param directory usually `certs`; `dev/ca.pem` inside it counts unless NODE_ENV is production
 * @throws Error naming the file that holds no acceptable CA certificate
 */
export async function loadTrustAnchors(directory: string): Promise<readonly Uint8Array[]> {
  const names = (await readNames(directory)).filter((name) => CERTIFICATE_FILE.test(name)).sort();
  const paths = [...names.map((name) => join(directory, name)), ...(await licensedFiles(directory))];
  const anchors = new Map<string, Uint8Array>();
  for (const path of paths) for (const anchor of await loadTrustAnchorFile(path)) anchors.set(parseAnchor(anchor).sha256, anchor);
  for (const root of await platformRoots(directory)) anchors.set(parseAnchor(root).sha256, root);
  return [...anchors.values()];
}

/** Roots of the platform itself: those in `platform/`, where its issuing CA stands beside them, and outside production the development root. */
async function platformRoots(directory: string): Promise<readonly Uint8Array[]> {
  const roots: Uint8Array[] = [];
  for (const name of (await readNames(join(directory, 'platform'))).filter((one) => CERTIFICATE_FILE.test(one)).sort()) {
    // Keys and the certificate that seals evidence lie here as well.
    const found = certificatesIn(new Uint8Array(await readFile(join(directory, 'platform', name)))).filter(isRoot);
    roots.push(...found);
  }
  if (process.env['NODE_ENV'] !== 'production' && (await readNames(join(directory, 'dev'))).includes('ca.pem'))
    roots.push(...(await loadTrustAnchorFile(join(directory, 'dev', 'ca.pem'))));
  return roots;
}

function isRoot(der: Uint8Array): boolean {
  try {
    const { isCa, subjectDer, issuerDer } = parseCertificate(der);
    return isCa && equalBytes(subjectDer, issuerDer);
  } catch (error) {
    if (error instanceof PkiError) return false;
    throw error;
  }
}

const licensedFiles = async (directory: string): Promise<readonly string[]> =>
  (await readNames(join(directory, 'licensed')))
    .filter((name) => CERTIFICATE_FILE.test(name))
    .sort()
    .map((name) => join(directory, 'licensed', name));

/**
 * Roots of which whoever installed them says something: authorities that hold the licence for electronic certification
 * (电子认证服务许可证), and the platform itself.
 * @throws Error naming the file without a readable statement beside it
 * @source 电子签名法第十六条、第十七条、第十八条
 */
export async function loadNamedRoots(directory: string): Promise<readonly NamedRoot[]> {
  // First, so that the lesser word is said of a root that is both.
  const found: NamedRoot[] = (await platformRoots(directory)).map((der) => ({ sha256: parseAnchor(der).sha256, is: 'platform' }));
  for (const path of await licensedFiles(directory)) {
    const statement = path.replace(CERTIFICATE_FILE, '.json');
    if (!isLicence(await readFile(statement, 'utf8').then(parseOrNothing, () => undefined)))
      throw new Error(
        `${path} 旁边要有 ${basename(statement)}，写明 authority（机构名称）、licence（电子认证服务许可证号）、checkedOn（核对日期，如 2026-09-01）和 source（在哪里核对的）。没有许可证的，请把证书移到 certs 文件夹。`,
      );
    for (const der of await loadTrustAnchorFile(path)) found.push({ sha256: parseAnchor(der).sha256, is: 'licensed' });
  }
  return found;
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LICENCE_KEYS = ['authority', 'checkedOn', 'licence', 'source'];

function isLicence(json: unknown): boolean {
  if (typeof json !== 'object' || json === null || Object.keys(json).sort().join() !== LICENCE_KEYS.join()) return false;
  const said = new Map<string, unknown>(Object.entries(json));
  const isText = (key: string): boolean => {
    const value = said.get(key);
    return typeof value === 'string' && value.trim() !== '' && value.length <= 200;
  };
  const on = parseBeijingDate(String(said.get('checkedOn')));
  return LICENCE_KEYS.every(isText) && on !== undefined && /^[0-9A-Z-]{6,40}$/.test(String(said.get('licence')));
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
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
