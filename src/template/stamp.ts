/** Stamps values into blanks: the text of each value, shrunk to a floor, then wrapped, then refused. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { fieldSpec } from '../agreement/fields.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { mpt } from '../pdf/objects.ts';
import { codePointName, glyphOf } from './font-library.ts';
import type { GlyphSet } from './glyph-set.ts';
import { breakLines, type LineItem } from './line-breaking.ts';
import type { LockedTemplate } from './locked-template.ts';
import { OVERFLOW_MARK, type Overflow } from './overflow-pages.ts';
import { VALUE_FLOOR_PT } from './page-geometry.ts';
import type { PlacedBlank } from './paginate.ts';

/** Drawn where a blank stays empty, so that nobody writes into it later. */
const EMPTY_MARK = '／';
/** Through the date of a party that does not sign. */
const STRUCK_OUT = '—';
const TICKED_BOX = '☑';
const EMPTY_BOX = '□';
const TICK = '√';
/** Values are a very dark blue: apart from the locked text, and still dark in a black-and-white copy. */
export const VALUE_COLOUR = '0 0 .35 rg\n';

/** What the data says for one blank; the date of a party that signs is left to its signature. */
export function valueText(data: AgreementData, { blank, mark }: PlacedBlank, roles: readonly PartyRole[]): string {
  if (blank.kind === 'signedOn') return roles.includes(blank.role) ? '' : STRUCK_OUT.repeat(Math.max(1, Math.floor(blank.widthEm)));
  const value = blank.field === 'agreementNumber' ? data.agreementNumber : data.fields[blank.field];
  if (blank.kind === 'choice') {
    const chosen = value === blank.option;
    if (mark === 'box') return chosen ? TICKED_BOX : EMPTY_BOX;
    return chosen ? TICK : '';
  }
  if (value === undefined) return EMPTY_MARK;
  if (blank.part === undefined) return value;
  const [year, month, day] = value.split('-');
  const part = { year, month, day }[blank.part] ?? '';
  return blank.shortYear ? part.slice(2) : part.replace(/^0/, '');
}

interface EncodedText {
  /** Thousandths of an em. */
  readonly width: number;
  /** Whether every glyph is the template's own. */
  readonly constant: boolean;
  readonly runs: readonly { readonly font: string; readonly hex: string }[];
}

/** The template's own glyphs first, then the agreement's. @throws AppError GLYPH_MISSING with field and code point */
function encodeText(text: string, template: LockedTemplate, values: GlyphSet, field: string): EncodedText {
  const runs: { font: string; hex: string }[] = [];
  let run: { font: string; hex: string } | undefined;
  let width = 0;
  let constant = true;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const own = template.bodyGlyphs.find(codePoint);
    if (own === undefined) {
      constant = false;
      if (glyphOf(template.fonts, 'body', codePoint) === undefined) {
        throw new AppError('GLYPH_MISSING', { field: labelOf(template, field), codePoint: codePointName(codePoint) });
      }
    }
    const { font, hex, advance } = own ?? values.add(codePoint);
    width += advance;
    if (run?.font === font) run.hex += hex;
    else {
      run = { font, hex };
      runs.push(run);
    }
  }
  return { width, constant, runs };
}

function drawText({ runs }: EncodedText, sizePt: number, leftMpt: number, baselineMpt: number): string {
  let out = `BT 1 0 0 1 ${mpt(leftMpt)} ${mpt(baselineMpt)} Tm`;
  for (const { font, hex } of runs) out += `/${font} ${sizePt} Tf<${hex}>Tj`;
  return `${out} ET`;
}

/** Width in thousandths of an em. @throws AppError GLYPH_MISSING with field and code point */
function widthOf(text: string, template: LockedTemplate, field: string): number {
  let width = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const advance = template.bodyGlyphs.find(codePoint)?.advance ?? glyphOf(template.fonts, 'body', codePoint)?.advance;
    if (advance === undefined) {
      throw new AppError('GLYPH_MISSING', { field: labelOf(template, field), codePoint: codePointName(codePoint) });
    }
    width += advance;
  }
  return width;
}

const labelOf = (template: LockedTemplate, key: string): string =>
  template.fields.find((spec) => spec.key === key)?.zh ?? fieldSpec(key)?.zh ?? key;

/**
 * The marked content of one blank; an empty one still owns its id.
 * @throws AppError VALUE_TOO_WIDE (`field`, `limit`: full-width characters that fit), GLYPH_MISSING
 */
export function stampBlank(
  placed: PlacedBlank,
  data: AgreementData,
  roles: readonly PartyRole[],
  template: LockedTemplate,
  values: GlyphSet,
  overflows: Overflow[],
): string {
  const text = valueText(data, placed, roles);
  const known = stamped.get(placed)?.get(text);
  if (known !== undefined) return known;
  const group = lineGroup(placed, template);
  if (group.length > 1) return stampLine(placed, group, text, template, values, overflows);
  if (placed.blank.kind === 'value' && !fits(placed, text, template) && mayOverflow(template, placed.blank.field)) {
    overflows.push({ label: labelOf(template, placed.blank.field), value: text });
    return stampOnce(placed, OVERFLOW_MARK, template, values);
  }
  return stampOnce(placed, text, template, values);
}

/** Free text may be continued on a page of its own; names, numbers and dates may not. */
const mayOverflow = (template: LockedTemplate, key: string): boolean => template.fields.find((spec) => spec.key === key)?.type === 'text';

/** A text this short always fits where a blank is at least a character wide; measuring it again and again costs more than stamping. */
const SURELY_FITS = 2;

