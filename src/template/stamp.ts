/** The content of one filled blank: the text of its value, shrunk to a floor, then wrapped, then refused. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { fieldSpec } from '../agreement/fields.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { shownValue } from '../agreement/shown-value.ts';
import { boundNumber } from '../agreement/signatories.ts';
import { fromLatin1 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { mpt } from '../pdf/objects.ts';
import { codePointName, glyphOf } from './font-library.ts';
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
/** Resource name of the font that brings the agreement's own glyphs. */
export const VALUE_FONT = 'FV';

/** What the data says for one blank; the date of a party that signs is left to its signature. */
export function valueText(data: AgreementData, { blank, mark }: PlacedBlank, roles: readonly PartyRole[]): string {
  if (blank.kind === 'signedOn') return roles.includes(blank.role) ? '' : STRUCK_OUT.repeat(Math.max(1, Math.floor(blank.widthEm)));
  const value = blank.field === 'agreementNumber' ? boundNumber(data) : data.fields[blank.field];
  if (blank.kind === 'choice') {
    const chosen = value === blank.option;
    if (mark === 'box') return chosen ? TICKED_BOX : EMPTY_BOX;
    return chosen ? TICK : '';
  }
  if (value === undefined) return EMPTY_MARK;
  if (blank.part === undefined)
    return blank.inWords === true ? shownValue({ agreementNumber: '', fields: { date: value }, annex: null }, 'date:words') : value;
  const [from, to] = DATE_PARTS[blank.part];
  if (blank.part === 'year') return value.slice(blank.shortYear ? 2 : from, to);
  return value.slice(value[from] === '0' ? from + 1 : from, to);
}

/** Where the parts of `2026-09-01` stand. */
const DATE_PARTS = { year: [0, 4], month: [5, 7], day: [8, 10] } as const;

/** The marked content of a filled blank. */
export interface Stamp {
  /** Where a glyph is the agreement's own, its four digits are still open. */
  readonly content: Uint8Array;
  readonly open: readonly OpenGlyph[];
  /** What goes to the overflow pages. */
  readonly overflow: Overflow | null;
}

interface OpenGlyph {
  /** Of its four digits in the content. */
  readonly at: number;
  readonly codePoint: number;
}

/** Content in the making. */
interface Draft {
  text: string;
  readonly open: OpenGlyph[];
}

const finished = ({ text, open }: Draft, overflow: Overflow | null): Stamp => ({ content: fromLatin1(text), open, overflow });

interface EncodedText {
  /** Thousandths of an em. */
  readonly width: number;
  readonly runs: readonly EncodedRun[];
}

interface EncodedRun {
  readonly font: string;
  hex: string;
  readonly open: OpenGlyph[];
}

const OPEN_DIGITS = '0000';

/** The template's own glyphs as they are, the agreement's still open. @throws AppError GLYPH_MISSING with field and code point */
function encodeText(text: string, template: LockedTemplate, field: string): EncodedText {
  const runs: EncodedRun[] = [];
  let run: EncodedRun | undefined;
  let width = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const own = template.bodyGlyphs.find(codePoint);
    const advance = own?.advance ?? glyphOf(template.fonts, 'body', codePoint)?.advance;
    if (advance === undefined) {
      throw new AppError('GLYPH_MISSING', { field: labelOf(template, field), codePoint: codePointName(codePoint) });
    }
    const font = own?.font ?? VALUE_FONT;
    width += advance;
    if (run?.font !== font) {
      run = { font, hex: '', open: [] };
      runs.push(run);
    }
    if (own === undefined) run.open.push({ at: run.hex.length, codePoint });
    run.hex += own?.hex ?? OPEN_DIGITS;
  }
  return { width, runs };
}

