/** Turns the paragraphs and tables of a .docx into the blocks of a template, with a field for each blank. */
import type { FieldSpec } from '../agreement/fields.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { type BlankLedger, openLedger } from './blank-ledger.ts';
import { isBodyText } from './body.ts';
import { findPieces, type Piece, roundEm } from './docx-blanks.ts';
import { groupBoxes, optionWord, type PiecedParagraph } from './docx-choices.ts';
import type { SourceCell, SourceDocument, SourceTable } from './docx-document.ts';
import type { SourceParagraph } from './docx-paragraphs.ts';
import { refuseSource } from './docx-refusal.ts';
import { atomEm } from './docx-runs.ts';
import {
  type Container,
  containersOf,
  findSignatureSpots,
  isEmptyParagraph,
  isSigningLabel,
  type SignatureSpot,
  signingRoles,
  textOfParagraph,
} from './docx-signatures.ts';
import type { FlowAtom } from './docx-tabs.ts';
import { normaliseLabel, partyIn } from './guess-field.ts';
import type { Block, Inline, Paragraph, SignatureBox, Table } from './template-document.ts';

export interface FilledDocument {
  readonly blocks: readonly Block[];
  readonly ledger: BlankLedger;
  readonly signatures: readonly PartyRole[];
  /** UTF-16 units of automatic number at the start of a paragraph. */
  readonly generated: ReadonlyMap<Paragraph, number>;
}

interface Filling {
  readonly ledger: BlankLedger;
  readonly spots: readonly SignatureSpot[];
  readonly containers: ReturnType<typeof containersOf>;
  readonly pieces: ReadonlyMap<SourceParagraph, readonly Piece[]>;
  readonly boxes: ReadonlyMap<Piece, { readonly spec: FieldSpec; readonly option: string; readonly confidence: number }>;
  readonly generated: Map<Paragraph, number>;
  /** Whose part of the form this is. */
  party: PartyRole | undefined;
  /** Who was asked to sign just before, in the order of the line. */
  signing: readonly PartyRole[];
}

/** @throws AppError TEMPLATE_SOURCE_CHARACTER_REFUSED for a character that no template text may have */
export function fillDocument(document: SourceDocument): FilledDocument {
  const containers = containersOf(document.blocks);
  const spots = findSignatureSpots(containers.values());
  const paragraphs = piecedParagraphs(document, containers);
  const pieces = new Map(paragraphs.map(({ source, pieces: found }) => [source, found]));
  const ledger = openLedger();
  const boxes: Map<Piece, { spec: FieldSpec; option: string; confidence: number }> = new Map();
  for (const group of groupBoxes(paragraphs)) {
    const words = group.boxes.map((box) => optionWord(box.option));
    const spec = group.known?.spec ?? ledger.extra(group.label, 'choice', group.number, words);
    const options = group.known?.options ?? words;
    group.boxes.forEach((box, index) => {
      boxes.set(box, { spec, option: options[index] ?? box.option, confidence: group.known === undefined ? 0 : 0.9 });
    });
  }
  const filling: Filling = { ledger, spots, containers, pieces, boxes, generated: new Map(), party: undefined, signing: [] };
  const blocks = document.blocks.flatMap((block): readonly Block[] => {
    if (block.kind === 'pageBreak') return [block];
    if (block.kind === 'table') return [fillTable(block, filling)];
    const container = containers.get(block);
    return container === undefined ? [] : fillAt(container, container.paragraphs.indexOf(block), filling);
  });
  return { blocks, ledger, signatures: spots.map((spot) => spot.role), generated: filling.generated };
}

