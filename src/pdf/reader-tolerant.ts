/** The tolerant reader: every `n g obj` in the file counts, the last one wins, as in viewers that repair a file. */
import { ReaderLimit } from './reader-budget.ts';
import {
  asciiAt,
  compressedPlace,
  entry,
  indexOfAscii,
  nameIn,
  type ObjectPlace,
  type PdfSource,
  type PdfView,
  readIndirect,
  readObjectStream,
  readPlace,
} from './reader-objects.ts';
import { isDict, isSpace, isStream, openCursor, type PdfDict, readObject } from './reader-syntax.ts';

/** One definition of an object, in file order. */
export interface Definition {
  readonly number: number;
  readonly offset: number;
  /** By its first bytes it may be an object stream or a cross-reference stream. */
  readonly isSpecial: boolean;
}

/** All that a scan finds; views of the file up to some byte are cut from it. */
export interface Scan {
  readonly source: PdfSource;
  readonly definitions: readonly Definition[];
  readonly trailers: readonly { readonly offset: number; readonly dict: PdfDict }[];
}

const WINDOW_BYTES = 1 << 20;
const OVERLAP_BYTES = 640;
const HEAD_BYTES = 512;
const DEFINITIONS_MAX = 200_000;
const MARK =
  /(?:^|[^0-9])(\d{1,10})[ \t\r\n\f\0]{1,16}(\d{1,5})[ \t\r\n\f\0]{0,16}obj(?![a-zA-Z0-9])|(?:^|[^a-zA-Z0-9])(trailer|stream)(?![a-zA-Z0-9])/g;

/** @throws ReaderLimit */
export function scanObjects(source: PdfSource): Scan {
  const { bytes, budget } = source;
  const decoder = new TextDecoder('latin1');
  const definitions: Definition[] = [];
  const trailers: { offset: number; dict: PdfDict }[] = [];
  let resumeAt = 0;
  for (let windowAt = 0; windowAt < bytes.length; ) {
    const text = decoder.decode(bytes.subarray(windowAt, windowAt + WINDOW_BYTES + OVERLAP_BYTES));
    budget.spend(text.length >> 3);
    MARK.lastIndex = Math.max(0, resumeAt - windowAt - 1);
    for (let match = MARK.exec(text); match !== null; match = MARK.exec(text)) {
      if (match.index >= WINDOW_BYTES) break;
      budget.spend(24);
      const [whole, number, , word] = match;
      const start = windowAt + match.index + (/^[0-9ts]/.test(whole) ? 0 : 1);
      if (start < resumeAt) continue;
      if (number !== undefined) {
        if (definitions.length >= DEFINITIONS_MAX) throw new ReaderLimit('steps');
        definitions.push({
          number: Number(number),
          offset: start,
          isSpecial: looksSpecial(text.slice(match.index, match.index + HEAD_BYTES)),
        });
        continue;
      }
      if (word === 'trailer') {
        const dict = readObject(openCursor(bytes, start + 7, budget));
        if (isDict(dict)) trailers.push({ offset: start, dict });
        continue;
      }
      resumeAt = endOfStream(source, definitions.at(-1)?.offset, start);
      MARK.lastIndex = Math.max(MARK.lastIndex, resumeAt - windowAt - 1);
      if (resumeAt >= windowAt + text.length) break;
    }
    windowAt = Math.max(windowAt + WINDOW_BYTES, Math.min(resumeAt, bytes.length));
  }
  return { source, definitions, trailers };
}

