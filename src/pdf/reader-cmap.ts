/** ToUnicode maps of unknown files. */
import type { Budget } from './reader-budget.ts';
import { END, isArray, isKeyword, isString, openCursor, type PdfString, type PdfValue, readObject, stringBytes } from './reader-syntax.ts';

export interface ToUnicode {
  readonly map: ReadonlyMap<number, string>;
  /** Bytes of one code, 1 or 2; null when the map does not say. */
  readonly codeBytes: 1 | 2 | null;
}

const CODES_MAX = 70_000;

/** @throws ReaderLimit @source ISO 32000-1:2008 §9.10.3 */
export function readToUnicode(data: Uint8Array, budget: Budget): ToUnicode {
  const map = new Map<number, string>();
  let codeBytes: 1 | 2 | null = null;
  const cursor = openCursor(data, 0, budget);
  let operands: PdfValue[] = [];
  for (;;) {
    const token = readObject(cursor);
    if (!isKeyword(token)) {
      if (operands.length < 1000) operands.push(token);
      continue;
    }
    if (token === END || map.size > CODES_MAX) break;
    if (token.word === 'endcodespacerange') {
      const [first] = operands;
      if (isString(first)) codeBytes = stringBytes(first).length === 1 ? 1 : 2;
    }
    if (token.word === 'endbfchar') {
      for (let i = 0; i + 1 < operands.length; i += 2) setCode(map, operands[i], operands[i + 1]);
    }
    if (token.word === 'endbfrange') {
      for (let i = 0; i + 2 < operands.length; i += 3) setRange(map, operands[i], operands[i + 1], operands[i + 2], budget);
    }
    operands = [];
  }
  return { map, codeBytes };
}

const codeOf = (value: PdfString): number => {
  let code = 0;
  for (const byte of stringBytes(value).subarray(0, 4)) code = code * 256 + byte;
  return code;
};

/** UTF-16BE, at most 32 units. */
function unitsOf(value: PdfString): string {
  const bytes = stringBytes(value);
  let text = '';
  for (let at = 0; at + 1 < Math.min(bytes.length, 64); at += 2)
    text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return text;
}

function setCode(map: Map<number, string>, code: PdfValue | undefined, text: PdfValue | undefined): void {
  if (isString(code) && isString(text)) map.set(codeOf(code), unitsOf(text));
}

function setRange(
  map: Map<number, string>,
  low: PdfValue | undefined,
  high: PdfValue | undefined,
  to: PdfValue | undefined,
  budget: Budget,
): void {
  if (!isString(low) || !isString(high)) return;
  const first = codeOf(low);
  const count = Math.min(codeOf(high) - first + 1, 65_536, CODES_MAX - map.size);
  budget.spend(40 + Math.max(0, count) * 4);
  const start = isString(to) ? unitsOf(to) : '';
  const last = start.charCodeAt(start.length - 1);
  for (let step = 0; step < count; step++) {
    const item = isArray(to) ? to.items[step] : undefined;
    if (isString(item)) map.set(first + step, unitsOf(item));
    else if (start !== '') map.set(first + step, step === 0 ? start : start.slice(0, -1) + String.fromCharCode((last + step) & 0xffff));
  }
}
