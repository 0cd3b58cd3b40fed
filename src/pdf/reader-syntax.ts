/** PDF syntax read from unknown bytes: tokens and direct objects. Odd syntax is read as viewers read it and counted, never thrown. */
import { toLatin1 } from '../bytes.ts';
import type { Budget } from './reader-budget.ts';

export interface PdfName {
  readonly kind: 'name';
  readonly name: string;
}
/** A string as it stands in `source[start, end)`, delimiters included; decoded by `stringBytes`. */
export interface PdfString {
  readonly kind: 'string';
  readonly source: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly isHex: boolean;
}
export interface PdfRef {
  readonly kind: 'ref';
  readonly number: number;
  readonly generation: number;
}
export interface PdfArray {
  readonly kind: 'array';
  readonly items: readonly PdfValue[];
}
export interface PdfDict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, PdfValue>;
  /** A key stands twice, so that readers may see different values. */
  readonly hasDuplicates: boolean;
}
export interface PdfStream {
  readonly kind: 'stream';
  readonly dict: PdfDict;
  /** The encoded bytes. */
  readonly raw: Uint8Array;
  /** False when /Length is missing or does not lead to `endstream`. */
  readonly isLengthRight: boolean;
}
/** Anything that is no value: an operator, `endobj`, `R`. */
export interface PdfKeyword {
  readonly kind: 'keyword';
  readonly word: string;
}
export type PdfValue = null | boolean | number | PdfName | PdfString | PdfRef | PdfArray | PdfDict | PdfStream;

export interface Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly budget: Budget;
  at: number;
}

export const END: PdfKeyword = { kind: 'keyword', word: '' };
const DEPTH_MAX = 48;
const NAME_MAX = 256;
const TOKEN_STEPS = 12;
/** Roughly what one member of an array or a dictionary takes in memory. */
const MEMBER_BYTES = 64;

const SPACE = 1;
const DELIMITER = 2;
const CLASS = new Uint8Array(256);
for (const byte of [0, 9, 10, 12, 13, 32]) CLASS[byte] = SPACE;
for (const sign of '()<>[]{}/%') CLASS[sign.charCodeAt(0)] = DELIMITER;

export const isSpace = (byte: number | undefined): boolean => byte !== undefined && CLASS[byte] === SPACE;
export const openCursor = (bytes: Uint8Array, at: number, budget: Budget, end = bytes.length): Cursor => ({ bytes, at, end, budget });

export function skipSpace(cursor: Cursor): void {
  const { bytes, end } = cursor;
  let at = cursor.at;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x25) {
      while (at < end && bytes[at] !== 10 && bytes[at] !== 13) at++;
      at--;
    } else if (CLASS[byte] !== SPACE) break;
  }
  cursor.budget.spend(at - cursor.at);
  cursor.at = at;
}

/** The next value or keyword; `END` at the end. Never throws but for the budget. */
export function readObject(cursor: Cursor, depth = 0): PdfValue | PdfKeyword {
  skipSpace(cursor);
  cursor.budget.spend(TOKEN_STEPS);
  const { bytes, end } = cursor;
  if (cursor.at >= end) return END;
  const byte = bytes[cursor.at] ?? 0;
  if (byte === 0x2f) return readName(cursor);
  if (byte === 0x28) return readLiteral(cursor);
  if (byte === 0x3c) return bytes[cursor.at + 1] === 0x3c ? readDict(cursor, depth) : readHex(cursor);
  if (byte === 0x5b) return readArray(cursor, depth);
  if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e) return readNumberOrRef(cursor);
  if (CLASS[byte] === DELIMITER) {
    const isPair = byte === 0x3e && bytes[cursor.at + 1] === 0x3e;
    cursor.at += isPair ? 2 : 1;
    return { kind: 'keyword', word: isPair ? '>>' : String.fromCharCode(byte) };
  }
  const word = readRegular(cursor);
  if (word === 'true') return true;
  if (word === 'false') return false;
  return word === 'null' ? null : { kind: 'keyword', word };
}

