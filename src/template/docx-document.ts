/** The body of a .docx as paragraphs, tables and page breaks in document order. */

import type { TableReading } from './docx-nested.ts';
import { readNumbering } from './docx-numbering.ts';
import { type DocxPackage, relationshipsOf } from './docx-package.ts';
import {
  addSection,
  placeAfter,
  type ReadingState,
  readParagraph,
  type SourceBreak,
  type SourceParagraph,
  type SourceSection,
  throughControl,
} from './docx-paragraphs.ts';
import { refuseSource } from './docx-refusal.ts';
import { refuseElement, startRunState } from './docx-runs.ts';
import { readStyles } from './docx-styles.ts';
import { readTable } from './docx-table.ts';
import { childOf, elementsOf, integerOf, parseXml, settingOf, type XmlElement } from './docx-xml.ts';

export interface SourceCell {
  readonly columnSpan: number;
  /** Inside width in em of 12 pt. */
  readonly widthEm: number;
  readonly paragraphs: readonly SourceParagraph[];
  /** Merged with the cell above, whose paragraphs are `origin`. */
  readonly continues: boolean;
  readonly origin: readonly SourceParagraph[];
}

export interface SourceTable {
  readonly kind: 'table';
  readonly columns: readonly number[];
  readonly ruled: boolean;
  readonly rows: readonly { readonly cells: readonly SourceCell[] }[];
}

export type SourceBlock = SourceParagraph | SourceTable | SourceBreak | SourceSection;

export interface SourceDocument {
  readonly blocks: readonly SourceBlock[];
  readonly paragraphs: number;
  /** What was understood but is drawn differently, in Chinese, with the paragraph. */
  readonly notes: readonly { readonly paragraph: number; readonly zh: string }[];
  /** The w:sectPr elements, for the headers and footers. */
  readonly sections: readonly XmlElement[];
}

const IGNORED_BLOCKS: ReadonlySet<string> = new Set([
  'w:bookmarkStart',
  'w:bookmarkEnd',
  'w:proofErr',
  'w:permStart',
  'w:permEnd',
  'w:sdtPr',
  'w:sdtEndPr',
  'w:customXmlPr',
]);

/** Reads the main part. @throws AppError TEMPLATE_SOURCE_* naming the paragraph */
export function readDocxDocument(docx: DocxPackage): SourceDocument {
  const root = partOf(docx, docx.documentPart);
  const body = childOf(root, 'w:body');
  const related = (type: string): XmlElement | undefined => {
    const found = relationshipsOf(docx.parts, docx.documentPart).find((each) => each.type === type && !each.external);
    return found === undefined ? undefined : partOf(docx, found.target);
  };
  const state: ReadingState = {
    styles: readStyles(related('styles')),
    numbering: readNumbering(related('numbering')),
    runs: startRunState(),
    textWidthEm: textWidthOf(childOf(body, 'w:sectPr')),
    notes: [],
    sections: [],
    paragraphs: 0,
    characters: 0,
    cells: 0,
  };
  const blocks = tidyBreaks(readBlocks(body, state), state.sections);
  if (blocks.length === 0) throw refuseSource('TEMPLATE_SOURCE_EMPTY', { paragraph: 0, text: '' });
  return { blocks, paragraphs: state.paragraphs, notes: state.notes, sections: state.sections };
}

const partOf = (docx: DocxPackage, name: string): XmlElement | undefined => {
  const bytes = docx.parts.get(name);
  return bytes === undefined ? undefined : parseXml(bytes);
};

/** Width between the margins in em of 12 pt; A4 with Word's margins when the section does not say. */
function textWidthOf(section: XmlElement | undefined): number {
  const margins = childOf(section, 'w:pgMar');
  const page = integerOf(childOf(section, 'w:pgSz'), 'w:w') ?? 11_906;
  const width = (page - (integerOf(margins, 'w:left') ?? 1800) - (integerOf(margins, 'w:right') ?? 1800)) / 240;
  return Math.min(60, Math.max(10, width));
}

function readBlocks(parent: XmlElement | undefined, state: ReadingState): readonly SourceBlock[] {
  return elementsOf(parent).flatMap((element): readonly SourceBlock[] => {
    switch (element.name) {
      case 'w:p':
        return readParagraph(element, state);
      case 'w:tbl':
        return readTable(element, state).map((table) => toSourceTable(table, state));
      case 'w:sdt':
        return throughControl(element, state, (content) => readBlocks(content, state));
      case 'w:customXml':
        return readBlocks(element, state);
      case 'w:sectPr':
        addSection(element, state);
        return [];
      default:
        if (IGNORED_BLOCKS.has(element.name)) return [];
        throw refuseElement(element, placeAfter(state));
    }
  });
}

function toSourceTable(table: TableReading, state: ReadingState): SourceTable {
  const origins = new Map<number, readonly SourceParagraph[]>();
  const rows = table.rows.map((row) => {
    let column = 0;
    const cells = row.map((cell): SourceCell => {
      const origin = cell.continues ? (origins.get(column) ?? []) : cell.paragraphs;
      origins.set(column, origin);
      const share = table.columns.slice(column, column + cell.columnSpan).reduce((sum, each) => sum + each, 0);
      column += cell.columnSpan;
      const widthEm = Math.max(2, Math.floor(((share * state.textWidthEm) / 1000 - 1) * 2) / 2);
      const { columnSpan, paragraphs, continues } = cell;
      return { columnSpan, widthEm, paragraphs, continues, origin };
    });
    return { cells };
  });
  return { kind: 'table', columns: table.columns, ruled: table.ruled, rows };
}

/** Sections begin on a new page unless they say otherwise; no page break at either end, none twice, nothing empty at the end. */
function tidyBreaks(read: readonly SourceBlock[], sections: readonly XmlElement[]): readonly SourceBlock[] {
  const samePage = (at: number): boolean => ['continuous', 'nextColumn'].includes(settingOf(sections[at], 'w:type') ?? '');
  const blocks = read.flatMap((block): readonly SourceBlock[] =>
    block.kind === 'section' && !samePage(block.section) ? [{ kind: 'pageBreak' }, block] : [block],
  );
  const isEmpty = (block: SourceBlock | undefined): boolean =>
    block?.kind === 'pageBreak' ||
    block?.kind === 'section' ||
    (block?.kind === 'paragraph' && block.generated === '' && !block.ruled && block.atoms.every(isSpace));
  const isSpace = (atom: SourceParagraph['atoms'][number]): boolean =>
    atom.char.trim() === '' && !atom.underline && atom.leaderEm === undefined && atom.prompt === undefined;
  const kept = blocks.filter(
    (block, index) => block.kind !== 'pageBreak' || blocks.slice(0, index).findLast(({ kind }) => kind !== 'section')?.kind !== 'pageBreak',
  );
  while (isEmpty(kept.at(-1))) kept.pop();
  const first = kept.findIndex(({ kind }) => kind !== 'pageBreak' && kind !== 'section');
  return kept.filter(({ kind }, index) => kind !== 'pageBreak' || index > first);
}
