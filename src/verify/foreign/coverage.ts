/** What a ByteRange covers, and whether it leaves out exactly the signature's own value. */
import { arrayIn, asciiAt, entry, type PdfView } from '../../pdf/reader-objects.ts';
import { hexDigit, isSpace, isString, type PdfDict, type PdfString } from '../../pdf/reader-syntax.ts';

/** Why a signature does not cover what it should. */
export type CoverageFault = 'missing' | 'notFour' | 'startNotZero' | 'overlap' | 'beyondEnd' | 'gapNotContents';

export type Coverage =
  | { readonly ok: true; readonly ranges: readonly [number, number, number, number]; readonly end: number; readonly isGapInside: boolean }
  | { readonly ok: false; readonly fault: CoverageFault };

/**
 * Checks [0, a, b, c]: starts with the file, and the gap is the hex string of /Contents and nothing else.
 * @source ISO 32000-2:2020 §12.8.1; ETSI EN 319 142-1 §5.5
 */
export function coverageOf(view: PdfView, dict: PdfDict): Coverage {
  const { bytes } = view.source;
  const numbers = arrayIn(view, dict, 'ByteRange');
  const contents = entry(view, dict, 'Contents');
  if (numbers.length === 0) return { ok: false, fault: 'missing' };
  const [start, length, next, rest] = numbers;
  if (numbers.length !== 4 || !isCount(start) || !isCount(length) || !isCount(next) || !isCount(rest))
    return { ok: false, fault: 'notFour' };
  if (start !== 0) return { ok: false, fault: 'startNotZero' };
  if (next <= length) return { ok: false, fault: 'overlap' };
  if (next + rest > bytes.length) return { ok: false, fault: 'beyondEnd' };
  if (!isString(contents) || contents.source !== bytes || !contents.isHex) return { ok: false, fault: 'gapNotContents' };
  const isExact = contents.start === length && contents.end === next;
  // Some writers sign the angle brackets as well, which hides nothing.
  const isGapInside = contents.start + 1 === length && contents.end - 1 === next;
  if ((!isExact && !isGapInside) || !isPureHex(contents)) return { ok: false, fault: 'gapNotContents' };
  return { ok: true, ranges: [start, length, next, rest], end: next + rest, isGapInside };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

function isPureHex({ source, start, end }: PdfString): boolean {
  for (let at = start + 1; at < end - 1; at++) if (hexDigit(source[at] ?? 0) < 0 && !isSpace(source[at])) return false;
  return true;
}

/** Whether nothing but white space and zeros stands in `[from, to)`. */
export function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isSpace(bytes[at])) return false;
  return true;
}

/** Whether a revision ends there: `%%EOF`, then at most one line end, or the end of the file. */
export const isRevisionEnd = (bytes: Uint8Array, end: number): boolean =>
  /%%EOF[ \t]{0,2}(?:\r\n|\r|\n)?$/.test(asciiAt(bytes, end - 9, end));
