/** The roster a school sent, with one more column that says what each row needs. */
import { type CellStyle, openXlsx, saveXlsx } from 'hucre/xlsx';
import { type Issue, issueText } from '../agreement/issues.ts';
import type { RosterResult } from '../agreement/roster.ts';
import { AppError } from '../errors.ts';

const HEADING = '检查结果';
const STYLES: Readonly<Record<Issue['level'], CellStyle>> = {
  error: { fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFC7CE' } }, alignment: { wrapText: true, vertical: 'top' } },
  confirm: { fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFEB9C' } }, alignment: { wrapText: true, vertical: 'top' } },
  tidied: { alignment: { wrapText: true, vertical: 'top' } },
};
const MARKS: Readonly<Record<Issue['level'], string>> = { error: '必须改', confirm: '请确认', tidied: '已整理' };

/**
 * Writes issues of rows into a column 检查结果 right of the roster; a column of that name from an earlier round is written over.
 * Everything else of the workbook stays as it was, so that it can be put right and uploaded again.
 * @param original bytes of the .xlsx that `result` was read from
 * @throws AppError ROSTER_IS_DAMAGED when it is no .xlsx or has no such sheet
 */
export async function annotateRoster(original: Uint8Array, result: RosterResult): Promise<Uint8Array> {
  const book = await openXlsx(original, { readStyles: true }).catch(() => {
    throw new AppError('ROSTER_IS_DAMAGED');
  });
  const sheet = book.sheets.find((one) => one.name === result.sheet);
  const headerRow = result.headerRows.at(-1);
  if (sheet === undefined || headerRow === undefined) throw new AppError('ROSTER_IS_DAMAGED');
  const earlier = sheet.rows[headerRow - 1]?.indexOf(HEADING) ?? -1;
  const column = earlier >= 0 ? earlier : Math.max(...sheet.rows.map((row) => row.length));
  const cells = sheet.cells ?? new Map();
  sheet.cells = cells;
  for (const [place, cell] of cells) {
    const [row = 0, at = 0] = place.split(',').map(Number);
    const value = sheet.rows[row]?.[at];
    if (cell.formula !== undefined && cell.formulaResult === undefined && value !== undefined)
      cells.set(place, { ...cell, formulaResult: value });
  }
  const write = (row: number, value: string, style: CellStyle) => {
    const line = sheet.rows[row];
    if (line === undefined) return;
    while (line.length < column) line.push(null);
    line[column] = value;
    cells.set(`${row},${column}`, { value, type: 'string', style });
  };
  write(headerRow - 1, HEADING, { font: { bold: true } });
  for (const { row, issues } of result.rows) {
    const worst = (['error', 'confirm', 'tidied'] as const).find((level) => issues.some((issue) => issue.level === level));
    if (worst === undefined) write(row - 1, '没有问题', STYLES.tidied);
    else write(row - 1, issues.map((issue) => `【${MARKS[issue.level]}】${issueText(issue)}`).join('\n'), STYLES[worst]);
  }
  return saveXlsx(book);
}
