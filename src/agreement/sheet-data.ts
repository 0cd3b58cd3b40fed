/** A spreadsheet as plain values: what an adapter reads and the roster rules judge. */

export interface SheetCell {
  readonly kind: 'text' | 'number' | 'date' | 'boolean' | 'empty' | 'error';
  /** Text as stored; for a date `2026-09-01`, with ` 08:30:00` when it has a time of day; for a number its shortest decimal. */
  readonly text: string;
  readonly number?: number;
  /** Source of the formula whose stored result this is. */
  readonly formula?: string;
}

/** Rows and columns counted from 0, all four included. */
export interface SheetMerge {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface SheetData {
  readonly name: string;
  readonly hidden: boolean;
  /** Rows from the first of the sheet; a row may be shorter than others. */
  readonly rows: readonly (readonly SheetCell[])[];
  readonly merges: readonly SheetMerge[];
  /** Counted from 0. */
  readonly hiddenRows: readonly number[];
  readonly hiddenColumns: readonly number[];
  /** Day zero of bare serial numbers. */
  readonly dateSystem: '1900' | '1904';
}

export const EMPTY_CELL: SheetCell = { kind: 'empty', text: '' };

export const cellAt = (sheet: SheetData, row: number, column: number): SheetCell => sheet.rows[row]?.[column] ?? EMPTY_CELL;

export const isBlank = (cell: SheetCell): boolean => cell.kind === 'empty' || /^[\s\u200B\uFEFF]*$/.test(cell.text);

/** `A` for 0, `Z` for 25, `AA` for 26. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest === 0 ? '' : columnLetters(rest - 1)) + String.fromCharCode(65 + (index % 26));
}
