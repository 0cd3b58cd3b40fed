/** Indirect objects of an unknown file, read where a reader says they are, and kept; both readers share what was read. */
import { toLatin1 } from '../bytes.ts';
import { type Budget, makeBudget } from './reader-budget.ts';
import { decodeFilters, type FilterStep } from './reader-filters.ts';
import {
  isArray,
  isDict,
  isKeyword,
  isName,
  isRef,
  isSpace,
  isStream,
  openCursor,
  type PdfDict,
  type PdfRef,
  type PdfStream,
  type PdfValue,
  peekInteger,
  readObject,
} from './reader-syntax.ts';

/**
 * Where an object stands: its offset, or for one in an object stream a negative number made of the stream's offset and the index.
 * Equal places in one file hold equal bytes.
 */
export type ObjectPlace = number;

const INDEX_MAX = 1 << 17;
export const compressedPlace = (containerOffset: number, index: number): ObjectPlace => -(containerOffset * INDEX_MAX + index + 1);

export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly value: PdfValue;
  readonly end: number;
}

interface ObjectStream {
  readonly data: Uint8Array;
  /** Object numbers and offsets within `data`, by index. */
  readonly members: readonly { readonly number: number; readonly offset: number }[];
}

export interface PdfSource {
  readonly bytes: Uint8Array;
  readonly budget: Budget;
  readonly objects: Map<string, IndirectObject | null>;
  readonly objectStreams: Map<number, ObjectStream | null>;
  readonly compressed: Map<ObjectPlace, PdfValue>;
}

export const openSource = (bytes: Uint8Array, budget: Budget = makeBudget()): PdfSource => ({
  bytes,
  budget,
  objects: new Map(),
  objectStreams: new Map(),
  compressed: new Map(),
});

/** One way of reading a file up to some byte: which objects there are, and where each stands. */
export interface PdfView {
  readonly source: PdfSource;
  readonly trailer: PdfDict;
  /** Bytes from here on are not looked at. */
  readonly end: number;
  placeOf(number: number): ObjectPlace | undefined;
  valueAt(place: ObjectPlace, number: number): PdfValue;
  numbers(): Iterable<number>;
}

const REF_STEPS_MAX = 16;

/** Follows references; null for what is missing or goes in circles. */
export function resolve(view: PdfView, value: PdfValue | undefined): PdfValue {
  let current = value ?? null;
  for (let step = 0; isRef(current); step++) {
    const place = step < REF_STEPS_MAX ? view.placeOf(current.number) : undefined;
    current = place === undefined ? null : view.valueAt(place, current.number);
  }
  return current;
}

/** The dictionary of a value, be it a stream's. */
export function dictOf(view: PdfView, value: PdfValue | undefined): PdfDict | null {
  const resolved = resolve(view, value);
  if (isStream(resolved)) return resolved.dict;
  return isDict(resolved) ? resolved : null;
}

export const entry = (view: PdfView, dict: PdfDict | null | undefined, key: string): PdfValue => resolve(view, dict?.entries.get(key));

export function nameIn(view: PdfView, dict: PdfDict | null | undefined, key: string): string | null {
  const value = entry(view, dict, key);
  return isName(value) ? value.name : null;
}

export function numberIn(view: PdfView, dict: PdfDict | null | undefined, key: string): number | null {
  const value = entry(view, dict, key);
  return typeof value === 'number' ? value : null;
}

export function arrayIn(view: PdfView, dict: PdfDict | null | undefined, key: string): readonly PdfValue[] {
  const value = entry(view, dict, key);
  return isArray(value) ? value.items : [];
}

type LengthOf = (ref: PdfRef) => number | null;

/** The object `n g obj` at that offset; null when none is there. @throws ReaderLimit */
export function readIndirect(source: PdfSource, offset: number, lengthOf: LengthOf): IndirectObject | null {
  const key = String(offset);
  const known = source.objects.get(key);
  if (known !== undefined) return known;
  const cursor = openCursor(source.bytes, offset, source.budget);
  const first = source.bytes[offset] ?? 0;
  const number = first >= 0x30 && first <= 0x39 ? peekInteger(cursor) : undefined;
  const generation = number === undefined ? undefined : peekInteger(cursor);
  const word = generation === undefined ? null : readObject(cursor);
  if (number === undefined || generation === undefined || word === null || !isKeyword(word) || word.word !== 'obj') {
    source.objects.set(key, null);
    return null;
  }
  const value = readObject(cursor);
  const mark = cursor.at;
  const next = isDict(value) ? readObject(cursor) : null;
  if (isDict(value) && next !== null && isKeyword(next) && next.word === 'stream') {
    const stream = readStream(source, value, cursor.at, lengthOf);
    const object = { number, generation, value: stream.stream, end: stream.end };
    // What an indirect length says depends on the reader, so that such a stream belongs to no place alone.
    if (!isRef(value.entries.get('Length'))) source.objects.set(key, object);
    return object;
  }
  const object = { number, generation, value: isKeyword(value) ? null : value, end: mark };
  source.objects.set(key, object);
  return object;
}

const ENDSTREAM = 'endstream';

