/** Roster workbooks that people fill in: the sheets 名册 and 批次信息, with columns that keep long numbers as text. */
import { type CellValue, type ColumnDef, writeXlsx } from 'hucre/xlsx';
import { FIELDS, type FieldSpec } from '../agreement/fields.ts';

export interface RosterWorkbook {
  readonly specs?: readonly FieldSpec[];
  /** One record of canonical values by key for each student; none makes the blank template. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly batch: Readonly<Record<string, string>>;
}

const TEXT_TYPES: readonly FieldSpec['type'][] = ['idNumber', 'phone', 'creditCode', 'text', 'personName', 'organisationName'];

const numberFormat = (spec: FieldSpec): string => (TEXT_TYPES.includes(spec.type) ? '@' : spec.type === 'date' ? 'yyyy-mm-dd' : 'General');

/** Dates become real dates and amounts real numbers; whatever is a string of digits stays text. */
function toCellValue(spec: FieldSpec, value: string | undefined): CellValue {
  if (value === undefined) return null;
  if (spec.type === 'date') return dateCell(value);
  return spec.type === 'yuan' || spec.type === 'year' || spec.type === 'integer' ? Number(value) : value;
}

const dateCell = (date: string): CellValue => new Date(`${date}T00:00:00Z`);

function hint(spec: FieldSpec): string {
  const required = { always: '必填', minor: '未满18周岁学生必填', never: '选填' }[spec.required];
  const form = spec.options === undefined ? '' : `，填：${spec.options.join('、')}`;
  return `${required}${form}`;
}

/** Writes a workbook whose labels are those of the catalogue, so that reading it back finds every column. */
export async function writeRosterWorkbook(book: RosterWorkbook): Promise<Uint8Array> {
  const specs = (book.specs ?? FIELDS).filter((spec) => spec.owner !== 'system');
  const columnSpecs = specs.filter((spec) => spec.scope === 'row');
  const batchSpecs = specs.filter((spec) => spec.scope === 'batch');
  const columns = columnSpecs.map((spec): ColumnDef => ({ width: spec.maxLength >= 18 ? 22 : 14, numFmt: numberFormat(spec) }));
  const rows = book.rows.map((row) => columnSpecs.map((spec) => toCellValue(spec, row[spec.key])));
  const batchRows = batchSpecs.map((spec): CellValue[] => [spec.zh, toCellValue(spec, book.batch[spec.key]), hint(spec)]);
  return writeXlsx({
    sheets: [
      { name: '名册', columns, rows: [columnSpecs.map((spec) => spec.zh), ...rows], freezePane: { rows: 1, columns: 0 } },
      {
        name: '批次信息',
        columns: [{ width: 28 }, { width: 44, numFmt: '@' }, { width: 34 }],
        rows: [['项目', '内容', '说明'], ...batchRows],
      },
    ],
  });
}

/** The blank template that a school downloads. */
export const writeRosterTemplate = (specs: readonly FieldSpec[] = FIELDS): Promise<Uint8Array> =>
  writeRosterWorkbook({ specs, rows: [], batch: {} });
