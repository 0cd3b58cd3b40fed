/** Which clause stands in which group of annexes. */
import type { AnnexGroup } from './annex-groups.ts';

export interface ClauseRow {
  readonly clause: string;
  /** Its number in each group, in the order of the groups, from 1; null where the group has no such clause, word for word. */
  readonly numbers: readonly (number | null)[];
  /** Agreements that have it. */
  readonly files: number;
}

/** One row for each clause that differs in a word from all others; those of the fewest agreements first. */
export function clauseMatrix(groups: readonly AnnexGroup[]): readonly ClauseRow[] {
  const clauses = new Set(groups.flatMap(({ annex }) => annex?.clauses ?? []));
  return [...clauses]
    .map((clause): ClauseRow => {
      const numbers = groups.map(({ annex }) => {
        const at = annex?.clauses.indexOf(clause) ?? -1;
        return at === -1 ? null : at + 1;
      });
      return { clause, numbers, files: groups.reduce((sum, { files }, i) => sum + (numbers[i] === null ? 0 : files.length), 0) };
    })
    .sort((a, b) => a.files - b.files);
}
