/** Whether two readings of a file mean the same by a value, looking through references and into streams. */
import { equalBytes } from '../../bytes.ts';
import { decodeStream, type PdfView } from '../../pdf/reader-objects.ts';
import {
  isArray,
  isDict,
  isName,
  isRef,
  isStream,
  isString,
  type PdfDict,
  type PdfStream,
  type PdfValue,
  stringBytes,
} from '../../pdf/reader-syntax.ts';

/** Two readings, and the pairs of objects that were already compared. */
export interface Pairing {
  readonly before: PdfView;
  readonly after: PdfView;
  /** Objects compared on their own: a reference to one is compared by number only. */
  readonly apart: ReadonlySet<number>;
  readonly seen: Set<string>;
}

/** Links upwards, and those into the structure tree, which is compared on its own. */
const UPWARDS: ReadonlySet<string> = new Set(['Parent', 'P', 'SE', 'SD']);
const ENCODING: ReadonlySet<string> = new Set(['Length', 'Filter', 'DecodeParms', 'F', 'DP', 'DL']);
const NO_KEYS: ReadonlySet<string> = new Set();

/** A pair met before counts as equal: whoever met it first reports it. @throws ReaderLimit */
export function isSameValue(pairing: Pairing, one: PdfValue | undefined, two: PdfValue | undefined): boolean {
  const stack: (readonly [PdfValue, PdfValue])[] = [[one ?? null, two ?? null]];
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    if (!isSameHere(pairing, pair[0], pair[1], stack)) return false;
  }
  return true;
}

function isSameHere(pairing: Pairing, one: PdfValue, two: PdfValue, stack: (readonly [PdfValue, PdfValue])[]): boolean {
  const { before, after } = pairing;
  before.source.budget.spend(16);
  if (isRef(one) || isRef(two)) {
    if (isRef(one) && isRef(two) && (pairing.apart.has(one.number) || pairing.apart.has(two.number))) return one.number === two.number;
    const [a, b] = [target(before, one), target(after, two)];
    if (a.place !== undefined && b.place !== undefined) {
      const key = `${a.place} ${b.place}`;
      if (pairing.seen.has(key)) return true;
      pairing.seen.add(key);
    }
    if (isRef(a.value) || isRef(b.value)) return isRef(a.value) && isRef(b.value);
    stack.push([a.value, b.value]);
    return true;
  }
  if (one === null || two === null || typeof one !== 'object' || typeof two !== 'object') return one === two;
  if (isName(one)) return isName(two) && one.name === two.name;
  if (isString(one)) return isString(two) && (one === two || equalBytes(stringBytes(one), stringBytes(two)));
  if (isArray(one)) {
    if (!isArray(two) || one.items.length !== two.items.length) return false;
    one.items.forEach((item, i) => {
      stack.push([item, two.items[i] ?? null]);
    });
    return true;
  }
  if (isStream(one)) return isStream(two) && isSameStream(pairing, one, two, stack);
  if (!isDict(two)) return false;
  pushEntries(one, two, UPWARDS, stack);
  return true;
}

/** Follows one step after another; what is not found is null, and what goes in circles stays a reference. */
function target(view: PdfView, value: PdfValue): { readonly value: PdfValue; readonly place: number | undefined } {
  let current = value;
  let place: number | undefined;
  for (let step = 0; isRef(current) && step < 16; step++) {
    place = view.placeOf(current.number);
    current = place === undefined ? null : view.valueAt(place, current.number);
  }
  return { value: current, place };
}

function isSameStream(pairing: Pairing, one: PdfStream, two: PdfStream, stack: (readonly [PdfValue, PdfValue])[]): boolean {
  // A length that stopped being right shows other bytes to readers that believe it.
  if (one.isLengthRight !== two.isLengthRight) return false;
  const isShared = one.raw.buffer === two.raw.buffer && one.raw.byteOffset === two.raw.byteOffset && one.raw.length === two.raw.length;
  if (isShared || equalBytes(one.raw, two.raw)) {
    pushEntries(one.dict, two.dict, NO_KEYS, stack, 'Length');
    return true;
  }
  const [a, b] = [decodeStream(pairing.before, one), decodeStream(pairing.after, two)];
  if (a === null || b === null || !equalBytes(a, b)) return false;
  pushEntries(one.dict, two.dict, ENCODING, stack);
  return true;
}

function pushEntries(
  one: PdfDict,
  two: PdfDict,
  skip: ReadonlySet<string>,
  stack: (readonly [PdfValue, PdfValue])[],
  alsoSkip?: string,
): void {
  for (const [key, value] of one.entries) {
    if (!skip.has(key) && key !== alsoSkip) stack.push([value, two.entries.get(key) ?? null]);
  }
  for (const [key, value] of two.entries) {
    if (!skip.has(key) && key !== alsoSkip && !one.entries.has(key)) stack.push([null, value]);
  }
}

/** Keys whose values differ. */
export function differingKeys(pairing: Pairing, one: PdfDict, two: PdfDict, skip: ReadonlySet<string>): string[] {
  const keys = new Set([...one.entries.keys(), ...two.entries.keys()]);
  return [...keys].filter((key) => !skip.has(key) && !isSameValue(pairing, one.entries.get(key), two.entries.get(key)));
}
