/** `digest.ts` for a runtime without node:crypto: the same exports and results from pure code. The verifier page is bundled with it in place. */
import { sha256 as sha256Of, sha384, sha512 } from '@noble/hashes/sha2.js';
import { toHex } from './bytes.ts';
import type { RunningSha256, Sha256 } from './digest.ts';

export type { RunningSha256, Sha256 } from './digest.ts';

type Hasher = ReturnType<typeof sha256Of.create>;

const wrap = (hash: Hasher): RunningSha256 => {
  const running: RunningSha256 = {
    update: (bytes) => {
      hash.update(bytes);
      return running;
    },
    copy: () => wrap(hash.clone()),
    finish: () => new Uint8Array(hash.digest()),
  };
  return running;
};

export const startSha256 = (): RunningSha256 => wrap(sha256Of.create());

const ALGORITHMS = { sha256: sha256Of, sha384, sha512 } as const;

/** Digest by the algorithms that a signature may use. @source RFC 5754 §2; FIPS 180-4 */
export function digestBy(algorithm: keyof typeof ALGORITHMS, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = ALGORITHMS[algorithm].create();
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** 32 bytes: the SHA-256 of the parts laid end to end. */
export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => digestBy('sha256', ...parts);

export const sha256Hex = (...parts: readonly Uint8Array[]): Sha256 => toHex(sha256(...parts)) as Sha256;

export const isSha256 = (text: string): text is Sha256 => /^[0-9a-f]{64}$/.test(text);
