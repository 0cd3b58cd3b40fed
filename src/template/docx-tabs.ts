/** Tabs with a leader line, drawn out to where their stop is: a blank in many printed forms. */
import { type Atom, atomEm } from './docx-runs.ts';
import type { TabStop } from './docx-styles.ts';

/** An atom after tabs are settled: `leaderEm` is the width of the line that a tab draws. */
export interface FlowAtom extends Atom {
  readonly leaderEm?: number;
  /** The room between brackets where one ticks: （　）. */
  readonly slot?: true;
}

const DEFAULT_STEP_TWIPS = 420;

/** Gives each tab with a leader line (or with underlined type) its width in em of its own size. */
export function settleTabs(atoms: readonly Atom[], stops: readonly TabStop[], startTwips: number): readonly FlowAtom[] {
  let atTwips = startTwips;
  return atoms.map((atom): FlowAtom => {
    if (atom.char === '\n' || atom.char === '\f') atTwips = 0;
    if (atom.char !== '\t') {
      atTwips += atomEm(atom) * atom.halfPoints * 10;
      return atom;
    }
    const from = atTwips;
    const stop = stops.find((each) => each.atTwips > from);
    atTwips = stop?.atTwips ?? (Math.floor(from / DEFAULT_STEP_TWIPS) + 1) * DEFAULT_STEP_TWIPS;
    const widthEm = (atTwips - from) / (atom.halfPoints * 10);
    const dotted = stop?.leader === 'dots' && atom.listed === undefined;
    return stop?.leader === 'line' || dotted || atom.underline ? { ...atom, leaderEm: widthEm } : atom;
  });
}
