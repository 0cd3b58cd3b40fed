/** Automatic list numbers of a .docx, made literal: 一、（一）1. as the reader of the page sees them. */
import { AppError } from '../errors.ts';
import { mergeFormats, type ParagraphFormat, readParagraphFormat } from './docx-styles.ts';
import { symbolOf } from './docx-symbols.ts';
import { attribute, childOf, elementsOf, integerOf, settingOf, toggleOf, type XmlElement } from './docx-xml.ts';

interface Level {
  readonly start: number;
  readonly format: string;
  readonly text: string;
  readonly legal: boolean;
  readonly suffix: string;
  readonly restart: number | undefined;
  readonly paragraph: ParagraphFormat;
  readonly font: string;
}

interface List {
  readonly abstractId: string;
  readonly levels: ReadonlyMap<number, Level>;
  /** Levels whose count this list starts anew although it shares its counters with other lists. */
  readonly overrides: ReadonlyMap<number, number>;
}

/** Counts as it goes: ask for the paragraphs in document order. */
export interface Numbering {
  /** Indents that the level gives its paragraphs. */
  formatOf(reference: ParagraphFormat['numbering']): ParagraphFormat;
  /**
   * The label of the next paragraph of that list, with what separates it from the text; '' when it has none.
   * @throws AppError TEMPLATE_SOURCE_NUMBERING_UNKNOWN for a number format we cannot print
   */
  next(reference: ParagraphFormat['numbering'], paragraph: number): string;
}

/** Reads numbering.xml; an absent part numbers nothing. @source ECMA-376 part 1 §17.9 */
export function readNumbering(root: XmlElement | undefined): Numbering {
  const lists = readLists(root);
  const counters = new Map<string, Map<number, number>>();
  const started = new Set<string>();
  const levelOf = (reference: ParagraphFormat['numbering']): { list: List; level: Level; depth: number } | undefined => {
    const list = reference?.id === undefined || reference.id === '0' ? undefined : lists.get(reference.id);
    const depth = reference?.level ?? 0;
    const level = list?.levels.get(depth);
    return list !== undefined && level !== undefined ? { list, level, depth } : undefined;
  };
  return {
    formatOf: (reference) => levelOf(reference)?.level.paragraph ?? {},
    next: (reference, paragraph) => {
      const found = levelOf(reference);
      if (found === undefined) return '';
      const { list, level, depth } = found;
      const counts = counters.get(list.abstractId) ?? new Map<number, number>();
      counters.set(list.abstractId, counts);
      const override = list.overrides.get(depth);
      const firstUse = override !== undefined && !started.has(`${reference?.id}/${depth}`);
      started.add(`${reference?.id}/${depth}`);
      const before = firstUse ? undefined : counts.get(depth);
      counts.set(depth, before === undefined ? (override ?? level.start) : before + 1);
      for (const [deeper, { restart }] of list.levels) {
        if (deeper > depth && restart !== 0 && (restart === undefined || depth < restart)) counts.delete(deeper);
      }
      return labelOf(list, level, counts, paragraph);
    },
  };
}

function labelOf(list: List, level: Level, counts: ReadonlyMap<number, number>, paragraph: number): string {
  if (level.format === 'none' && !level.text.includes('%')) return level.text;
  const unknown = (what: string): AppError => new AppError('TEMPLATE_SOURCE_NUMBERING_UNKNOWN', { paragraph, what });
  if (level.format === 'bullet') {
    const bullet = [...level.text].map((char) => symbolOf(level.font, char.codePointAt(0) ?? 0));
    if (bullet.includes(undefined)) throw unknown(`项目符号 U+${(level.text.codePointAt(0) ?? 0).toString(16).toUpperCase()}`);
    return bullet.join('');
  }
  const text = level.text.replace(/%([1-9])/g, (_slot, digit: string) => {
    const depth = Number(digit) - 1;
    const named = list.levels.get(depth);
    const format = level.legal ? 'decimal' : (named?.format ?? 'decimal');
    const printed = printNumber(counts.get(depth) ?? named?.start ?? 1, format);
    if (printed === undefined) throw unknown(format);
    return printed;
  });
  // A tab after 一、 or （一） is the glyph's own side; after a Latin number a space keeps it apart.
  const separate = level.suffix === 'space' || (level.suffix === 'tab' && /[\x21-\x7e]$/.test(text));
  return separate ? `${text} ` : text;
}

