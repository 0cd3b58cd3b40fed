/** The sheet 批次信息: label | value pairs that hold for every student of the roster. */
import { type Contacts, contactOfHeading, readMailAddress } from './contacts.ts';
import type { FieldSpec } from './fields.ts';
import { type Issue, makeIssue } from './issues.ts';
import type { PartyRole } from './parties.ts';
import { readCell } from './roster-cells.ts';
import { type HeadingIndex, IGNORED_HEADINGS, isBodyTextHeading, normaliseHeading, specOfHeading } from './roster-headings.ts';
import { cellAt, columnLetters, isBlank, type SheetCell, type SheetData } from './sheet-data.ts';

export interface BatchValues {
  /** Canonical values by key. */
  readonly values: Readonly<Record<string, string>>;
  /** Of unit and school. */
  readonly contacts: Contacts;
  /** Keys that have a line, readable or not: their absence need not be told as well. */
  readonly given: ReadonlySet<string>;
  readonly issues: readonly Issue[];
}

export const isBatchSheet = (name: string): boolean => /^批次(?:信息|资料)?$/.test(normaliseHeading(name));

/** What differs from student to student can never come from here. */
const isPersonal = (spec: FieldSpec): boolean =>
  (spec.owner === 'student' || spec.owner === 'guardian') && !['studentMajor', 'studentClass', 'studentEnrolledYear'].includes(spec.key);

/** Lines without a value are passed over: a missing required value is told once by the roster. */
export function readBatchSheet(sheet: SheetData, index: HeadingIndex): BatchValues {
  const values: Record<string, string> = {};
  const contacts: Partial<Record<PartyRole, string>> = {};
  const given = new Set<string>();
  const issues: Issue[] = [];
  sheet.rows.forEach((row, r) => {
    const at = row.findIndex((cell) => !isBlank(cell));
    const label = { cell: cellAt(sheet, r, at), column: at };
    if (at < 0) return;
    const entry = besideLabel(sheet, r, at);
    const heading = label.cell.text.trim();
    const place = { sheet: sheet.name, row: r + 1, column: columnLetters(label.column) };
    const spec = specOfHeading([heading], index);
    const role = spec === undefined ? contactOfHeading(heading) : undefined;
    if (role === 'unit' || role === 'school') {
      const address = entry && readMailAddress(entry.cell);
      if (address !== undefined) contacts[role] ??= address;
      else if (entry !== undefined) issues.push(makeIssue('EMAIL_MALFORMED', '', { heading }, place));
      return;
    }
    if (spec === undefined || isPersonal(spec)) {
      if (isBodyTextHeading(heading)) issues.push(makeIssue('ROSTER_BATCH_LABEL_IS_BODY_TEXT', '', { heading }, place));
      else if (entry !== undefined && !isTableHead(heading)) issues.push(makeIssue('ROSTER_BATCH_LABEL_UNKNOWN', '', { heading }, place));
      return;
    }
    if (entry === undefined) return;
    if (given.has(spec.key)) {
      issues.push(makeIssue('ROSTER_BATCH_LABEL_DUPLICATE', spec.key, { label: spec.zh }, place));
      return;
    }
    given.add(spec.key);
    const reading = readCell(spec, entry.cell, { ...place, column: columnLetters(entry.column) }, sheet.dateSystem);
    issues.push(...reading.issues);
    if (reading.value !== undefined) values[spec.key] = reading.value;
  });
  return { values, contacts, given, issues };
}

/** The value stands right beside the label, or beside the merged area that the label fills; what follows is remark. */
function besideLabel(sheet: SheetData, row: number, column: number): { readonly cell: SheetCell; readonly column: number } | undefined {
  const merge = sheet.merges.find((m) => m.top <= row && m.bottom >= row && m.left === column);
  const beside = (merge?.right ?? column) + 1;
  const cell = cellAt(sheet, row, beside);
  return isBlank(cell) ? undefined : { cell, column: beside };
}

const isTableHead = (heading: string): boolean =>
  IGNORED_HEADINGS.has(normaliseHeading(heading)) || /^(?:项目|字段|名称|内容|说明|填写项|批次信息)$/.test(normaliseHeading(heading));
