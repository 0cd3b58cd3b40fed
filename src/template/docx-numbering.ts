/** Automatic list numbers of a .docx, made literal: 一、（一）1. as the reader of the page sees them. */
import { AppError } from '../errors.ts';
import { printNumber } from './docx-number-words.ts';
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
  /** The paragraph style that means this level. */
  readonly style: string | undefined;
}

/** A paragraph's place in a list; `styles` are those it is based on, which may name the level. */
export type NumberingReference = NonNullable<ParagraphFormat['numbering']> & { readonly styles: readonly string[] };

interface List {
  readonly abstractId: string;
  readonly levels: ReadonlyMap<number, Level>;
  /** Levels whose count this list starts anew although it shares its counters with other lists. */
  readonly overrides: ReadonlyMap<number, number>;
}

/** Counts as it goes: ask for the paragraphs in document order. */
export interface Numbering {
  /** Indents that the level gives its paragraphs. */
  formatOf(reference: NumberingReference | undefined): ParagraphFormat;
  /**
   * The label of the next paragraph of that list, with what separates it from the text; '' when it has none.
   * @throws AppError TEMPLATE_SOURCE_NUMBERING_UNKNOWN for a number format we cannot print
   */
  next(reference: NumberingReference | undefined, paragraph: number, note: (zh: string) => void): string;
}

/** Reads numbering.xml; an absent part numbers nothing. @source ECMA-376 part 1 §17.9 */
export function readNumbering(root: XmlElement | undefined): Numbering {
  const lists = readLists(root);
  const counters = new Map<string, Map<number, number>>();
  const started = new Set<string>();
  const levelOf = (reference: NumberingReference | undefined): { list: List; level: Level; depth: number } | undefined => {
    const list = reference?.id === undefined || reference.id === '0' ? undefined : lists.get(reference.id);
    const byStyle = [...(list?.levels ?? [])].find(([, each]) => each.style !== undefined && reference?.styles.includes(each.style));
    const depth = reference?.level ?? byStyle?.[0] ?? 0;
    const level = list?.levels.get(depth);
    return list !== undefined && level !== undefined ? { list, level, depth } : undefined;
  };
  return {
    formatOf: (reference) => levelOf(reference)?.level.paragraph ?? {},
    next: (reference, paragraph, note) => {
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
      return labelOf(list, level, counts, paragraph, note);
    },
  };
}

function labelOf(list: List, level: Level, counts: ReadonlyMap<number, number>, paragraph: number, note: (zh: string) => void): string {
  if (level.format === 'none' && !level.text.includes('%')) return level.text;
  const unknown = (what: string): AppError => new AppError('TEMPLATE_SOURCE_NUMBERING_UNKNOWN', { paragraph, what });
  if (level.format === 'bullet') {
    const bullet = [...level.text].map((char) => symbolOf(level.font, char.codePointAt(0) ?? 0));
    if (!bullet.includes(undefined)) return bullet.join('');
    note('项目符号的图形无法还原，改用“·”。');
    return '·';
  }
  const text = level.text.replace(/%([1-9])/g, (_slot, digit: string) => {
    const depth = Number(digit) - 1;
    const named = list.levels.get(depth);
    const format = level.legal ? 'decimal' : (named?.format ?? 'decimal');
    if (counts.get(depth) === undefined) note('多级编号的上一级在前面没有出现过，按起始值编号，请核对。');
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
    format: readFormat(level),
    text: settingOf(level, 'w:lvlText') ?? '',
    legal: toggleOf(level, 'w:isLgl') ?? false,
    suffix: settingOf(level, 'w:suff') ?? 'tab',
    restart: integerOf(childOf(level, 'w:lvlRestart'), 'w:val'),
    paragraph,
    font: attribute(fonts, 'w:ascii') ?? attribute(fonts, 'w:hAnsi') ?? '',
    style: settingOf(level, 'w:pStyle'),
  };
}

/** Word writes 01, 001 … as a choice of its own beside a plain fallback. @source [MS-DOCX] 2.4 */
function readFormat(level: XmlElement): string {
  const alternate = childOf(level, 'mc:AlternateContent');
  const numFmt = childOf(level, 'w:numFmt') ?? childOf(childOf(alternate, 'mc:Choice'), 'w:numFmt');
  const format = attribute(numFmt, 'w:val') ?? 'decimal';
  const zeros = /^(0*)1, /.exec(attribute(numFmt, 'w:format') ?? '')?.[1];
  return format === 'custom' && zeros !== undefined ? `zeros${zeros.length + 1}` : format;
}
