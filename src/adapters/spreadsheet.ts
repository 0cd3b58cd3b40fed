/** Roster files as plain sheets: .xlsx, .csv, .tsv and simple web tables, told apart by their bytes and never by their name. */
import type { Cell, CellValue, Sheet } from 'hucre/xlsx';
import type { SheetCell, SheetData } from '../agreement/sheet-data.ts';
import { EMPTY_CELL } from '../agreement/sheet-data.ts';
import { toLatin1 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { delimitedRows } from './delimited-text.ts';
import { isSimpleTable, readWebTable } from './web-table.ts';
import { zipEntries } from './zip-entries.ts';

export const ROSTER_MAX_BYTES = 20 * 1024 * 1024;
export const ROSTER_MAX_ROWS = 20_000;
const MAX_UNPACKED_BYTES = 200 * 1024 * 1024;
const MAX_COLUMNS = 500;

export type RosterFormat = 'xlsx' | 'csv' | 'webTable';

export interface Spreadsheet {
  readonly format: RosterFormat;
  readonly sheets: readonly SheetData[];
}

/**
 * Reads a roster file of any supported kind.
 * @throws AppError ROSTER_IS_EMPTY, ROSTER_TOO_LARGE, ROSTER_HAS_TOO_MANY_ROWS, ROSTER_IS_OLD_XLS, ROSTER_IS_ENCRYPTED, ROSTER_IS_OTHER_OLE,
 *   ROSTER_IS_WEB_PAGE, ROSTER_IS_PDF, ROSTER_IS_OTHER_ZIP, ROSTER_IS_DAMAGED, ROSTER_NOT_TEXT
 */
export async function readSpreadsheet(bytes: Uint8Array): Promise<Spreadsheet> {
  if (bytes.length > ROSTER_MAX_BYTES) throw new AppError('ROSTER_TOO_LARGE', { limit: ROSTER_MAX_BYTES / 1024 / 1024 });
  const head = toLatin1(bytes, 0, Math.min(bytes.length, 1024));
  if (/^(?:\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)?[\s\0]*$/.test(head) && bytes.length <= 1024) throw new AppError('ROSTER_IS_EMPTY');
  if (head.startsWith('\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1')) throw new AppError(oleRefusal(bytes));
  if (head.startsWith('PK')) return { format: 'xlsx', sheets: await readWorkbook(bytes) };
  if (head.startsWith('%PDF-')) throw new AppError('ROSTER_IS_PDF');
  const text = decodeText(bytes);
  if (text === undefined) throw new AppError('ROSTER_NOT_TEXT');
  if (/^\s*</.test(text)) {
    if (!isSimpleTable(text)) throw new AppError('ROSTER_IS_WEB_PAGE');
    return { format: 'webTable', sheets: [capRows(readWebTable(text))] };
  }
  return { format: 'csv', sheets: [capRows(readDelimited(text))] };
}

/** Directory entries of a compound file are UTF-16LE: the names of its streams tell what it is. @source MS-CFB §2.6.1, MS-XLS §2.1.2 */
function oleRefusal(bytes: Uint8Array): 'ROSTER_IS_ENCRYPTED' | 'ROSTER_IS_OLD_XLS' | 'ROSTER_IS_OTHER_OLE' {
  const has = (name: string) => toLatin1(bytes).includes(`${[...name].join('\0')}\0\0\0`);
  if (has('EncryptedPackage')) return 'ROSTER_IS_ENCRYPTED';
  if (!has('Workbook') && !has('Book')) return 'ROSTER_IS_OTHER_OLE';
  return hasFilePass(bytes) ? 'ROSTER_IS_ENCRYPTED' : 'ROSTER_IS_OLD_XLS';
}

/** Whether the first BIFF8 substream carries a FILEPASS record (0x002F), which old .xls files with a password do. Small streams start at multiples of 64. @source MS-XLS §2.4.117 */
function hasFilePass(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let sector = 512; sector + 8 <= bytes.length; sector += 64) {
    if (view.getUint16(sector, true) !== 0x0809 || view.getUint16(sector + 4, true) !== 0x0600) continue;
    let at = sector;
    for (let records = 0; records < 64 && at + 4 <= bytes.length; records++) {
      const type = view.getUint16(at, true);
      if (type === 0x002f) return true;
      if (type === 0x000a) break;
      at += 4 + view.getUint16(at + 2, true);
    }
    return false;
  }
  return false;
}

async function readWorkbook(bytes: Uint8Array): Promise<readonly SheetData[]> {
  const entries = zipEntries(bytes);
  if (entries === undefined) throw new AppError('ROSTER_IS_DAMAGED');
  if (!entries.some((entry) => /^xl\/workbook\.xml$/i.test(entry.name))) {
    throw new AppError(entries.some((entry) => entry.name === 'EncryptedPackage') ? 'ROSTER_IS_ENCRYPTED' : 'ROSTER_IS_OTHER_ZIP');
  }
  if (entries.reduce((sum, entry) => sum + entry.unpackedBytes, 0) > MAX_UNPACKED_BYTES) {
    throw new AppError('ROSTER_TOO_LARGE', { limit: ROSTER_MAX_BYTES / 1024 / 1024 });
  }
  // Loaded when the first workbook comes: most of a start would be spent on it.
  const { readXlsx } = await import('hucre/xlsx');
  try {
    const book = await readXlsx(bytes, { maxRows: ROSTER_MAX_ROWS + 1 });
    const dateSystem = book.dateSystem ?? '1900';
    return book.sheets.map((sheet) => capRows(toSheetData(sheet, dateSystem)));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (cause instanceof Error && cause.name === 'EncryptedFileError') throw new AppError('ROSTER_IS_ENCRYPTED');
    if (cause instanceof Error) throw new AppError('ROSTER_IS_DAMAGED');
    throw cause;
  }
}

