/** Which characters a value may contain. The same answer is given at input and at verification. */

/** What is wrong with a text; the first that applies, in this order. */
export type CharacterFault =
  | 'VALUE_HAS_NEWLINE'
  | 'VALUE_HAS_BIDI'
  | 'VALUE_HAS_INVISIBLE'
  | 'VALUE_HAS_CONTROL'
  | 'VALUE_HAS_PRIVATE_USE'
  | 'VALUE_HAS_UNASSIGNED'
  | 'VALUE_HAS_COMPATIBILITY'
  | 'VALUE_NOT_NFC'
  | 'VALUE_HAS_OTHER_SCRIPT'
  | 'VALUE_HAS_TEMPLATE_BRACES'
  | 'VALUE_HAS_STRAY_SPACE';

export interface CharacterProblem {
  readonly code: CharacterFault;
  /** `U+200B`, or '' where no single character is to blame. */
  readonly point: string;
}

const NEWLINE = /[\n\v\f\r\u0085\u2028\u2029]/u;
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
/** Format characters, variation selectors, blank fillers, the blank Braille pattern: nothing to see, yet other bytes. */
const INVISIBLE = /\p{Cf}|\u034F|\p{Variation_Selector}|[\u115F\u1160\u17B4\u17B5\u180E\u2800\u3164\uFFA0]/u;
const CONTROL = /\p{Cc}/u;
const PRIVATE_USE = /\p{Co}/u;
const UNASSIGNED = /[\p{Cn}\p{Cs}\uFFFD]/u;
/** Twins of ordinary ideographs: compatibility ideographs and radicals. */
const COMPATIBILITY = /[\u2E80-\u2FDF\uF900-\uFA0D\uFA10\uFA12\uFA15-\uFA1E\uFA20\uFA22\uFA25\uFA26\uFA2A-\uFAFF\u{2F800}-\u{2FA1F}]/u;
const HAN = /[\p{Unified_Ideograph}〇]/u;
const LATIN = /\p{Script=Latin}/u;
const PUNCTUATION = new Set(
  '·—–‘’“”…‰′″℃№→←×÷±≤≥≈°§々、。〈〉《》「」『』【】〔〕〖〗～！（）＋，－．／：；＜＝＞？［］％＆＠＃＊＿｜￥¥①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ㎡㎏㎜',
);

const isLatinLetter = (char: string): boolean => LATIN.test(char) && char.normalize('NFKC') === char;

/** An ideograph that is encoded once, or 〇. */
export const isHan = (char: string): boolean => HAN.test(char) && !COMPATIBILITY.test(char);

const isAllowed = (char: string): boolean => (char >= ' ' && char <= '~') || isHan(char) || PUNCTUATION.has(char) || isLatinLetter(char);

const CLASSES: readonly (readonly [CharacterFault, RegExp])[] = [
  ['VALUE_HAS_NEWLINE', NEWLINE],
  ['VALUE_HAS_BIDI', BIDI],
  ['VALUE_HAS_INVISIBLE', INVISIBLE],
  ['VALUE_HAS_CONTROL', CONTROL],
  ['VALUE_HAS_PRIVATE_USE', PRIVATE_USE],
  ['VALUE_HAS_UNASSIGNED', UNASSIGNED],
  ['VALUE_HAS_COMPATIBILITY', COMPATIBILITY],
];

export const codePointName = (char: string): string => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Nearly every value: ASCII, the basic block of ideographs and plain punctuation need no closer look at each character. */
const PLAIN = /^[ -~\u4E00-\u9FFF（），。、：；·]*$/;

/** The first fault of a value, or undefined for one that may be printed as it is. */
export function characterProblem(text: string): CharacterProblem | undefined {
  const problem = PLAIN.test(text) ? undefined : closeLook(text);
  if (problem !== undefined) return problem;
  if (/\{\{|\}\}/.test(text)) return { code: 'VALUE_HAS_TEMPLATE_BRACES', point: '' };
  if (text.trim() !== text || text.includes('  ')) return { code: 'VALUE_HAS_STRAY_SPACE', point: '' };
  return undefined;
}

function closeLook(text: string): CharacterProblem | undefined {
  for (const [code, pattern] of CLASSES) {
    const found = pattern.exec(text);
    if (found !== null) return { code, point: codePointName(found[0]) };
  }
  if (text.normalize('NFC') !== text) return { code: 'VALUE_NOT_NFC', point: '' };
  for (const char of text) if (!isAllowed(char)) return { code: 'VALUE_HAS_OTHER_SCRIPT', point: codePointName(char) };
  return undefined;
}

/** Code points, not UTF-16 units. */
export const lengthInCharacters = (text: string): number => [...text].length;
