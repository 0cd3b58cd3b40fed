/** Flate streams whose bytes depend on nothing but their input: pako (pure JavaScript, pinned), never the platform's zlib. */
import pako from 'pako';

/** A stretch of raw deflate data that ends on a byte boundary and looks back at nothing: pieces may be laid end to end. */
export interface FlatePiece {
  readonly deflated: Uint8Array;
  readonly adler: number;
  readonly lengthBytes: number;
}

const ADLER_BASE = 65521;
const Z_SYNC_FLUSH = 2;

/** A whole zlib stream at level 9. @source RFC 1950, RFC 1951 */
export const deflate = (bytes: Uint8Array): Uint8Array => pako.deflate(bytes, { level: 9 });

/** Deflates one stretch on its own; stored as it is where deflating does not help. */
export function flatePiece(bytes: Uint8Array): FlatePiece {
  const stored = storedBlock(bytes);
  const deflator = new pako.Deflate({ level: 9, raw: true });
  deflator.push(bytes, Z_SYNC_FLUSH);
  const chunks = (deflator as unknown as { chunks: readonly Uint8Array[] }).chunks;
  const strm = (deflator as unknown as { strm: { output: Uint8Array; next_out: number } }).strm;
  const deflated = joinChunks(chunks, strm.output.subarray(0, strm.next_out));
  return { deflated: deflated.length < stored.length ? deflated : stored, adler: adler32(bytes), lengthBytes: bytes.length };
}

/** A piece that is not worth deflating, at most 65,535 bytes. */
export function storedPiece(bytes: Uint8Array): FlatePiece {
  return { deflated: storedBlock(bytes), adler: adler32(bytes), lengthBytes: bytes.length };
}

function joinChunks(chunks: readonly Uint8Array[], rest: Uint8Array): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, rest.length));
  let at = 0;
  for (const chunk of [...chunks, rest]) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

function storedBlock(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0xffff) throw new RangeError('a stored block holds at most 65535 bytes');
  const block = new Uint8Array(5 + bytes.length);
  block[1] = bytes.length & 0xff;
  block[2] = bytes.length >> 8;
  block[3] = ~bytes.length & 0xff;
  block[4] = (~bytes.length >> 8) & 0xff;
  block.set(bytes, 5);
  return block;
}

export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 3800);
    for (; at < end; at++) {
      low += bytes[at] ?? 0;
      high += low;
    }
    low %= ADLER_BASE;
    high %= ADLER_BASE;
  }
  return high * 65536 + low;
}

/** Adler-32 of two stretches laid end to end, from theirs. */
export function combineAdler(first: number, second: number, secondLengthBytes: number): number {
  const rest = secondLengthBytes % ADLER_BASE;
  const low1 = first & 0xffff;
  const high1 = Math.floor(first / 65536);
  const low2 = second & 0xffff;
  const high2 = Math.floor(second / 65536);
  const low = (low1 + low2 + ADLER_BASE - 1) % ADLER_BASE;
  const high = (high1 + high2 + rest * low1 + ADLER_BASE - rest) % ADLER_BASE;
  return high * 65536 + low;
}

/** A zlib stream made of pieces: header, pieces, an empty last block, checksum. */
export function joinPieces(pieces: readonly FlatePiece[]): Uint8Array {
  let length = 8;
  let adler = 1;
  for (const piece of pieces) {
    length += piece.deflated.length;
    adler = combineAdler(adler, piece.adler, piece.lengthBytes);
  }
  const out = new Uint8Array(length);
  out[0] = 0x78;
  out[1] = 0xda;
  let at = 2;
  for (const piece of pieces) {
    out.set(piece.deflated, at);
    at += piece.deflated.length;
  }
  out[at] = 3;
  new DataView(out.buffer).setUint32(at + 2, adler);
  return out;
}

/** @throws Error when the bytes are no zlib stream */
export const inflate = (bytes: Uint8Array): Uint8Array => pako.inflate(bytes);

/** A zlib stream of exactly so many bytes once inflated; undefined for any other, without ever holding more. */
export function inflateExactly(bytes: Uint8Array, lengthBytes: number): Uint8Array | undefined {
  const out = new Uint8Array(lengthBytes);
  let at = 0;
  const inflator = new pako.Inflate();
  inflator.onData = (chunk: pako.Data) => {
    if (typeof chunk === 'string' || at + chunk.byteLength > lengthBytes) throw new RangeError('more than was said');
    out.set(new Uint8Array(chunk), at);
    at += chunk.byteLength;
  };
  try {
    inflator.push(bytes, true);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return inflator.err === 0 && at === lengthBytes ? out : undefined;
}
