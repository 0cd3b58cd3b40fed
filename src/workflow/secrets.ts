/** Tokens that open doors, and identifiers that open nothing. */
import { fromUtf8, toBase64, toHex } from '../bytes.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import type { Random } from '../ports.ts';

/** 256 random bits as 43 characters of base64url. Given to one person once; only `hashOfToken` is kept. */
export const makeToken = (random: Random): string =>
  toBase64(random.bytes(32)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export const hashOfToken = (token: string): Sha256 => sha256Hex(fromUtf8(`sanfang.token/1\n${token}`));

/** 128 random bits as hexadecimal: the name of a record. */
export const makeId = (random: Random): string => toHex(random.bytes(16));
