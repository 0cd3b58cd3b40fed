/** A growing run of bytes that knows where it stands in its file. */

const encoder = new TextEncoder();
/** Below this many characters a loop is faster than the encoder. */
const SHORT = 64;
const HEX_DIGITS = encoder.encode('0123456789ABCDEF');

export interface ByteSink {
  /** Offset in the file of the next byte. */
  position(): number;
  /** Appends one byte per UTF-16 unit; the text must be ASCII. */
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  /** Replaces what stands at an offset of the file. */
  overwrite(at: number, bytes: Uint8Array): void;
  /** Replaces four bytes by the hexadecimal digits of a number below 65,536. @param at offset in the file */
  overwriteHex4(at: number, value: number): void;
  /** Replaces the ten bytes by the decimal digits of a number. @param at offset in the file */
  overwriteDecimal10(at: number, value: number): void;
  /** A copy of everything written so far. */
  taken(): Uint8Array<ArrayBuffer>;
  /** Everything written so far without copying; valid until the next write. */
  view(): Uint8Array;
  /** Empties the sink; the next byte stands at that offset of its file. */
  restart(startsAt: number): void;
  /** Forgets everything behind that offset of its file. */
  truncate(end: number): void;
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
    overwrite: (at, bytes) => {
      buffer.set(bytes, at - origin);
    },
    overwriteHex4: (at, value) => {
      const start = at - origin;
      buffer[start] = HEX_DIGITS[value >> 12] ?? 0;
      buffer[start + 1] = HEX_DIGITS[(value >> 8) & 15] ?? 0;
      buffer[start + 2] = HEX_DIGITS[(value >> 4) & 15] ?? 0;
      buffer[start + 3] = HEX_DIGITS[value & 15] ?? 0;
    },
    overwriteDecimal10: (at, value) => {
      let rest = value;
      for (let place = at - origin + 9; place >= at - origin; place--) {
        const tenth = Math.floor(rest / 10);
        buffer[place] = 0x30 + (rest - tenth * 10);
        rest = tenth;
      }
    },
    taken: () => buffer.slice(0, length),
    view: () => buffer.subarray(0, length),
    restart: (at) => {
      origin = at;
      length = 0;
    },
    truncate: (end) => {
      length = end - origin;
    },
  };
}
