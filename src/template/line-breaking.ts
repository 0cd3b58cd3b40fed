/** Chinese line breaking in whole thousandths of an em: kinsoku, punctuation compression, even spreading. */

export type Face = 'body' | 'head';

export interface GlyphItem {
  readonly kind: 'glyph';
  readonly codePoint: number;
  /** Thousandths of an em. */
  readonly advance: number;
  readonly face: Face;
  readonly underline: boolean;
}

/** A blank inside a line: so wide, never split. `fill` lets the last blank of a table cell take the rest of its line. */
export interface BoxItem {
  readonly kind: 'box';
  readonly width: number;
  readonly blank: number;
  readonly fill: boolean;
}

/** The place of a choice: a □ of its own, or the room between printed brackets. */
export interface TickItem {
  readonly kind: 'tick';
  readonly blank: number;
  readonly width: number;
  readonly mark: 'box' | 'room';
}

export type LineItem = GlyphItem | BoxItem | TickItem | { readonly kind: 'break' };

export interface PlacedItem {
  readonly item: LineItem;
  /** From the left edge of the measure, in thousandths of an em. */
  readonly x: number;
  /** Width that a box got; advance of a glyph. */
  readonly width: number;
}

export interface Line {
  readonly items: readonly PlacedItem[];
  /** Right edge of the last item. */
  readonly width: number;
}

export interface LineStyle {
  /** Width of a full line in thousandths of an em. */
  readonly measure: number;
  readonly firstLineIndent: number;
  readonly align: 'left' | 'center' | 'right' | 'justify';
}

const EM = 1000;
/** More than this between two characters looks torn; then the line stays ragged. */
const MAX_SPREAD = 250;

const CLOSING = new Set([...'，。、；：？！）》〉】」』”’〕'].map((c) => c.codePointAt(0)));
const OPENING = new Set([...'（《〈【「『“‘〔'].map((c) => c.codePointAt(0)));
const NEVER_FIRST = new Set([...'…—～％%℃·'].map((c) => c.codePointAt(0)));
const BOXES = new Set([...'□☐'].map((c) => c.codePointAt(0)));

type CharacterClass = 'han' | 'closing' | 'opening' | 'neverFirst' | 'latin' | 'space' | 'choiceBox';

/** @source GB/T 15834-2011 §5.1 (marks that may not begin or end a line) */
export function characterClass(codePoint: number): CharacterClass {
  if (CLOSING.has(codePoint)) return 'closing';
  if (OPENING.has(codePoint)) return 'opening';
  if (NEVER_FIRST.has(codePoint)) return 'neverFirst';
  if (BOXES.has(codePoint)) return 'choiceBox';
  if (codePoint === 0x20) return 'space';
  return codePoint < 0x2e80 ? 'latin' : 'han';
}

function classOf(item: LineItem): CharacterClass {
  if (item.kind === 'tick') return 'choiceBox';
  return item.kind === 'glyph' ? characterClass(item.codePoint) : 'han';
}

const isWidePunctuation = (item: LineItem, kind: CharacterClass): boolean =>
  item.kind === 'glyph' && item.advance === EM && characterClass(item.codePoint) === kind;

/** Half an em is taken out between two full-width marks whose blank halves meet. */
function compression(left: LineItem, right: LineItem): number {
  if (isWidePunctuation(left, 'closing') && (isWidePunctuation(right, 'closing') || isWidePunctuation(right, 'opening'))) return EM / 2;
  return isWidePunctuation(left, 'opening') && isWidePunctuation(right, 'opening') ? EM / 2 : 0;
}

function mayBreakBetween(left: LineItem, right: LineItem): boolean {
  const before = classOf(left);
  const after = classOf(right);
  if (before === 'opening' || before === 'choiceBox') return false;
  if (after === 'closing' || after === 'neverFirst' || after === 'space') return false;
  return !(before === 'latin' && after === 'latin');
}