function piecedParagraphs(
  document: SourceDocument,
  containers: ReturnType<typeof containersOf>,
): readonly (PiecedParagraph & { readonly source: SourceParagraph })[] {
  const of = (source: SourceParagraph, key: SourceParagraph | readonly SourceParagraph[], rowLabel: string) => {
    const container = containers.get(key);
    return container === undefined ? [] : [{ source, container, number: source.number, rowLabel, pieces: findPieces(source.atoms) }];
  };
  return document.blocks.flatMap((block) => {
    if (block.kind === 'pageBreak') return [];
    if (block.kind === 'paragraph') return of(block, block, '');
    return block.rows.flatMap((row) =>
      row.cells.flatMap((cell, index) => {
        const label = index === 0 ? '' : cellText(row.cells[index - 1]);
        return cell.paragraphs.flatMap((paragraph) => of(paragraph, cell.paragraphs, label));
      }),
    );
  });
}

const cellText = (cell: SourceCell | undefined): string => (cell?.paragraphs ?? []).map(textOfParagraph).join('').trim();

/** One paragraph, or the signature box that takes its place, or both. */
function fillAt(container: Container, index: number, filling: Filling, rowLabel = ''): readonly (Paragraph | SignatureBox)[] {
  const paragraph = container.paragraphs[index];
  if (paragraph === undefined) return [];
  const here = filling.spots.filter((spot) => spot.container === container);
  const boxesBefore = here.filter((spot) => spot.before === index).map(boxOf);
  const swallowed = here.some((spot) => index >= spot.before && index < spot.before + spot.replaced);
  const last = index === container.paragraphs.length - 1;
  const boxesAfter = last ? here.filter((spot) => spot.before === index + 1).map(boxOf) : [];
  const filled = swallowed ? [] : [fillParagraph(paragraph, filling, rowLabel)];
  return [...boxesBefore, ...filled, ...boxesAfter];
}

const boxOf = (spot: SignatureSpot): SignatureBox => ({ kind: 'signatureBox', role: spot.role, lines: spot.lines });

function fillTable(table: SourceTable, filling: Filling): Table {
  const signingByColumn = new Map<number, readonly PartyRole[]>();
  const rows = table.rows.map((row, rowIndex) => {
    const label = partyIn(cellText(row.cells[0]));
    if (label !== undefined) filling.party = label;
    let column = 0;
    const cells = row.cells.map((cell, index) => {
      filling.signing = signingByColumn.get(column) ?? [];
      const blocks = fillCell(table, rowIndex, index, filling);
      signingByColumn.set(column, filling.signing);
      column += cell.columnSpan;
      return { columnSpan: cell.columnSpan, blocks };
    });
    return { cells };
  });
  filling.party = undefined;
  filling.signing = [];
  return { kind: 'table', columns: table.columns, rows };
}

function fillCell(table: SourceTable, rowIndex: number, index: number, filling: Filling): readonly (Paragraph | SignatureBox)[] {
  const row = table.rows[rowIndex];
  const cell = row?.cells[index];
  if (cell === undefined) return [];
  const container = filling.containers.get(cell.paragraphs);
  const empty = cell.paragraphs.length > 0 && cell.paragraphs.every(isEmptyParagraph);
  const signed = filling.spots.some((spot) => spot.container === container);
  const rowLabel = index === 0 ? '' : cellText(row?.cells[index - 1]);
  if (empty && !signed) return [emptyCell(table, rowIndex, index, rowLabel, filling)];
  if (container === undefined || cell.paragraphs.length === 0) return [EMPTY_PARAGRAPH];
  return container.paragraphs.flatMap((_paragraph, at) => fillAt(container, at, filling, rowLabel));
}

const EMPTY_PARAGRAPH: Paragraph = { kind: 'paragraph', style: 'body', align: 'left', firstLineEm: 0, leftEm: 0, inlines: [] };

/** An empty cell beside a label, or under a column's heading, is a blank; any other stays empty. */
function emptyCell(table: SourceTable, rowIndex: number, index: number, rowLabel: string, filling: Filling): Paragraph {
  const cell = table.rows[rowIndex]?.cells[index];
  const source = cell?.paragraphs[0];
  const heading = columnHeading(table, rowIndex, index);
  const besideLabel = rowLabel !== '' && [...rowLabel].length <= 24 && !/[。；_＿□]/u.test(rowLabel);
  const label = besideLabel ? rowLabel : heading;
  if (cell === undefined || source === undefined || label === '' || isSigningLabel(label) || signingRoles(label).length > 0)
    return EMPTY_PARAGRAPH;
  const drawn = { kind: 'blank', form: 'cell', widthEm: cell.widthEm, chars: 0 } as const;
  const blank = filling.ledger.value(drawn, { label, after: '', party: filling.party }, source.number);
  return { ...EMPTY_PARAGRAPH, inlines: [blank] };
}

