/** The blanks of a pack as rows of a table, for a person to go through one by one. */
import { parseBody } from './body.ts';
import { groupOf, placeEntries } from './confirm-groups.ts';
import type { PackPair } from './confirm-import.ts';
import type { ImportReport } from './import-template.ts';
import { type ManifestBlank, readPackDocument } from './manifest.ts';

export interface BlankRow {
  readonly id: string;
  /** First blank of the date, value or question that it belongs to; changes are made for the whole. */
  readonly groupId: string;
  /** Paragraph of the source, counted from 1. */
  readonly paragraph: number;
  /** Words before and after it on its line, other blanks as ＿; for a blank that is alone, the words of the line or cell before. */
  readonly before: string;
  readonly after: string;
  readonly field: string;
  readonly label: string;
  readonly type: ManifestBlank['type'];
  /** Article or clause that asks for the field. */
  readonly clause: string;
  readonly form: ManifestBlank['source']['form'];
  readonly lines: number;
  readonly align: 'left' | 'center';
  /** Whether only this template knows the field. */
  readonly own: boolean;
  /** Of the importer's guess, 0 … 1; 1 where a person has chosen another field since; null when the guesses are not at hand. */
  readonly confidence: number | null;
}

const BEFORE_CHARACTERS = 24;
const AFTER_CHARACTERS = 12;

/**
 * @param guesses of the import that made the pack; importing its source again gives them
 * @throws AppError of `readPackDocument`
 */
export function describeBlanks(pack: PackPair, guesses: ImportReport['guesses'] = []): readonly BlankRow[] {
  const { manifest, bodyText } = readPackDocument(pack);
  const lines = parseBody(bodyText);
  const placed = placeEntries(lines, manifest.blanks);
  const textOf = (line: number, from: number, to?: number): string =>
    (lines[line] ?? [])
      .slice(from, to)
      .map((piece) => (piece.kind === 'text' ? piece.text : piece.path.kind === 'choice' ? '' : '＿'))
      .join('');
  return placed.map(({ entry, index, line, piece }): BlankRow => {
    const own = textOf(line, 0, piece);
    const before = own.trim() === '' ? textOf(line - 1, 0) : own;
    const guess = guesses.find((each) => each.id === entry.id);
    const same = guess !== undefined && guess.path === entry.path;
    return {
      id: entry.id,
      groupId: groupOf(placed, index)[0]?.entry.id ?? entry.id,
      paragraph: entry.source.paragraph,
      before: [...before].slice(-BEFORE_CHARACTERS).join(''),
      after: [...textOf(line, piece + 1)].slice(0, AFTER_CHARACTERS).join(''),
      field: entry.field,
      label: entry.label,
      type: entry.type,
      clause: entry.clause,
      form: entry.source.form,
      lines: entry.lines ?? 1,
      align: entry.align,
      own: manifest.fields.some((field) => field.key === entry.field),
      confidence: guesses.length === 0 ? null : same ? guess.confidence : 1,
    };
  });
}