const widthOf = (item: LineItem, measure: number): number => {
  if (item.kind === 'glyph') return item.advance;
  return item.kind === 'break' ? 0 : Math.min(item.width, measure);
};

/** Breaks the items of one paragraph into lines. An empty paragraph is one empty line. */
export function breakLines(items: readonly LineItem[], style: LineStyle): Line[] {
  const lines: Line[] = [];
  let start = 0;
  let indent = style.firstLineIndent;
  do {
    const end = lineEnd(items, start, style.measure - indent);
    const forced = items[end]?.kind === 'break';
    const last = end >= items.length || forced;
    lines.push(placeLine(items.slice(start, end), indent, style, last));
    start = forced ? end + 1 : end;
    indent = 0;
  } while (start < items.length);
  return lines;
}

/** Index behind the last item that fits. */
function lineEnd(items: readonly LineItem[], start: number, measure: number): number {
  let width = 0;
  let breakAt = -1;
  for (let i = start; i < items.length; i++) {
    const item = items[i];
    if (item === undefined || item.kind === 'break') return i;
    const left = i > start ? items[i - 1] : undefined;
    if (left !== undefined) {
      width -= compression(left, item);
      if (mayBreakBetween(left, item)) breakAt = i;
    }
    const own = widthOf(item, measure);
    if (width + own > measure && classOf(item) !== 'space') {
      const next = items[i + 1];
      const hangs =
        isWidePunctuation(item, 'closing') && width + own - EM / 2 <= measure && (next === undefined || mayBreakBetween(item, next));
      if (hangs) return i + 1;
      return breakAt > start ? breakAt : Math.max(i, start + 1);
    }
    width += own;
  }
  return items.length;
}

function placeLine(items: readonly LineItem[], indent: number, style: LineStyle, last: boolean): Line {
  const trimmed = trimSpaces(items);
  const available = style.measure - indent;
  const natural = naturalWidth(trimmed, available);
  const fill = Math.max(0, available - natural);
  const boxToFill = trimmed.findLastIndex((item) => item.kind === 'box' && item.fill);
  const spread = boxToFill < 0 && style.align === 'justify' && !last ? spreads(trimmed, available - natural) : [];
  let x = indent;
  if (boxToFill < 0 && style.align === 'center') x += Math.floor(fill / 2);
  if (boxToFill < 0 && style.align === 'right') x += fill;
  const placed: PlacedItem[] = [];
  trimmed.forEach((item, i) => {
    const left = trimmed[i - 1];
    if (left !== undefined) x += (spread[i - 1] ?? 0) - compression(left, item);
    const width = widthOf(item, available) + (i === boxToFill ? fill : 0);
    placed.push({ item, x, width });
    x += width;
  });
  return { items: placed, width: x };
}

function trimSpaces(items: readonly LineItem[]): readonly LineItem[] {
  let end = items.length;
  while (end > 0) {
    const item = items[end - 1];
    if (item === undefined || classOf(item) !== 'space') break;
    end--;
  }
  return items.slice(0, end);
}

function naturalWidth(items: readonly LineItem[], measure: number): number {
  let width = 0;
  items.forEach((item, i) => {
    const left = items[i - 1];
    width += widthOf(item, measure) - (left === undefined ? 0 : compression(left, item));
  });
  return width;
}

/** Space after each item so that the line is full; negative for the half em that a hanging mark gives up. */
function spreads(items: readonly LineItem[], extra: number): number[] {
  const gaps: number[] = [];
  items.forEach((item, i) => {
    const next = items[i + 1];
    if (next === undefined) return;
    const inner = classOf(item) === 'latin' && classOf(next) === 'latin';
    if (!inner) gaps.push(i);
  });
  if (extra <= 0 || gaps.length === 0 || extra > gaps.length * MAX_SPREAD) return [];
  const each = Math.floor(extra / gaps.length);
  const odd = extra - each * gaps.length;
  const spread: number[] = [];
  gaps.forEach((at, k) => {
    spread[at] = each + (k < odd ? 1 : 0);
  });
  return spread;
}