/** Where scanning goes on after the keyword `stream`: behind a sound stream's data, else right behind the keyword's own end. */
function endOfStream(source: PdfSource, objectAt: number | undefined, keywordAt: number): number {
  const { bytes, budget } = source;
  let start = keywordAt + 6;
  if (bytes[start] === 13) start++;
  if (bytes[start] === 10) start++;
  if (objectAt !== undefined && keywordAt - objectAt < 65_536) {
    const length = /\/Length[\s\0]{0,8}(\d{1,10})(?![\s\0]{1,8}\d{1,5}[\s\0]{1,8}R)(?!\d)/.exec(asciiAt(bytes, objectAt, keywordAt))?.[1];
    budget.spend((keywordAt - objectAt) >> 3);
    if (length !== undefined) {
      let after = start + Number(length);
      for (let i = 0; i < 4 && isSpace(bytes[after]); i++) after++;
      if (asciiAt(bytes, after, after + 9) === 'endstream') return after + 9;
    }
  }
  const found = indexOfAscii(bytes, 'endstream', start, bytes.length, budget);
  return found === -1 ? start : found + 9;
}

/**
 * The file as it stood at `end`. Members of object streams count where their stream stands.
 * @throws ReaderLimit
 */
export function openTolerant(scan: Scan, end: number): PdfView | null {
  const { source } = scan;
  const places = new Map<number, ObjectPlace>();
  const candidates: { readonly offset: number; readonly dict: PdfDict }[] = [];
  const streamsBefore: number[] = [];
  for (const { number, offset, isSpecial } of scan.definitions) {
    if (offset >= end) break;
    source.budget.spend(4);
    places.set(number, offset);
    if (isSpecial) streamsBefore.push(offset);
  }
  const makeView = (trailer: PdfDict): PdfView => {
    const view: PdfView = {
      source,
      trailer,
      end,
      placeOf: (number) => places.get(number),
      valueAt: (place) => readPlace(view, place),
      numbers: () => places.keys(),
    };
    return view;
  };
  const empty: PdfDict = { kind: 'dict', entries: new Map(), hasDuplicates: false };
  const first = makeView(empty);
  const lastOffset = new Map(places);
  for (const offset of streamsBefore) {
    const value = readIndirect(source, offset, () => null)?.value;
    if (value === undefined || !isStream(value)) continue;
    if (nameIn(first, value.dict, 'Type') === 'XRef') candidates.push({ offset, dict: value.dict });
    const members = nameIn(first, value.dict, 'Type') === 'ObjStm' ? (readObjectStream(first, offset)?.members ?? []) : [];
    members.forEach((member, index) => {
      source.budget.spend(6);
      const known = lastOffset.get(member.number);
      if (known !== undefined && known > offset) return;
      lastOffset.set(member.number, offset);
      places.set(member.number, compressedPlace(offset, index));
    });
  }
  candidates.push(...scan.trailers.filter((trailer) => trailer.offset < end));
  for (const { dict: trailer } of candidates.sort((a, b) => b.offset - a.offset)) {
    if (!trailer.entries.has('Root')) continue;
    const view = makeView(trailer);
    if (isDict(entry(view, trailer, 'Root'))) return view;
  }
  return catalogByType(scan, first, makeView);
}

/** Nearly all objects are neither object streams nor cross-reference streams, and need not be read to know it. */
const looksSpecial = (head: string): boolean =>
  /\/(?:ObjStm|XRef)(?![a-zA-Z0-9])/.test(head.split('stream', 1)[0] ?? '') || head.slice(0, 200).includes('#');

/** Without any trailer: the last catalog in the file. */
function catalogByType(scan: Scan, view: PdfView, makeView: (trailer: PdfDict) => PdfView): PdfView | null {
  for (const { number, offset } of [...scan.definitions].reverse()) {
    if (offset >= view.end || view.placeOf(number) !== offset) continue;
    scan.source.budget.spend(32);
    if (!/\/Catalog/.test(asciiAt(scan.source.bytes, offset, offset + 512))) continue;
    const value = view.valueAt(offset, number);
    if (!isDict(value) || nameIn(view, value, 'Type') !== 'Catalog') continue;
    const root = { kind: 'ref', number, generation: 0 } as const;
    return makeView({ kind: 'dict', entries: new Map([['Root', root]]), hasDuplicates: false });
  }
  return null;
}