function capRows(sheet: SheetData): SheetData {
  if (sheet.rows.length > ROSTER_MAX_ROWS) throw new AppError('ROSTER_HAS_TOO_MANY_ROWS', { limit: ROSTER_MAX_ROWS });
  return sheet;
}

function toSheetData(sheet: Sheet, dateSystem: '1900' | '1904'): SheetData {
  const hiddenRows = [...(sheet.rowDefs ?? [])].flatMap(([row, def]) => (def.hidden === true ? [row] : []));
  const hiddenColumns = (sheet.columns ?? []).flatMap((column, i) => (column?.hidden === true ? [i] : []));
  return {
    name: sheet.name,
    hidden: sheet.hidden === true || sheet.veryHidden === true,
    rows: sheet.rows.map((row, r) => takeRow(sheet, row, r)),
    merges: (sheet.merges ?? []).map((m) => ({ top: m.startRow, left: m.startCol, bottom: m.endRow, right: m.endCol })),
    hiddenRows,
    hiddenColumns,
    dateSystem,
  };
}

/** What has been taken is let go of: a large roster is not held twice. */
function takeRow({ rows, cells }: Sheet, row: Sheet['rows'][number], r: number): readonly SheetCell[] {
  const taken = row.slice(0, MAX_COLUMNS).map((value, c) => {
    const place = `${r},${c}`;
    const cell = toCell(value, cells?.get(place));
    cells?.delete(place);
    return cell;
  });
  rows[r] = [];
  return taken;
}

function toCell(value: CellValue, detail: Cell | undefined): SheetCell {
  const formula = detail?.formula === undefined ? {} : { formula: detail.formula };
  if (detail?.type === 'error') return { kind: 'error', text: String(value ?? '#ERROR!'), ...formula };
  if ((value === null || value === '') && detail?.formula !== undefined) return { kind: 'error', text: '公式没有计算结果', ...formula };
  if (value === null || value === undefined || value === '') return EMPTY_CELL;
  if (value instanceof Date) return { kind: 'date', text: dateText(value), ...formula };
  if (typeof value === 'number') return { kind: 'number', text: decimalText(value), number: value, ...formula };
  if (typeof value === 'boolean') return { kind: 'boolean', text: value ? 'TRUE' : 'FALSE', ...formula };
  return { kind: /^#(?:REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!)$/.test(value) ? 'error' : 'text', text: value, ...formula };
}

/** UTC parts of the serial day: `2026-09-01`, with the time of day unless it is midnight. */
function dateText(value: Date): string {
  const iso = Number.isNaN(value.getTime()) ? '' : value.toISOString();
  return iso.slice(11, 19) === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** Without an exponent as far as a double has digits: an identity number stored as a number stays recognisable as one. */
const decimalText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);

/** BOM, then strict UTF-8, then gb18030. @returns undefined for bytes that are no text */
export function decodeText(bytes: Uint8Array): string | undefined {
  const [a, b] = bytes;
  try {
    if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le', { fatal: true }).decode(bytes);
    if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return /[\0-\x08\x0E-\x1F]/.test(text) ? undefined : text;
    } catch {
      // not this encoding: the next one is tried, and undefined says that none fitted
    }
  }
  return undefined;
}

/** Of texts that differ: more of them are names and numbers, which do not come back. */
const KEPT_CELLS = 200_000;

function readDelimited(text: string): SheetData {
  // Most columns say the same in every row: equal texts are one cell.
  const cells = new Map<string, SheetCell>();
  const cellOf = (value: string): SheetCell => {
    const known = cells.get(value);
    if (known !== undefined) return known;
    // Copied, because a part of a text keeps all of it in memory.
    const copy = Buffer.from(value).toString();
    const cell = toCell(copy, undefined);
    if (cells.size < KEPT_CELLS) cells.set(copy, cell);
    return cell;
  };
  const rows: SheetCell[][] = [];
  for (const row of delimitedRows(text, delimiterOf(text), MAX_COLUMNS)) {
    if (rows.length > ROSTER_MAX_ROWS) break;
    rows.push(row.map(cellOf));
  }
  return {
    name: '名册',
    hidden: false,
    rows,
    merges: [],
    hiddenRows: [],
    hiddenColumns: [],
    dateSystem: '1900',
  };
}

const HEAD_UNITS = 65_536;

/** The separator that is most frequent in the first lines; a comma of equals. */
function delimiterOf(text: string): ',' | '\t' | ';' {
  const lines = text.slice(0, HEAD_UNITS).split('\n', 20).join('\n');
  const count = (separator: string) => lines.split(separator).length;
  if (count('\t') > count(',') && count('\t') >= count(';')) return '\t';
  return count(';') > count(',') ? ';' : ',';
}
