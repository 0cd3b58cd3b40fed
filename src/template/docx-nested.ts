/** A table beside other cells of its row: its rows and columns become rows and columns of the table around it. */
import { addNote, type ReadingState, type SourceParagraph } from './docx-paragraphs.ts';
import { refuseSource, type SourcePlace } from './docx-refusal.ts';

export interface CellReading {
  readonly columnSpan: number;
  readonly paragraphs: readonly SourceParagraph[];
  /** Merged with the cell above. */
  readonly continues: boolean;
}

export interface TableReading {
  /** Thousandths of the width, summing to 1000. */
  readonly columns: readonly number[];
  readonly ruled: boolean;
  readonly rows: readonly (readonly CellReading[])[];
}

/** A cell before it is known what becomes of the tables inside it. */
export interface OpenCell extends CellReading {
  /** Set when there are tables inside: all of its content in order. */
  readonly content: readonly (SourceParagraph | readonly TableReading[])[] | undefined;
  readonly place: SourcePlace;
}

/** A cell between two edges, in thousandths of the width of the table. */
export interface GridCell extends Pick<OpenCell, 'paragraphs' | 'continues' | 'content' | 'place'> {
  readonly from: number;
  readonly to: number;
}

/** As many as Word allows, and one. */
export const MAX_COLUMNS = 64;

export const hasText = (paragraph: SourceParagraph): boolean =>
  paragraph.generated !== '' || paragraph.atoms.some((atom) => atom.char.trim() !== '' || atom.prompt !== undefined);

/** Whether a table of several columns lies in a cell. */
export const holdsTable = ({ content }: Pick<OpenCell, 'content'>): boolean =>
  content?.some((each) => !('kind' in each) && each.some(({ columns }) => columns.length > 1)) ?? false;

/** Where columns begin and end, from 0 on. */
function edgesOf(columns: readonly number[]): readonly number[] {
  let at = 0;
  const edges = [0];
  for (const share of columns) {
    at += share;
    edges.push(at);
  }
  return edges;
}

/** The cells of a row that fills all columns. */
export function toGrid(row: readonly OpenCell[], columns: readonly number[]): readonly GridCell[] {
  const edges = edgesOf(columns);
  let column = 0;
  return row.map(({ columnSpan, ...cell }) => {
    const from = edges[column] ?? 0;
    column += columnSpan;
    return { ...cell, from, to: edges[column] ?? 0 };
  });
}

/**
 * One row for each row of the table inside, and for the paragraphs around it; the other cells go on downwards.
 * @throws AppError TEMPLATE_SOURCE_NESTED_TABLE where anything stands to the right of it, or there is no room for the columns
 */
export function spreadRow(row: readonly GridCell[], state: ReadingState): readonly (readonly GridCell[])[] {
  const holder = row.find(holdsTable);
  // Words to the right would be read between the rows of the table.
  const behind = holder === undefined ? [] : row.slice(row.indexOf(holder) + 1);
  if (holder === undefined || behind.some(({ paragraphs, content }) => content !== undefined || paragraphs.some(hasText)))
    throw refuseSource('TEMPLATE_SOURCE_NESTED_TABLE', holder?.place ?? { paragraph: 1, text: '' });
  addNote(state, holder.place.paragraph, '单元格里的表格已展开为该单元格的行和列。');
  const bands = bandsOf(holder);
  const at = row.indexOf(holder);
  const goesOn = (cell: GridCell): GridCell => ({ ...cell, paragraphs: [], continues: true });
  return bands.map((band, order) => [
    ...row.slice(0, at).map((cell) => (order === 0 ? cell : goesOn(cell))),
    ...band,
    ...row.slice(at + 1).map((cell) => (order === 0 ? cell : goesOn(cell))),
  ]);
}

/** What stands in a cell, from top to bottom: paragraphs over its whole width, and rows of tables. */
function bandsOf(holder: GridCell): readonly (readonly GridCell[])[] {
  const { from, to, place } = holder;
  const plain = { continues: false, content: undefined, place };
  const bands: (readonly GridCell[])[] = [];
  let open: SourceParagraph[] = [];
  const close = (): void => {
    if (open.some((paragraph) => paragraph.generated !== '' || paragraph.atoms.length > 0))
      bands.push([{ ...plain, from, to, paragraphs: open }]);
    open = [];
  };
  for (const each of holder.content ?? []) {
    if ('kind' in each) {
      open.push(each);
      continue;
    }
    close();
    for (const { columns, rows } of each) {
      const scaled = edgesOf(columns).map((edge) => from + Math.round((edge * (to - from)) / 1000));
      if (scaled.some((edge, index) => index > 0 && edge <= (scaled[index - 1] ?? 0)))
        throw refuseSource('TEMPLATE_SOURCE_NESTED_TABLE', place);
      for (const cells of rows) {
        let column = 0;
        bands.push(
          cells.map(({ columnSpan, paragraphs, continues }) => {
            const left = scaled[column] ?? from;
            column += columnSpan;
            return { ...plain, from: left, to: scaled[column] ?? to, paragraphs, continues };
          }),
        );
      }
    }
  }
  close();
  return bands;
}

/** Rows as a table whose columns are cut wherever a cell ends. @throws AppError TEMPLATE_SOURCE_TOO_LONG for too many of them */
export function gridded(
  rows: readonly (readonly GridCell[])[],
  columns: readonly number[],
  ruled: boolean,
  place: SourcePlace,
): TableReading {
  const edges = [...new Set([...edgesOf(columns), ...rows.flatMap((row) => row.map(({ to }) => to))])].sort((a, b) => a - b);
  if (edges.length - 1 > MAX_COLUMNS) throw refuseSource('TEMPLATE_SOURCE_TOO_LONG', place, `表格超过 ${MAX_COLUMNS} 列`);
  const taken = rows.map((row) =>
    row.map(
      ({ from, to, paragraphs, continues }): CellReading => ({
        columnSpan: edges.indexOf(to) - edges.indexOf(from),
        paragraphs,
        continues,
      }),
    ),
  );
  return { columns: edges.slice(1).map((edge, index) => edge - (edges[index] ?? 0)), ruled, rows: markMerged(taken) };
}

/** A cell can only continue one of the same columns. */
function markMerged(rows: readonly (readonly CellReading[])[]): readonly (readonly CellReading[])[] {
  const starts = rows.map((row) => new Map(row.map((cell, index) => [before(row, index), cell.columnSpan])));
  return rows.map((row, at) =>
    row.map((cell, index) => {
      const start = before(row, index);
      return { ...cell, continues: cell.continues && starts[at - 1]?.get(start) === cell.columnSpan };
    }),
  );
}

const before = (row: readonly CellReading[], index: number): number =>
  row.slice(0, index).reduce((sum, { columnSpan }) => sum + columnSpan, 0);
