/** SM3: the digest of the Chinese commercial ciphers, here because no runtime can be counted on to have it. */

/** @source GB/T 32905-2016 §4.1 */
const START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e] as const;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** T of each round, rotated by its number already. @source GB/T 32905-2016 §4.2 */
const CONSTANTS = Int32Array.from({ length: 64 }, (_, j) => rotate(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));

/** 32 bytes: the SM3 of the parts laid end to end. @source GB/T 32905-2016 §5 */
export function sm3(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const state = Int32Array.from(START);
  const words = new Int32Array(68);
  const block = new Uint8Array(64);
  let [held, total] = [0, 0];
  for (const part of parts) {
    total += part.length;
    let from = 0;
    if (held > 0) {
      from = Math.min(64 - held, part.length);
      block.set(part.subarray(0, from), held);
      held += from;
      if (held < 64) continue;
      compress(state, words, block, 0);
    }
    for (; from + 64 <= part.length; from += 64) compress(state, words, part, from);
    block.set(part.subarray(from));
    held = part.length - from;
  }
  const last = new Uint8Array(held < 56 ? 64 : 128);
  last.set(block.subarray(0, held));
  last[held] = 0x80;
  const lengthAt = new DataView(last.buffer, last.length - 8);
  lengthAt.setUint32(0, Math.floor(total / 0x2000_0000));
  lengthAt.setUint32(4, (total * 8) >>> 0);
  for (let at = 0; at < last.length; at += 64) compress(state, words, last, at);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => {
    digest.setInt32(i * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

/** @param words room for the expanded message @source GB/T 32905-2016 §5.3 */
function compress(state: Int32Array, words: Int32Array, bytes: Uint8Array, at: number): void {
  const word = (i: number): number => words[i] ?? 0;
  for (let i = 0; i < 16; i++) {
    const from = at + i * 4;
    words[i] = ((bytes[from] ?? 0) << 24) | ((bytes[from + 1] ?? 0) << 16) | ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  }
  for (let i = 16; i < 68; i++) {
    const mixed = word(i - 16) ^ word(i - 9) ^ rotate(word(i - 3), 15);
    words[i] = mixed ^ rotate(mixed, 15) ^ rotate(mixed, 23) ^ rotate(word(i - 13), 7) ^ word(i - 6);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let j = 0; j < 64; j++) {
    const a12 = rotate(a, 12);
    const ss1 = rotate((a12 + e + (CONSTANTS[j] ?? 0)) | 0, 7);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ a12) + (word(j) ^ word(j + 4))) | 0;
    const tt2 = (gg + h + ss1 + word(j)) | 0;
    [d, c, b, a] = [c, rotate(b, 9), a, tt1];
    [h, g, f, e] = [g, rotate(f, 19), e, tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17)];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => {
    state[i] = (state[i] ?? 0) ^ value;
  });
}
