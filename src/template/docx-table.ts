/** A .docx table: column shares, spans, rules and cells; a table inside it only where it can stand in rows of its own. */
import {
  type CellReading,
  type GridCell,
  gridded,
  hasText,
  holdsTable,
  MAX_COLUMNS,
  type OpenCell,
  spreadRow,
  type TableReading,
  toGrid,
} from './docx-nested.ts';
import { addNote, placeAfter, type ReadingState, readParagraph, type SourceParagraph, throughControl } from './docx-paragraphs.ts';
import { refuseSource, type SourcePlace } from './docx-refusal.ts';
import { assertNoChanges, refuseElement } from './docx-runs.ts';
import { drawsAny } from './docx-styles.ts';
import { attribute, childOf, elementsOf, integerOf, settingOf, type XmlElement } from './docx-xml.ts';

const PROPERTIES: ReadonlySet<string> = new Set(
  [
    'tblPr',
    'tblGrid',
    'tblPrEx',
    'trPr',
    'tcPr',
    'bookmarkStart',
    'bookmarkEnd',
    'proofErr',
    'permStart',
    'permEnd',
    'sdtPr',
    'sdtEndPr',
  ].map((name) => `w:${name}`),
);

/**
 * @returns the table, or several where a row held a table of its own
 * @throws AppError TEMPLATE_SOURCE_NESTED_TABLE, _MERGED_CELLS, _TABLE_RAGGED and those of its paragraphs
 */
export function readTable(table: XmlElement, state: ReadingState): readonly TableReading[] {
  const place = placeAfter(state);
  checkProperties(table, place);
  const widths = elementsOf(childOf(table, 'w:tblGrid'), 'w:gridCol').map((column) => integerOf(column, 'w:w') ?? 0);
  const rows = childrenThrough(table, 'w:tr', state).map((row) => readRow(row, state));
  const columns = Math.max(1, widths.length, ...rows.map(spanOf));
  if (columns > MAX_COLUMNS) throw refuseSource('TEMPLATE_SOURCE_TOO_LONG', place, `表格超过 ${MAX_COLUMNS} 列`);
  if (rows.length === 0) throw refuseSource('TEMPLATE_SOURCE_TABLE_RAGGED', place);
  const ruled = isRuled(table, state);
  const shares = toShares(widths, columns);
  const tables: TableReading[] = [];
  let open: (readonly GridCell[])[] = [];
  let spreads = false;
  const close = (): void => {
    if (open.length > 0) tables.push(gridded(open, shares, ruled || spreads, place));
    open = [];
    spreads = false;
  };
  for (const row of rows) {
    const [only] = row.length === 1 ? row : [];
    if (only?.content === undefined) {
      const cells = squared(
        row.map((cell) => flattened(cell, state)),
        columns,
      );
      const holder = cells.find(holdsTable);
      spreads ||= holder?.content?.some((each) => !('kind' in each) && each.some((inner) => inner.ruled)) ?? false;
      open.push(...(holder === undefined ? [toGrid(cells, shares)] : spreadRow(toGrid(cells, shares), state)));
      continue;
    }
    close();
    tables.push(...unrolled(only.content, ruled));
    addNote(state, only.place.paragraph, '表格里的表格已展开，排在它自己的行里。');
  }
  close();
  return tables;
}

/** Of all tables together. */
const MAX_CELLS = 20_000;

const spanOf = (row: readonly Pick<CellReading, 'columnSpan'>[]): number => row.reduce((sum, cell) => sum + cell.columnSpan, 0);

/** Word lets a row end early; its last cell takes the rest. */
const squared = (row: readonly OpenCell[], columns: number): readonly OpenCell[] =>
  row.map((cell, index) => (index === row.length - 1 ? { ...cell, columnSpan: cell.columnSpan + columns - spanOf(row) } : cell));

