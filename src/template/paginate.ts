/** Lays a template document out on pages: every line, rule, blank and signature box gets its fixed place. */
import type { PartyRole } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { breakLines, type Line, type LineItem } from './line-breaking.ts';
import {
  BODY,
  baselineBelowTopMpt,
  CELL,
  CELL_PADDING_MPT,
  HEADING,
  RULE_MPT,
  TEXT_BOTTOM_MPT,
  TEXT_LEFT_MPT,
  TEXT_TOP_MPT,
  TEXT_WIDTH_MPT,
  TITLE,
  type TypeSize,
} from './page-geometry.ts';
import type { Blank, Block, Paragraph, Table } from './template-document.ts';

export type StructureType = 'H1' | 'H2' | 'P' | 'Table' | 'TR' | 'TH' | 'TD' | 'Form';

/** A node of the logical structure; leaves are marked-content ids of pages. @source ISO 32000-1:2008 §14.7 */
export interface StructureNode {
  readonly type: StructureType;
  readonly columnSpan?: number;
  /** Of a form: whose signature field has its place here. */
  readonly role?: PartyRole;
  readonly kids: (StructureNode | MarkedContent)[];
}

export interface MarkedContent {
  readonly page: number;
  readonly mcid: number;
}

/** A stretch of one line between blanks. `x` of its items counts from `leftMpt`, in thousandths of `sizePt`. */
export interface TextRun extends MarkedContent {
  readonly kind: 'text';
  readonly type: StructureType;
  readonly sizePt: number;
  readonly leftMpt: number;
  readonly baselineMpt: number;
  readonly items: Line['items'];
}

export interface Rule {
  readonly kind: 'rule';
  readonly page: number;
  readonly leftMpt: number;
  readonly bottomMpt: number;
  readonly widthMpt: number;
  readonly heightMpt: number;
}

/** Where the value of a blank goes. */
export interface PlacedBlank extends MarkedContent {
  readonly blank: Blank;
  readonly leftMpt: number;
  readonly baselineMpt: number;
  readonly widthMpt: number;
  readonly sizePt: number;
  readonly leadingPt: number;
  /** Of a choice: whether it draws its own □ or ticks the room between brackets. */
  readonly mark?: 'box' | 'room';
}

export interface Rectangle {
  readonly leftMpt: number;
  readonly bottomMpt: number;
  readonly rightMpt: number;
  readonly topMpt: number;
}

export interface PlacedSignatureBox extends Rectangle {
  readonly page: number;
  readonly role: PartyRole;
}

/** Whose margins a page has: those of the section that is open where it begins, counted from 0. */
export interface PageSection {
  readonly section: number;
  /** Whether the section begins with this page. */
  readonly first: boolean;
}

export interface LaidOut {
  readonly pageCount: number;
  readonly sections: readonly PageSection[];
  readonly marks: readonly (TextRun | Rule)[];
  readonly blanks: readonly PlacedBlank[];
  readonly signatureBoxes: readonly PlacedSignatureBox[];
  readonly structure: readonly StructureNode[];
  /** Marked-content ids in use on each page. */
  readonly mcidCounts: readonly number[];
}

/** Turns the text of a paragraph into line items with advances; blanks keep their index. */
export type ItemMaker = (paragraph: Paragraph, blankIndex: (blank: Blank) => number, inCell: boolean) => readonly LineItem[];

interface Cursor {
  page: number;
  topMpt: number;
}

