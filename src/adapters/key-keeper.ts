/** Keys that the server keeps: encrypted files that open with a passphrase, and signers of the installation that are given a PIN. */
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes, fromUtf8, toUtf8 } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import { AppError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import { type KeyKind, parsePublicKey } from '../pki/algorithms.ts';
import { fromP1363 } from '../pki/ecdsa-value.ts';
import { ENCRYPTION_BYTES, encryptPkcs8 } from '../pki/encrypted-key.ts';
import { printPem } from '../pki/pem.ts';
import { readSigningKey } from '../pki/sign.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type { Clock, KeyKeeper, Random } from '../ports.ts';
import { readIfThere } from './file-codes.ts';
import { askSigner, questionFor, type SignerConnection } from './signer-connection.ts';

interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly signers: readonly SignerConnection[];
}

interface Unlocked {
  readonly until: Instant;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** @param folder made on first use, readable by its owner only */
export function openKeyKeeper(folder: string, { clock, random, signers }: Surroundings): KeyKeeper {
  const unlocked = new Map<string, Unlocked>();
  const pathOf = (key: string): string => {
    if (!/^[0-9a-f]{32}$/.test(key)) throw new Error('not the name of a key');
    return join(folder, `${key}.pem`);
  };
  const current = (key: string): Unlocked | undefined => {
    const one = unlocked.get(key);
    if (one !== undefined && one.until > clock.now()) return one;
    unlocked.delete(key);
    return undefined;
  };
  return {
    connected: signers.map(({ name, zh, tenant, chain }) => ({ name, zh, tenant, chain })),
    async keep(key, pkcs8, passphrase) {
      const encrypted = encryptPkcs8(pkcs8, passphrase, random.bytes(ENCRYPTION_BYTES));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await open(pathOf(key), 'wx', 0o600);
      try {
        await file.writeFile(fromUtf8(printPem({ label: 'ENCRYPTED PRIVATE KEY', der: encrypted })));
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async forget(key) {
      unlocked.delete(key);
      await rm(pathOf(key), { force: true });
    },
    async unlock(key, signer, passphrase, spki, until) {
      unlocked.delete(key);
      const sign =
        signer === null ? await openFile(pathOf(key), passphrase, spki) : await openConnection(signers, signer, passphrase, spki);
      unlocked.set(key, { until, sign });
    },
    lock: (key) => void unlocked.delete(key),
    unlockedUntil: (key) => current(key)?.until ?? null,
    sign: async (key, message) => {
      const one = current(key);
      if (one === undefined) throw new AppError('KEY_LOCKED');
      return one.sign(message);
    },
  };
}

async function openFile(path: string, passphrase: string, spki: Uint8Array): Promise<Unlocked['sign']> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new AppError('KEY_UNAVAILABLE', { reason: '密钥文件不在了' });
  const key = readWith(toUtf8(bytes), passphrase);
  if (!equalBytes(key.spki, spki)) throw new AppError('KEY_UNAVAILABLE', { reason: '密钥文件与证书对不上' });
  return async (message) => key.sign(message);
}

function readWith(pem: string, passphrase: string) {
  try {
    return readSigningKey(pem, passphrase);
  } catch {
    // The library says the same of a wrong passphrase and of a file that somebody changed.
    throw new AppError('KEY_PASSPHRASE_WRONG');
  }
}

/** Tried out at once, so that a wrong PIN is known before a batch begins and no device is locked by trying again and again. */
async function openConnection(
  signers: readonly SignerConnection[],
  name: string,
  pin: string,
  spki: Uint8Array,
): Promise<Unlocked['sign']> {
  const connection = signers.find((one) => one.name === name);
  if (connection === undefined) throw new AppError('KEY_UNAVAILABLE', { reason: '设置里没有这个签名设备' });
  const { kind } = parsePublicKey(spki);
  const sign: Unlocked['sign'] = async (message) => {
    const algorithm = kind === 'rsa' ? 'rsa-pkcs1-sha256' : 'ecdsa-sha256';
    const value = await askSigner(connection, questionFor(name, algorithm, sha256(message), pin))
      .then((answer) => toDer(answer, kind))
      .catch(() => {
        throw new AppError('KEY_UNAVAILABLE', { reason: '签名设备没有给出签名，口令可能不对' });
      });
    if (!verifySignature(spki, 'sha256', message, value))
      throw new AppError('KEY_UNAVAILABLE', { reason: '签名设备给出的签名与证书对不上' });
    return value;
  };
  await sign(fromUtf8('sanfang.signer/1 trial'));
  return sign;
}

const P1363_BYTES = { p256: 64, p384: 96 } as const;

const toDer = (value: Uint8Array, kind: KeyKind): Uint8Array =>
  kind !== 'rsa' && value.length === P1363_BYTES[kind] ? fromP1363(value, kind) : value;
