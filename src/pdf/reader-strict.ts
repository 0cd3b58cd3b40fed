/** The strict reader: follows startxref and the chain of cross-reference sections, and believes nothing else. */
import {
  arrayIn,
  asciiAt,
  compressedPlace,
  decodeStream,
  entry,
  nameIn,
  type ObjectPlace,
  type PdfSource,
  type PdfView,
  readIndirect,
  readPlace,
  standsAt,
} from './reader-objects.ts';
import {
  isDict,
  isKeyword,
  isStream,
  openCursor,
  type PdfDict,
  type PdfStream,
  peekInteger,
  readObject,
  skipSpace,
} from './reader-syntax.ts';

/** What is odd in a file's structure although it can be read. */
export type Oddity =
  | 'HEADER_NOT_FIRST'
  | 'STARTXREF_FAR_FROM_END'
  | 'SECTION_UNREADABLE'
  | 'CHAIN_LOOPS'
  | 'HYBRID'
  | 'NUMBER_SHIFTED'
  | 'OBJECT_NOT_AT_OFFSET';

/** One cross-reference section, newest first in a reading. */
export interface XrefSection {
  readonly offset: number;
  readonly trailer: PdfDict;
  readonly isStream: boolean;
}

export interface StrictReading {
  /** Null when the file cannot be read strictly. */
  readonly view: PdfView | null;
  readonly sections: readonly XrefSection[];
  /** Offset that the last startxref gives. */
  readonly startxref: number | null;
  readonly oddities: ReadonlySet<Oddity>;
}

type Entry =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number }
  | { readonly kind: 'in'; readonly container: number; readonly index: number };

const SECTIONS_MAX = 1024;
const NUMBER_MAX = 8_388_607;
const TAIL_BYTES = 2048;
const STARTXREF = /startxref[\s\0]{0,32}(\d{1,12})/g;

/**
 * Reads the file as if it ended at `end`.
 * @throws ReaderLimit
 * @source ISO 32000-1:2008 §7.5
 */
export function openStrict(source: PdfSource, end: number): StrictReading {
  const oddities = new Set<Oddity>();
  const found = lastStartxref(source, end);
  if (found === null) return { view: null, sections: [], startxref: null, oddities };
  if (end - found.at > 1024) oddities.add('STARTXREF_FAR_FROM_END');
  const header = asciiAt(source.bytes, 0, 1024).indexOf('%PDF-');
  if (header > 0) oddities.add('HEADER_NOT_FIRST');
  for (const base of header > 0 ? [0, header] : [0]) {
    // What a wrong start finds odd says nothing about the right one.
    const own = new Set(oddities);
    const chain = readChain(source, found.offset + base, base, end, own);
    if (chain !== null) return { ...chain, startxref: found.offset + base, oddities: own };
  }
  oddities.add('SECTION_UNREADABLE');
  return { view: null, sections: [], startxref: found.offset, oddities };
}

function lastStartxref(source: PdfSource, end: number): { at: number; offset: number } | null {
  const start = Math.max(0, end - TAIL_BYTES);
  const last = [...asciiAt(source.bytes, start, end).matchAll(STARTXREF)].at(-1);
  return last === undefined ? null : { at: start + last.index, offset: Number(last[1]) };
}

interface Section extends XrefSection {
  readonly entries: Map<number, Entry>;
  readonly previous: number | null;
  readonly hybrid: number | null;
}

function readChain(
  source: PdfSource,
  startOffset: number,
  base: number,
  end: number,
  oddities: Set<Oddity>,
): Pick<StrictReading, 'view' | 'sections'> | null {
  const sections: Section[] = [];
  const merged = new Map<number, Entry>();
  const seen = new Set<number>();
  const take = (section: Section): void => {
    source.budget.spend(section.entries.size * 4);
    for (const [number, each] of section.entries) if (!merged.has(number)) merged.set(number, each);
  };
  for (let next: number | null = startOffset; next !== null; ) {
    if (seen.has(next) || seen.size >= SECTIONS_MAX) {
      oddities.add('CHAIN_LOOPS');
      break;
    }
    seen.add(next);
    const section: Section | null = readSection(source, next, base, end, oddities);
    if (section === null) {
      // Half a chain is no reading: what the missing part defines would seem to be gone.
      oddities.add('SECTION_UNREADABLE');
      return null;
    }
    sections.push(section);
    take(section);
    if (section.hybrid !== null && !seen.has(section.hybrid)) {
      oddities.add('HYBRID');
      seen.add(section.hybrid);
      const hidden = readSection(source, section.hybrid, base, end, oddities);
      if (hidden !== null) take(hidden);
    }
    // Some writers print /Prev 0 although nothing came before.
    next = section.previous === base && isComplete(section) ? null : section.previous;
  }
  const trailer = sections.find((section) => section.trailer.entries.has('Root'))?.trailer;
  if (trailer === undefined) return null;
  const view = makeView(source, trailer, merged, end, oddities);
  return isDict(entry(view, trailer, 'Root')) ? { view, sections } : null;
}

/** Whether a section lists every object by itself. */
const isComplete = ({ entries, trailer }: Section): boolean => entries.size + 1 >= (numberOf(trailer, 'Size') ?? Number.POSITIVE_INFINITY);

