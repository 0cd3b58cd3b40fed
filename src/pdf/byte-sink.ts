/** A growing run of bytes that knows where it stands in its file. */

const encoder = new TextEncoder();
/** Below this many characters a loop is faster than the encoder. */
const SHORT = 16;

export interface ByteSink {
  /** Offset in the file of the next byte. */
  position(): number;
  /** Appends one byte per UTF-16 unit; the text must be ASCII. */
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  /** A copy of everything written so far. */
  taken(): Uint8Array<ArrayBuffer>;
  /** Everything written so far without copying; valid until the next write. */
  view(): Uint8Array;
  /** Empties the sink; the next byte stands at that offset of its file. */
  restart(startsAt: number): void;
}

/** @param startsAt offset in the file of the first byte written here */
export function makeByteSink(startsAt: number, capacity = 1 << 16): ByteSink {
  let origin = startsAt;
  let buffer = new Uint8Array(capacity);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, length + more));
    grown.set(buffer.subarray(0, length));
    buffer = grown;
  };
  return {
    position: () => origin + length,
    text: (text) => {
      reserve(text.length);
      if (text.length < SHORT) for (let i = 0; i < text.length; i++) buffer[length + i] = text.charCodeAt(i);
      else encoder.encodeInto(text, buffer.subarray(length));
      length += text.length;
    },
    bytes: (bytes) => {
      reserve(bytes.length);
      buffer.set(bytes, length);
      length += bytes.length;
    },
    taken: () => buffer.slice(0, length),
    view: () => buffer.subarray(0, length),
    restart: (at) => {
      origin = at;
      length = 0;
    },
  };
}
