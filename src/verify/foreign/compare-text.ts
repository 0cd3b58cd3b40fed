/** Compares the text that a file shows with known templates, clause by clause; information for people, never a verdict. */
import type { LockedTemplate } from '../../template/locked-template.ts';
import type { ClauseDifference, TextComparison } from './foreign-report.ts';

type KnownText = Pick<LockedTemplate, 'pack' | 'version' | 'lockedText'>;

const GRAM = 4;
/** Less than this share of a template's text in the file, in thousandths, and the file is something else. */
const LIKE_PERMILLE = 500;
const DIFFERENCES_MAX = 20;
const SHOWN_MAX = 60;
/** Cut before as well as after: one character may come to eighteen. */
const TEXT_MAX = 300_000;
/** What somebody may have filled in between two pieces of locked text. */
const FILLED_MAX = 160;

/** @param pages lines of each page @returns null when no template comes near */
export function compareText(pages: readonly (readonly string[])[], templates: readonly KnownText[]): TextComparison | null {
  const text = bare(withoutMargins(pages).slice(0, TEXT_MAX)).slice(0, TEXT_MAX);
  if (text.length < GRAM) return null;
  const grams = new Set<string>();
  for (let at = 0; at + GRAM <= text.length; at++) grams.add(text.slice(at, at + GRAM));
  let nearest: { template: KnownText; likeness: number } | null = null;
  for (const template of templates) {
    const likeness = likenessOf(bare(template.lockedText), grams);
    if (likeness >= LIKE_PERMILLE && (nearest === null || likeness > nearest.likeness)) nearest = { template, likeness };
  }
  if (nearest === null) return null;
  const { pack, version, lockedText } = nearest.template;
  const differences = differencesOf(clausesOf(lockedText), text);
  return { pack, version, likenessPermille: nearest.likeness, isEqual: differences.length === 0, differences };
}

const BLANK = /[＿_]+/g;
const bare = (text: string): string => text.normalize('NFKC').replace(/[\s\u200b\ufeff]/g, '');

function likenessOf(locked: string, grams: ReadonlySet<string>): number {
  let all = 0;
  let found = 0;
  for (const piece of locked.split(BLANK)) {
    for (let at = 0; at + GRAM <= piece.length; at++) {
      all++;
      if (grams.has(piece.slice(at, at + GRAM))) found++;
    }
  }
  return all === 0 ? 0 : Math.floor((found * 1000) / all);
}

/** Lines that stand on most pages, page numbers apart, are headers and footers. */
function withoutMargins(pages: readonly (readonly string[])[]): string {
  const seen = new Map<string, number>();
  const shape = (line: string): string => line.replace(/[\s\d]/g, '');
  for (const lines of pages) for (const line of new Set(lines.map(shape))) seen.set(line, (seen.get(line) ?? 0) + 1);
  const isMargin = (line: string): boolean => pages.length > 1 && (seen.get(shape(line)) ?? 0) > pages.length / 2;
  return pages.map((lines) => lines.filter((line) => !isMargin(line)).join('')).join('');
}

interface Clause {
  readonly name: string;
  readonly pieces: readonly { readonly text: string /** Characters of the clause before this piece. */; readonly offset: number }[];
}

const HEADING = /^(第[一二三四五六七八九十百零〇\d]{1,6}条)/;

function clausesOf(lockedText: string): Clause[] {
  const sections: { name: string; text: string }[] = [{ name: '开头', text: '' }];
  for (const line of lockedText.split('\n')) {
    const text = bare(line);
    const heading = HEADING.exec(text)?.[1];
    if (heading !== undefined) sections.push({ name: heading, text });
    else {
      const last = sections.at(-1);
      if (last !== undefined) last.text += text;
    }
  }
  return sections.map(({ name, text }) => {
    const pieces: { text: string; offset: number }[] = [];
    let from = 0;
    for (const blank of text.matchAll(BLANK)) {
      if (blank.index > from) pieces.push({ text: text.slice(from, blank.index), offset: from });
      from = blank.index + blank[0].length;
    }
    if (from < text.length) pieces.push({ text: text.slice(from), offset: from });
    return { name, pieces };
  });
}

function differencesOf(clauses: readonly Clause[], text: string): ClauseDifference[] {
  const pieces = clauses.flatMap(({ name, pieces: own }) => own.map((piece) => ({ ...piece, clause: name })));
  const differences: ClauseDifference[] = [];
  let at = 0;
  for (let i = 0; i < pieces.length && differences.length < DIFFERENCES_MAX; i++) {
    const piece = pieces[i];
    if (piece === undefined) break;
    const found = text.indexOf(piece.text, at);
    const reach = at + FILLED_MAX + 40;
    if (found !== -1 && found <= reach) {
      at = found + piece.text.length;
      continue;
    }
    // A short piece may stand by chance much later; it counts as missing unless what follows it is found too.
    const start = startOf(text, piece.text, at, reach);
    const next = nextFound(text, pieces.slice(i + 1, i + 6), start, piece.text.length);
    const end = Math.min(next ?? start + piece.text.length + FILLED_MAX, text.length);
    const { before, expected, actual, length } = middle(piece.text, text.slice(start, end));
    differences.push({
      clause: piece.clause,
      character: piece.offset + before + 1,
      expected: expected.slice(0, SHOWN_MAX),
      found: actual.slice(0, SHOWN_MAX),
    });
    at = start + length;
  }
  return differences;
}

/** Where a changed piece begins: at its first characters if they are near, else at once. */
function startOf(text: string, piece: string, at: number, reach: number): number {
  for (let length = Math.min(8, piece.length); length >= 2; length -= 2) {
    const found = text.indexOf(piece.slice(0, length), at);
    if (found !== -1 && found <= reach) return found;
  }
  return at;
}

function nextFound(text: string, pieces: readonly { readonly text: string }[], start: number, length: number): number | undefined {
  for (const { text: piece } of pieces) {
    if (piece.length < GRAM) continue;
    const found = text.indexOf(piece, start);
    if (found !== -1 && found <= start + length + FILLED_MAX * 4) return found;
  }
  return undefined;
}

/** What is left of both when the same beginning and the last common stretch of the piece's end are taken off. */
function middle(piece: string, region: string): { before: number; expected: string; actual: string; length: number } {
  let before = 0;
  while (before < piece.length && before < region.length && piece[before] === region[before]) before++;
  for (let tail = Math.min(piece.length - before, 400); tail >= 2; tail--) {
    const found = region.indexOf(piece.slice(piece.length - tail), before);
    if (found === -1) continue;
    return { before, expected: piece.slice(before, piece.length - tail), actual: region.slice(before, found), length: found + tail };
  }
  return { before, expected: piece.slice(before), actual: region.slice(before, before + SHOWN_MAX), length: before };
}
