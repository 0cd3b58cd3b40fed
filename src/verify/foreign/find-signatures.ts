/** Finds every signature dictionary: those that the form leads to, in either reading, and those that nothing leads to. */
import { entry, nameIn, type PdfView } from '../../pdf/reader-objects.ts';
import { isDict, isString, type PdfDict, type PdfValue } from '../../pdf/reader-syntax.ts';
import type { Scan } from '../../pdf/reader-tolerant.ts';
import { fieldsOf } from './page-list.ts';

export interface FoundSignature {
  readonly dict: PdfDict;
  /** The reading in which its references are followed. */
  readonly view: PdfView;
  /** Full names of the fields with this value; empty when nothing leads to it. */
  readonly fields: readonly string[];
}

const SIGNATURES_MAX = 100;
const WINDOW_BYTES = 1 << 20;

/** @returns null when there are more than anybody would check @throws ReaderLimit */
export function findSignatures(views: readonly PdfView[], scan: Scan): readonly FoundSignature[] | null {
  const found = new Map<PdfDict, { view: PdfView; fields: Set<string> }>();
  for (const view of views) {
    for (const field of fieldsOf(view).values()) {
      if (field.type !== 'Sig' || field.value === null || !field.dict.entries.has('V')) continue;
      const known = found.get(field.value) ?? { view, fields: new Set<string>() };
      // One field may have several widgets; two places with one value are two fields.
      known.fields.add(field.name === '' ? field.key : field.name);
      found.set(field.value, known);
    }
  }
  const [view] = views;
  if (view !== undefined) {
    for (const dict of unreachable(view, scan)) if (!found.has(dict)) found.set(dict, { view, fields: new Set() });
  }
  if (found.size > SIGNATURES_MAX) return null;
  return [...found].map(([dict, { view, fields }]) => ({ dict, view, fields: [...fields] }));
}

/** Dictionaries with a ByteRange anywhere in the file, superseded definitions included. */
function unreachable(view: PdfView, scan: Scan): PdfDict[] {
  const dicts: PdfDict[] = [];
  const { definitions } = scan;
  let index = 0;
  let last = -1;
  for (const at of placesOf(view, '/ByteRange')) {
    while ((definitions[index + 1]?.offset ?? Number.POSITIVE_INFINITY) <= at) index++;
    const definition = definitions[index];
    if (definition === undefined || definition.offset > at || definition.offset === last || dicts.length > SIGNATURES_MAX) continue;
    last = definition.offset;
    const value = view.valueAt(definition.offset, definition.number);
    dicts.push(...[value, isDict(value) ? entry(view, value, 'V') : null].filter((each) => isSignature(view, each)));
  }
  return dicts;
}

const isSignature = (view: PdfView, value: PdfValue): value is PdfDict =>
  isDict(value) && value.entries.has('ByteRange') && isString(entry(view, value, 'Contents')) && nameIn(view, value, 'Filter') !== null;

function* placesOf(view: PdfView, word: string): Generator<number> {
  const { bytes, budget } = view.source;
  const decoder = new TextDecoder('latin1');
  for (let at = 0; at < bytes.length; at += WINDOW_BYTES) {
    const text = decoder.decode(bytes.subarray(at, at + WINDOW_BYTES + word.length));
    budget.spend(text.length >> 4);
    for (let found = text.indexOf(word); found !== -1 && found < WINDOW_BYTES; found = text.indexOf(word, found + 1)) {
      budget.spend(64);
      yield at + found;
    }
  }
}