/** The text of the first row's cell over this one, when that row is all text. */
function columnHeading(table: SourceTable, rowIndex: number, index: number): string {
  const head = table.rows[0];
  if (rowIndex === 0 || head === undefined || head.cells.some((cell) => cellText(cell) === '' || cellText(cell).length > 12)) return '';
  const start = (cells: readonly SourceCell[], end: number): number => cells.slice(0, end).reduce((sum, cell) => sum + cell.columnSpan, 0);
  const column = start(table.rows[rowIndex]?.cells ?? [], index);
  const over = head.cells.find((_cell, at) => start(head.cells, at) === column);
  return cellText(over);
}

function fillParagraph(source: SourceParagraph, filling: Filling, rowLabel: string): Paragraph {
  const text = textOfParagraph(source).trim();
  trackParty(source, text, filling);
  const asked = signingRoles(text);
  if (asked.length > 0) filling.signing = asked;
  else if (text.length > 40 || source.style === 'heading') filling.signing = [];
  const pieces = filling.pieces.get(source) ?? [];
  const inlines: Inline[] = [];
  const state: ParagraphState = { before: '', date: undefined, dates: 0 };
  pieces.forEach((piece, index) => {
    if (piece.kind === 'text') {
      inlines.push(...toInlines(piece.atoms, source));
      state.before += piece.atoms.map((atom) => atom.char).join('');
    } else if (piece.kind === 'box') {
      const box = filling.boxes.get(piece);
      if (box !== undefined) inlines.push(filling.ledger.choice(box.spec, box.option, box.confidence, source.number));
    } else {
      inlines.push(...fillBlank(piece, { source, rowLabel, after: textAfter(pieces, index) }, state, filling));
    }
  });
  return layOut(source, inlines, filling);
}

