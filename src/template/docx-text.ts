/**
 * A second, independent reading of a .docx: the bare characters of its main part, taken without an XML parser and without
 * anything of the importer but the unzipping, to hold against what the importer made of it.
 */
import { toUtf8 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { parseBody } from './body.ts';
import { readDocxPackage } from './docx-package.ts';
import type { Manifest, PackDocument } from './manifest.ts';

/** Every character of the source, by what became of it: `source` = `body` + `spaces` + `lines`. */
export interface CharacterAccount {
  /** Characters in the source's text, tabs and breaks included. */
  readonly source: number;
  /** Those that stand in the locked text. */
  readonly body: number;
  /** Spaces, tabs and line breaks, whether blank or layout. */
  readonly spaces: number;
  /** Underscores, which draw blanks. */
  readonly lines: number;
  /** Of `spaces` and `lines`, how many the manifest gives to blanks. */
  readonly blanks: number;
  /** Characters of the locked text that are automatic numbers and so not in the source's text. */
  readonly generated: number;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const SPACE = /[\s\u00a0\u2000-\u200a\u202f\u3000]/u;
const LINE = /[_＿]/u;
const BOXES = '□☐◻❏❑⬜▢';

/**
 * Compares the source with the pack that was made from it: all that is not space or underscore must be the same, in order.
 * @throws AppError TEMPLATE_SOURCE_TEXT_DIFFERS with the place, and those of `readDocxPackage`
 */
export function checkSourceText(docx: Uint8Array, pack: Pick<PackDocument, 'manifest' | 'bodyText'>): CharacterAccount {
  const source = [...readPlainText(docx)];
  const { text, generated } = authoredText(pack);
  const authored = [...text];
  const words = source.filter((char) => !SPACE.test(char) && !LINE.test(char)).map(settleBox);
  const imported = authored.filter((char) => !SPACE.test(char) && !LINE.test(char)).map(settleBox);
  const at = words.findIndex((char, index) => char !== imported[index]);
  if (at !== -1 || words.length !== imported.length) {
    const from = at === -1 ? words.length : at;
    const show = (chars: readonly string[]): string => chars.slice(from, from + 12).join('') || '（无）';
    throw new AppError('TEMPLATE_SOURCE_TEXT_DIFFERS', { at: from + 1, source: show(words), imported: show(imported) });
  }
  const spaces = source.filter((char) => SPACE.test(char)).length;
  const lines = source.filter((char) => LINE.test(char)).length;
  const blanks = pack.manifest.blanks.reduce((sum, blank) => sum + blank.source.chars, 0);
  return { source: source.length, body: words.length, spaces, lines, blanks, generated };
}

/** Symbol-font boxes are PUA characters or w:sym; □ is what all of them look like. */
const settleBox = (char: string): string => (BOXES.includes(char) ? '□' : char);

/**
 * The characters between the tags of every w:t of the main part; tabs as \t, breaks as \n, w:sym as its character.
 * @throws AppError of `readDocxPackage`
 */
export function readPlainText(docx: Uint8Array): string {
  const { documentPart, parts } = readDocxPackage(docx);
  const xml = readUtf8(parts.get(documentPart) ?? new Uint8Array());
  const tokens = /<(?:\w+:)?(t|tab|br|cr|sym|noBreakHyphen)(?=[\s/>])((?:[^>"']|"[^"]*"|'[^']*')*?)\/?>(?:([^<]*)<\/(?:\w+:)?t>)?/gu;
  let text = '';
  for (const [, tag = '', attributes = '', content] of xml.replace(/<(\w+:)?tabs>.*?<\/\1tabs>/gsu, '').matchAll(tokens)) {
    if (tag === 't') text += decodeEntities(content ?? '');
    else if (tag === 'tab') text += '\t';
    else if (tag === 'br' || tag === 'cr') text += '\n';
    else if (tag === 'noBreakHyphen') text += '-';
    else if (tag === 'sym') text += symbolText(attributes);
  }
  return text;
}

function readUtf8(bytes: Uint8Array): string {
  try {
    return toUtf8(bytes);
  } catch {
    throw new AppError('TEMPLATE_SOURCE_XML_MALFORMED');
  }
}

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name ?? ''] ?? whole;
  });

/** Symbols other than boxes are few; those that differ make the comparison fail, which is what should happen. */
const symbolText = (attributes: string): string => {
  const code = Number.parseInt(/:char=["']([0-9A-Fa-f]+)["']/.exec(attributes)?.[1] ?? '', 16) & 0xff;
  if ([0x6f, 0x70, 0x71, 0x72, 0xa8, 0xa3, 0x2a, 0x30, 0x35].includes(code)) return '□';
  return { 254: '☑', 82: '☑', 253: '☒', 83: '☒', 252: '√', 108: '●', 110: '■' }[code] ?? '�';
};

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
