/** `same-memory.ts` for a runtime without such a comparison: word by word. */
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
