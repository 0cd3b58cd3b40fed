/**
 * A second, independent reading of a .docx, held against what the importer made of it: every character has to be somewhere.
 */
import { AppError } from '../errors.ts';
import { parseBody } from './body.ts';
import { readSourceCharacters, UNKNOWN_SYMBOL } from './docx-plain-text.ts';
import type { Manifest, PackDocument } from './manifest.ts';

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
  const { text, generated } = authoredText(pack);
  const words = source.filter((each) => each.kind === 'text' && !ROOM.test(each.char)).map((each) => settleBox(each.char));
  const imported = [...text].filter((char) => !ROOM.test(char)).map(settleBox);
  const same = (char: string, other: string | undefined): boolean =>
    char === other || (char === UNKNOWN_SYMBOL && other !== undefined && SYMBOLS.includes(other));
  const at = words.findIndex((char, index) => !same(char, imported[index]));
  const show = (chars: readonly string[], from: number): string => chars.slice(from, from + 12).join('') || '（无）';
  if (at !== -1 || words.length !== imported.length) {
    const from = at === -1 ? Math.min(words.length, imported.length) : at;
    throw new AppError('TEMPLATE_SOURCE_TEXT_DIFFERS', { at: from + 1, source: show(words, from), imported: show(imported, from) });
  }
  const phonetic = source.filter((each) => each.kind === 'phonetic').length;
  const prompts = source.filter((each) => each.kind === 'prompt' && !ROOM.test(each.char)).length;
  const blanks = pack.manifest.blanks.reduce((sum, blank) => sum + blank.source.chars, 0);
  const asked = pack.manifest.blanks.reduce(
    (sum, { source: { form, chars } }) => sum + (form === 'prompt' || form === 'date' ? chars : 0),
    0,
  );
  const spaces = source.length - phonetic - words.length - blanks;
  if (spaces < 0 || prompts > asked + spaces) {
    throw new AppError('TEMPLATE_SOURCE_TEXT_DIFFERS', { at: words.length, source: '空白处的字符', imported: '空白' });
  }
  return { source: source.length, body: words.length, blanks, spaces, phonetic, generated };
}

/** Symbol-font boxes are PUA characters or w:sym; □ is what all of them look like. */
const settleBox = (char: string): string => (BOXES.includes(char) ? '□' : char);

/** The locked text without its automatic numbers, and how long those are. */
function authoredText({ manifest, bodyText }: Pick<PackDocument, 'manifest' | 'bodyText'>): {
  readonly text: string;
  readonly generated: number;
} {
  const numbers = lineNumbers(manifest);
  let generated = 0;
  const lines = parseBody(bodyText).map((line, index) => {
    const text = line.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
    generated += numbers[index] ?? 0;
    return text.slice(numbers[index] ?? 0);
  });
  return { text: lines.join('\n'), generated };
}

const lineNumbers = (manifest: Manifest): readonly number[] =>
  manifest.blocks.flatMap((block): readonly number[] => {
    if (block.kind === 'pageBreak') return [];
    const inner = block.kind === 'table' ? block.rows.flatMap((row) => row.cells.flatMap((cell) => cell.blocks)) : [block];
    return inner.map((each) => (each.kind === 'paragraph' ? each.generated : 0));
  });
