/** A roster comes in: read, judged whole, and kept as a draft until a batch is opened from it. */
import { hasGuardian } from '../agreement/agreement-fields.ts';
import { fieldSpec } from '../agreement/fields.ts';
import type { Issue, IssueLevel } from '../agreement/issues.ts';
import { type RosterResult, readRoster, type SkippedRow } from '../agreement/roster.ts';
import type { SheetData } from '../agreement/sheet-data.ts';
import { needsGuardian } from '../agreement/signatories.ts';
import type { Json } from '../canonical-json.ts';
import type { Instant } from '../instant.ts';
import { authorizeRoster } from './authorize.ts';
import { chooseDefaultTemplate, chooseTemplate, listConsentForms } from './choose-template.ts';
import { rosterSpecs } from './consent-fields.ts';
import { assertOwnSchool } from './own-school.ts';
import { makeId } from './secrets.ts';
import type { RosterDraft, TemplateName, Tenant } from './stores.ts';
import type { Ports } from './workflow.ts';

/** Turns a file into sheets. @throws AppError ROSTER_… */
export type RosterReader = (bytes: Uint8Array) => Promise<{ readonly sheets: readonly SheetData[] }>;

export interface RosterIssueView {
  readonly level: IssueLevel;
  readonly row: number | null;
  readonly column: string | null;
  readonly field: string | null;
  readonly code: string;
  readonly zh: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface RosterPreview {
  readonly rosterId: string;
  readonly fileName: string;
  readonly uploadedAt: Instant;
  readonly acceptedCount: number;
  readonly refusedCount: number;
  readonly minorCount: number;
  /** Of those accepted: who cannot be given a 知情同意书, and the minors among them, with the rows as `rangesOf` prints them. */
  readonly withoutGuardian: { readonly count: number; readonly rows: string; readonly minors: string };
  readonly sample: readonly {
    readonly row: number;
    readonly studentName: string;
    readonly studentNumber: string;
    readonly unitName: string;
    readonly post: string;
  }[];
  readonly issues: readonly RosterIssueView[];
  readonly notes: readonly string[];
  /** Whether the file can be had back with what is wrong written beside each row. */
  readonly annotatable: boolean;
  readonly template: TemplateName | null;
  /** The batch that was opened from it, or null. */
  readonly batchId: string | null;
}

const SAMPLE_ROWS = 10;

/**
 * @param file `pack`: the text that it is read for, by the name of its pack; the usual one when absent
 * @throws AppError ROSTER_… when the file is no readable table, TEMPLATE_NOT_LOADED, TEMPLATE_NOT_FOUND, TEMPLATE_NOT_IN_FORCE,
 *   SCHOOL_IS_ANOTHER
 */
export async function importRoster(
  ports: Pick<Ports, 'audit' | 'clock' | 'random' | 'rosters' | 'spreadsheets' | 'templates'>,
  tenant: Tenant,
  file: { readonly name: string; readonly bytes: Uint8Array; readonly pack?: string | undefined },
): Promise<RosterPreview> {
  const now = ports.clock.now();
  const template = file.pack === undefined ? chooseDefaultTemplate(ports.templates, now) : chooseTemplate(ports.templates, file.pack, now);
  const { sheets } = await ports.spreadsheets(file.bytes);
  const result = readRoster(sheets, rosterSpecs(template, listConsentForms(ports.templates, now)));
  for (const { fields } of result.rows) if (fields !== undefined) assertOwnSchool(tenant, fields);
  const draft: Omit<RosterDraft, 'batch'> = {
    id: makeId(ports.random),
    tenant: tenant.id,
    fileName: file.name.slice(0, 200),
    uploadedAt: ports.clock.now(),
    result: toJson(result),
    template: { pack: template.pack, version: template.version, prefixSha256: template.prefixSha256 },
  };
  await ports.rosters.save(draft, file.bytes);
  const preview = toPreview({ ...draft, batch: null }, file.bytes);
  const detail = { accepted: preview.acceptedCount, refused: preview.refusedCount };
  await ports.audit.append({ tenant: tenant.id, at: draft.uploadedAt, kind: 'ROSTER_IMPORTED', subject: draft.id, detail });
  return preview;
}

/** @throws AppError ROSTER_UNKNOWN */
export async function readRosterDraft(ports: Pick<Ports, 'rosters'>, tenant: Tenant, id: string): Promise<RosterPreview> {
  return toPreview(await authorizeRoster(ports, tenant, id), await ports.rosters.file(id));
}

/** Absent members go, and half a surrogate pair, which a damaged cell may hold, becomes U+FFFD in what is shown of it. */
const toJson = (result: RosterResult): Json =>
  JSON.parse(JSON.stringify(result, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value))) as Json;