export const isKeyword = (value: PdfValue | PdfKeyword): value is PdfKeyword =>
  typeof value === 'object' && value !== null && value.kind === 'keyword';

/** A run of regular characters, cut at 256. */
function readRegular(cursor: Cursor): string {
  const start = cursor.at;
  const { bytes, end } = cursor;
  let at = start;
  while (at < end && CLASS[bytes[at] ?? 0] === 0) at++;
  cursor.at = at;
  cursor.budget.spend(at - start);
  return toLatin1(bytes, start, Math.min(at, start + NAME_MAX));
}

function readName(cursor: Cursor): PdfName {
  cursor.at++;
  const text = readRegular(cursor);
  if (!text.includes('#')) return { kind: 'name', name: text };
  return { kind: 'name', name: text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) };
}

function readLiteral(cursor: Cursor): PdfString {
  const { bytes, end } = cursor;
  const start = cursor.at;
  let depth = 0;
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === 0x5c) at++;
    else if (byte === 0x28) depth++;
    else if (byte === 0x29 && --depth === 0) break;
  }
  cursor.at = Math.min(at + 1, end);
  cursor.budget.spend(cursor.at - start);
  return { kind: 'string', source: bytes, start, end: cursor.at, isHex: false };
}

function readHex(cursor: Cursor): PdfString {
  const start = cursor.at;
  const close = cursor.bytes.indexOf(0x3e, start);
  cursor.at = close === -1 || close >= cursor.end ? cursor.end : close + 1;
  cursor.budget.spend((cursor.at - start) >> 3);
  return { kind: 'string', source: cursor.bytes, start, end: cursor.at, isHex: true };
}

function readArray(cursor: Cursor, depth: number): PdfArray {
  cursor.at++;
  const items: PdfValue[] = [];
  while (depth < DEPTH_MAX) {
    const before = cursor.at;
    const item = readObject(cursor, depth + 1);
    if (!isKeyword(item)) {
      cursor.budget.keep(MEMBER_BYTES);
      items.push(item);
    } else if (item.word === ']' || item === END) break;
    else if (isEnd(item.word)) {
      cursor.at = before;
      break;
    }
  }
  return { kind: 'array', items };
}

function readDict(cursor: Cursor, depth: number): PdfDict {
  cursor.at += 2;
  const entries = new Map<string, PdfValue>();
  let hasDuplicates = false;
  while (depth < DEPTH_MAX) {
    const before = cursor.at;
    const key = readObject(cursor, depth + 1);
    if (isKeyword(key)) {
      if (key.word === '>>' || key === END) break;
      if (!isEnd(key.word)) continue;
      cursor.at = before;
      break;
    }
    if (!isName(key)) continue;
    const mark = cursor.at;
    const value = readObject(cursor, depth + 1);
    if (isKeyword(value)) {
      cursor.at = mark;
      if (value === END) break;
      if (value.word !== '>>' && !isEnd(value.word)) readObject(cursor, depth + 1);
      continue;
    }
    if (entries.has(key.name)) hasDuplicates = true;
    cursor.budget.keep(MEMBER_BYTES);
    entries.set(key.name, value);
  }
  return { kind: 'dict', entries, hasDuplicates };
}

const isEnd = (word: string): boolean => word === 'endobj' || word === 'stream' || word === 'endstream' || word === 'obj';

function readNumberOrRef(cursor: Cursor): number | PdfRef {
  const number = readNumber(cursor);
  if (!Number.isInteger(number) || number < 0) return number;
  const mark = cursor.at;
  const generation = peekInteger(cursor);
  if (generation !== undefined) {
    skipSpace(cursor);
    if (cursor.bytes[cursor.at] === 0x52 && (cursor.at + 1 >= cursor.end || CLASS[cursor.bytes[cursor.at + 1] ?? 0] !== 0)) {
      cursor.at++;
      return { kind: 'ref', number, generation };
    }
  }
  cursor.at = mark;
  return number;
}

