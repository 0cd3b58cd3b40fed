/** Symbol-font characters that contracts use, as Unicode; boxes of every make become □. */

const BOX = '□';

/** Private-use offsets of Wingdings; low byte of the code. */
const WINGDINGS: ReadonlyMap<number, string> = new Map([
  [0x6c, '●'],
  [0x6e, '■'],
  [0x6f, BOX],
  [0x70, BOX],
  [0x71, BOX],
  [0x72, BOX],
  [0xa8, BOX],
  [0x75, '◆'],
  [0x77, '◆'],
  [0x9f, '·'],
  [0xa7, '■'],
  [0xd8, '➢'],
  [0xe0, '→'],
  [0xfc, '√'],
  [0xfb, '×'],
  [0xfd, '☒'],
  [0xfe, '☑'],
]);

const WINGDINGS_2: ReadonlyMap<number, string> = new Map([
  [0x2a, BOX],
  [0x30, BOX],
  [0x35, BOX],
  [0x52, '☑'],
  [0x53, '☒'],
  [0xa3, BOX],
]);

const SYMBOL: ReadonlyMap<number, string> = new Map([
  [0xb7, '·'],
  [0xa3, '≤'],
  [0xb3, '≥'],
  [0xb4, '×'],
  [0xb1, '±'],
]);

/** Drawn like an empty box, to be ticked by hand. */
export const isBox = (char: string): boolean => '□☐◻❏❑⬜▢'.includes(char);

/** The Unicode character of a symbol in a font, or undefined when we would have to guess. */
export function symbolOf(font: string, code: number): string | undefined {
  const name = font.toLowerCase().replaceAll(' ', '');
  const low = code >= 0xf000 && code <= 0xf0ff ? code - 0xf000 : code;
  if (name === 'wingdings') return WINGDINGS.get(low);
  if (name === 'wingdings2') return WINGDINGS_2.get(low);
  if (name === 'symbol') return SYMBOL.get(low);
  if (code >= 0xe000 && code <= 0xf8ff) return undefined;
  const char = String.fromCodePoint(code);
  return isBox(char) ? BOX : char;
}
