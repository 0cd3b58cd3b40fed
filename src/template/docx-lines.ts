/** Blanks of several lines: a run of drawn lines after a label is one blank, and a bordered empty paragraph is such a line. */
import type { BlankPiece, Piece } from './docx-blanks.ts';
import type { SourceParagraph } from './docx-paragraphs.ts';

/** One paragraph with its pieces, in the order of its container. */
export interface LinedParagraph {
  readonly source: SourceParagraph;
  readonly pieces: readonly Piece[];
}

/** What a drawn line is to the blank before it. */
export type LineRole =
  /** First of `lines` lines; the label stands in the paragraph before it where `label` is given. */
  | { readonly kind: 'first'; readonly lines: number; readonly label: string }
  | { readonly kind: 'next'; readonly first: BlankPiece; readonly line: number };

const DRAWN: ReadonlySet<BlankPiece['form']> = new Set(['underscores', 'underlinedSpaces', 'tabLeader', 'ruled']);
const MIN_LINE_EM = 4;
const MAX_LINES = 40;

const textOf = (piece: Piece | undefined): string => (piece?.kind === 'text' ? piece.atoms.map((atom) => atom.char).join('') : '');
const isSpace = (piece: Piece): boolean => piece.kind === 'text' && textOf(piece).trim() === '';
const isDrawn = (piece: Piece | undefined): piece is BlankPiece =>
  piece?.kind === 'blank' && piece.part === undefined && DRAWN.has(piece.form) && piece.drawnEm >= MIN_LINE_EM;

/** The drawn line that is all there is in a paragraph, but for a stop at its end. */
function wholeLine({ source, pieces }: LinedParagraph): { readonly blank: BlankPiece; readonly ends: boolean } | undefined {
  const rest = pieces.filter((piece) => !isSpace(piece));
  const [blank, stop] = rest;
  if (source.generated !== '' || !isDrawn(blank) || rest.length > 2) return undefined;
  if (stop === undefined) return { blank, ends: false };
  return /^\s*[。；;，,.]\s*$/u.test(textOf(stop)) ? { blank, ends: true } : undefined;
}

/** The words of a paragraph that ends in a label: what is to be written comes below it. */
function labelBelow({ source, pieces }: LinedParagraph): string {
  const text = source.generated + pieces.map(textOf).join('');
  return pieces.every((piece) => piece.kind === 'text') && /[：:]\s*$/u.test(text) ? text : '';
}

/**
 * Bordered empty paragraphs as drawn lines, where they follow a label or another line.
 * @param lineEm width of a line of the container
 * @returns the paragraphs, and those whose border is only decoration
 */
export function drawRules(
  paragraphs: readonly LinedParagraph[],
  lineEm: number,
): { readonly paragraphs: readonly LinedParagraph[]; readonly decorated: readonly SourceParagraph[] } {
  const drawn: LinedParagraph[] = [];
  const decorated: SourceParagraph[] = [];
  for (const paragraph of paragraphs) {
    const { source, pieces } = paragraph;
    const previous = drawn.at(-1);
    const follows =
      previous !== undefined && (labelBelow(previous) !== '' || isDrawn(previous.pieces.findLast((piece) => !isSpace(piece))));
    const empty = source.generated === '' && pieces.every(isSpace);
    if (source.ruled && empty && follows) {
      const chars = pieces.reduce((sum, piece) => sum + textOf(piece).length, 0);
      drawn.push({ source, pieces: [{ kind: 'blank', form: 'ruled', widthEm: lineEm, drawnEm: lineEm, chars }] });
      continue;
    }
    if (source.ruled && pieces.length > 0) decorated.push(source);
    drawn.push(paragraph);
  }
  return { paragraphs: drawn, decorated };
}

/** Which blanks of a container belong together line by line. */
export function findLines(paragraphs: readonly LinedParagraph[]): ReadonlyMap<BlankPiece, LineRole> {
  const roles = new Map<BlankPiece, LineRole>();
  let at = 0;
  while (at < paragraphs.length) {
    const paragraph = paragraphs[at];
    at++;
    if (paragraph === undefined) continue;
    const last = paragraph.pieces.findLast((piece) => !isSpace(piece));
    let label = '';
    let first = isDrawn(last) ? last : undefined;
    if (first === undefined) {
      const below = paragraphs[at];
      const whole = below === undefined ? undefined : wholeLine(below);
      label = labelBelow(paragraph);
      if (whole === undefined || label === '') continue;
      first = whole.blank;
      at++;
      if (whole.ends) {
        roles.set(first, { kind: 'first', lines: 1, label });
        continue;
      }
    }
    let lines = 1;
    for (let ends = false; !ends && lines < MAX_LINES; ) {
      const next = paragraphs[at];
      const whole = next === undefined ? undefined : wholeLine(next);
      if (whole === undefined) break;
      lines++;
      at++;
      roles.set(whole.blank, { kind: 'next', first, line: lines });
      ends = whole.ends;
    }
    if (lines > 1 || label !== '') roles.set(first, { kind: 'first', lines, label });
  }
  return roles;
}
