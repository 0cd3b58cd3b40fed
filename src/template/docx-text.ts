/**
 * A second, independent reading of a .docx, held against what the importer made of it: every character has to be somewhere.
 */
import { AppError } from '../errors.ts';
import { parseBody } from './body.ts';
import type { MarginReading } from './docx-margins.ts';
import { readSourceCharacters, UNKNOWN_SYMBOL } from './docx-plain-text.ts';
import type { Manifest, PackDocument } from './manifest.ts';
import { type TemplateMargins, wordsOfMargins } from './margin-lines.ts';

/** Every character of the source, by what became of it: `source` = `body` + `blanks` + `spaces` + `phonetic`. */
export interface CharacterAccount {
  /** Characters in the source's main part, tabs and breaks included. */
  readonly source: number;
  /** Those that stand in the locked text, spaces and drawn lines apart. */
  readonly body: number;
  /** Underscores, spaces, tabs and prompts that became blanks. */
  readonly blanks: number;
  /** Spaces, tabs, breaks and drawn lines that are no blanks: between words, indent, where one signs. */
  readonly spaces: number;
  /** Pronunciation written above characters, left out. */
  readonly phonetic: number;
  /** Characters of the locked text that are automatic numbers and so not in the source's text. */
  readonly generated: number;
  /** Characters of headers and footers that stand on our pages, not among `source`; spaces and page numbers apart. */
  readonly margins: number;
}

const ROOM = /[\s\u00a0\u00ad\u2000-\u200f\u202f\u2060\u3000\ufeff_＿ˍ﹍﹎﹏‗▁]/u;
const BOXES = '□☐◻❏❑⬜▢';
/** What a character of a symbol font may have become. */
const SYMBOLS = '□☑☒√×●■◆·➢→≤≥±▪❖✓-';

/**
 * Compares the source with the pack that was made from it: all that is not room to write or space must be the same, in order.
 * @throws AppError TEMPLATE_SOURCE_TEXT_DIFFERS with the place, and those of `readDocxPackage`
 */
export function checkSourceText(docx: Uint8Array, pack: Pick<PackDocument, 'manifest' | 'bodyText'>): CharacterAccount {
  const source = readSourceCharacters(docx);
  const { pieces, generated } = authoredText(pack);
  const words = source.filter((each) => each.kind === 'text' && !ROOM.test(each.char)).map((each) => settleBox(each.char));
  const body = compare(words, pieces);
  const phonetic = source.filter((each) => each.kind === 'phonetic').length;
  const prompts = source.filter((each) => each.kind === 'prompt' && !ROOM.test(each.char)).length;
  const blanks = pack.manifest.blanks.reduce((sum, blank) => sum + blank.source.chars, 0);
  const asked = pack.manifest.blanks.reduce(
    (sum, { source: { form, chars } }) => sum + (form === 'prompt' || form === 'date' ? chars : 0),
    0,
  );
  const spaces = source.length - phonetic - body - blanks;
  if (spaces < 0 || prompts > asked + spaces) {
    throw new AppError('TEMPLATE_SOURCE_TEXT_DIFFERS', { at: words.length, source: '空白处的字符', imported: '空白' });
  }
  return { source: source.length, body, blanks, spaces, phonetic, generated, margins: countMargins(pack.manifest.margins) };
}

const solid = (text: string): string => [...text].filter((char) => !ROOM.test(char)).join('');

const countMargins = (margins: TemplateMargins | undefined): number => [...solid(wordsOfMargins(margins).join(''))].length;

/**
 * Reads headers and footers a second time: every word that was read must be there, and every line that is kept among them.
 * @throws AppError TEMPLATE_SOURCE_TEXT_DIFFERS
 */
