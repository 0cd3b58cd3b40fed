/** A roster as schools keep it: every row read, every problem told at once, nothing repaired silently and nothing lost. */

import { parseBeijingDate } from '../instant.ts';
import { type AgreementFields, parseAgreementFields } from './agreement-fields.ts';
import { monthsOfAge } from './calendar.ts';
import { type Contacts, contactOfHeading, readRowContacts } from './contacts.ts';
import { FIELDS, type FieldSpec } from './fields.ts';
import { maskName } from './identifiers.ts';
import { type Issue, makeIssue } from './issues.ts';
import { type BatchValues, isBatchSheet, readBatchSheet } from './roster-batch.ts';
import {
  findHeader,
  IGNORED_HEADINGS,
  indexHeadings,
  isBodyTextHeading,
  normaliseHeading,
  type RosterColumn,
  type RosterHeader,
} from './roster-headings.ts';
import { type ReadRow, readRow, type SkippedRow, skipReason } from './roster-rows.ts';
import { checkStatutory } from './rules.ts';
import { cellAt, isBlank, type SheetData } from './sheet-data.ts';

export type { SkippedRow } from './roster-rows.ts';

export interface RosterRow {
  /** Row of the sheet, counted from 1. */
  readonly row: number;
  /** Present when the row can become an agreement; `confirm` issues may still wait for a person. */
  readonly fields?: AgreementFields;
  /** Canonical values read so far, with those of the batch; empty for a student under 16, who is not kept. */
  readonly values: Readonly<Record<string, string>>;
  /** Where its signatories can be written to, with what the batch says; absent where nothing was given. */
  readonly contacts?: Contacts;
  readonly issues: readonly Issue[];
}

export interface RosterResult {
  /** Name of the sheet that was read, and of the others that could have been. */
  readonly sheet: string;
  readonly otherSheets: readonly string[];
  /** Rows of the sheet, counted from 1, top to bottom. */
  readonly headerRows: readonly number[];
  readonly skippedRows: readonly SkippedRow[];
  readonly rows: readonly RosterRow[];
  /** Issues of the sheet or the batch as a whole. */
  readonly issues: readonly Issue[];
}

/** Reads the best sheet of a workbook as a roster. Never throws over its contents. */
export function readRoster(sheets: readonly SheetData[], specs: readonly FieldSpec[] = FIELDS): RosterResult {
  const index = indexHeadings(specs);
  const batchSheet = sheets.find((sheet) => isBatchSheet(sheet.name));
  const batch: BatchValues =
    batchSheet === undefined ? { values: {}, contacts: {}, given: new Set(), issues: [] } : readBatchSheet(batchSheet, index);
  const candidates = sheets.filter((sheet) => sheet !== batchSheet && sheet.rows.some((row) => !row.every(isBlank)));
  const chosen = chooseSheet(candidates, index);
  const otherSheets = candidates.filter((sheet) => sheet !== chosen?.sheet).map((sheet) => sheet.name);
  if (chosen === undefined) {
    const name = candidates[0]?.name ?? sheets[0]?.name ?? '';
    const issue = makeIssue('ROSTER_HAS_NO_HEADER', '', { sheet: name, others: othersText(otherSheets.filter((other) => other !== name)) });
    return { sheet: name, otherSheets, headerRows: [], skippedRows: [], rows: [], issues: [issue, ...batch.issues] };
  }
  return readSheet(chosen.sheet, chosen.header, batch, specs, otherSheets);
}

const othersText = (names: readonly string[]): string =>
  names.length === 0 ? '' : `；本文件还有工作表${names.map((name) => `“${name}”`).join('')}，也可以改用它`;

function chooseSheet(sheets: readonly SheetData[], index: ReturnType<typeof indexHeadings>) {
  const found = sheets.flatMap((sheet) => {
    const header = findHeader(sheet, index);
    return header === undefined ? [] : [{ sheet, header }];
  });
  const rank = ({ sheet, header }: { sheet: SheetData; header: RosterHeader }) => header.hits - (sheet.hidden ? 1000 : 0);
  return found.reduce<(typeof found)[number] | undefined>(
    (best, one) => (best === undefined || rank(one) > rank(best) ? one : best),
    undefined,
  );
}