/** An unsigned integer of at most ten digits, after white space; undefined leaves the cursor after the white space. */
export function peekInteger(cursor: Cursor): number | undefined {
  skipSpace(cursor);
  const { bytes, end } = cursor;
  let value = 0;
  let at = cursor.at;
  for (; at < end && at - cursor.at < 11; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === cursor.at || at - cursor.at > 10) return undefined;
  cursor.budget.spend(at - cursor.at);
  cursor.at = at;
  return value;
}

function readNumber(cursor: Cursor): number {
  const text = readRegular(cursor);
  const plain = Number(text);
  if (text !== '' && Number.isFinite(plain) && !/[eExXbBoO]/.test(text)) return plain;
  const loose = /^[+-]*(\d*\.?\d*)/.exec(text)?.[1] ?? '';
  const value = Number(loose === '' || loose === '.' ? 0 : loose);
  return Number.isFinite(value) ? (text.startsWith('-') ? -value : value) : 0;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** The octets of a string. @source ISO 32000-1:2008 §7.3.4 */
export function stringBytes({ source, start, end, isHex }: PdfString): Uint8Array {
  const out = new Uint8Array(end - start);
  let length = 0;
  if (isHex) {
    let high = -1;
    for (let at = start + 1; at < end; at++) {
      const digit = hexDigit(source[at] ?? 0);
      if (digit < 0) continue;
      if (high < 0) high = digit;
      else {
        out[length++] = high * 16 + digit;
        high = -1;
      }
    }
    if (high >= 0) out[length++] = high * 16;
    return out.subarray(0, length);
  }
  for (let at = start + 1; at < end - 1; at++) {
    const byte = source[at] ?? 0;
    if (byte !== 0x5c) {
      if (byte === 13) {
        out[length++] = 10;
        if (source[at + 1] === 10) at++;
      } else out[length++] = byte;
      continue;
    }
    at++;
    const next = source[at] ?? 0;
    if (next >= 0x30 && next <= 0x37) {
      let value = next - 0x30;
      for (let digits = 1; digits < 3; digits++) {
        const digit = (source[at + 1] ?? 0) - 0x30;
        if (digit < 0 || digit > 7) break;
        value = value * 8 + digit;
        at++;
      }
      out[length++] = value & 0xff;
    } else if (next === 13) {
      if (source[at + 1] === 10) at++;
    } else if (next !== 10) out[length++] = ESCAPES[String.fromCharCode(next)] ?? next;
  }
  return out.subarray(0, length);
}

export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

type Kind = 'name' | 'string' | 'ref' | 'array' | 'dict' | 'stream';
const kindIs = (value: PdfValue | PdfKeyword | undefined, kind: Kind): boolean =>
  typeof value === 'object' && value !== null && value.kind === kind;

export const isName = (value: PdfValue | PdfKeyword | undefined): value is PdfName => kindIs(value, 'name');
export const isString = (value: PdfValue | undefined): value is PdfString => kindIs(value, 'string');
export const isRef = (value: PdfValue | undefined): value is PdfRef => kindIs(value, 'ref');
export const isArray = (value: PdfValue | undefined): value is PdfArray => kindIs(value, 'array');
export const isDict = (value: PdfValue | PdfKeyword | undefined): value is PdfDict => kindIs(value, 'dict');
export const isStream = (value: PdfValue | undefined): value is PdfStream => kindIs(value, 'stream');

/** A text string: UTF-16BE or UTF-8 with its mark, else Latin-1. @source ISO 32000-2:2020 §7.9.2.2 */
export function textOf(value: PdfString): string {
  const bytes = stringBytes(value);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder('utf-8').decode(bytes.subarray(3));
  return toLatin1(bytes);
}
