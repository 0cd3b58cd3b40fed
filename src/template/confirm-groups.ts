/** Which blanks of a pack belong together: the parts of a date, the lines of a value, the boxes of a question. */
import type { BlankPath, BodyLine } from './body.ts';
import type { Manifest, ManifestBlank } from './manifest.ts';

/** A blank of the manifest with its place in body.hbs, lines and pieces counted from 0. */
export interface PlacedEntry {
  readonly index: number;
  readonly entry: ManifestBlank;
  readonly line: number;
  readonly piece: number;
  readonly path: BlankPath;
}

/** The blanks in the order of the text; signature boxes are none. */
export function placeEntries(lines: readonly BodyLine[], blanks: readonly ManifestBlank[]): readonly PlacedEntry[] {
  const places = lines.flatMap((line, at) =>
    line.flatMap((piece, index) =>
      piece.kind === 'blank' && piece.path.kind !== 'signature' ? [{ line: at, piece: index, path: piece.path }] : [],
    ),
  );
  return blanks.flatMap((entry, index) => {
    const place = places[index];
    return place === undefined ? [] : [{ index, entry, ...place }];
  });
}

const PARTS = ['year', 'month', 'day'] as const;

/** Everything that a change of one blank changes as well, in order; empty when there is no such blank. */
export function groupOf(placed: readonly PlacedEntry[], at: number): readonly PlacedEntry[] {
  const chosen = placed[at];
  if (chosen === undefined) return [];
  const { path, entry } = chosen;
  if (path.kind === 'choice') return placed.filter((each) => each.path.kind === 'choice' && each.entry.field === entry.field);
  if (path.kind !== 'value') return [chosen];
  const follows = (before: PlacedEntry | undefined, after: PlacedEntry | undefined): boolean => {
    if (before?.path.kind !== 'value' || after?.path.kind !== 'value' || before.path.field !== after.path.field) return false;
    if (after.path.line !== undefined) return after.path.line === (before.path.line ?? 1) + 1;
    const { part } = after.path;
    return part !== undefined && before.path.part !== undefined && PARTS.indexOf(part) === PARTS.indexOf(before.path.part) + 1;
  };
  let start = at;
  while (follows(placed[start - 1], placed[start])) start--;
  let end = at + 1;
  while (follows(placed[end - 1], placed[end])) end++;
  return placed.slice(start, end);
}

/** For each line of body.hbs a number that is the same for lines of one cell, or of the text between two tables. */
export function containersOfLines(blocks: Manifest['blocks']): readonly number[] {
  const numbers: number[] = [];
  let container = 0;
  for (const block of blocks) {
    if (block.kind === 'pageBreak' || block.kind === 'section') continue;
    if (block.kind !== 'table') {
      numbers.push(container);
      continue;
    }
    for (const cell of block.rows.flatMap((row) => row.cells)) {
      container++;
      for (const _inner of cell.blocks) numbers.push(container);
    }
    container++;
  }
  return numbers;
}
