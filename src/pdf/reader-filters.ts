/** Decodes stream filters within a budget. Image codecs are left alone: nothing here looks at pixels. */
import pako from 'pako';
import { concatBytes } from '../bytes.ts';
import type { Budget } from './reader-budget.ts';
import { hexDigit, isSpace } from './reader-syntax.ts';

/** Parameters of one filter, numbers only. @source ISO 32000-1:2008 §7.4.4.3 */
export interface FilterStep {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** One stream may come to this much. */
const STREAM_MAX_BYTES = 24 << 20;
const CHUNK_BYTES = 1 << 16;
const FILTERS_MAX = 8;

/** Decoded bytes; null for an image codec, an unknown filter, more than eight filters or too much output. @throws ReaderLimit */
export function decodeFilters(raw: Uint8Array, steps: readonly FilterStep[], budget: Budget): Uint8Array | null {
  if (steps.length > FILTERS_MAX) return null;
  let bytes: Uint8Array | null = raw;
  for (const step of steps) {
    bytes = bytes === null ? null : decodeOne(bytes, step, budget);
    if (bytes === null || bytes.length > STREAM_MAX_BYTES) return null;
  }
  return bytes;
}

function decodeOne(bytes: Uint8Array, { name, parameters }: FilterStep, budget: Budget): Uint8Array | null {
  switch (name) {
    case 'FlateDecode':
    case 'Fl': {
      const inflated = inflateBounded(bytes, budget);
      return inflated === null ? null : undoPredictor(inflated, parameters, budget);
    }
    case 'LZWDecode':
    case 'LZW': {
      const expanded = expandLzw(bytes, parameters['EarlyChange'] ?? 1, budget);
      return expanded === null ? null : undoPredictor(expanded, parameters, budget);
    }
    case 'ASCIIHexDecode':
    case 'AHx':
      return decodeHex(bytes, budget);
    case 'ASCII85Decode':
    case 'A85':
      return decode85(bytes, budget);
    case 'RunLengthDecode':
    case 'RL':
      return expandRuns(bytes, budget);
    case 'Crypt':
      return bytes;
    default:
      return null;
  }
}

/** Inflates as far as the data is sound, as viewers do; null once it grows too large. */
export function inflateBounded(bytes: Uint8Array, budget: Budget): Uint8Array | null {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const inflator = new pako.Inflate({ chunkSize: CHUNK_BYTES });
  inflator.onData = (chunk) => {
    const piece = chunk instanceof Uint8Array ? chunk : new Uint8Array(chunk);
    length += piece.length;
    budget.spend(piece.length >> 1);
    budget.keep(piece.length);
    if (length <= STREAM_MAX_BYTES) chunks.push(piece);
  };
  for (let at = 0; at < bytes.length && inflator.err === 0 && length <= STREAM_MAX_BYTES; at += CHUNK_BYTES) {
    const piece = bytes.subarray(at, at + CHUNK_BYTES);
    budget.spend(piece.length);
    inflator.push(piece, at + CHUNK_BYTES >= bytes.length);
    if ((inflator as unknown as { ended: boolean }).ended) break;
  }
  return length > STREAM_MAX_BYTES ? null : concatBytes(...chunks);
}

function undoPredictor(bytes: Uint8Array, parameters: FilterStep['parameters'], budget: Budget): Uint8Array | null {
  const predictor = parameters['Predictor'] ?? 1;
  if (predictor < 2) return bytes;
  const colors = bounded(parameters['Colors'] ?? 1, 32);
  const bits = bounded(parameters['BitsPerComponent'] ?? 8, 16);
  const columns = bounded(parameters['Columns'] ?? 1, 1 << 20);
  const pixel = Math.max(1, (colors * bits) >> 3);
  const row = (colors * bits * columns + 7) >> 3;
  budget.spend(bytes.length * 2);
  budget.keep(bytes.length);
  return predictor === 2 ? undoTiff(bytes, row, pixel, bits) : undoPng(bytes, row, pixel);
}

const bounded = (value: number, max: number): number => (Number.isInteger(value) && value > 0 ? Math.min(value, max) : 1);

function undoTiff(bytes: Uint8Array, row: number, pixel: number, bits: number): Uint8Array | null {
  if (bits !== 8) return null;
  const out = Uint8Array.from(bytes);
  for (let start = 0; start < out.length; start += row) {
    for (let at = start + pixel; at < Math.min(start + row, out.length); at++) out[at] = (out[at] ?? 0) + (out[at - pixel] ?? 0);
  }
  return out;
}

/** @source RFC 2083 §6 */
function undoPng(bytes: Uint8Array, row: number, pixel: number): Uint8Array {
  const rows = Math.ceil(bytes.length / (row + 1));
  const out = new Uint8Array(Math.max(0, bytes.length - rows));
  for (let line = 0; line < rows; line++) {
    const from = line * (row + 1);
    const filter = bytes[from] ?? 0;
    const start = line * row;
    const length = Math.min(row, bytes.length - from - 1);
    for (let i = 0; i < length; i++) {
      const left = i >= pixel ? (out[start + i - pixel] ?? 0) : 0;
      const up = line > 0 ? (out[start + i - row] ?? 0) : 0;
      const corner = line > 0 && i >= pixel ? (out[start + i - row - pixel] ?? 0) : 0;
      out[start + i] = (bytes[from + 1 + i] ?? 0) + guess(filter, left, up, corner);
    }
  }
  return out;
}

function guess(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function decodeHex(bytes: Uint8Array, budget: Budget): Uint8Array {
  budget.spend(bytes.length);
  budget.keep(bytes.length >> 1);
  const out = new Uint8Array((bytes.length + 1) >> 1);
  let digits = 0;
  for (const byte of bytes) {
    if (byte === 0x3e) break;
    const digit = hexDigit(byte);
    if (digit < 0) continue;
    out[digits >> 1] = digits % 2 === 0 ? digit << 4 : (out[digits >> 1] ?? 0) | digit;
    digits++;
  }
  return out.subarray(0, (digits + 1) >> 1);
}

function decode85(bytes: Uint8Array, budget: Budget): Uint8Array {
  budget.spend(bytes.length * 2);
  budget.keep(bytes.length * 4);
  const out = new Uint8Array(bytes.length * 4);
  let length = 0;
  let group = 0;
  let count = 0;
  const flush = (keep: number): void => {
    for (let i = 0; i < keep; i++) out[length++] = Math.floor(group / 256 ** (3 - i)) & 0xff;
    group = 0;
    count = 0;
  };
  for (const byte of bytes) {
    if (byte === 0x7e) break;
    if (isSpace(byte)) continue;
    if (byte === 0x7a && count === 0) {
      length += 4;
      continue;
    }
    if (byte < 0x21 || byte > 0x75) continue;
    group = group * 85 + byte - 0x21;
    if (++count === 5) flush(4);
  }
  if (count > 1) {
    const keep = count - 1;
    for (; count < 5; count++) group = group * 85 + 84;
    flush(keep);
  }
  return out.subarray(0, length);
}

function expandRuns(bytes: Uint8Array, budget: Budget): Uint8Array | null {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at++] ?? 128;
    if (length === 128) break;
    const chunk = length < 128 ? bytes.subarray(at, at + length + 1) : new Uint8Array(257 - length).fill(bytes[at] ?? 0);
    at += length < 128 ? length + 1 : 1;
    total += chunk.length;
    budget.spend(chunk.length + 16);
    budget.keep(chunk.length);
    if (total > STREAM_MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return concatBytes(...chunks);
}

/** @source ISO 32000-1:2008 §7.4.4.2 */
function expandLzw(bytes: Uint8Array, earlyChange: number, budget: Budget): Uint8Array | null {
  const prefixes = new Uint16Array(4097);
  const suffixes = new Uint8Array(4097);
  const lengths = new Uint16Array(4097);
  for (let code = 0; code < 256; code++) {
    suffixes[code] = code;
    lengths[code] = 1;
  }
  let out = new Uint8Array(Math.min(STREAM_MAX_BYTES, bytes.length * 4 + 4096));
  let length = 0;
  let next = 258;
  let width = 9;
  let previous = -1;
  let held = 0;
  let heldBits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffffff;
    heldBits += 8;
    if (heldBits < width) continue;
    heldBits -= width;
    const code = (held >> heldBits) & ((1 << width) - 1);
    if (code === 257) break;
    if (code === 256) {
      next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    if (code > next || (code >= next && previous < 0)) break;
    const isNew = code === next;
    const known = isNew ? previous : code;
    const size = lengths[known] ?? 0;
    const grown = size + (isNew ? 1 : 0);
    budget.spend(grown + 4);
    budget.keep(grown);
    if (length + grown > STREAM_MAX_BYTES) return null;
    if (length + grown > out.length) {
      const larger = new Uint8Array(Math.min(STREAM_MAX_BYTES, Math.max(out.length * 2, length + grown)));
      larger.set(out);
      out = larger;
    }
    for (let walk = known, at = length + size - 1; at >= length; at--) {
      out[at] = suffixes[walk] ?? 0;
      walk = prefixes[walk] ?? 0;
    }
    if (isNew) out[length + size] = out[length] ?? 0;
    if (previous >= 0 && next < 4096) {
      prefixes[next] = previous;
      suffixes[next] = out[length] ?? 0;
      lengths[next] = (lengths[previous] ?? 0) + 1;
      next++;
    }
    length += grown;
    previous = code;
    const full = next + earlyChange;
    width = full >= 2048 ? 12 : full >= 1024 ? 11 : full >= 512 ? 10 : 9;
  }
  return out.subarray(0, length);
}