/** @throws AppError TEMPLATE_TOO_TALL when a table row or signature box is taller than a page */
export function paginate(blocks: readonly Block[], toItems: ItemMaker): LaidOut {
  const marks: (TextRun | Rule)[] = [];
  const placedBlanks: PlacedBlank[] = [];
  const signatureBoxes: PlacedSignatureBox[] = [];
  const structure: StructureNode[] = [];
  const mcidCounts: number[] = [0];
  const sections: PageSection[] = [{ section: 0, first: true }];
  let section = 0;
  const cursor: Cursor = { page: 0, topMpt: TEXT_TOP_MPT };

  const newPage = (): void => {
    cursor.page++;
    cursor.topMpt = TEXT_TOP_MPT;
    mcidCounts[cursor.page] = 0;
    sections[cursor.page] = { section, first: false };
  };
  const room = (heightMpt: number): void => {
    if (heightMpt > TEXT_TOP_MPT - TEXT_BOTTOM_MPT)
      throw new AppError('TEMPLATE_TOO_TALL', { lines: Math.round(heightMpt / (BODY.leadingPt * 1000)) });
    if (cursor.topMpt - heightMpt < TEXT_BOTTOM_MPT) newPage();
  };
  const nextMcid = (): MarkedContent => {
    const mcid = mcidCounts[cursor.page] ?? 0;
    mcidCounts[cursor.page] = mcid + 1;
    return { page: cursor.page, mcid };
  };

  const breakParagraph = (paragraph: Paragraph, type: TypeSize, widthMpt: number, inCell: boolean) => {
    const blanks: Blank[] = [];
    const items = toItems(paragraph, (blank) => blanks.push(blank) - 1, inCell);
    const measure = Math.floor(widthMpt / type.sizePt);
    const indent = Math.max(0, Math.round(paragraph.firstLineEm * 1000));
    return { blanks, lines: breakLines(items, { measure, firstLineIndent: indent, align: paragraph.align }) };
  };

  const drawLine = (line: Line, blanks: readonly Blank[], type: TypeSize, leftMpt: number, topMpt: number, node: StructureNode): void => {
    const baselineMpt = topMpt - baselineBelowTopMpt(type);
    let run: Line['items'][number][] = [];
    const flush = (): void => {
      if (run.length === 0) return;
      const content = nextMcid();
      node.kids.push(content);
      marks.push({ kind: 'text', type: node.type, sizePt: type.sizePt, leftMpt, baselineMpt, items: run, ...content });
      run = [];
    };
    for (const placed of line.items) {
      const { item } = placed;
      if (item.kind === 'glyph') {
        run.push(placed);
        if (item.underline) marks.push(underline(cursor.page, leftMpt, baselineMpt, placed.x, placed.width, type.sizePt));
        continue;
      }
      if (item.kind === 'break') continue;
      flush();
      const blank = blanks[item.blank];
      if (blank === undefined) throw new Error('a blank lost its place');
      const content = nextMcid();
      node.kids.push(content);
      const leftOfBlank = leftMpt + Math.round(placed.x * type.sizePt);
      const widthMpt = Math.round(placed.width * type.sizePt);
      const mark = item.kind === 'tick' ? { mark: item.mark } : {};
      placedBlanks.push({
        blank,
        leftMpt: leftOfBlank,
        baselineMpt,
        widthMpt,
        sizePt: type.sizePt,
        leadingPt: type.leadingPt,
        ...mark,
        ...content,
      });
      if (item.kind === 'box' && !item.fill) marks.push(underline(cursor.page, leftMpt, baselineMpt, placed.x, placed.width, type.sizePt));
    }
    flush();
  };

  const flowParagraph = (paragraph: Paragraph, keepWithMpt: number): void => {
    const type = paragraph.style === 'title' ? TITLE : paragraph.style === 'heading' ? HEADING : BODY;
    const leftMpt = TEXT_LEFT_MPT + Math.round(paragraph.leftEm * BODY.sizePt * 1000);
    const { blanks, lines } = breakParagraph(paragraph, type, TEXT_WIDTH_MPT - (leftMpt - TEXT_LEFT_MPT), false);
    const leading = type.leadingPt * 1000;
    room((lines.length <= 3 ? lines.length : 2) * leading + keepWithMpt);
    const node: StructureNode = { type: paragraph.style === 'title' ? 'H1' : paragraph.style === 'heading' ? 'H2' : 'P', kids: [] };
    if (lines.some((line) => line.items.length > 0)) structure.push(node);
    lines.forEach((line, i) => {
      const lastTwo = lines.length > 2 && i === lines.length - 2;
      room(lastTwo ? leading * 2 : leading);
      drawLine(line, blanks, type, leftMpt, cursor.topMpt, node);
      cursor.topMpt -= leading;
    });
  };

  const placeBox = (role: PartyRole, lines: number, leftMpt: number, widthMpt: number, topMpt: number, type: TypeSize): number => {
    const heightMpt = lines * type.leadingPt * 1000;
    signatureBoxes.push({ role, page: cursor.page, leftMpt, rightMpt: leftMpt + widthMpt, bottomMpt: topMpt - heightMpt, topMpt });
    return heightMpt;
  };

  const measureRow = (table: Table, row: Table['rows'][number]) => {
    let column = 0;
    return row.cells.map((cell) => {
      const before = share(table.columns.slice(0, column));
      column += cell.columnSpan;
      const after = share(table.columns.slice(0, column));
      const contentWidth = after - before - 2 * CELL_PADDING_MPT;
      const parts = cell.blocks.map((block) =>
        block.kind === 'paragraph' ? { block, ...breakParagraph(block, CELL, contentWidth, true) } : { block, blanks: [], lines: [] },
      );
      const lineCount = parts.reduce((sum, part) => sum + (part.block.kind === 'paragraph' ? part.lines.length : part.block.lines), 0);
      return {
        columnSpan: cell.columnSpan,
        continues: cell.continues === true,
        leftMpt: TEXT_LEFT_MPT + before,
        widthMpt: after - before,
        parts,
        heightMpt: lineCount * CELL.leadingPt * 1000,
      };
    });
  };

  const flowTable = (table: Table): void => {
    const rows = table.rows.map((row) => {
      const cells = measureRow(table, row);
      return { cells, heightMpt: Math.max(...cells.map((cell) => cell.heightMpt)) + 2 * CELL_PADDING_MPT };
    });
    const whole = rows.reduce((sum, row) => sum + row.heightMpt, 0);
    const holdsSignatures = table.rows.some((row) => row.cells.some((cell) => cell.blocks.some((block) => block.kind === 'signatureBox')));
    if (holdsSignatures) room(whole);
    const tableNode: StructureNode = { type: 'Table', kids: [] };
    structure.push(tableNode);
    for (const [rowIndex, row] of rows.entries()) {
      room(row.heightMpt);
      const rowNode: StructureNode = { type: 'TR', kids: [] };
      tableNode.kids.push(rowNode);
      row.cells.forEach((cell, i) => {
        const type = isLabel(cell.parts) && !isLabel(row.cells[i + 1]?.parts ?? cell.parts) ? 'TH' : 'TD';
        const cellNode: StructureNode = { type, kids: [], ...(cell.columnSpan > 1 ? { columnSpan: cell.columnSpan } : {}) };
        rowNode.kids.push(cellNode);
        const single = cell.parts.every((part) => part.block.kind === 'paragraph');
        let top = cursor.topMpt - CELL_PADDING_MPT;
        if (single) top -= Math.floor((row.heightMpt - 2 * CELL_PADDING_MPT - cell.heightMpt) / 2);
        for (const part of cell.parts) {
          if (part.block.kind === 'signatureBox') {
            cellNode.kids.push({ type: 'Form', role: part.block.role, kids: [] });
            top -= placeBox(
              part.block.role,
              part.block.lines,
              cell.leftMpt + CELL_PADDING_MPT,
              cell.widthMpt - 2 * CELL_PADDING_MPT,
              top,
              CELL,
            );
            continue;
          }
          for (const line of part.lines) {
            drawLine(line, part.blanks, CELL, cell.leftMpt + CELL_PADDING_MPT, top, cellNode);
            top -= CELL.leadingPt * 1000;
          }
        }
        if (table.borders !== 'none') {
          const edges = {
            top: !cell.continues,
            bottom: rows[rowIndex + 1]?.cells.find((next) => next.leftMpt === cell.leftMpt)?.continues !== true,
          };
          marks.push(...frame(cursor.page, cell.leftMpt, cursor.topMpt - row.heightMpt, cell.widthMpt, row.heightMpt, edges));
        }
      });
      cursor.topMpt -= row.heightMpt;
    }
    cursor.topMpt -= CELL_PADDING_MPT;
  };

  blocks.forEach((block, i) => {
    switch (block.kind) {
      case 'pageBreak':
        newPage();
        break;
      case 'section':
        section = block.number;
        if (cursor.topMpt === TEXT_TOP_MPT) sections[cursor.page] = { section, first: true };
        break;
      case 'paragraph': {
        const next = blocks[i + 1];
        const headed = block.style !== 'body' && next !== undefined && next.kind !== 'pageBreak';
        flowParagraph(block, headed ? BODY.leadingPt * 2000 : next?.kind === 'table' ? FIRST_ROW_MPT : 0);
        break;
      }
      case 'signatureBox': {
        room(block.lines * BODY.leadingPt * 1000);
        structure.push({ type: 'Form', role: block.role, kids: [] });
        cursor.topMpt -= placeBox(block.role, block.lines, TEXT_LEFT_MPT, TEXT_WIDTH_MPT, cursor.topMpt, BODY);
        break;
      }
      case 'table':
        flowTable(block);
    }
  });
  return { pageCount: cursor.page + 1, sections, marks, blanks: placedBlanks, signatureBoxes, structure, mcidCounts };
}

