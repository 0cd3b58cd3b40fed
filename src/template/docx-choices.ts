/** Groups the □ of a document into questions, and finds the field and the option of each. */
import type { FieldSpec } from '../agreement/fields.ts';
import { isOptionWord } from './body.ts';
import type { Piece } from './docx-blanks.ts';
import type { BoxPiece } from './docx-boxes.ts';
import type { Container } from './docx-signatures.ts';
import { guessChoice, labelOf } from './guess-field.ts';

/** One paragraph with its pieces, in document order. */
export interface PiecedParagraph {
  readonly container: Container;
  readonly number: number;
  readonly pieces: readonly Piece[];
  /** Label of the table row, where the paragraph is in a cell. */
  readonly rowLabel: string;
}

export interface BoxGroup {
  readonly boxes: readonly BoxPiece[];
  readonly label: string;
  readonly number: number;
  /** The catalogue's field and the option of each box, where one fits. */
  readonly known: { readonly spec: FieldSpec; readonly options: readonly string[] } | undefined;
}

/** Boxes belong together until a new label, a new sentence or a word that was already offered. */
export function groupBoxes(paragraphs: readonly PiecedParagraph[]): readonly BoxGroup[] {
  const groups: { boxes: BoxPiece[]; label: string; number: number; container: Container; wholeLines: boolean }[] = [];
  let above: { readonly container: Container | undefined; readonly label: string } = { container: undefined, label: '' };
  for (const { container, number, pieces, rowLabel } of paragraphs) {
    const labelAbove = above.container === container ? above.label : '';
    const whole = pieces.map((piece) => (piece.kind === 'text' ? piece.atoms.map((atom) => atom.char).join('') : '')).join('');
    above = { container, label: /[：:]\s*$/u.test(whole) ? labelOf(whole) : '' };
    let before = '';
    let started = false;
    for (const piece of pieces) {
      if (piece.kind === 'text') before += piece.atoms.map((atom) => atom.char).join('');
      if (piece.kind !== 'box') continue;
      const last = groups.at(-1);
      const gap = withoutBox(before);
      const words = piece.trailing === true && gap.endsWith(piece.option) ? gap.slice(0, -piece.option.length) : gap;
      const between = withoutOption(words, started ? last?.boxes.at(-1)?.option : undefined).replace(/[A-Za-z\d][.．、)）]\s*$/u, '');
      const sameLine = started && !/[：:。]/u.test(between);
      const nextLine = !started && between.trim() === '' && last?.container === container && last.wholeLines;
      const offered = last?.boxes.some((box) => box.option === piece.option) ?? false;
      if (last !== undefined && (sameLine || nextLine) && !offered) last.boxes.push(piece);
      else {
        const own = labelOf(between);
        const label = own !== '' ? own : rowLabel !== '' ? rowLabel : labelAbove;
        groups.push({ boxes: [piece], label, number, container, wholeLines: between.trim() === '' });
      }
      started = true;
      before = '';
    }
  }
  const taken = new Set<string>();
  return groups.map(({ boxes, label, number }) => {
    const known = guessChoice(boxes.map((box) => box.option));
    if (known === undefined || taken.has(known.spec.key)) return { boxes, label, number, known: undefined };
    taken.add(known.spec.key);
    return { boxes, label, number, known };
  });
}

/** The words before a box without the box itself, and without the closing bracket of the box before. */
const withoutBox = (before: string): string =>
  before.replace(/(?:□|[（([［【][ \u3000]*\u3000)$/u, '').replace(/^[ \u3000]*[）)\]］】]/u, '');

/** The words between two boxes without those of the first. */
const withoutOption = (between: string, option: string | undefined): string => {
  const words = between.trimStart();
  return option !== undefined && words.startsWith(option) ? words.slice(option.length) : between;
};

/** The word that stands in the path of an option that only this template knows. */
export const optionWord = (words: string): string => (isOptionWord(words) ? words : `选${words}`);
