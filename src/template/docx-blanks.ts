/** Finds the blanks of a paragraph: underscores, underlined spaces, leader lines, 年 月 日, spaces left free, prompts and □. */
import type { DatePart } from './body.ts';
import { type BoxPiece, markBrackets, nameBoxes } from './docx-boxes.ts';
import { atomEm } from './docx-runs.ts';
import type { FlowAtom } from './docx-tabs.ts';

export type BlankForm =
  | 'underscores'
  | 'underlinedSpaces'
  | 'tabLeader'
  | 'date'
  | 'spaces'
  | 'box'
  | 'cell'
  | 'prompt'
  | 'ruled'
  | 'placeholder'
  | 'label';

export interface BlankPiece {
  readonly kind: 'blank';
  readonly form: BlankForm;
  readonly widthEm: number;
  /** As wide as the source draws it, which may be more than a line. */
  readonly drawnEm: number;
  readonly chars: number;
  readonly part?: DatePart;
  /** The century is printed before it: 20＿＿年. */
  readonly shortYear?: true;
  /** What stands in the braces of a placeholder: {甲方名称}. */
  readonly words?: string;
}

export type Piece = { readonly kind: 'text'; readonly atoms: readonly FlowAtom[] } | BlankPiece | BoxPiece;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly form: BlankForm;
  readonly part?: DatePart;
  readonly shortYear?: true;
  readonly words?: string;
}

export const MIN_BLANK_EM = 2;
const MAX_BLANK_EM = 36;
const MAX_PROMPT_EM = 20;
/** Spaces after a colon are room to write from this width on. */
const MIN_ROOM_EM = 2;
/** A gap before one of these is a number to be written in. */
const UNIT = /^(?:[日天元月年次份人岁名周]|小时|个月|万元|学时|%|％)/;

/**
 * Cuts a paragraph into text, blanks and boxes. Every atom ends up in exactly one piece, except the underscores, spaces,
 * tabs and prompts that a blank stands for (`chars` of them), and the spaces between brackets that are ticked.
 */
export function findPieces(source: readonly FlowAtom[]): readonly Piece[] {
  const atoms = markBrackets(source);
  const mask = atoms.map(classOf).join('');
  const text = (start: number, end: number): string =>
    atoms
      .slice(start, end)
      .map((atom) => atom.char)
      .join('');
  const width = (start: number, end: number): number =>
    atoms.slice(start, end).reduce((sum, atom) => sum + (atom.leaderEm ?? atomEm(atom)), 0);

  const spans: Span[] = [];
  const isFree = (start: number, end: number): boolean =>
    spans.every((span) => (start === end ? span.start !== start : end <= span.start || start >= span.end));
  const add = (span: Span): void => {
    if (isFree(span.start, span.end)) spans.push(span);
  };
  for (const { index, 0: whole, 1: doubled = '', 2: single = '' } of readable(atoms).matchAll(PLACEHOLDER)) {
    const words = (doubled + single).trim();
    add({ start: index, end: index + whole.length, form: 'placeholder', ...(words === '' ? {} : { words }) });
  }
  for (const date of findDates(mask, width, text)) add(date);
  for (const { index, 0: run } of mask.matchAll(/P+|Q+/g)) add({ start: index, end: index + run.length, form: 'prompt' });
  for (const { index, 0: run } of mask.matchAll(/B+(?:sB+)*/g)) {
    const end = index + run.length;
    const drawn = /[_＿\t]/.test(text(index, end));
    if (width(index, end) >= 1 && (drawn || !isPadding(atoms, index, end))) {
      add({ start: index, end, form: formOf(text(index, end)) });
    }
  }
  for (const { index, 0: run } of mask.matchAll(/s+/g)) {
    const end = index + run.length;
    const square = SQUARE.test(text(index - 1, index)) && SQUARE.test(text(end, end + 1));
    const bracketed = square || (mask[index - 1] === '(' && mask[end] === ')');
    // 代　理　人： is a label set wide.
    const setWide = /^[\p{L} \u3000]{1,6}[：:]/u.test(text(end, end + 7));
    const counted = !setWide && /[cYMD:]/.test(mask[index - 1] ?? '') && UNIT.test(text(end, end + 2));
    if ((bracketed || counted) && width(index, end) >= (square ? 0.5 : 1)) add({ start: index, end, form: 'spaces' });
    const roomEm = width(index, end) + 2 * (text(index, end).match(/\t/g)?.length ?? 0);
    const labelled = mask[index - 1] === ':' && roomEm >= MIN_ROOM_EM && FREE_BEFORE.test(text(end, end + 14));
    if (labelled) add({ start: index, end, form: 'spaces' });
  }
  // 【】 with nothing inside is as much of a blank as 【　】.
  for (const { index } of readable(atoms).matchAll(/【】/gu)) add({ start: index + 1, end: index + 1, form: 'label' });
  spans.sort((a, b) => a.start - b.start || a.end - b.end);
  return assemble(atoms, spans, width);
}

/** {name} {{name}} ${name} as mail merge programs write them, and [●]; loops and expressions stay text. */
const NAME = '[ \\u3000]*[\\p{L}_][\\p{L}\\p{N}_.·（） \\u3000-]{0,39}';
const PLACEHOLDER = new RegExp(`\\$?(?:\\{\\{(${NAME})\\}\\}|\\{(${NAME})\\})|(?<=[【[［〔])[●•*＊](?=[】\\]］〕])`, 'gu');
const SQUARE = /^[[\]【】［］〔〕]$/u;

