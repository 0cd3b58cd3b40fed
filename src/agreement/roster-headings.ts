/** Finding the header of a roster and the blank that each column means. */
import { FIELDS, type FieldSpec } from './fields.ts';
import { cellAt, columnLetters, isBlank, type SheetData } from './sheet-data.ts';

export interface RosterColumn {
  /** Counted from 0. */
  readonly index: number;
  readonly letters: string;
  /** Heading as read from top to bottom, levels joined by `/`. */
  readonly heading: string;
  readonly spec: FieldSpec | null;
}

export interface RosterHeader {
  /** First and last header row, counted from 0. */
  readonly top: number;
  readonly bottom: number;
  readonly columns: readonly RosterColumn[];
  /** Columns that were recognised. */
  readonly hits: number;
}

/** Headings are compared without spaces, punctuation and differences of width. */
export const normaliseHeading = (text: string): string => text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');

/** Headings that carry nothing for an agreement and need no question. */
export const IGNORED_HEADINGS: ReadonlySet<string> = new Set(['序号', '行号', 'No', 'NO', '检查结果']);

/** Whether a heading pretends to carry text of the agreement itself. */
export const isBodyTextHeading = (heading: string): boolean =>
  /正文|示范文本|条款|模板|第[一二三四五六七八九十百\d]+条|(?:协议|合同)(?:内容|全文|文本|文字|原文)|补充(?:约定|协议|内容)|附件|其他约定|^(?:body|clauses?|template|annex)/i.test(
    normaliseHeading(heading),
  );

export type HeadingIndex = ReadonlyMap<string, FieldSpec>;

/** Headings of all blanks that people fill in; those of the system cannot be given. */
export function indexHeadings(specs: readonly FieldSpec[] = FIELDS): HeadingIndex {
  const index = new Map<string, FieldSpec>();
  for (const spec of specs) {
    if (spec.owner === 'system') continue;
    for (const name of [spec.zh, spec.key, ...spec.aliases]) {
      const heading = normaliseHeading(name);
      if (!index.has(heading)) index.set(heading, spec);
    }
  }
  return index;
}

const OWNER_WORDS: readonly (readonly [FieldSpec['owner'], RegExp])[] = [
  ['guardian', /监护|家长/],
  ['school', /学校|甲方|教师/],
  ['unit', /单位|企业|公司|乙方/],
];

/** The blank that a heading of one or more levels means. */
export function specOfHeading(levels: readonly string[], index: HeadingIndex): FieldSpec | undefined {
  const parts = levels.map(normaliseHeading).filter((part) => part !== '');
  const leaf = parts.at(-1);
  if (leaf === undefined) return undefined;
  const group = (parts.at(-2) ?? '').replace(/(?:基本)?(?:信息|情况|资料)$/, '');
  const joined = [`${group}${leaf}`, `${group.replace(/^实习/, '')}${leaf}`];
  if (group !== '') for (const name of joined) if (index.has(name)) return index.get(name);
  const spec = index.get(leaf);
  const owner = OWNER_WORDS.find(([, pattern]) => pattern.test(group))?.[0];
  const belongsElsewhere = owner !== undefined && spec !== undefined && spec.owner !== owner && spec.owner !== 'shared';
  return belongsElsewhere && parts.length === 2 && group.length <= 8 ? undefined : spec;
}

/** The text of a header cell, taken from the merged area it lies in. */
function headingText(sheet: SheetData, row: number, column: number): string {
  const merge = sheet.merges.find((m) => row >= m.top && row <= m.bottom && column >= m.left && column <= m.right);
  const cell = merge === undefined ? cellAt(sheet, row, column) : cellAt(sheet, merge.top, merge.left);
  return cell.kind === 'text' ? cell.text.replace(/\s+/g, ' ').trim() : '';
}

function readHeader(sheet: SheetData, top: number, bottom: number, index: HeadingIndex): RosterHeader {
  const width = Math.max(...sheet.rows.slice(top, bottom + 1).map((row) => row.length), 0);
  const columns: RosterColumn[] = [];
  for (let column = 0; column < width; column++) {
    const levels: string[] = [];
    for (let row = top; row <= bottom; row++) {
      const text = headingText(sheet, row, column);
      if (text !== '' && text !== levels.at(-1)) levels.push(text);
    }
    columns.push({
      index: column,
      letters: columnLetters(column),
      heading: levels.join('/'),
      spec: specOfHeading(levels, index) ?? null,
    });
  }
  return { top, bottom, columns, hits: new Set(columns.flatMap((column) => column.spec?.key ?? [])).size };
}

/**
 * The header with most recognised columns among the first 30 rows, one to three rows high; of equals the lowest, then the first.
 * @returns undefined when no row has two recognised headings
 */
export function findHeader(sheet: SheetData, index: HeadingIndex): RosterHeader | undefined {
  let best: RosterHeader | undefined;
  for (let height = 1; height <= 3; height++) {
    for (let top = 0; top + height <= Math.min(sheet.rows.length, 30); top++) {
      const bottom = top + height - 1;
      if (sheet.rows[bottom]?.every(isBlank)) continue;
      const header = readHeader(sheet, top, bottom, index);
      if (header.hits >= 2 && header.hits > (best?.hits ?? 0)) best = header;
    }
  }
  return best === undefined ? undefined : readHeader(sheet, topWithGroups(sheet, best), best.bottom, index);
}

/** Cells merged downwards into the header belong to it, and with them the group headings of their row. */
function topWithGroups(sheet: SheetData, header: RosterHeader): number {
  const tops = sheet.merges.filter((m) => m.top < header.top && m.bottom >= header.top && m.bottom <= header.bottom).map((m) => m.top);
  return Math.max(Math.min(header.top, ...tops), header.bottom - 2);
}