function readLists(root: XmlElement | undefined): ReadonlyMap<string, List> {
  const abstracts = new Map<string, XmlElement>();
  const byStyle = new Map<string, XmlElement>();
  for (const element of elementsOf(root, 'w:abstractNum')) {
    abstracts.set(attribute(element, 'w:abstractNumId') ?? '', element);
    const style = settingOf(element, 'w:styleLink');
    if (style !== undefined) byStyle.set(style, element);
  }
  const lists = new Map<string, List>();
  for (const element of elementsOf(root, 'w:num')) {
    const abstractId = settingOf(element, 'w:abstractNumId') ?? '';
    const abstract = abstracts.get(abstractId);
    const linked = byStyle.get(settingOf(abstract, 'w:numStyleLink') ?? '') ?? abstract;
    const levels = new Map<number, Level>();
    const overrides = new Map<number, number>();
    for (const level of elementsOf(linked, 'w:lvl')) levels.set(integerOf(level, 'w:ilvl') ?? 0, readLevel(level));
    for (const override of elementsOf(element, 'w:lvlOverride')) {
      const depth = integerOf(override, 'w:ilvl') ?? 0;
      const level = childOf(override, 'w:lvl');
      const start = integerOf(childOf(override, 'w:startOverride'), 'w:val');
      if (level !== undefined) levels.set(depth, readLevel(level));
      if (start !== undefined) overrides.set(depth, start);
    }
    lists.set(attribute(element, 'w:numId') ?? '', { abstractId, levels, overrides });
  }
  return lists;
}

function readLevel(level: XmlElement): Level {
  const fonts = childOf(childOf(level, 'w:rPr'), 'w:rFonts');
  const { numbering: _self, ...paragraph } = mergeFormats(readParagraphFormat(childOf(level, 'w:pPr')));
  return {
    start: integerOf(childOf(level, 'w:start'), 'w:val') ?? 0,
    format: settingOf(level, 'w:numFmt') ?? 'decimal',
    text: settingOf(level, 'w:lvlText') ?? '',
    legal: toggleOf(level, 'w:isLgl') ?? false,
    suffix: settingOf(level, 'w:suff') ?? 'tab',
    restart: integerOf(childOf(level, 'w:lvlRestart'), 'w:val'),
    paragraph,
    font: attribute(fonts, 'w:ascii') ?? attribute(fonts, 'w:hAnsi') ?? '',
  };
}

const DIGITS = '〇一二三四五六七八九';

/** Prints a list number, or undefined for a format or a value we do not know. @source ECMA-376 part 1 §17.18.59 */
export function printNumber(value: number, format: string): string | undefined {
  if (value < 0 || value > 9999) return undefined;
  switch (format) {
    case 'none':
      return '';
    case 'decimal':
    case 'decimalHalfWidth':
      return String(value);
    case 'decimalZero':
      return String(value).padStart(2, '0');
    case 'decimalFullWidth':
    case 'decimalFullWidth2':
      return [...String(value)].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join('');
    case 'chineseCounting':
    case 'chineseCountingThousand':
    case 'japaneseCounting':
    case 'taiwaneseCounting':
    case 'taiwaneseCountingThousand':
      return chineseCounting(value);
    case 'ideographDigital':
    case 'japaneseDigitalTenThousand':
    case 'taiwaneseDigital':
      return [...String(value)].map((digit) => DIGITS[Number(digit)]).join('');
    case 'chineseLegalSimplified':
      return [...chineseCounting(value)].map((char) => LEGAL.get(char) ?? char).join('');
    case 'decimalEnclosedCircle':
    case 'decimalEnclosedCircleChinese':
      return value >= 1 && value <= 20 ? String.fromCharCode(0x2460 + value - 1) : undefined;
    case 'decimalEnclosedParen':
      return value >= 1 && value <= 20 ? String.fromCharCode(0x2474 + value - 1) : undefined;
    case 'lowerLetter':
      return letters(value, 97);
    case 'upperLetter':
      return letters(value, 65);
    case 'lowerRoman':
      return roman(value)?.toLowerCase();
    case 'upperRoman':
      return roman(value);
    default:
      return undefined;
  }
}

const LEGAL: ReadonlyMap<string, string> = new Map(
  [...'一壹二贰三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟〇零'.matchAll(/(.)(.)/gu)].map((pair) => [pair[1] ?? '', pair[2] ?? '']),
);

/** 一, 十, 十一, 二十, 一百零五 … up to 9999. */
function chineseCounting(value: number): string {
  if (value === 0) return '〇';
  const digits = [...String(value)].map(Number);
  let text = '';
  digits.forEach((digit, index) => {
    const place = digits.length - 1 - index;
    if (digit !== 0) text += `${DIGITS[digit]}${['', '十', '百', '千'][place]}`;
    else if (digits.slice(index).some((rest) => rest !== 0) && !text.endsWith('零')) text += '零';
  });
  return text.startsWith('一十') ? text.slice(1) : text;
}

/** a … z, aa, bb …: Word repeats the letter. */
function letters(value: number, first: number): string | undefined {
  if (value < 1) return undefined;
  return String.fromCharCode(first + ((value - 1) % 26)).repeat(Math.ceil(value / 26));
}

function roman(value: number): string | undefined {
  if (value < 1 || value > 3999) return undefined;
  const signs: readonly (readonly [number, string])[] = [
    [1000, 'M'],
    [900, 'CM'],
    [500, 'D'],
    [400, 'CD'],
    [100, 'C'],
    [90, 'XC'],
    [50, 'L'],
    [40, 'XL'],
    [10, 'X'],
    [9, 'IX'],
    [5, 'V'],
    [4, 'IV'],
    [1, 'I'],
  ];
  let rest = value;
  let text = '';
  for (const [worth, sign] of signs) {
    while (rest >= worth) {
      text += sign;
      rest -= worth;
    }
  }
  return text;
}
