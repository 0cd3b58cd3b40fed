/** Finds the blanks of a paragraph: underscores, underlined spaces, leader lines, 年 月 日, bracketed spaces and □. */
import type { DatePart } from './body.ts';
import { atomEm } from './docx-runs.ts';
import type { FlowAtom } from './docx-tabs.ts';

export type BlankForm = 'underscores' | 'underlinedSpaces' | 'tabLeader' | 'date' | 'spaces' | 'box' | 'cell';

export type Piece =
  | { readonly kind: 'text'; readonly atoms: readonly FlowAtom[] }
  | { readonly kind: 'blank'; readonly form: BlankForm; readonly widthEm: number; readonly chars: number; readonly part?: DatePart }
  /** A □; the words after it stay in the text that follows. */
  | { readonly kind: 'box'; readonly option: string };

interface Span {
  readonly start: number;
  readonly end: number;
  readonly form: BlankForm;
  readonly part?: DatePart;
}

export const MIN_BLANK_EM = 2;
const MAX_BLANK_EM = 36;
/** Longest words taken as the name of an option. */
const OPTION_WORDS = /^ {0,2}([\p{L}][\p{L}\p{N}]{0,29})/u;
/** A gap before one of these is a number to be written in. */
const UNIT = /^(?:[日天元月年次份人岁名周]|小时|个月|万元|学时|%|％)/;

/**
 * Cuts a paragraph into text, blanks and boxes. Every atom ends up in exactly one piece, except the underscores, spaces
 * and tabs that a blank stands for (`chars` of them).
 */
export function findPieces(atoms: readonly FlowAtom[]): readonly Piece[] {
  const mask = atoms.map(classOf).join('');
  const text = (start: number, end: number): string =>
    atoms
      .slice(start, end)
      .map((atom) => atom.char)
      .join('');
  const width = (start: number, end: number): number =>
    atoms.slice(start, end).reduce((sum, atom) => sum + (atom.leaderEm ?? atomEm(atom)), 0);

  const spans: Span[] = [];
  const isFree = (start: number, end: number): boolean => spans.every((span) => end <= span.start || start >= span.end);
  const add = (span: Span): void => {
    if (isFree(span.start, span.end)) spans.push(span);
  };
  for (const date of findDates(mask, width)) add(date);
  for (const { index, 0: run } of mask.matchAll(/B+(?:sB+)*/g)) {
    const end = index + run.length;
    const drawn = /[_＿\t]/.test(text(index, end));
    if (width(index, end) >= 1 && (drawn || !isPadding(atoms, index, end))) {
      add({ start: index, end, form: formOf(text(index, end)) });
    }
  }
  for (const { index, 0: run } of mask.matchAll(/s+/g)) {
    const end = index + run.length;
    const bracketed = mask[index - 1] === '(' && mask[end] === ')';
    const counted = /[cYMD:]/.test(mask[index - 1] ?? '') && UNIT.test(text(end, end + 2));
    if ((bracketed || counted) && width(index, end) >= 1) add({ start: index, end, form: 'spaces' });
  }
  spans.sort((a, b) => a.start - b.start || a.end - b.end);
  return assemble(atoms, mask, spans, text, width);
}

/** B = part of a drawn line, s = space, Y M D = 年 月 日, X = □, 9 = digit, ( ) : as they are, c = anything else. */
function classOf(atom: FlowAtom): string {
  const { char } = atom;
  if (char === '_' || char === '＿' || atom.leaderEm !== undefined) return 'B';
  if (char === ' ' || char === '\u3000') return atom.underline ? 'B' : 's';
  if (/[0-9０-９]/.test(char)) return '9';
  const fixed: Readonly<Record<string, string>> = {
    '\t': 's',
    年: 'Y',
    月: 'M',
    日: 'D',
    '□': 'X',
    '（': '(',
    '(': '(',
    '）': ')',
    ')': ')',
    '：': ':',
    ':': ':',
  };
  return fixed[char] ?? (/[\n\f]/.test(char) ? 'n' : 'c');
}

