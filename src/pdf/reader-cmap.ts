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
      for (let i = 0; i + 1 < operands.length; i += 2) setCode(map, operands[i], operands[i + 1], 0);
    }
    if (token.word === 'endbfrange') {
      for (let i = 0; i + 2 < operands.length; i += 3) setRange(map, operands[i], operands[i + 1], operands[i + 2], budget);
    }
    operands = [];
  }
  return { map, codeBytes };
}

const codeOf = (value: PdfString): number =>
  stringBytes(value)
    .subarray(0, 4)
    .reduce((code, byte) => code * 256 + byte, 0);

function setCode(map: Map<number, string>, code: PdfValue | undefined, text: PdfValue | undefined, step: number): void {
  if (!isString(code) || !isString(text)) return;
  const units = new TextDecoder('utf-16be').decode(stringBytes(text).subarray(0, 64));
  map.set(
    codeOf(code) + step,
    step === 0 ? units : units.slice(0, -1) + String.fromCharCode((units.charCodeAt(units.length - 1) + step) & 0xffff),
  );
}

function setRange(
  map: Map<number, string>,
  low: PdfValue | undefined,
  high: PdfValue | undefined,
  to: PdfValue | undefined,
  budget: Budget,
): void {
  if (!isString(low) || !isString(high)) return;
  const count = Math.min(codeOf(high) - codeOf(low) + 1, 65_536, CODES_MAX - map.size);
  for (let step = 0; step < count; step++) {
    budget.spend(40);
    if (!isArray(to)) setCode(map, low, to, step);
    else if (isString(to.items[step])) {
      const text = to.items[step];
      if (isString(text)) map.set(codeOf(low) + step, new TextDecoder('utf-16be').decode(stringBytes(text).subarray(0, 64)));
    }
  }
}
