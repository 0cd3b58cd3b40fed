/** The development authority on disk: keys and certificates are made on first use and kept in one private file. */
import { link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes, toHex, toUtf8 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { type PemBlock, parsePem, printPem } from '../pki/pem.ts';
import { readSigningKey } from '../pki/sign.ts';
import type { Clock, Random } from '../ports.ts';
import type { KeyAndCertificate } from './authority-issuing.ts';
import {
  type DevAuthority,
  type DevAuthorityMaterial,
  devAuthorityOver,
  makeDevAuthorityMaterial,
  refreshDevAuthority,
} from './dev-authority-issuing.ts';
import { hasCode, readIfThere } from './file-codes.ts';
import { revocationFile } from './revocation-file.ts';

/** The three keys and certificates, private. */
const BUNDLE = 'authority.pem';
/** The root certificate alone, to hand to verifiers. */
const ROOT = 'ca.pem';
/** One revocation a line. */
const REVOKED = 'revoked.txt';

const HEADING = '开发密钥：仅供测试，不具法律效力，不得提交或外传。\n';

/** @throws AppError DEV_KEYS_IN_PRODUCTION when NODE_ENV is production, whoever asks */
function assertDevelopment(): void {
  if (process.env['NODE_ENV'] === 'production') throw new AppError('DEV_KEYS_IN_PRODUCTION');
}

/**
 * Opens the authority kept in a directory, making it on first use. Two processes that start at once end with the same keys.
 * @param directory usually `certs/dev`
 * @param origin below which it is published what was revoked, without a slash at the end; null where nothing is
 * @throws AppError DEV_KEYS_IN_PRODUCTION
 * @throws Error when the stored file is damaged
 */
export async function openDevAuthority(
  directory: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  origin: string | null = null,
): Promise<DevAuthority> {
  assertDevelopment();
  await mkdir(directory, { recursive: true });
  const path = join(directory, BUNDLE);
  const stored =
    (await readText(path)) ?? (await claim(directory, path, printMaterial(makeDevAuthorityMaterial(clock.now(), random, origin)), random));
  const kept = parseMaterial(stored, path);
  const material = refreshDevAuthority(kept, clock.now(), random, origin);
  if (printMaterial(material) !== printMaterial(kept)) await replace(directory, path, printMaterial(material), 0o600, random);
  await publishRoot(directory, printPem({ label: 'CERTIFICATE', der: material.root.certificate.der }), random);
  return devAuthorityOver(material, clock, random, revocationFile(join(directory, REVOKED)), origin);
}

const readText = async (path: string): Promise<string | undefined> => {
  const bytes = await readIfThere(path);
  return bytes === undefined ? undefined : toUtf8(bytes);
};

const temporary = (directory: string, random: Random): string => join(directory, `.new-${toHex(random.bytes(8))}`);

/** Writes the file unless another process was first, and returns what is stored. */
async function claim(directory: string, path: string, text: string, random: Random): Promise<string> {
  const draft = temporary(directory, random);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return toUtf8(await readFile(path));
}

async function publishRoot(directory: string, text: string, random: Random): Promise<void> {
  const path = join(directory, ROOT);
  if ((await readText(path)) !== text) await replace(directory, path, text, 0o644, random);
}

async function replace(directory: string, path: string, text: string, mode: number, random: Random): Promise<void> {
  const draft = temporary(directory, random);
  await writeFile(draft, text, { flag: 'wx', mode, flush: true });
  await rename(draft, path);
}

const PARTS = ['root', 'issuing', 'tsa'] as const;

const printMaterial = (material: DevAuthorityMaterial): string =>
  HEADING +
  PARTS.map((part) => material[part].key.toPem() + printPem({ label: 'CERTIFICATE', der: material[part].certificate.der })).join('');

function parseMaterial(text: string, path: string): DevAuthorityMaterial {
  try {
    const blocks = parsePem(text);
    if (blocks.length !== PARTS.length * 2) throw new Error(`${blocks.length} blocks`);
    return { root: partOf(blocks, 0), issuing: partOf(blocks, 1), tsa: partOf(blocks, 2) };
  } catch (cause) {
    throw new Error(`开发证书文件已损坏：${path}。请删除该文件后重新启动，系统会重新生成。`, { cause });
  }
}

function partOf(blocks: readonly PemBlock[], index: number): KeyAndCertificate {
  const [keyBlock, certificateBlock] = blocks.slice(index * 2, index * 2 + 2);
  if (keyBlock?.label !== 'PRIVATE KEY' || certificateBlock?.label !== 'CERTIFICATE') throw new Error('blocks out of order');
  const key = readSigningKey(printPem(keyBlock));
  const certificate = parseCertificate(certificateBlock.der);
  if (!equalBytes(key.spki, certificate.spki)) throw new Error('key of another certificate');
  return { key, certificate };
}