function readSheet(
  sheet: SheetData,
  header: RosterHeader,
  batch: BatchValues,
  specs: readonly FieldSpec[],
  otherSheets: readonly string[],
): RosterResult {
  const issues: Issue[] = [];
  const columns = usableColumns(sheet, header, issues);
  const skippedRows: SkippedRow[] = [];
  const rows: JudgedRow[] = [];
  const shared = new Map<string, Issue>();
  const own = new Set<string>();
  for (let row = 0; row < header.top; row++) {
    skippedRows.push({ row: row + 1, reason: sheet.rows[row]?.every(isBlank) === false ? 'title' : 'blank' });
  }
  for (let row = header.bottom + 1; row < sheet.rows.length; row++) {
    const reason = skipReason(sheet, row, columns, header);
    if (reason === undefined)
      rows.push(withContacts(judgeRow(readRow(sheet, row, columns), batch, specs, columns, shared, own), sheet, header, batch));
    else skippedRows.push({ row: row + 1, reason });
  }
  if (rows.length === 0) issues.push(makeIssue('ROSTER_HAS_NO_STUDENTS', '', { sheet: sheet.name, others: othersText(otherSheets) }));
  const mapped = new Set(columns.flatMap((column) => column.spec?.key ?? []));
  const absent = (spec: FieldSpec) => spec.owner !== 'system' && !mapped.has(spec.key) && !batch.given.has(spec.key);
  const hasMinors = rows.some((row) => row.needsGuardian);
  for (const spec of specs.filter(absent)) {
    if (spec.required === 'always' || (spec.required === 'minor' && hasMinors)) {
      issues.push(makeIssue('ROSTER_COLUMN_MISSING', spec.key, { label: spec.zh }));
    }
  }
  for (const spec of specs) {
    if (batch.values[spec.key] !== undefined && own.has(spec.key))
      issues.push(makeIssue('ROSTER_BATCH_VALUE_OVERRIDDEN', spec.key, { label: spec.zh }));
  }
  return {
    sheet: sheet.name,
    otherSheets,
    headerRows: Array.from({ length: header.bottom - header.top + 1 }, (_, i) => header.top + 1 + i),
    skippedRows,
    rows: withDuplicates(rows).map(({ needsGuardian: _, ...row }) => row),
    issues: [...issues, ...batch.issues, ...shared.values()],
  };
}

/** Columns that mean a blank, each blank once; what is wrong with the others goes to `issues`. */
function usableColumns(sheet: SheetData, header: RosterHeader, issues: Issue[]): readonly RosterColumn[] {
  const usable: RosterColumn[] = [];
  for (const column of header.columns) {
    const place = { row: header.bottom + 1, column: column.letters };
    const { heading, spec } = column;
    if (spec === null) {
      const hasData = sheet.rows.some((_, row) => row > header.bottom && !isBlank(cellAt(sheet, row, column.index)));
      const leaf = normaliseHeading(heading.split('/').at(-1) ?? '');
      if (contactOfHeading(heading) !== undefined) continue;
      if (isBodyTextHeading(heading)) issues.push(makeIssue('ROSTER_COLUMN_IS_BODY_TEXT', '', { heading }, place));
      else if (hasData && !IGNORED_HEADINGS.has(leaf)) {
        issues.push(makeIssue('ROSTER_COLUMN_UNKNOWN', '', { heading: heading === '' ? '（没有列名）' : heading }, place));
      }
      continue;
    }
    const twin = usable.find((other) => other.spec?.key === spec.key);
    if (twin !== undefined) {
      issues.push(makeIssue('ROSTER_COLUMN_DUPLICATE', spec.key, { heading, other: twin.letters, label: spec.zh }, place));
      continue;
    }
    usable.push(column);
    if (sheet.hiddenColumns.includes(column.index)) issues.push(makeIssue('ROSTER_HAS_HIDDEN_COLUMN', spec.key, { heading }, place));
  }
  return usable;
}

interface JudgedRow extends RosterRow {
  readonly needsGuardian: boolean;
}

/** Blanks beside its own that a statutory issue rests on. */
const RESTS_ON: Readonly<Record<string, readonly string[]>> = {
  STUDENT_FIRST_YEAR: ['startsOn'],
  PERIOD_REVERSED: ['startsOn'],
  PERIOD_OVER_6_MONTHS: ['startsOn'],
  PERIOD_OVER_12_MONTHS: ['startsOn'],
  HOURS_OVER_40: ['weeklyDays'],
  DAILY_TIME_DISAGREES: ['dailyHours'],
  PARTIES_SAME: ['schoolCreditCode'],
};

/**
 * @param shared collects, once each, the issues that rest on batch values alone
 * @param own collects the keys of which any row has a value of its own
 */
