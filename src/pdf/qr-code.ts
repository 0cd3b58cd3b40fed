/** QR codes for the page: many texts of one length that begin alike, each in a few microseconds. */
import { encode } from 'uqr';

/** Rows from the top; each a bit per module, dark ones set, in words of 32 with the leftmost module in the lowest bit. */
export interface QrCode {
  /** Modules along one edge, without the quiet zone. */
  readonly size: number;
  readonly wordsPerRow: number;
  readonly words: Uint32Array;
}

/** Byte mode at level M, up to version 6: 41 modules. @source ISO/IEC 18004:2015 Table 7 */
const CAPACITY_BYTES = [0, 14, 26, 42, 62, 84, 106] as const;
/** Any mask may be used; one for all keeps the code a linear function of its text. */
const MASK = 3;
const ASCII = 128;

function encodeBytes(bytes: readonly number[]): QrCode {
  const version = CAPACITY_BYTES.findIndex((capacity) => bytes.length <= capacity);
  if (version === -1) throw new RangeError(`a QR code of at most ${CAPACITY_BYTES.at(-1)} bytes was asked for ${bytes.length}`);
  const options = { ecc: 'M', border: 0, maskPattern: MASK, boostEcc: false, minVersion: version, maxVersion: version } as const;
  const { data, size } = encode(bytes, options);
  const wordsPerRow = Math.ceil(size / 32);
  const words = new Uint32Array(size * wordsPerRow);
  for (const [y, row] of data.entries()) {
    for (const [x, dark] of row.entries())
      if (dark) words[y * wordsPerRow + (x >> 5)] = (words[y * wordsPerRow + (x >> 5)] ?? 0) | (1 << (x & 31));
  }
  return { size, wordsPerRow, words };
}

/**
 * A maker of codes for `head` followed by ASCII text of a fixed length. For a given version and mask each module is a sum modulo 2 of bits
 * of the text, error correction included; so the code of a text is that of no text with the pattern of each character added.
 * @throws RangeError when head and text have more than 106 bytes; of the maker, when a text is not ASCII of that length
 * @source ISO/IEC 18004:2015 §7.5 (Reed–Solomon codes are linear)
 */
export function qrCodesFor(head: string, textLength: number): (text: string) => QrCode {
  const start = Array.from(head, (character) => character.charCodeAt(0));
  const zeros = new Array<number>(textLength).fill(0);
  const base = encodeBytes([...start, ...zeros]);
  const length = base.words.length;
  /** What each character of the alphabet so far met adds at each place. */
  const patterns = new Map<number, Uint32Array>();
  const patternOf = (code: number, at: number): Uint32Array => {
    const key = at * ASCII + code;
    const known = patterns.get(key);
    if (known !== undefined) return known;
    const { words } = encodeBytes([...start, ...zeros.with(at, code)]);
    const pattern = words.map((word, i) => word ^ (base.words[i] ?? 0));
    patterns.set(key, pattern);
    return pattern;
  };
  return (text) => {
    if (text.length !== textLength) throw new RangeError(`a text of ${textLength} characters was expected, not ${text.length}`);
    const words = base.words.slice();
    for (let at = 0; at < textLength; at++) {
      const code = text.charCodeAt(at);
      if (code >= ASCII) throw new RangeError('a text of ASCII was expected');
      const pattern = patternOf(code, at);
      for (let i = 0; i < length; i++) words[i] = (words[i] ?? 0) ^ (pattern[i] ?? 0);
    }
    return { ...base, words };
  };
}

const SPACE = 0x20;
const ZERO = 0x30;
const LINE_FEED = 0x0a;
const LOWER_E = 0x65;
const LOWER_R = 0x72;
const LARGEST = 41;

/** Written by one drawing at a time: drawing never waits for anything. */
const drawn = new Uint8Array(LARGEST * Math.ceil(LARGEST / 2) * '40 40 41 41 re '.length);
/** Of the stretch that begins at each x in the row above: its end, and the row where it began. */
const ends = new Uint8Array(LARGEST);
const tops = new Uint8Array(LARGEST);

/** One path of rectangles, a module to a unit, y downwards; equal stretches of neighbouring rows are one rectangle. */
export function drawQrCode({ size, words, wordsPerRow }: QrCode): Uint8Array {
  ends.fill(0);
  let at = 0;
  for (let y = 0; y <= size; y++) {
    let start = -1;
    let bits = 0;
    for (let x = 0; x <= size; x++) {
      if ((x & 31) === 0) bits = y < size && x < size ? (words[y * wordsPerRow + (x >> 5)] ?? 0) : 0;
      const dark = (bits & 1) === 1;
      bits >>>= 1;
      if (!dark && start !== -1) {
        if (ends[start] !== x) at = turn(start, y, x, at);
        start = -1;
      } else if (dark && start === -1) {
        start = x;
        continue;
      }
      if (x < size && ends[x] !== 0) at = turn(x, y, 0, at);
    }
  }
  return drawn.slice(0, at);
}

/** Draws what began at x above, and notes what begins there instead. */
function turn(x: number, y: number, end: number, start: number): number {
  const before = ends[x] ?? 0;
  const top = tops[x] ?? 0;
  let at = start;
  if (before !== 0) {
    at = number(x, at);
    at = number(top, at);
    at = number(before - x, at);
    at = number(y - top, at);
    drawn[at++] = LOWER_R;
    drawn[at++] = LOWER_E;
    drawn[at++] = LINE_FEED;
  }
  ends[x] = end;
  tops[x] = y;
  return at;
}

function number(value: number, start: number): number {
  let at = start;
  if (value > 9) drawn[at++] = ZERO + Math.floor(value / 10);
  drawn[at++] = ZERO + (value % 10);
  drawn[at++] = SPACE;
  return at;
}