/** The characters of atoms one for one; those of prompts, and any beyond the basic plane, as a letter that nothing looks for. */
const readable = (atoms: readonly FlowAtom[]): string =>
  atoms.map((atom) => (atom.prompt === undefined && atom.slot === undefined && atom.char.length === 1 ? atom.char : '\u0001')).join('');

/** What may follow room left after a colon: the end, a stop, or the next label. */
const FREE_BEFORE = /^(?:$|[。；;，,、）)]|[^\s。；;，,]{1,12}[：:])/u;

const FIXED: Readonly<Record<string, string>> = {
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
  '【': '[',
  '】': ']',
};

/** B = part of a drawn line, P and Q = prompts in turn, s = space, Y M D = 年 月 日, X = □, 9 = digit, c = anything else. */
function classOf(atom: FlowAtom): string {
  const { char } = atom;
  if (atom.prompt !== undefined) return atom.prompt % 2 === 0 ? 'P' : 'Q';
  if (atom.slot === true) return 'X';
  if (char === '_' || char === '＿' || atom.leaderEm !== undefined) return 'B';
  if (char === ' ' || char === '\u3000') return atom.underline ? 'B' : 's';
  if (/[0-9０-９]/.test(char)) return '9';
  return FIXED[char] ?? (/[\n\f]/.test(char) ? 'n' : 'c');
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
 * After a printed 20 only its last two digits are written in.
 */
function findDates(
  mask: string,
  width: (start: number, end: number) => number,
  text: (start: number, end: number) => string,
): readonly Span[] {
  const spans: Span[] = [];
  for (const match of mask.matchAll(/([BsPQ]*)Y([BsPQ]+)M(?:([BsPQ]+)D)?/g)) {
    const [whole, before = '', month = '', day] = match;
    const yearEnd = match.index + before.length;
    const drawnAt = before.search(/[BPQ]/);
    const drawn = drawnAt === -1 ? '' : before.slice(drawnAt);
    // Spaces far wider than a year set the whole date off to the right.
    const room = drawn !== '' ? drawn : before;
    let yearStart = yearEnd - room.length;
    if (drawn === '') while (width(yearStart, yearEnd) > 4) yearStart++;
    const opener = mask[match.index - 1];
    const bare = opener === undefined || opener === ':' || opener === 'n';
    let digits = 0;
    while (mask[yearStart - 1 - digits] === '9') digits++;
    const century = digits === 2 && before !== '' && text(yearStart - 2, yearStart) === '20';
    // 于 年 月 日: nobody sets these apart but to have them filled in.
    const spaced = before !== '' && day !== undefined && digits === 0;
    if (drawn === '' && width(yearStart, yearEnd) < 1 && !bare && !century && !spaced) continue;
    const monthStart = yearEnd + 1;
    const dayStart = monthStart + month.length + 1;
    const ends = match.index + whole.length;
    // 202＿年: neither a year nor two digits of one.
    const odd = digits > 0 && !century;
    const span = (start: number, end: number, part: DatePart): Span => {
      if (odd) return { start, end, form: /[BPQ]/.test(mask.slice(start, end)) ? 'underscores' : 'spaces' };
      return { start, end, form: 'date', part, ...(century && part === 'year' ? { shortYear: true } : {}) };
    };
    spans.push(span(yearStart, yearEnd, 'year'), span(monthStart, monthStart + month.length, 'month'));
    if (day !== undefined) spans.push(span(dayStart, ends - 1, 'day'));
  }
  for (const { index, 0: whole } of mask.matchAll(/\[[BsPQ]*\]Y\[[BsPQ]*\]M\[[BsPQ]*\]D/g)) {
    const parts = [...whole.matchAll(/\[([BsPQ]*)\]/g)].map((match) => ({
      start: index + match.index + 1,
      end: index + match.index + match[0].length - 1,
    }));
    (['year', 'month', 'day'] as const).forEach((part, order) => {
      const place = parts[order];
      if (place !== undefined) spans.push({ ...place, form: 'date', part });
    });
  }
  return spans;
}

function assemble(atoms: readonly FlowAtom[], spans: readonly Span[], width: (start: number, end: number) => number): readonly Piece[] {
  const pieces: Piece[] = [];
  const boxes = nameBoxes(atoms, spans);
  let at = 0;
  const takeText = (end: number): void => {
    for (const box of boxes) {
      if (box.at < at || box.at >= end) continue;
      pieces.push({ kind: 'text', atoms: atoms.slice(at, box.at + 1) }, box.piece);
      at = box.at + 1;
    }
    if (end > at) pieces.push({ kind: 'text', atoms: atoms.slice(at, end) });
    at = end;
  };
  for (const span of spans) {
    takeText(span.start);
    const drawnEm = width(span.start, span.end);
    const asked = span.form === 'prompt' || span.form === 'placeholder' || span.form === 'label';
    const cap = asked ? MAX_PROMPT_EM : MAX_BLANK_EM;
    const floor = asked ? 2 * MIN_BLANK_EM : MIN_BLANK_EM;
    const widthEm = roundEm(Math.min(cap, Math.max(floor, drawnEm)));
    const { start, end, ...rest } = span;
    const chars = atoms.slice(start, end).reduce((sum, atom) => sum + [...atom.char].length, 0);
    pieces.push({ kind: 'blank', ...rest, widthEm, drawnEm, chars });
    at = end;
  }
  takeText(atoms.length);
  return pieces;
}

/** Half-em steps are what a reader can tell apart, and what a manifest can show. */
export const roundEm = (widthEm: number): number => Math.round(widthEm * 2) / 2;
