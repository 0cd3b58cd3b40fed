/** SHA-2 digests: the one place that computes them. */
import { createHash, type Hash, hash as hashAtOnce } from 'node:crypto';

declare const sha256Brand: unique symbol;
/** 64 lower-case hexadecimal digits. */
export type Sha256 = string & { readonly [sha256Brand]: true };

/** A digest that may be copied midway, so that a constant prefix is hashed once. */
export interface RunningSha256 {
  update(bytes: Uint8Array): RunningSha256;
  copy(): RunningSha256;
  /** 32 bytes; the running digest is spent afterwards. */
  finish(): Uint8Array<ArrayBuffer>;
}

const wrap = (hash: Hash): RunningSha256 => {
  const running: RunningSha256 = {
    update: (bytes) => {
      hash.update(bytes);
      return running;
    },
    copy: () => wrap(hash.copy()),
    finish: () => new Uint8Array(hash.digest()),
  };
  return running;
};

export const startSha256 = (): RunningSha256 => wrap(createHash('sha256'));

/** 32 bytes: the SHA-256 of the parts laid end to end. @source FIPS 180-4 */
export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => digestBy('sha256', ...parts);

export function sha256Hex(...parts: readonly Uint8Array[]): Sha256 {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return hashAtOnce('sha256', only, 'hex') as Sha256;
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex') as Sha256;
}

export const isSha256 = (text: string): text is Sha256 => /^[0-9a-f]{64}$/.test(text);

/** Digest by the algorithms that a signature may use. @source RFC 5754 §2 */
export function digestBy(algorithm: 'sha256' | 'sha384' | 'sha512', ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return new Uint8Array(hashAtOnce(algorithm, only, 'buffer'));
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
