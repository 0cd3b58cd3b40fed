/** The paragraphs of a .docx cut into pieces, with what filling them needs to know: their container, line and label. */
import { findPieces, type Piece } from './docx-blanks.ts';
import type { PiecedParagraph } from './docx-choices.ts';
import type { SourceCell, SourceDocument } from './docx-document.ts';
import { drawRules } from './docx-lines.ts';
import type { SourceParagraph } from './docx-paragraphs.ts';
import { refuseSource } from './docx-refusal.ts';
import { addRooms } from './docx-rooms.ts';
import {
  type Container,
  type containersOf,
  isEmptyParagraph,
  namesAtTheEnd,
  rolesAsked,
  type SignatureSpot,
  textOfParagraph,
} from './docx-signatures.ts';
import type { PartyLetters } from './party-letters.ts';

/** The texts of a block's paragraphs. */
export const textsOf = (block: SourceDocument['blocks'][number]): readonly string[] => {
  if (block.kind === 'paragraph') return [textOfParagraph(block)];
  return block.kind === 'table' ? block.rows.flatMap((row) => row.cells.flatMap((cell) => cell.paragraphs.map(textOfParagraph))) : [];
};

/** A paragraph of the source with what filling it needs to know. */
export type Prepared = PiecedParagraph & { readonly source: SourceParagraph; readonly lineEm: number; readonly served: boolean };

/**
 * Every paragraph in document order with its blanks found, rules drawn and rooms added.
 * @param notes takes what is not kept
 */
export function prepareParagraphs(
  document: SourceDocument,
  containers: ReturnType<typeof containersOf>,
  signing: { readonly spots: readonly SignatureSpot[]; readonly letters: PartyLetters },
  notes: { paragraph: number; zh: string }[],
): readonly Prepared[] {
  const cut = piecedParagraphs(document, containers, signing.spots, signing.letters);
  assertBlanks(cut);
  const ruled = withRules(cut, notes);
  return byContainer(ruled).flatMap(addRooms);
}

/** A person has to go through all of them. */
const MAX_BLANKS = 2_000;

/** @throws AppError TEMPLATE_SOURCE_TOO_LONG at the paragraph of the first blank too many */
function assertBlanks(paragraphs: readonly Prepared[]): void {
  let blanks = 0;
  for (const { source, pieces } of paragraphs) {
    blanks += pieces.filter((piece) => piece.kind !== 'text').length;
    if (blanks > MAX_BLANKS)
      throw refuseSource(
        'TEMPLATE_SOURCE_TOO_LONG',
        { paragraph: source.number, text: textOfParagraph(source) },
        `超过 ${MAX_BLANKS} 个空白`,
      );
  }
}

function piecedParagraphs(
  document: SourceDocument,
  containers: ReturnType<typeof containersOf>,
  spots: readonly SignatureSpot[],
  letters: PartyLetters,
): readonly Prepared[] {
  const positions = new Map(
    [...new Set(containers.values())].flatMap(({ paragraphs }) => paragraphs.map((each, at) => [each, at] as const)),
  );
  const ends = namesAtTheEnd([...new Set(containers.values())], letters);
  const signed = (container: Container, index: number): boolean =>
    rolesAsked(container, index, letters).length > 0 ||
    ends.some(
      (end) =>
        end.container === container && end.index === index && spots.some((spot) => spot.role === end.role && spot.before === index + 1),
    );
  const of = (
    source: SourceParagraph,
    key: SourceParagraph | readonly SourceParagraph[],
    rowLabel: string,
    lineEm: number,
    besideEmpty = false,
  ): Prepared[] => {
    const container = containers.get(key);
    return container === undefined
      ? []
      : [
          {
            source,
            container,
            number: source.number,
            rowLabel,
            lineEm,
            served: besideEmpty || signed(container, positions.get(source) ?? 0),
            pieces: findPieces(source.atoms),
          },
        ];
  };
  return document.blocks.flatMap((block) => {
    if (block.kind === 'pageBreak' || block.kind === 'section') return [];
    if (block.kind === 'paragraph') return of(block, block, '', LINE_EM - block.leftEm);
    return block.rows.flatMap((row) =>
      row.cells.flatMap((cell, index) => {
        const label = index === 0 ? '' : cellText(row.cells[index - 1]);
        return cell.paragraphs.flatMap((paragraph) =>
          of(paragraph, cell.paragraphs, label, cell.widthEm, isEmptyCell(row.cells[index + 1])),
        );
      }),
    );
  });
}

const isEmptyCell = (cell: SourceCell | undefined): boolean =>
  cell !== undefined && cell.paragraphs.length > 0 && cell.paragraphs.every(isEmptyParagraph);

/** Characters of body type on a line of our pages, short of the last one. */
export const LINE_EM = 36;

/** Paragraphs that follow each other in the same container. */
export function byContainer(paragraphs: readonly Prepared[]): readonly (readonly Prepared[])[] {
  const groups = new Map<Container, Prepared[]>();
  for (const paragraph of paragraphs) {
    const group = groups.get(paragraph.container);
    if (group === undefined) groups.set(paragraph.container, [paragraph]);
    else group.push(paragraph);
  }
  return [...groups.values()];
}

/** Bordered paragraphs become drawn lines or, where they only decorate, a note. */
function withRules(paragraphs: readonly Prepared[], notes: { paragraph: number; zh: string }[]): readonly Prepared[] {
  const pieces = new Map<SourceParagraph, readonly Piece[]>();
  for (const group of byContainer(paragraphs)) {
    const drawn = drawRules(group, group[0]?.lineEm ?? LINE_EM);
    for (const each of drawn.paragraphs) pieces.set(each.source, each.pieces);
    for (const source of drawn.decorated) notes.push({ paragraph: source.number, zh: '段落的边框线没有保留。' });
  }
  return paragraphs.map((paragraph) => ({ ...paragraph, pieces: pieces.get(paragraph.source) ?? paragraph.pieces }));
}

/** A cell that continues the one above it is labelled like it. */
export const cellText = (cell: SourceCell | undefined): string => (cell?.origin ?? []).map(textOfParagraph).join('').trim();