function makeView(source: PdfSource, trailer: PdfDict, entries: ReadonlyMap<number, Entry>, end: number, oddities: Set<Oddity>): PdfView {
  const places = new Map<number, ObjectPlace | undefined>();
  const find = (number: number): ObjectPlace | undefined => {
    const each = entries.get(number);
    if (each === undefined || each.kind === 'free') return undefined;
    if (each.kind === 'in') {
      const container = entries.get(each.container);
      return container?.kind === 'at' ? compressedPlace(container.offset, each.index) : undefined;
    }
    if (startsObject(source, each.offset, number)) return each.offset;
    oddities.add('OBJECT_NOT_AT_OFFSET');
    return undefined;
  };
  const view: PdfView = {
    source,
    trailer,
    end,
    placeOf(number) {
      if (places.has(number)) return places.get(number);
      source.budget.spend(8);
      const place = find(number);
      places.set(number, place);
      return place;
    },
    valueAt: (place) => readPlace(view, place),
    numbers: () => entries.keys(),
  };
  return view;
}

/** Whether `number g obj` stands there, without reading the object. */
function startsObject(source: PdfSource, offset: number, number: number): boolean {
  const cursor = openCursor(source.bytes, offset, source.budget);
  if (peekInteger(cursor) !== number || peekInteger(cursor) === undefined) return false;
  skipSpace(cursor);
  return standsAt(source.bytes, cursor.at, 'obj');
}

function readSection(source: PdfSource, offset: number, base: number, end: number, oddities: Set<Oddity>): Section | null {
  if (offset < 0 || offset >= end) return null;
  const cursor = openCursor(source.bytes, offset, source.budget, end);
  const first = readObject(cursor);
  if (isKeyword(first) && first.word === 'xref') return readTable(source, cursor, offset, base, oddities);
  if (typeof first !== 'number') return null;
  const object = readIndirect(source, offset, () => null);
  if (object === null || !isStream(object.value)) return null;
  return readXrefStream(source, object.value, offset, base);
}

const numberOf = (dict: PdfDict, key: string): number | null => {
  const value = dict.entries.get(key);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
};

function links(trailer: PdfDict, base: number): Pick<Section, 'trailer' | 'previous' | 'hybrid'> {
  const [previous, hybrid] = [numberOf(trailer, 'Prev'), numberOf(trailer, 'XRefStm')];
  return { trailer, previous: previous === null ? null : previous + base, hybrid: hybrid === null ? null : hybrid + base };
}

function readTable(
  source: PdfSource,
  cursor: ReturnType<typeof openCursor>,
  offset: number,
  base: number,
  oddities: Set<Oddity>,
): Section | null {
  const entries = new Map<number, Entry>();
  for (;;) {
    const start = peekInteger(cursor);
    if (start === undefined) break;
    const count = peekInteger(cursor);
    if (count === undefined) return null;
    let shift = 0;
    for (let i = 0; i < count; i++) {
      const at = peekInteger(cursor);
      const generation = at === undefined ? undefined : peekInteger(cursor);
      if (at === undefined || generation === undefined) break;
      cursor.at++;
      const kind = source.bytes[cursor.at++];
      if (kind !== 0x6e && kind !== 0x66) return null;
      // Some writers number a whole table from 1 although its first line is the head of the free list.
      if (i === 0 && start === 1 && kind === 0x66 && generation === 65535) {
        shift = 1;
        oddities.add('NUMBER_SHIFTED');
      }
      const number = start + i - shift;
      if (number > NUMBER_MAX) return null;
      source.budget.keep(32);
      if (!entries.has(number)) entries.set(number, kind === 0x66 || at === 0 ? { kind: 'free' } : { kind: 'at', offset: at + base });
    }
  }
  const word = readObject(cursor);
  if (!isKeyword(word) || word.word !== 'trailer') return null;
  const trailer = readObject(cursor);
  return isDict(trailer) ? { offset, isStream: false, entries, ...links(trailer, base) } : null;
}

/** @source ISO 32000-1:2008 §7.5.8 */
function readXrefStream(source: PdfSource, stream: PdfStream, offset: number, base: number): Section | null {
  const { dict } = stream;
  // The dictionary of a cross-reference stream may not use references, so that it can be read without a view.
  const bare: PdfView = { source, trailer: dict, end: 0, placeOf: () => undefined, valueAt: () => null, numbers: () => [] };
  if (nameIn(bare, dict, 'Type') !== 'XRef') return null;
  const data = decodeStream(bare, stream);
  const widths = arrayIn(bare, dict, 'W').map((width) => (typeof width === 'number' && width >= 0 && width <= 8 ? width : 0));
  const [typeBytes = 0, secondBytes = 0, thirdBytes = 0] = widths;
  const row = typeBytes + secondBytes + thirdBytes;
  if (data === null || row === 0) return null;
  const index = arrayIn(bare, dict, 'Index').filter((each) => typeof each === 'number');
  const ranges = index.length >= 2 ? index : [0, numberOf(dict, 'Size') ?? 0];
  const entries = new Map<number, Entry>();
  let at = 0;
  for (let r = 0; r + 1 < ranges.length; r += 2) {
    const [start = 0, count = 0] = [ranges[r], ranges[r + 1]];
    for (let i = 0; i < count && at + row <= data.length; i++, at += row) {
      source.budget.spend(row + 4);
      source.budget.keep(32);
      const type = typeBytes === 0 ? 1 : bigEndian(data, at, typeBytes);
      const second = bigEndian(data, at + typeBytes, secondBytes);
      const third = bigEndian(data, at + typeBytes + secondBytes, thirdBytes);
      const number = start + i;
      if (!Number.isInteger(number) || number < 0 || number > NUMBER_MAX || entries.has(number)) continue;
      if (type === 1) entries.set(number, { kind: 'at', offset: second + base });
      else entries.set(number, type === 2 ? { kind: 'in', container: second, index: third } : { kind: 'free' });
    }
  }
  return { offset, isStream: true, entries, ...links(dict, base) };
}

function bigEndian(data: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (data[at + i] ?? 0);
  return value;
}