/** What a sentence that leads to a table keeps of it on its own page: a row of one line. */
const FIRST_ROW_MPT = CELL.leadingPt * 1000 + 2 * CELL_PADDING_MPT;

/** A cell of words alone: the header of the filled-in cell to its right. */
const isLabel = (parts: readonly { readonly block: Paragraph | { readonly kind: 'signatureBox' } }[]): boolean =>
  parts.every(({ block }) => block.kind === 'paragraph' && block.inlines.every((inline) => inline.kind === 'text'));

const share = (columns: readonly number[]): number => Math.round((columns.reduce((sum, width) => sum + width, 0) * TEXT_WIDTH_MPT) / 1000);

function underline(page: number, leftMpt: number, baselineMpt: number, x: number, width: number, sizePt: number): Rule {
  return {
    kind: 'rule',
    page,
    leftMpt: leftMpt + Math.round(x * sizePt),
    bottomMpt: baselineMpt - 2_600,
    widthMpt: Math.round(width * sizePt),
    heightMpt: RULE_MPT,
  };
}

/** The edges of a cell; between cells that are merged downwards there is none. */
function frame(
  page: number,
  leftMpt: number,
  bottomMpt: number,
  widthMpt: number,
  heightMpt: number,
  edges: { readonly top: boolean; readonly bottom: boolean },
): Rule[] {
  const edge = (left: number, bottom: number, width: number, height: number): Rule => ({
    kind: 'rule',
    page,
    leftMpt: left,
    bottomMpt: bottom,
    widthMpt: width,
    heightMpt: height,
  });
  return [
    ...(edges.bottom ? [edge(leftMpt, bottomMpt, widthMpt + RULE_MPT, RULE_MPT)] : []),
    ...(edges.top ? [edge(leftMpt, bottomMpt + heightMpt, widthMpt + RULE_MPT, RULE_MPT)] : []),
    edge(leftMpt, bottomMpt, RULE_MPT, heightMpt),
    edge(leftMpt + widthMpt, bottomMpt, RULE_MPT, heightMpt),
  ];
}