/** Underlined spaces that only give underlined words some room: narrow, and beside a word that is no label and no unit. */
function isPadding(atoms: readonly FlowAtom[], start: number, end: number): boolean {
  const before = atoms[start - 1];
  const after = atoms[end];
  const wordBefore = before?.underline === true && !/[：:）)\s]/u.test(before.char);
  const wordAfter = after?.underline === true && !UNIT.test(after.char) && !(before?.underline === true && /[：:]/u.test(before.char));
  const widthEm = atoms.slice(start, end).reduce((sum, atom) => sum + atomEm(atom), 0);
  return widthEm <= 3 && (wordBefore || wordAfter);
}

function formOf(text: string): BlankForm {
  if (/[_＿]/.test(text)) return 'underscores';
  return text.includes('\t') ? 'tabLeader' : 'underlinedSpaces';
}

/**
 * 年 月 日 with room before each. The year may have none of its own when it opens the paragraph or follows a colon.
 * With printed digits before it (20＿＿年) it is no whole year, and its parts are blanks of their own.
 */
function findDates(mask: string, width: (start: number, end: number) => number): readonly Span[] {
  const spans: Span[] = [];
  for (const match of mask.matchAll(/([Bs]*)Y([Bs]+)M(?:([Bs]+)D)?/g)) {
    const [whole, before = '', month = '', day] = match;
    const yearEnd = match.index + before.length;
    const drawn = before.search('B') === -1 ? '' : before.slice(before.search('B'));
    // Spaces far wider than a year set the whole date off to the right.
    const room = drawn !== '' ? drawn : before;
    let yearStart = yearEnd - room.length;
    if (drawn === '') while (width(yearStart, yearEnd) > 4) yearStart++;
    const opener = mask[match.index - 1];
    const bare = opener === undefined || opener === ':' || opener === 'n';
    if (drawn === '' && width(yearStart, yearEnd) < 1 && !bare) continue;
    const monthStart = yearEnd + 1;
    const dayStart = monthStart + month.length + 1;
    const ends = match.index + whole.length;
    const century = opener === '9' && before.length === room.length;
    const form = (start: number, end: number): BlankForm => (mask.slice(start, end).includes('B') ? 'underscores' : 'spaces');
    const span = (start: number, end: number, part: DatePart): Span =>
      century ? { start, end, form: form(start, end) } : { start, end, form: 'date', part };
    spans.push(span(yearStart, yearEnd, 'year'), span(monthStart, monthStart + month.length, 'month'));
    if (day !== undefined) spans.push(span(dayStart, ends - 1, 'day'));
  }
  return spans;
}

function assemble(
  atoms: readonly FlowAtom[],
  mask: string,
  spans: readonly Span[],
  text: (start: number, end: number) => string,
  width: (start: number, end: number) => number,
): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const takeText = (end: number): void => {
    for (let box = mask.indexOf('X', at); box !== -1 && box < end; box = mask.indexOf('X', at)) {
      const option = OPTION_WORDS.exec(text(box + 1, nextStop(mask, spans, box + 1)))?.[1];
      pieces.push({ kind: 'text', atoms: atoms.slice(at, box + 1) });
      if (option !== undefined) pieces.push({ kind: 'box', option });
      at = box + 1;
    }
    if (end > at) pieces.push({ kind: 'text', atoms: atoms.slice(at, end) });
    at = end;
  };
  for (const span of spans) {
    takeText(span.start);
    const widthEm = roundEm(Math.min(MAX_BLANK_EM, Math.max(MIN_BLANK_EM, width(span.start, span.end))));
    const { start, end, ...rest } = span;
    pieces.push({ kind: 'blank', ...rest, widthEm, chars: end - start });
    at = end;
  }
  takeText(atoms.length);
  return pieces;
}

/** The words of an option end at the next box or blank. */
function nextStop(mask: string, spans: readonly Span[], from: number): number {
  const box = mask.indexOf('X', from);
  const blank = spans.find((span) => span.start >= from)?.start ?? mask.length;
  return Math.min(box === -1 ? mask.length : box, blank);
}

/** Half-em steps are what a reader can tell apart, and what a manifest can show. */
export const roundEm = (widthEm: number): number => Math.round(widthEm * 2) / 2;