function readStream(source: PdfSource, dict: PdfDict, at: number, lengthOf: LengthOf): { stream: PdfStream; end: number } {
  const { bytes } = source;
  let start = at;
  if (bytes[start] === 13) start++;
  if (bytes[start] === 10) start++;
  const declared = dict.entries.get('Length');
  const length = isRef(declared) ? lengthOf(declared) : declared;
  if (typeof length === 'number' && Number.isInteger(length) && length >= 0 && start + length <= bytes.length) {
    let after = start + length;
    while (after < start + length + 4 && isSpace(bytes[after])) after++;
    if (standsAt(bytes, after, ENDSTREAM)) {
      return { stream: { kind: 'stream', dict, raw: bytes.subarray(start, start + length), isLengthRight: true }, end: after + 9 };
    }
  }
  const found = indexOfAscii(bytes, ENDSTREAM, start, bytes.length, source.budget);
  let end = found === -1 ? bytes.length : found;
  if (bytes[end - 1] === 10 && end > start) end--;
  if (bytes[end - 1] === 13 && end > start) end--;
  return { stream: { kind: 'stream', dict, raw: bytes.subarray(start, end), isLengthRight: false }, end: found === -1 ? end : found + 9 };
}

export function standsAt(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** First place of an ASCII word in `[from, to)`, or -1. */
export function indexOfAscii(bytes: Uint8Array, word: string, from: number, to: number, budget: Budget): number {
  const first = word.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at !== -1 && at + word.length <= to; at = bytes.indexOf(first, at + 1)) {
    budget.spend(2);
    if (!standsAt(bytes, at, word)) continue;
    budget.spend((at - from) >> 4);
    return at;
  }
  budget.spend(Math.max(0, to - from) >> 4);
  return -1;
}

/** Decoded bytes of a stream; null when its filters are not for text. @throws ReaderLimit */
export function decodeStream(view: PdfView, stream: PdfStream): Uint8Array | null {
  return decodeFilters(stream.raw, filterSteps(view, stream.dict), view.source.budget);
}

function filterSteps(view: PdfView, dict: PdfDict): FilterStep[] {
  const filter = resolve(view, dict.entries.get('Filter') ?? dict.entries.get('F'));
  const parms = resolve(view, dict.entries.get('DecodeParms') ?? dict.entries.get('DP'));
  const names = isArray(filter) ? filter.items.slice(0, 9) : filter === null ? [] : [filter];
  return names.map((each, i) => {
    const name = resolve(view, each);
    const own = dictOf(view, isArray(parms) ? parms.items[i] : parms);
    const parameters: Record<string, number> = {};
    for (const key of own?.entries.keys() ?? []) {
      const value = entry(view, own, key);
      if (typeof value === 'number') parameters[key] = value;
    }
    return { name: isName(name) ? name.name : '', parameters };
  });
}

const MEMBERS_MAX = 100_000;

/** An object stream's directory. @source ISO 32000-1:2008 §7.5.7 */
export function readObjectStream(view: PdfView, offset: number): ObjectStream | null {
  const { source } = view;
  const known = source.objectStreams.get(offset);
  if (known !== undefined) return known;
  source.objectStreams.set(offset, null);
  const container = view.valueAt(offset, -1);
  if (!isStream(container) || nameIn(view, container.dict, 'Type') !== 'ObjStm') return null;
  const data = decodeStream(view, container);
  const first = numberIn(view, container.dict, 'First') ?? 0;
  const count = Math.min(numberIn(view, container.dict, 'N') ?? 0, MEMBERS_MAX);
  if (data === null) return null;
  const members: { number: number; offset: number }[] = [];
  const cursor = openCursor(data, 0, source.budget);
  for (let i = 0; i < count; i++) {
    const number = peekInteger(cursor);
    const at = number === undefined ? undefined : peekInteger(cursor);
    if (number === undefined || at === undefined) break;
    members.push({ number, offset: first + at });
  }
  const opened = { data, members };
  source.objectStreams.set(offset, opened);
  return opened;
}

/** The member of an object stream at that index. */
export function readCompressed(view: PdfView, place: ObjectPlace): PdfValue {
  const { source } = view;
  const known = source.compressed.get(place);
  if (known !== undefined) return known;
  const joined = -place - 1;
  const index = joined % INDEX_MAX;
  const opened = readObjectStream(view, (joined - index) / INDEX_MAX);
  const member = opened?.members[index];
  if (opened === null || member === undefined) return null;
  const value = readObject(openCursor(opened.data, member.offset, source.budget));
  const result = isKeyword(value) ? null : value;
  source.compressed.set(place, result);
  return result;
}

/** Reads the value of any place in the name of a view. */
export function readPlace(view: PdfView, place: ObjectPlace): PdfValue {
  if (place < 0) return readCompressed(view, place);
  const lengthOf = (ref: PdfRef): number | null => {
    const at = view.placeOf(ref.number);
    // A length that stands in an object stream would have to be read from a stream whose length is sought.
    if (at === undefined || at < 0) return null;
    const value = readIndirect(view.source, at, () => null)?.value;
    return typeof value === 'number' ? value : null;
  };
  return readIndirect(view.source, place, lengthOf)?.value ?? null;
}

/** ASCII text of a stretch, for looking at structure. */
export const asciiAt = (bytes: Uint8Array, start: number, end: number): string =>
  toLatin1(bytes, Math.max(0, start), Math.min(end, bytes.length));
