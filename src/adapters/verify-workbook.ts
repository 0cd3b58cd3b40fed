/** Tables of a verification as a workbook: first row frozen, filters on, every text a text whatever it looks like. */
import { type CellValue, colToLetter, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import type { ReportTable } from '../verify/report-tables.ts';

/** What one cell can hold. @source ECMA-376 part 1 §18.4.12; Excel specifications and limits */
const CELL_MAX = 32_000;

/** @returns the bytes of an .xlsx */
export const printWorkbook = (tables: readonly ReportTable[]): Promise<Uint8Array> =>
  writeXlsx({ sheets: tables.map(toSheet), stringMode: 'inline', defaultFont: { name: 'Microsoft YaHei', size: 10 } });

/** Strings become inline strings in cells of format text, never formulas; what XML cannot hold is replaced. */
function toSheet({ name, columns, rows }: ReportTable): WriteSheet {
  const heading: CellValue[] = columns.map(({ zh }) => zh);
  return {
    name,
    columns: columns.map(({ width }, at) => ({
      width,
      style: {
        alignment: { vertical: 'top', wrapText: width >= 40 },
        numFmt: rows.some((row) => typeof row[at] === 'number') ? 'General' : '@',
      },
    })),
    rows: [heading, ...rows.map((row) => row.map(toCell))],
    cells: new Map(
      columns.map(({ zh }, at) => [
        `0,${at}`,
        { value: zh, type: 'string', style: { font: { bold: true }, alignment: { wrapText: true } } },
      ]),
    ),
    freezePane: { rows: 1, columns: 0 },
    autoFilter: { range: `A1:${colToLetter(columns.length - 1)}${rows.length + 1}` },
  };
}

const toCell = (value: string | number | null): CellValue =>
  typeof value === 'string'
    ? value
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
        .toWellFormed()
        .slice(0, CELL_MAX)
    : value;