function judgeRow(
  read: ReadRow,
  batch: BatchValues,
  specs: readonly FieldSpec[],
  columns: readonly RosterColumn[],
  shared: Map<string, Issue>,
  own: Set<string>,
): JudgedRow {
  const values = { ...batch.values, ...read.values };
  for (const key of read.unreadable) delete values[key];
  const place = (field: string) => {
    const letters = columns.find((column) => column.spec?.key === field)?.letters;
    return { row: read.row, ...(letters === undefined ? {} : { column: letters }) };
  };
  const issues: Issue[] = [...read.issues];
  for (const issue of checkStatutory(values)) {
    const restsOn = [issue.field, ...(RESTS_ON[issue.code] ?? [])];
    if (restsOn.some((key) => read.own.has(key))) issues.push({ ...issue, ...place(issue.field) });
    else shared.set(`${issue.code} ${issue.field}`, issue);
  }
  const underage = issues.find((issue) => issue.code === 'STUDENT_UNDER_16');
  if (underage !== undefined) return { row: read.row, values: {}, issues: [underage], needsGuardian: false };
  for (const key of read.own) own.add(key);
  const parsed = parseAgreementFields(values, specs);
  const missing = parsed.ok ? [] : [...parsed.issues, ...guardianIssues(read, values, specs)];
  const needsGuardian = missing.some((issue) => issue.code === 'GUARDIAN_MISSING');
  const isColumn = (key: string) => columns.some((column) => column.spec?.key === key);
  for (const issue of missing) {
    const absent = issue.code === 'VALUE_MISSING' || issue.code === 'GUARDIAN_MISSING';
    if (read.unreadable.has(issue.field) || (absent && !isColumn(issue.field))) continue;
    issues.push({ ...issue, ...place(issue.field) });
  }
  const usable = parsed.ok && !issues.some((issue) => issue.level === 'error');
  // The same texts either way: one record of them is kept, not two.
  const kept = parsed.ok ? parsed.fields : values;
  return { row: read.row, values: kept, issues, needsGuardian, ...(usable ? { fields: parsed.fields } : {}) };
}

/** Of a student who cannot be kept nothing is. */
function withContacts(judged: JudgedRow, sheet: SheetData, header: RosterHeader, batch: BatchValues): JudgedRow {
  if (Object.keys(judged.values).length === 0) return judged;
  const read = readRowContacts(sheet, header, judged.row - 1);
  const contacts = { ...batch.contacts, ...read.contacts };
  if (Object.keys(contacts).length === 0 && read.issues.length === 0) return judged;
  return { ...judged, contacts, issues: [...judged.issues, ...read.issues] };
}

/** What a probable minor lacks, where only the check digit of the identity number is wrong. */
function guardianIssues(read: ReadRow, values: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): Issue[] {
  const startsOn = parseBeijingDate(values['startsOn'] ?? '');
  if (read.bornOnAsWritten === undefined || startsOn === undefined) return [];
  if (monthsOfAge(read.bornOnAsWritten, startsOn) >= 18 * 12) return [];
  return specs
    .filter((spec) => spec.required === 'minor' && values[spec.key] === undefined)
    .map((spec) => makeIssue('GUARDIAN_MISSING', spec.key, { label: spec.zh }));
}

/** The same identity number twice is an error in each row; the same name with two numbers is a question. */
function withDuplicates(rows: readonly JudgedRow[]): readonly JudgedRow[] {
  const byId = groupRows(rows, 'studentIdNumber');
  const byName = groupRows(
    rows.filter((row) => row.values['studentIdNumber'] !== undefined),
    'studentName',
  );
  return rows.map((row) => {
    const place = { row: row.row };
    const name = maskName(row.values['studentName'] ?? '');
    const sameId = byId.get(row.values['studentIdNumber'] ?? '');
    if (sameId !== undefined && sameId.count > 1) {
      const { fields: _, ...rest } = row;
      const issue = makeIssue('ROSTER_ID_DUPLICATE', 'studentIdNumber', { rows: sameId.rows, name }, place);
      return { ...rest, issues: [...row.issues, issue] };
    }
    const sameName = byName.get(row.values['studentName'] ?? '');
    if (sameName === undefined || sameName.count < 2 || row.values['studentIdNumber'] === undefined) return row;
    return { ...row, issues: [...row.issues, makeIssue('ROSTER_NAME_DUPLICATE', 'studentName', { rows: sameName.rows, name }, place)] };
  });
}

/** By value of that field, how many rows have it, and their numbers in words: made once for all of them. */
function groupRows(rows: readonly JudgedRow[], key: string): ReadonlyMap<string, { readonly count: number; readonly rows: string }> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const value = row.values[key];
    if (value === undefined) continue;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [row.row]);
    else group.push(row.row);
  }
  return new Map([...groups].map(([value, group]) => [value, { count: group.length, rows: rowsText(group) }]));
}

/** Row numbers that a sentence names before it only counts them. */
const ROWS_NAMED = 20;

const rowsText = (rows: readonly number[]): string =>
  rows.length <= ROWS_NAMED ? rows.join('、') : `${rows.slice(0, ROWS_NAMED).join('、')} 等 ${rows.length}`;
