/** Digests as foreign signatures name them: SHA-2 from the one place that computes it, SHA-1 here for old signatures only. */
import { concatBytes } from '../bytes.ts';
import { digestBy } from '../digest.ts';

export type ForeignDigest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Digest of the parts laid end to end. */
export const foreignDigest = (name: ForeignDigest, ...parts: readonly Uint8Array[]): Uint8Array =>
  name === 'sha1' ? sha1(parts) : digestBy(name, ...parts);

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** Never accepted as proof of anything; needed to tell an old signature that fits from one that does not. @source FIPS 180-4 §6.1 */
function sha1(parts: readonly Uint8Array[]): Uint8Array {
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const words = new Int32Array(80);
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  let rest = new Uint8Array();
  for (const part of parts) {
    let from = 0;
    if (rest.length > 0) {
      const need = Math.min(64 - rest.length, part.length);
      rest = concatBytes(rest, part.subarray(0, need));
      from = need;
      if (rest.length < 64) continue;
      mixBlock(state, words, rest, 0);
    }
    for (; from + 64 <= part.length; from += 64) mixBlock(state, words, part, from);
    rest = Uint8Array.from(part.subarray(from));
  }
  const tail = new Uint8Array(rest.length < 56 ? 64 : 128);
  tail.set(rest);
  tail[rest.length] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(total / 0x20000000));
  view.setUint32(tail.length - 4, (total * 8) >>> 0);
  for (let at = 0; at < tail.length; at += 64) mixBlock(state, words, tail, at);
  const out = new DataView(new ArrayBuffer(20));
  state.forEach((word, i) => {
    out.setInt32(i * 4, word);
  });
  return new Uint8Array(out.buffer);
}

function mixBlock(state: Int32Array, words: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const from = at + i * 4;
    words[i] = ((bytes[from] ?? 0) << 24) | ((bytes[from + 1] ?? 0) << 16) | ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  }
  for (let i = 16; i < 80; i++) {
    words[i] = rotate((words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0), 1);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let i = 0; i < 80; i++) {
    const f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    const k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
    const next = (rotate(a, 5) + f + e + k + (words[i] ?? 0)) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
}
