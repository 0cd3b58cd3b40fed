/** Rows below the header: which of them are students, and what each student's cells say. */
import { type BeijingDate, parseBeijingDate } from '../instant.ts';
import { type Issue, makeIssue } from './issues.ts';
import { readCell } from './roster-cells.ts';
import { normaliseHeading, type RosterColumn, type RosterHeader } from './roster-headings.ts';
import { cellAt, isBlank, type SheetCell, type SheetData } from './sheet-data.ts';

/** `title` above the header · `blank` · `total` 合计 · `note` 填表人、说明 · `header` repeated on a later page. */
export interface SkippedRow {
  readonly row: number;
  readonly reason: 'title' | 'blank' | 'total' | 'note' | 'header';
}

export interface ReadRow {
  /** Counted from 1. */
  readonly row: number;
  readonly values: Readonly<Record<string, string>>;
  /** Keys with a value of the row's own, readable or not. */
  readonly own: ReadonlySet<string>;
  readonly unreadable: ReadonlySet<string>;
  /** Birth date inside an identity number whose check digit is wrong: enough to ask for a guardian, for nothing else. */
  readonly bornOnAsWritten: BeijingDate | undefined;
  readonly issues: readonly Issue[];
}

const TOTAL = /^(?:合计|总计|小计|共计|总人数|合计人数|人数合计)/;
const NOTE = /^(?:注|备注|说明|填表|填报|制表|审核|负责人|单位盖章|学校盖章|盖章|日期)/;

/** Why a row is no student, or undefined when it may be one. A row with an identity number always is one. */
export function skipReason(
  sheet: SheetData,
  row: number,
  columns: readonly RosterColumn[],
  header: RosterHeader,
): SkippedRow['reason'] | undefined {
  const filled = (sheet.rows[row] ?? []).filter((cell) => !isBlank(cell));
  const first = filled[0];
  if (first === undefined) return 'blank';
  const own = (key: string): SheetCell | undefined => {
    const column = columns.find((one) => one.spec?.key === key);
    return column === undefined ? undefined : cellAt(sheet, row, column.index);
  };
  if (/\d{6,}/.test(own('studentIdNumber')?.text ?? '')) return undefined;
  const repeated = columns.filter((column) => {
    const leaf = normaliseHeading(column.heading.split('/').at(-1) ?? '');
    return leaf !== '' && normaliseHeading(cellAt(sheet, row, column.index).text) === leaf;
  });
  if (repeated.length >= 2 && row > header.bottom) return 'header';
  const start = normaliseHeading(first.text);
  if (TOTAL.test(start)) return 'total';
  if (filled.length <= 2 && NOTE.test(start)) return 'note';
  const mappedFilled = columns.filter((column) => !isBlank(cellAt(sheet, row, column.index)));
  return mappedFilled.length === 0 && filled.length === 1 && first.kind === 'number' ? 'blank' : undefined;
}

/** The cell as it counts for this row: the first of a vertically merged area speaks for all its rows. */
function effectiveCell(
  sheet: SheetData,
  row: number,
  column: number,
): { readonly cell: SheetCell; readonly filledFrom: number | undefined } {
  const merge = sheet.merges.find((m) => column === m.left && row > m.top && row <= m.bottom);
  if (merge === undefined) return { cell: cellAt(sheet, row, column), filledFrom: undefined };
  return { cell: cellAt(sheet, merge.top, column), filledFrom: merge.top };
}

export function readRow(sheet: SheetData, row: number, columns: readonly RosterColumn[]): ReadRow {
  const values: Record<string, string> = {};
  const own = new Set<string>();
  const unreadable = new Set<string>();
  const issues: Issue[] = [];
  let bornOnAsWritten: BeijingDate | undefined;
  if (sheet.hiddenRows.includes(row)) issues.push(makeIssue('ROSTER_HAS_HIDDEN_ROW', '', {}, { row: row + 1 }));
  for (const { spec, index, letters } of columns) {
    const { cell, filledFrom } = effectiveCell(sheet, row, index);
    if (spec === null || isBlank(cell)) continue;
    const place = { row: row + 1, column: letters };
    own.add(spec.key);
    const reading = readCell(spec, cell, place, sheet.dateSystem);
    if (filledFrom !== undefined && reading.value !== undefined) {
      issues.push(makeIssue('CELL_MERGED_FILLED', spec.key, { top: filledFrom + 1 }, { ...place, from: '', to: reading.value }));
    }
    issues.push(...reading.issues);
    if (reading.value === undefined) {
      unreadable.add(spec.key);
      if (spec.key === 'studentIdNumber' && cell.kind === 'text') bornOnAsWritten = birthDateIn(cell.text);
    } else values[spec.key] = reading.value;
  }
  return { row: row + 1, values, own, unreadable, bornOnAsWritten, issues };
}

function birthDateIn(text: string): BeijingDate | undefined {
  const found = /^\d{6}(\d{4})(\d\d)(\d\d)\d{3}[\dX]$/i.exec(text.normalize('NFKC').replace(/[\s'‘’`]/g, ''));
  return found === null ? undefined : parseBeijingDate(`${found[1]}-${found[2]}-${found[3]}`);
}