/** The reading as `importRoster` stored it. */
export const resultOf = (draft: RosterDraft): RosterResult => draft.result as unknown as RosterResult;

/** A ZIP by its first bytes: an .xlsx, since it was read as a roster. */
export const isWorkbook = (file: Uint8Array | undefined): boolean => file !== undefined && file[0] === 0x50 && file[1] === 0x4b;

function toPreview(draft: RosterDraft, file: Uint8Array | undefined): RosterPreview {
  const result = resultOf(draft);
  const accepted = result.rows.flatMap((row) => (row.fields === undefined ? [] : [{ row: row.row, fields: row.fields }]));
  const unguarded = accepted.filter(({ fields }) => !hasGuardian(fields));
  return {
    rosterId: draft.id,
    fileName: draft.fileName,
    uploadedAt: draft.uploadedAt,
    acceptedCount: accepted.length,
    refusedCount: result.rows.length - accepted.length,
    minorCount: accepted.filter(needsGuardian).length,
    withoutGuardian: { count: unguarded.length, rows: rowsOf(unguarded), minors: rowsOf(unguarded.filter(needsGuardian)) },
    sample: result.rows.filter(isShown(result)).map(({ row, fields, values }) => {
      const read = fields ?? values;
      return {
        row,
        studentName: read['studentName'] ?? '',
        studentNumber: read['studentNumber'] ?? '',
        unitName: read['unitName'] ?? '',
        post: read['post'] ?? '',
      };
    }),
    issues: [...result.issues, ...result.rows.flatMap((row) => row.issues)].map(toIssueView),
    notes: notesOf(result),
    annotatable: isWorkbook(file),
    template: draft.template,
    batchId: draft.batch,
  };
}

/** The first rows that can become agreements, and every row that somebody has to look at. */
function isShown(result: RosterResult): (row: RosterResult['rows'][number]) => boolean {
  const first = new Set(result.rows.filter((row) => row.fields !== undefined).slice(0, SAMPLE_ROWS));
  return (row) => first.has(row) || row.issues.some(({ level }) => level !== 'tidied');
}

const toIssueView = (issue: Issue): RosterIssueView => ({
  level: issue.level,
  row: issue.row ?? null,
  column: issue.column ?? null,
  field: fieldSpec(issue.field)?.zh ?? null,
  code: issue.code,
  zh: issue.zh,
  from: issue.from ?? null,
  to: issue.to ?? null,
});

const SKIPPED: Readonly<Record<SkippedRow['reason'], string>> = {
  title: '标题',
  blank: '空行',
  total: '合计',
  note: '备注',
  header: '重复的表头',
};

function notesOf(result: RosterResult): readonly string[] {
  const notes = [];
  if (result.headerRows.length > 0) notes.push(`读取工作表“${result.sheet}”，第 ${result.headerRows.join('、')} 行当作表头。`);
  if (result.otherSheets.length > 0) notes.push(`没有读取的工作表：${result.otherSheets.join('、')}。`);
  for (const [reason, rows] of Map.groupBy(result.skippedRows, (skipped) => skipped.reason)) {
    notes.push(`跳过第 ${rows.map((skipped) => skipped.row).join('、')} 行（${SKIPPED[reason]}）。`);
  }
  return notes;
}

const rowsOf = (lines: readonly { readonly row: number }[]): string => rangesOf(lines.map(({ row }) => row));

/** Row numbers in rising order, such as `2–27、31`. */
export function rangesOf(rows: readonly number[]): string {
  const runs: { readonly first: number; last: number }[] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.last === row - 1) run.last = row;
    else runs.push({ first: row, last: row });
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)).join('、');
}
