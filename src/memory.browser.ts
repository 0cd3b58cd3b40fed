/** `memory.ts` for a runtime that can do none of it. */
const WORD = 4;

const aligned = (bytes: Uint8Array): Uint8Array => (bytes.byteOffset % WORD === 0 ? bytes : new Uint8Array(bytes));

/** @param a as long as `b` */
export function sameMemory(a: Uint8Array, b: Uint8Array): boolean {
  const count = Math.floor(a.length / WORD);
  const [one, other] = [aligned(a), aligned(b)];
  const left = new Uint32Array(one.buffer, one.byteOffset, count);
  const right = new Uint32Array(other.buffer, other.byteOffset, count);
  for (let i = 0; i < count; i++) if (left[i] !== right[i]) return false;
  for (let i = count * WORD; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const PIECE = 8192;

export function latin1Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + PIECE));
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

export const unfilled = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);
