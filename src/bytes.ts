/** Bytes in and out of text: Latin-1, UTF-8, hex, base64; plain `Uint8Array`, so that it runs in a browser as well. */
import { hexOf, latin1Of, sameMemory, unfilled } from './memory.ts';

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One byte per UTF-16 unit. @throws RangeError when a unit is above U+00FF */
export function fromLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  if (encoder.encodeInto(text, bytes).read === text.length) return bytes;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) throw new RangeError(`not Latin-1: U+${unit.toString(16)} at ${i}`);
    bytes[i] = unit;
  }
  return bytes;
}

/** The text whose UTF-16 units are the bytes of `bytes[start, end)`. */
export const toLatin1 = (bytes: Uint8Array, start = 0, end: number = bytes.length): string => latin1Of(bytes.subarray(start, end));

export const fromUtf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** @throws TypeError when the bytes are not well-formed UTF-8 */
export const toUtf8 = (bytes: Uint8Array): string => strictDecoder.decode(bytes);

/** Lower-case hexadecimal. */
export const toHex = hexOf;

const NIBBLE = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  NIBBLE[digit.toString(16).charCodeAt(0)] = digit;
  NIBBLE[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

const LOWER_NIBBLE = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) LOWER_NIBBLE[digit.toString(16).charCodeAt(0)] = digit;

/** @throws RangeError unless the text is an even number of hexadecimal digits */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length >> 1);
  let digits = 0;
  for (let i = 0; i < bytes.length; i++) {
    const high = NIBBLE[text.charCodeAt(i * 2)] ?? -1;
    const low = NIBBLE[text.charCodeAt(i * 2 + 1)] ?? -1;
    digits |= high | low;
    bytes[i] = (high << 4) | low;
  }
  if (digits < 0 || text.length % 2 === 1) throw new RangeError('not hexadecimal');
  return bytes;
}

/** Bytes out of lower-case hexadecimal digits that stand as ASCII in `digits`; undefined when one is anything else. */
export function fromLowerHexDigits(digits: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (digits.length % 2 === 1) return undefined;
  const bytes = new Uint8Array(digits.length >> 1);
  let wrong = 0;
  for (let i = 0; i < bytes.length; i++) {
    const high = LOWER_NIBBLE[digits[2 * i] ?? 0] ?? -1;
    const low = LOWER_NIBBLE[digits[2 * i + 1] ?? 0] ?? -1;
    wrong |= high | low;
    bytes[i] = (high << 4) | low;
  }
  return wrong < 0 ? undefined : bytes;
}

export const toBase64 = (bytes: Uint8Array): string => btoa(toLatin1(bytes));

/** @throws RangeError unless the text is canonical base64 with padding */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw new RangeError('not base64');
  return fromLatin1(atob(text));
}

/** From here on emptying memory before it is filled costs more than asking for it otherwise. */
const LARGE = 32_768;

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = length < LARGE ? new Uint8Array(length) : unfilled(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && firstDifference(a, b) === -1;
}

/** Whether nothing but zero bytes follows from `start` on. */
export const isAllZero = (bytes: Uint8Array, start: number): boolean => repeatedFrom(bytes, 0) <= start;

const WORD = 4;

/** Where the run of one same byte at the end of `bytes` begins; their length where they end with another. */
export function repeatedFrom(bytes: Uint8Array, byte: number): number {
  let at = bytes.length;
  while (at > 0 && (bytes.byteOffset + at) % WORD !== 0 && bytes[at - 1] === byte) at--;
  if ((bytes.byteOffset + at) % WORD === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at - Math.floor(at / WORD) * WORD, Math.floor(at / WORD));
    const word = byte * 0x01010101;
    let i = words.length;
    while (i > 0 && words[i - 1] === word) i--;
    at -= (words.length - i) * WORD;
  }
  while (at > 0 && bytes[at - 1] === byte) at--;
  return at;
}

/** Offset of the first byte in which the two differ within their common length, or -1. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  if (length >= LONG && sameMemory(a.subarray(0, length), b.subarray(0, length))) return -1;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return -1;
}

/** Shorter runs are not worth two views. */
const LONG = 256;