/** A cell over the whole width: its paragraphs in rows of one cell, its tables between them. */
function unrolled(content: readonly (SourceParagraph | readonly TableReading[])[], ruled: boolean): readonly TableReading[] {
  const tables: TableReading[] = [];
  let open: SourceParagraph[] = [];
  const close = (): void => {
    if (open.some((paragraph) => paragraph.generated !== '' || paragraph.atoms.length > 0))
      tables.push({ columns: [1000], ruled, rows: [[{ columnSpan: 1, paragraphs: open, continues: false }]] });
    open = [];
  };
  for (const each of content) {
    if ('kind' in each) open.push(each);
    else {
      close();
      tables.push(...each);
    }
  }
  close();
  return tables;
}

/** Beside other cells a table of one column is as good as its paragraphs. */
function flattened(cell: OpenCell, state: ReadingState): OpenCell {
  if (cell.content === undefined) return cell;
  if (holdsTable(cell)) return cell;
  const paragraphs = cell.content.flatMap((each): readonly SourceParagraph[] =>
    'kind' in each ? [each] : each.flatMap((table) => table.rows.flatMap((row) => row.flatMap((inner) => inner.paragraphs))),
  );
  addNote(state, cell.place.paragraph, '单元格里的单列表格已展开为该单元格的段落。');
  return { ...cell, paragraphs, content: undefined };
}

function readRow(row: XmlElement, state: ReadingState): readonly OpenCell[] {
  const place = placeAfter(state);
  checkProperties(row, place);
  const properties = childOf(row, 'w:trPr');
  const cells: OpenCell[] = [];
  for (const element of childrenThrough(row, 'w:tc', state)) {
    const cell = readCell(element, state);
    const last = cells.at(-1);
    // The old way to merge sideways: empty cells that belong to the one before them.
    const merged = settingOf(childOf(element, 'w:tcPr'), 'w:hMerge') ?? (childOf(childOf(element, 'w:tcPr'), 'w:hMerge') && 'continue');
    if (merged !== 'continue' || last === undefined) cells.push(cell);
    else if (cell.paragraphs.some(hasText)) throw refuseSource('TEMPLATE_SOURCE_MERGED_CELLS', cell.place);
    else cells[cells.length - 1] = { ...last, columnSpan: last.columnSpan + cell.columnSpan };
  }
  if (cells.length === 0) throw refuseSource('TEMPLATE_SOURCE_TABLE_RAGGED', place);
  const padding = (name: string): readonly OpenCell[] => {
    const columnSpan = integerOf(childOf(properties, name), 'w:val') ?? 0;
    return columnSpan > 0 ? [{ columnSpan, paragraphs: [], continues: false, content: undefined, place }] : [];
  };
  return [...padding('w:gridBefore'), ...cells, ...padding('w:gridAfter')];
}

function readCell(cell: XmlElement, state: ReadingState): OpenCell {
  const place = placeAfter(state);
  if (++state.cells > MAX_CELLS) throw refuseSource('TEMPLATE_SOURCE_TOO_LONG', place, `超过 ${MAX_CELLS} 个单元格`);
  checkProperties(cell, place);
  const properties = childOf(cell, 'w:tcPr');
  const content = readCellBlocks(cell, state);
  const nested = content.some((each) => !('kind' in each));
  const paragraphs = content.filter((each) => 'kind' in each);
  const merge = childOf(properties, 'w:vMerge');
  const continues = merge !== undefined && attribute(merge, 'w:val') !== 'restart';
  // Word does not show what is in a continued cell, so text there would come to light.
  if (continues && (nested || paragraphs.some(hasText))) throw refuseSource('TEMPLATE_SOURCE_MERGED_CELLS', place);
  if (childOf(properties, 'w:textDirection') !== undefined && paragraphs.some(hasText))
    addNote(state, place.paragraph, '单元格里的竖排文字按横排排印。');
  return {
    columnSpan: Math.max(1, integerOf(childOf(properties, 'w:gridSpan'), 'w:val') ?? 1),
    paragraphs: continues ? [] : paragraphs,
    continues,
    content: nested ? content : undefined,
    place,
  };
}

