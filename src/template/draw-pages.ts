/** The pages of a template as shapes to look at: the same layout that is compiled, with the place of every blank named. */
import { PARTY_ZH } from '../agreement/parties.ts';
import type { DrawnBox, DrawnText } from '../pdf/drawn-page.ts';
import type { FontLibrary } from './font-library.ts';
import { SAMPLE_MARK } from './locked-template.ts';
import { type FurnitureLine, furnitureOf } from './margin-lines.ts';
import { FURNITURE_SIZE_PT, PAGE_HEIGHT_MPT, PAGE_WIDTH_MPT } from './page-geometry.ts';
import { type LaidOut, type PlacedBlank, paginate, type TextRun } from './paginate.ts';
import { makeItemMaker } from './paragraph-items.ts';
import type { Blank, Block, TemplateDocument } from './template-document.ts';

export interface DrawnPage {
  readonly widthPt: number;
  readonly heightPt: number;
  readonly texts: readonly DrawnText[];
  readonly rules: readonly DrawnBox[];
  /** `id` as the manifest has it: b1, b2, … */
  readonly blanks: readonly (DrawnBox & { readonly id: string })[];
  readonly signatures: readonly (DrawnBox & { readonly words: string })[];
}

const round = (mpt: number): number => Math.round(mpt / 10) / 100;

/** @throws AppError GLYPH_MISSING, TEMPLATE_TOO_TALL */
export function drawPages(
  { blocks, status, margins }: Pick<TemplateDocument, 'blocks' | 'status' | 'margins'>,
  fonts: FontLibrary,
): readonly DrawnPage[] {
  const laidOut = paginate(blocks, makeItemMaker(fonts));
  const footer = (page: number): string => `第 ${page + 1} 页，共 ${laidOut.pageCount} 页`;
  const furniture = furnitureOf(status === 'sample' ? SAMPLE_MARK : null, footer, margins, laidOut);
  const ids = new Map(blanksIn(blocks).map((blank, i) => [blank, `b${i + 1}`]));
  return Array.from({ length: laidOut.pageCount }, (_, page) => ({
    widthPt: round(PAGE_WIDTH_MPT),
    heightPt: round(PAGE_HEIGHT_MPT),
    texts: [
      ...laidOut.marks.flatMap((mark) => (mark.kind === 'text' && mark.page === page ? textsOf(mark) : [])),
      ...[...furniture.above(page), ...furniture.below(page)].map(smallText),
    ],
    rules: laidOut.marks.flatMap((mark) =>
      mark.kind === 'rule' && mark.page === page ? [box(mark.leftMpt, mark.bottomMpt + mark.heightMpt, mark.widthMpt, mark.heightMpt)] : [],
    ),
    blanks: laidOut.blanks
      .filter((placed) => placed.page === page)
      .map((placed) => ({ id: ids.get(placed.blank) ?? '', ...blankBox(placed) })),
    signatures: signaturesOn(laidOut, page),
  }));
}

const box = (leftMpt: number, topMpt: number, widthMpt: number, heightMpt: number): DrawnBox => ({
  x: round(leftMpt),
  y: round(PAGE_HEIGHT_MPT - topMpt),
  width: round(widthMpt),
  height: round(heightMpt),
});

const blankBox = ({ leftMpt, baselineMpt, widthMpt, sizePt }: PlacedBlank): DrawnBox =>
  box(leftMpt, baselineMpt + sizePt * 900, widthMpt, sizePt * 1150);

const signaturesOn = (laidOut: LaidOut, page: number): DrawnPage['signatures'] =>
  laidOut.signatureBoxes
    .filter((place) => place.page === page)
    .map(({ role, leftMpt, rightMpt, topMpt, bottomMpt }) => ({
      words: `${PARTY_ZH[role]}签名处`,
      ...box(leftMpt, topMpt, rightMpt - leftMpt, topMpt - bottomMpt),
    }));

/** A run as texts of one face each. */
function textsOf({ items, leftMpt, baselineMpt, sizePt }: TextRun): readonly DrawnText[] {
  const texts: { x: number; end: number; face: 'body' | 'head'; text: string }[] = [];
  for (const { item, x, width } of items) {
    if (item.kind !== 'glyph') continue;
    const last = texts.at(-1);
    const character = String.fromCodePoint(item.codePoint);
    if (last !== undefined && last.face === item.face) {
      last.text += character;
      last.end = x + width;
    } else texts.push({ x, end: x + width, face: item.face, text: character });
  }
  return texts.map(({ x, end, face, text }) => ({
    x: round(leftMpt + x * sizePt),
    y: round(PAGE_HEIGHT_MPT - baselineMpt),
    width: round((end - x) * sizePt),
    sizePt,
    face,
    text,
  }));
}

/** Centred small text, as wide as so many full characters at most. */
function smallText({ text, baselineMpt }: FurnitureLine): DrawnText {
  const em = [...text].reduce((sum, character) => sum + (character.charCodeAt(0) < 0x80 ? 0.5 : 1), 0);
  const width = em * FURNITURE_SIZE_PT;
  const y = round(PAGE_HEIGHT_MPT - baselineMpt);
  return { x: round((PAGE_WIDTH_MPT - width * 1000) / 2), y, width, sizePt: FURNITURE_SIZE_PT, face: 'body', text };
}

const blanksIn = (blocks: readonly Block[]): readonly Blank[] =>
  blocks.flatMap((block): readonly Blank[] => {
    if (block.kind === 'paragraph') return block.inlines.flatMap((inline) => (inline.kind === 'text' ? [] : [inline]));
    return block.kind === 'table' ? block.rows.flatMap((row) => row.cells.flatMap((cell) => blanksIn(cell.blocks))) : [];
  });