export function checkMargins(docx: Uint8Array, parts: MarginReading['parts'], margins: TemplateMargins | undefined): void {
  const read = parts.map(({ part, text }) => {
    const again = solid(
      readSourceCharacters(docx, part)
        .filter((each) => each.kind !== 'phonetic')
        .map((each) => each.char)
        .join(''),
    );
    if (settleAll(again) !== settleAll(solid(text)))
      throw new AppError('TEMPLATE_SOURCE_TEXT_DIFFERS', { at: 1, source: again.slice(0, 12), imported: solid(text).slice(0, 12) });
    return settleAll(again).replace(/\d/gu, '');
  });
  for (const line of wordsOfMargins(margins)) {
    const kept = settleAll(solid(line)).replace(/\d/gu, '');
    if (!read.some((text) => text.includes(kept)))
      throw new AppError('TEMPLATE_SOURCE_TEXT_DIFFERS', { at: 1, source: '（无）', imported: kept });
  }
}

/** A placeholder that became a blank: where {…} stands in the source nothing stands in the body. */
const PLACEHOLDER = Symbol('placeholder');
type Authored = string | typeof PLACEHOLDER;

/**
 * Holds the words of the source against those of the body, one by one.
 * @returns how many of them stand in the body
 * @throws AppError TEMPLATE_SOURCE_TEXT_DIFFERS
 */
function compare(words: readonly string[], imported: readonly Authored[]): number {
  let at = 0;
  let body = 0;
  const differ = (order: number): AppError => {
    const there = imported.slice(order, order + 12).map((each) => (typeof each === 'string' ? each : '（空白）'));
    const show = (chars: readonly string[]): string => chars.join('') || '（无）';
    return new AppError('TEMPLATE_SOURCE_TEXT_DIFFERS', { at: at + 1, source: show(words.slice(at, at + 12)), imported: show(there) });
  };
  for (const [order, piece] of imported.entries()) {
    const length = typeof piece === 'string' ? Number(same(words[at], piece)) : placeholderLength(words, at);
    if (length === 0) throw differ(order);
    at += length;
    if (typeof piece === 'string') body++;
  }
  if (at !== words.length) throw differ(imported.length);
  return body;
}

const same = (char: string | undefined, other: string): boolean => char === other || (char === UNKNOWN_SYMBOL && SYMBOLS.includes(other));

/** Words of {…}, {{…}} or ${…} from a place on, or of the mark in [●]; 0 when there is none. */
function placeholderLength(words: readonly string[], at: number): number {
  if (/^[●•*＊]$/u.test(words[at] ?? '')) return 1;
  return /^\$?(?:\{\{[^{}]+\}\}|\{[^{}]+\})/u.exec(words.slice(at, at + 50).join(''))?.[0].length ?? 0;
}

/** Symbol-font boxes are PUA characters or w:sym; □ is what all of them look like. */
const settleAll = (text: string): string =>
  [...text].map((char) => (char === UNKNOWN_SYMBOL || SYMBOLS.includes(char) ? '□' : settleBox(char))).join('');
const settleBox = (char: string): string => (BOXES.includes(char) ? '□' : char);

/** The words of the locked text without its automatic numbers, placeholders in their places, and how long the numbers are. */
function authoredText({ manifest, bodyText }: Pick<PackDocument, 'manifest' | 'bodyText'>): {
  readonly pieces: readonly Authored[];
  readonly generated: number;
} {
  const numbers = lineNumbers(manifest);
  let generated = 0;
  let blank = 0;
  const pieces: Authored[] = [];
  parseBody(bodyText).forEach((line, index) => {
    let number = numbers[index] ?? 0;
    generated += number;
    for (const piece of line) {
      if (piece.kind === 'text') {
        pieces.push(...[...piece.text.slice(number)].filter((char) => !ROOM.test(char)).map(settleBox));
        number = Math.max(0, number - piece.text.length);
      } else if (piece.path.kind !== 'signature' && manifest.blanks[blank++]?.source.form === 'placeholder') pieces.push(PLACEHOLDER);
    }
  });
  return { pieces, generated };
}

const lineNumbers = (manifest: Manifest): readonly number[] =>
  manifest.blocks.flatMap((block): readonly number[] => {
    if (block.kind === 'pageBreak' || block.kind === 'section') return [];
    const inner = block.kind === 'table' ? block.rows.flatMap((row) => row.cells.flatMap((cell) => cell.blocks)) : [block];
    return inner.map((each) => (each.kind === 'paragraph' ? each.generated : 0));
  });