/** A paragraph that begins with a party's name opens that party's part of the form; a heading opens or closes one. */
function trackParty(source: SourceParagraph, text: string, filling: Filling): void {
  const opener = /^(?:.{0,8}[（(])?(甲方|乙方|丙方)/u.exec(text)?.[1];
  if (opener !== undefined) filling.party = partyIn(opener);
  else if (source.style !== 'body') filling.party = partyIn(text);
}

const textAfter = (pieces: readonly Piece[], index: number): string => {
  const next = pieces[index + 1];
  return next?.kind === 'text' ? next.atoms.map((atom) => atom.char).join('') : '';
};

interface ParagraphState {
  /** Words since the last blank. */
  before: string;
  date: { readonly role: PartyRole } | ReturnType<BlankLedger['date']> | undefined;
  dates: number;
}

function fillBlank(
  piece: Extract<Piece, { kind: 'blank' }>,
  where: { readonly source: SourceParagraph; readonly rowLabel: string; readonly after: string },
  state: ParagraphState,
  filling: Filling,
): readonly Inline[] {
  const { number } = where.source;
  const { before } = state;
  state.before = '';
  const label = normaliseLabel(before) === '' ? where.rowLabel : before;
  const context = { label, after: where.after, party: filling.party };
  if (piece.part === undefined) {
    // Where one signs nothing is printed: the drawn line stays text, the box is below it.
    const signedBefore = isSigningLabel(before.trimEnd().replace(/[：:）)]+$/u, '')) || signingRoles(before).length > 0;
    if (signedBefore || /^\s*[（(](?:盖章|签章|签字|签名|公章|印章)/u.test(where.after)) {
      state.before = before;
      return [{ kind: 'text', text: '_'.repeat(Math.round(piece.widthEm * 2)), bold: false, underline: false }];
    }
    return [filling.ledger.value(piece, context, number)];
  }
  if (piece.part === 'year') {
    const role = filling.signing[Math.min(state.dates, filling.signing.length - 1)];
    const forSignature =
      /^(?:签署|签字|签订|签约|签章|盖章)?(?:日期|时间)?$/u.test(normaliseLabel(before).replace(/^日/u, '')) ||
      signingRoles(before).length > 0;
    state.date = role !== undefined && forSignature ? { role } : filling.ledger.date(context, number);
    state.dates++;
  }
  if (state.date === undefined) return [];
  if ('role' in state.date) return [filling.ledger.signedOn(piece, piece.part, state.date.role, number)];
  return [filling.ledger.datePart(piece, piece.part, state.date, number)];
}

/** A tab without a line is two spaces; the wide underscore is kept for blanks. */
const TEXT_OF: ReadonlyMap<string, string> = new Map([
  ['\t', '\u3000\u3000'],
  ['＿', '__'],
]);

/** Text of equal weight together. */
function toInlines(atoms: readonly FlowAtom[], source: SourceParagraph): readonly Inline[] {
  const inlines: (Inline & { kind: 'text' })[] = [];
  for (const { char, bold, underline } of atoms) {
    const text = TEXT_OF.get(char) ?? char;
    if (!isBodyText(text)) {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      throw refuseSource(
        'TEMPLATE_SOURCE_CHARACTER_REFUSED',
        { paragraph: source.number, text: textOfParagraph(source) },
        `${/\p{C}/u.test(char) ? '' : char} U+${code}`,
      );
    }
    const last = inlines.at(-1);
    if (last !== undefined && last.bold === bold && last.underline === underline)
      inlines[inlines.length - 1] = { ...last, text: last.text + text };
    else inlines.push({ kind: 'text', text, bold, underline });
  }
  return inlines;
}

/** Spaces at the start become indent, spaces at the end nothing; the automatic number is written out. */
function layOut(source: SourceParagraph, inlines: readonly Inline[], filling: Filling): Paragraph {
  const rest = [...inlines];
  let indentEm = 0;
  for (let first = rest[0]; first?.kind === 'text'; first = rest[0]) {
    const kept = first.text.trimStart();
    indentEm += [...first.text.slice(0, first.text.length - kept.length)].reduce((sum, char) => sum + atomEm({ char }), 0);
    if (kept !== '') {
      rest[0] = { ...first, text: kept };
      break;
    }
    rest.shift();
  }
  for (let last = rest.at(-1); last?.kind === 'text'; last = rest.at(-1)) {
    const kept = last.text.trimEnd();
    if (kept !== '') {
      rest[rest.length - 1] = { ...last, text: kept };
      break;
    }
    rest.pop();
  }
  const first = rest[0];
  const bold = first?.kind === 'text' && first.bold;
  const label: readonly Inline[] = source.generated === '' ? [] : [{ kind: 'text', text: source.generated, bold, underline: false }];
  const flush = source.align === 'left' || source.align === 'justify';
  const firstLineEm = source.firstLineEm + (flush && source.generated === '' ? Math.min(30, indentEm) : 0);
  const { kind, style, align, leftEm } = source;
  const paragraph: Paragraph = { kind, style, align, firstLineEm: roundEm(firstLineEm), leftEm, inlines: joinEqual([...label, ...rest]) };
  if (source.generated !== '') filling.generated.set(paragraph, source.generated.length);
  return paragraph;
}

function joinEqual(inlines: readonly Inline[]): readonly Inline[] {
  const joined: Inline[] = [];
  for (const inline of inlines) {
    const last = joined.at(-1);
    const same = inline.kind === 'text' && last?.kind === 'text' && last.bold === inline.bold && last.underline === inline.underline;
    if (same) joined[joined.length - 1] = { ...last, text: last.text + inline.text };
    else joined.push(inline);
  }
  return joined;
}