function drawText(draft: Draft, { runs }: EncodedText, sizePt: number, leftMpt: number, baselineMpt: number): void {
  draft.text += `BT ${mpt(leftMpt)} ${mpt(baselineMpt)} Td`;
  for (const { font, hex, open } of runs) {
    draft.text += `/${font} ${sizePt} Tf<`;
    for (const { at, codePoint } of open) draft.open.push({ at: draft.text.length + at, codePoint });
    draft.text += `${hex}>Tj`;
  }
  draft.text += ' ET';
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
 * @param text what `valueText` says
 * @throws AppError VALUE_TOO_WIDE (`field`, `limit`: full-width characters that fit), GLYPH_MISSING
 */
export function stampBlank(placed: PlacedBlank, text: string, template: LockedTemplate): Stamp {
  const group = lineGroup(placed, template);
  if (group.length > 1) return stampLine(placed, group, text, template);
  if (placed.blank.kind === 'value' && !fits(placed, text, template) && mayOverflow(template, placed.blank.field)) {
    const overflow = { label: labelOf(template, placed.blank.field), value: text };
    return stampOnce(placed, OVERFLOW_MARK, template, overflow);
  }
  return stampOnce(placed, text, template, null);
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

const openContent = ({ mcid }: PlacedBlank): Draft => ({ text: `/P<</MCID ${mcid}>>BDC `, open: [] });

/** One of several drawn lines: the whole value is set in the largest type in which it fits them all. */
function stampLine(placed: PlacedBlank, group: readonly PlacedBlank[], text: string, template: LockedTemplate): Stamp {
  const draft = openContent(placed);
  const key = placed.blank.kind === 'value' ? placed.blank.field : '';
  const index = group.indexOf(placed);
  const widthMpt = Math.min(...group.map((line) => line.widthMpt));
  for (let sizePt = placed.sizePt; sizePt >= VALUE_FLOOR_PT; sizePt--) {
    const lines = wrapText(text, widthMpt, sizePt, template);
    if (lines.length > group.length) continue;
    const line = lines[index] ?? '';
    if (line !== '') {
      drawText(draft, encodeText(line, template, key), sizePt, placed.leftMpt, placed.baselineMpt);
      draft.text += ' ';
    }
    draft.text += CLOSE;
    return finished(draft, null);
  }
  if (!mayOverflow(template, key)) {
    const limit = Math.floor((widthMpt * group.length) / (VALUE_FLOOR_PT * 1000));
    throw new AppError('VALUE_TOO_WIDE', { field: labelOf(template, key), limit, length: [...text].length });
  }
  if (index === 0) return stampOnce(placed, OVERFLOW_MARK, template, { label: labelOf(template, key), value: text });
  draft.text += CLOSE;
  return finished(draft, null);
}

const CLOSE = 'EMC\n';

function stampOnce(placed: PlacedBlank, text: string, template: LockedTemplate, overflow: Overflow | null): Stamp {
  const draft = openContent(placed);
  if (text !== '') {
    drawValue(draft, placed, text, template);
    draft.text += ' ';
  }
  draft.text += CLOSE;
  return finished(draft, overflow);
}

/** @throws AppError VALUE_TOO_WIDE, GLYPH_MISSING */
function drawValue(draft: Draft, placed: PlacedBlank, text: string, template: LockedTemplate): void {
  const field = placed.blank.kind === 'signedOn' ? '' : placed.blank.field;
  const encoded = encodeText(text, template, field);
  for (let sizePt = placed.sizePt; sizePt >= VALUE_FLOOR_PT; sizePt--) {
    const drawnWidth = encoded.width * sizePt;
    if (drawnWidth > placed.widthMpt) continue;
    const centred = placed.blank.kind !== 'value' || placed.blank.align === 'center';
    const left = placed.leftMpt + (centred ? Math.floor((placed.widthMpt - drawnWidth) / 2) : 0);
    drawText(draft, encoded, sizePt, left, placed.baselineMpt);
    return;
  }
  const lines = wrapText(text, placed.widthMpt, VALUE_FLOOR_PT, template);
  const upper = lines[0];
  const lower = lines[1];
  if (upper === undefined || lower === undefined || lines.length > 2) {
    const limit = Math.floor((placed.widthMpt * 2) / (VALUE_FLOOR_PT * 1000));
    throw new AppError('VALUE_TOO_WIDE', { field: labelOf(template, field), limit, length: [...text].length });
  }
  drawText(draft, encodeText(upper, template, field), VALUE_FLOOR_PT, placed.leftMpt, placed.baselineMpt + 4_600);
  draft.text += ' ';
  drawText(draft, encodeText(lower, template, field), VALUE_FLOOR_PT, placed.leftMpt, placed.baselineMpt - 4_400);
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