function readCellBlocks(parent: XmlElement, state: ReadingState): readonly (SourceParagraph | readonly TableReading[])[] {
  return elementsOf(parent).flatMap((element): readonly (SourceParagraph | readonly TableReading[])[] => {
    if (element.name === 'w:p') {
      const parts = readParagraph(element, state);
      if (parts.some((part) => part.kind === 'pageBreak')) addNote(state, state.paragraphs, '表格里的分页符没有保留。');
      return parts.filter((part) => part.kind === 'paragraph');
    }
    if (element.name === 'w:sdt') return throughControl(element, state, (content) => readCellBlocks(content, state));
    if (element.name === 'w:customXml') return readCellBlocks(element, state);
    if (element.name === 'w:tbl') return [readTable(element, state)];
    if (PROPERTIES.has(element.name)) return [];
    throw refuseElement(element, placeAfter(state));
  });
}

/** The rows of a table or the cells of a row, also those inside content controls. */
function childrenThrough(parent: XmlElement, name: 'w:tr' | 'w:tc', state: ReadingState): readonly XmlElement[] {
  return elementsOf(parent).flatMap((element): readonly XmlElement[] => {
    if (element.name === name) return [element];
    if (element.name === 'w:sdt') return childrenThrough(childOf(element, 'w:sdtContent') ?? element, name, state);
    if (element.name === 'w:customXml') return childrenThrough(element, name, state);
    if (PROPERTIES.has(element.name)) return [];
    throw refuseElement(element, placeAfter(state));
  });
}

function checkProperties(element: XmlElement, place: SourcePlace): void {
  for (const child of elementsOf(element)) {
    if (!PROPERTIES.has(child.name)) continue;
    assertNoChanges(child, place);
    const changed = elementsOf(child).find((each) => /^w:cell(Ins|Del|Merge)$/.test(each.name));
    if (changed !== undefined) throw refuseElement(changed, place);
  }
}

/** Whether anything draws a line: the table, its style, a row's exception or a cell. */
function isRuled(table: XmlElement, state: ReadingState): boolean {
  const properties = childOf(table, 'w:tblPr');
  const direct = childOf(properties, 'w:tblBorders');
  if (direct === undefined ? state.styles.rulesTable(settingOf(properties, 'w:tblStyle')) : drawsAny(direct)) return true;
  const rows = childrenThrough(table, 'w:tr', state);
  const cells = rows.flatMap((row) => childrenThrough(row, 'w:tc', state));
  return (
    rows.some((row) => drawsAny(childOf(childOf(row, 'w:tblPrEx'), 'w:tblBorders'))) ||
    cells.some((cell) => drawsAny(childOf(childOf(cell, 'w:tcPr'), 'w:tcBorders')))
  );
}

/** Whole thousandths that sum to 1000, by largest remainder; equal shares when the grid says nothing. */
function toShares(widths: readonly number[], columns: number): readonly number[] {
  const known = widths.length === columns && widths.every((width) => width > 0) ? widths : Array.from({ length: columns }, () => 1);
  const total = known.reduce((sum, width) => sum + width, 0);
  const exact = known.map((width) => (width * 1000) / total);
  const shares = exact.map((share) => Math.max(1, Math.floor(share)));
  const byRemainder = exact
    .map((share, index) => ({ index, rest: share - Math.floor(share) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  let missing = 1000 - shares.reduce((sum, share) => sum + share, 0);
  for (const { index } of byRemainder) {
    if (missing <= 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    missing--;
  }
  // Slivers rounded up may take the total over; the widest column gives it back.
  const widest = shares.indexOf(Math.max(...shares));
  shares[widest] = (shares[widest] ?? 0) + Math.min(0, missing);
  return shares;
}
