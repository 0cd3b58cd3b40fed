/** The six digits on the classroom wall: another every thirty seconds, worked out from the session's secret and the clock. */
import { fromUtf8 } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import type { Instant } from '../instant.ts';

export const CODE_MS = 30_000;
const BLOCK_BYTES = 64;

/** @param key at most 64 bytes @source RFC 2104 §2 */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const pad = (octet: number): Uint8Array => Uint8Array.from({ length: BLOCK_BYTES }, (_, index) => (key[index] ?? 0) ^ octet);
  return sha256(pad(0x5c), sha256(pad(0x36), message));
}

const stepOf = (at: Instant): number => Math.floor(at / CODE_MS);

/** @source RFC 4226 §5.3 (dynamic truncation), RFC 6238 §4.2 */
function codeOfStep(secret: Uint8Array, step: number): string {
  const mac = hmacSha256(secret, fromUtf8(`sanfang.classroom/1\n${step}`));
  const start = (mac[mac.length - 1] ?? 0) & 0x0f;
  const number = new DataView(mac.buffer, mac.byteOffset + start, 4).getUint32(0) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** The code now, and how long it still stands. */
export const codeAt = (secret: Uint8Array, at: Instant): { readonly code: string; readonly leftMs: number } => ({
  code: codeOfStep(secret, stepOf(at)),
  leftMs: CODE_MS - (at % CODE_MS),
});

/** The code of now, or the one just before: somebody may have been typing it. */
export const isCodeAt = (secret: Uint8Array, at: Instant, code: string): boolean =>
  [0, 1].some((back) => sameText(codeOfStep(secret, stepOf(at) - back), code));

/** Takes as long for a near miss as for a wide one. */
function sameText(one: string, other: string): boolean {
  const [a, b] = [sha256(fromUtf8(one)), sha256(fromUtf8(other))];
  return a.reduce((difference, octet, index) => difference | (octet ^ (b[index] ?? 0)), 0) === 0;
}
