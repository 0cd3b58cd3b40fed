/** A .docx table: column shares, spans and cells; merged rows only where the merged cells are empty. */
import { contentOf, type ReadingState, readParagraph, type SourceParagraph } from './docx-paragraphs.ts';
import { refuseSource, type SourcePlace } from './docx-refusal.ts';
import { assertNoChanges, refuseElement } from './docx-runs.ts';
import { attribute, childOf, elementsOf, integerOf, type XmlElement } from './docx-xml.ts';

export interface CellReading {
  readonly columnSpan: number;
  readonly paragraphs: readonly SourceParagraph[];
}

export interface TableReading {
  /** Thousandths of the width, summing to 1000. */
  readonly columns: readonly number[];
  readonly rows: readonly (readonly CellReading[])[];
}

const PROPERTIES: ReadonlySet<string> = new Set([
  'w:tblPr',
  'w:tblGrid',
  'w:tblPrEx',
  'w:trPr',
  'w:tcPr',
  'w:bookmarkStart',
  'w:bookmarkEnd',
  'w:proofErr',
  'w:permStart',
  'w:permEnd',
]);

/** @throws AppError TEMPLATE_SOURCE_NESTED_TABLE, _MERGED_CELLS, _TABLE_RAGGED and those of its paragraphs */
export function readTable(table: XmlElement, state: ReadingState): TableReading {
  const place: SourcePlace = { paragraph: state.paragraphs + 1, text: '' };
  checkProperties(table, place);
  const widths = elementsOf(childOf(table, 'w:tblGrid'), 'w:gridCol').map((column) => integerOf(column, 'w:w') ?? 0);
  const rows = childrenThrough(table, 'w:tr', state).map((row) => readRow(row, state));
  const columns = Math.max(1, widths.length, ...rows.map((row) => spanOf(row)));
  if (rows.length === 0) throw refuseSource('TEMPLATE_SOURCE_TABLE_RAGGED', place);
  // Word lets a row end early; its last cell takes the rest.
  const squared = rows.map((row) => {
    const missing = columns - spanOf(row);
    return row.map((cell, index) => (index === row.length - 1 ? { ...cell, columnSpan: cell.columnSpan + missing } : cell));
  });
  return { columns: toShares(widths, columns), rows: squared };
}

const spanOf = (row: readonly CellReading[]): number => row.reduce((sum, cell) => sum + cell.columnSpan, 0);

function readRow(row: XmlElement, state: ReadingState): readonly CellReading[] {
  const place: SourcePlace = { paragraph: state.paragraphs + 1, text: '' };
  checkProperties(row, place);
  const properties = childOf(row, 'w:trPr');
  const cells = childrenThrough(row, 'w:tc', state).map((cell) => readCell(cell, state));
  if (cells.length === 0) throw refuseSource('TEMPLATE_SOURCE_TABLE_RAGGED', place);
  const padding = (name: string): readonly CellReading[] => {
    const columnSpan = integerOf(childOf(properties, name), 'w:val') ?? 0;
    return columnSpan > 0 ? [{ columnSpan, paragraphs: [] }] : [];
  };
  return [...padding('w:gridBefore'), ...cells, ...padding('w:gridAfter')];
}

function readCell(cell: XmlElement, state: ReadingState): CellReading {
  const place: SourcePlace = { paragraph: state.paragraphs + 1, text: '' };
  checkProperties(cell, place);
  const properties = childOf(cell, 'w:tcPr');
  if (childOf(properties, 'w:hMerge') !== undefined) throw refuseSource('TEMPLATE_SOURCE_MERGED_CELLS', place);
  const paragraphs = readCellBlocks(cell, state);
  const merge = childOf(properties, 'w:vMerge');
  const continued = merge !== undefined && attribute(merge, 'w:val') !== 'restart';
  if (continued && paragraphs.some((paragraph) => paragraph.generated !== '' || paragraph.atoms.some((atom) => atom.char.trim() !== ''))) {
    throw refuseSource('TEMPLATE_SOURCE_MERGED_CELLS', place);
  }
  if (continued) state.notes.push({ paragraph: place.paragraph, zh: '纵向合并的单元格按单独的空单元格排印。' });
  return { columnSpan: Math.max(1, integerOf(childOf(properties, 'w:gridSpan'), 'w:val') ?? 1), paragraphs: continued ? [] : paragraphs };
}

function readCellBlocks(parent: XmlElement, state: ReadingState): readonly SourceParagraph[] {
  return elementsOf(parent).flatMap((element): readonly SourceParagraph[] => {
    if (element.name === 'w:p') return readParagraph(element, state).filter((block) => block.kind === 'paragraph');
    if (element.name === 'w:sdt') return readCellBlocks(contentOf(element, state), state);
    if (element.name === 'w:customXml') return readCellBlocks(element, state);
    const place: SourcePlace = { paragraph: state.paragraphs + 1, text: '' };
    if (element.name === 'w:tbl') throw refuseSource('TEMPLATE_SOURCE_NESTED_TABLE', place);
    if (PROPERTIES.has(element.name)) return [];
    throw refuseElement(element.name, place);
  });
}

/** The rows of a table or the cells of a row, also those inside content controls. */
function childrenThrough(parent: XmlElement, name: 'w:tr' | 'w:tc', state: ReadingState): readonly XmlElement[] {
  return elementsOf(parent).flatMap((element): readonly XmlElement[] => {
    if (element.name === name) return [element];
    if (element.name === 'w:sdt') return childrenThrough(contentOf(element, state), name, state);
    if (element.name === 'w:customXml') return childrenThrough(element, name, state);
    if (PROPERTIES.has(element.name)) return [];
    throw refuseElement(element.name, { paragraph: state.paragraphs + 1, text: '' });
  });
}

function checkProperties(element: XmlElement, place: SourcePlace): void {
  for (const child of elementsOf(element)) {
    if (!PROPERTIES.has(child.name)) continue;
    assertNoChanges(child, place);
    const changed = elementsOf(child).find((each) => /^w:cell(Ins|Del|Merge)$/.test(each.name));
    if (changed !== undefined) throw refuseElement(changed.name, place);
  }
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
  return shares;
}