function fits(placed: PlacedBlank, text: string, template: LockedTemplate): boolean {
  if (text.length * 1000 * placed.sizePt <= placed.widthMpt || text.length <= SURELY_FITS) return true;
  const field = placed.blank.kind === 'signedOn' ? '' : placed.blank.field;
  if (widthOf(text, template, field) * VALUE_FLOOR_PT <= placed.widthMpt) return true;
  return wrapText(text, placed.widthMpt, VALUE_FLOOR_PT, template).length <= 2;
}

const groups = new WeakMap<PlacedBlank, readonly PlacedBlank[]>();

/** The drawn lines that share one value, first to last; a blank of one line is alone. */
function lineGroup(placed: PlacedBlank, template: LockedTemplate): readonly PlacedBlank[] {
  const { blank } = placed;
  if (blank.kind !== 'value' || (blank.lines === undefined && blank.line === undefined)) return [placed];
  const known = groups.get(placed);
  if (known !== undefined) return known;
  const at = template.blanks.indexOf(placed) - ((blank.line ?? 1) - 1);
  const first = template.blanks[at]?.blank;
  const group = template.blanks.slice(at, at + ((first?.kind === 'value' ? first.lines : undefined) ?? 1));
  groups.set(placed, group);
  return group;
}

/** One of several drawn lines: the whole value is set in the largest type in which it fits them all. */
function stampLine(
  placed: PlacedBlank,
  group: readonly PlacedBlank[],
  text: string,
  template: LockedTemplate,
  values: GlyphSet,
  overflows: Overflow[],
): string {
  const open = `/P<</MCID ${placed.mcid}>>BDC `;
  const key = placed.blank.kind === 'value' ? placed.blank.field : '';
  const index = group.indexOf(placed);
  const widthMpt = Math.min(...group.map((line) => line.widthMpt));
  for (let sizePt = placed.sizePt; sizePt >= VALUE_FLOOR_PT; sizePt--) {
    const lines = wrapText(text, widthMpt, sizePt, template);
    if (lines.length > group.length) continue;
    const line = lines[index] ?? '';
    return line === ''
      ? `${open}EMC\n`
      : `${open}${drawText(encodeText(line, template, values, key), sizePt, placed.leftMpt, placed.baselineMpt)} EMC\n`;
  }
  if (!mayOverflow(template, key)) {
    const limit = Math.floor((widthMpt * group.length) / (VALUE_FLOOR_PT * 1000));
    throw new AppError('VALUE_TOO_WIDE', { field: labelOf(template, key), limit, length: [...text].length });
  }
  if (index > 0) return `${open}EMC\n`;
  overflows.push({ label: labelOf(template, key), value: text });
  return stampOnce(placed, OVERFLOW_MARK, template, values);
}

/** Content that uses only the template's glyphs is the same in every agreement: school, unit and dates recur a thousand times. */
const stamped = new WeakMap<PlacedBlank, Map<string, string>>();
const MAX_CACHED = 32;

function remember(placed: PlacedBlank, text: string, content: string): void {
  const cache = stamped.get(placed) ?? new Map<string, string>();
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(text, content);
  stamped.set(placed, cache);
}

function stampOnce(placed: PlacedBlank, text: string, template: LockedTemplate, values: GlyphSet): string {
  const open = `/P<</MCID ${placed.mcid}>>BDC `;
  if (text === '') return `${open}EMC\n`;
  const field = placed.blank.kind === 'signedOn' ? '' : placed.blank.field;
  const encoded = encodeText(text, template, values, field);
  for (let sizePt = placed.sizePt; sizePt >= VALUE_FLOOR_PT; sizePt--) {
    const drawnWidth = encoded.width * sizePt;
    if (drawnWidth > placed.widthMpt) continue;
    const centred = placed.blank.kind !== 'value' || placed.blank.align === 'center';
    const left = placed.leftMpt + (centred ? Math.floor((placed.widthMpt - drawnWidth) / 2) : 0);
    const content = `${open}${drawText(encoded, sizePt, left, placed.baselineMpt)} EMC\n`;
    if (encoded.constant) remember(placed, text, content);
    return content;
  }
  const lines = wrapText(text, placed.widthMpt, VALUE_FLOOR_PT, template);
  const upper = lines[0];
  const lower = lines[1];
  if (upper === undefined || lower === undefined || lines.length > 2) {
    const limit = Math.floor((placed.widthMpt * 2) / (VALUE_FLOOR_PT * 1000));
    throw new AppError('VALUE_TOO_WIDE', { field: labelOf(template, field), limit, length: [...text].length });
  }
  const draw = (line: string, baselineMpt: number): string =>
    drawText(encodeText(line, template, values, field), VALUE_FLOOR_PT, placed.leftMpt, baselineMpt);
  const content = `${open}${draw(upper, placed.baselineMpt + 4_600)} ${draw(lower, placed.baselineMpt - 4_400)} EMC\n`;
  if (encoded.constant) remember(placed, text, content);
  return content;
}

function wrapText(text: string, widthMpt: number, sizePt: number, template: LockedTemplate): string[] {
  const items: LineItem[] = [...text].map((character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    const advance = glyphOf(template.fonts, 'body', codePoint)?.advance ?? 1000;
    return { kind: 'glyph', codePoint, advance, face: 'body', underline: false };
  });
  const measure = Math.floor(widthMpt / sizePt);
  return breakLines(items, { measure, firstLineIndent: 0, align: 'left' }).map((line) =>
    line.items.map(({ item }) => (item.kind === 'glyph' ? String.fromCodePoint(item.codePoint) : '')).join(''),
  );
}
