/** Turns the paragraphs and tables of a .docx into the blocks of a template, with a field for each blank. */
import type { FieldSpec } from '../agreement/fields.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { type BlankLedger, openLedger } from './blank-ledger.ts';
import { type BlankPiece, type Piece, roundEm } from './docx-blanks.ts';
import { groupBoxes, optionWord } from './docx-choices.ts';
import type { SourceCell, SourceDocument, SourceTable } from './docx-document.ts';
import { layOut, toInlines } from './docx-layout.ts';
import { findLines, type LineRole } from './docx-lines.ts';
import type { SourceParagraph } from './docx-paragraphs.ts';
import { byContainer, cellText, LINE_EM, prepareParagraphs, textsOf } from './docx-prepared.ts';
import { atomEm } from './docx-runs.ts';
import {
  type Container,
  containersOf,
  findSignatureSpots,
  isEmptyParagraph,
  isSigningLabel,
  rolesAsked,
  type SignatureSpot,
  signingRoles,
  textOfParagraph,
} from './docx-signatures.ts';
import { normaliseLabel, partyIn } from './guess-field.ts';
import { type PartyLetters, readLetters } from './party-letters.ts';
import type { Blank, Block, Inline, Paragraph, SignatureBox, Table } from './template-document.ts';

export interface FilledDocument {
  readonly blocks: readonly Block[];
  readonly ledger: BlankLedger;
  readonly signatures: readonly PartyRole[];
  /** UTF-16 units of automatic number at the start of a paragraph. */
  readonly generated: ReadonlyMap<Paragraph, number>;
  readonly notes: SourceDocument['notes'];
}

interface Filling {
  readonly ledger: BlankLedger;
  readonly letters: PartyLetters;
  readonly spots: readonly SignatureSpot[];
  readonly containers: ReturnType<typeof containersOf>;
  readonly pieces: ReadonlyMap<SourceParagraph, readonly Piece[]>;
  readonly lines: ReadonlyMap<Piece, LineRole>;
  readonly lineEm: ReadonlyMap<SourceParagraph, number>;
  /** The blanks whose further lines are still to come. */
  readonly opened: Map<Piece, Extract<Blank, { kind: 'value' }>>;
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
  const letters = readLetters(document.blocks.flatMap(textsOf));
  const spots = findSignatureSpots(containers.values(), letters);
  const notes: { paragraph: number; zh: string }[] = [];
  const paragraphs = prepareParagraphs(document, containers, { spots, letters }, notes);
  const lines = new Map(byContainer(paragraphs).flatMap((each) => [...findLines(each)]));
  const pieces = new Map(paragraphs.map(({ source, pieces: found }) => [source, found]));
  const positions = new Map(
    [...new Set(containers.values())].flatMap((each) => each.paragraphs.map((paragraph, at) => [paragraph, at] as const)),
  );
  const lineEm = new Map(paragraphs.map((each) => [each.source, each.lineEm]));
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
  const filling: Filling = {
    ...{ ledger, letters, spots, containers, pieces, lines, lineEm, boxes },
    ...{ opened: new Map(), generated: new Map(), party: undefined, signing: [] },
  };
  const blocks = document.blocks.flatMap((block): readonly Block[] => {
    if (block.kind === 'pageBreak') return [{ kind: 'pageBreak' }];
    if (block.kind === 'section') return [{ kind: 'section', number: block.section }];
    if (block.kind === 'table') return [fillTable(block, filling)];
    const container = containers.get(block);
    return container === undefined ? [] : fillAt(container, positions.get(block) ?? 0, filling);
  });
  return { blocks, ledger, signatures: spots.map((spot) => spot.role), generated: filling.generated, notes };
}

/** One paragraph, or the signature box that takes its place, or both. */
function fillAt(container: Container, index: number, filling: Filling, rowLabel = ''): readonly (Paragraph | SignatureBox)[] {
  const paragraph = container.paragraphs[index];
  if (paragraph === undefined) return [];
  const here = filling.spots.filter((spot) => spot.container === container);
  const boxesBefore = here.filter((spot) => spot.before === index).map(boxOf);
  const swallowed = here.some((spot) => index >= spot.before && index < spot.before + spot.replaced);
  const last = index === container.paragraphs.length - 1;
  const boxesAfter = last ? here.filter((spot) => spot.before === index + 1).map(boxOf) : [];
  const filled = swallowed ? [] : [fillParagraph(container, index, paragraph, filling, rowLabel)];
  return [...boxesBefore, ...filled, ...boxesAfter];
}

const boxOf = (spot: SignatureSpot): SignatureBox => ({ kind: 'signatureBox', role: spot.role, lines: spot.lines });

function fillTable(table: SourceTable, filling: Filling): Table {
  const signingByColumn = new Map<number, readonly PartyRole[]>();
  const rows = table.rows.map((row, rowIndex) => {
    const label = partyIn(cellText(row.cells[0]), filling.letters);
    if (label !== undefined) filling.party = label;
    let column = 0;
    const cells = row.cells.map((cell, index) => {
      // Who was asked in the cell to the left, or above.
      const beside = filling.containers.get(row.cells[index - 1]?.paragraphs ?? []);
      const left = beside?.paragraphs.flatMap((_paragraph, at) => rolesAsked(beside, at, filling.letters)) ?? [];
      filling.signing = left.length > 0 ? left : (signingByColumn.get(column) ?? []);
      const blocks = fillCell(table, rowIndex, index, filling);
      signingByColumn.set(column, filling.signing);
      column += cell.columnSpan;
      return { columnSpan: cell.columnSpan, ...(cell.continues ? { continues: true as const } : {}), blocks };
    });
    return { cells };
  });
  filling.party = undefined;
  filling.signing = [];
  return { kind: 'table', columns: table.columns, ...(table.ruled ? {} : { borders: 'none' as const }), rows };
}

function fillCell(table: SourceTable, rowIndex: number, index: number, filling: Filling): readonly (Paragraph | SignatureBox)[] {
  const row = table.rows[rowIndex];
  const cell = row?.cells[index];
  if (cell === undefined) return [];
  const container = filling.containers.get(cell.paragraphs);
  const empty = cell.paragraphs.length > 0 && cell.paragraphs.every(isEmptyParagraph);
  const signed = filling.spots.some((spot) => spot.container === container);
  const rowLabel = index === 0 ? '' : cellText(row?.cells[index - 1]);
  if (empty && !signed) return emptyCell(table, rowIndex, index, rowLabel, filling);
  if (container === undefined || cell.paragraphs.length === 0) return [EMPTY_PARAGRAPH];
  return container.paragraphs.flatMap((_paragraph, at) => fillAt(container, at, filling, rowLabel));
}

const EMPTY_PARAGRAPH: Paragraph = { kind: 'paragraph', style: 'body', align: 'left', firstLineEm: 0, leftEm: 0, inlines: [] };

/** An empty cell beside a label, or under a column's heading, is a blank of as many lines as it has; any other stays empty. */
function emptyCell(table: SourceTable, rowIndex: number, index: number, rowLabel: string, filling: Filling): readonly Paragraph[] {
  const cell = table.rows[rowIndex]?.cells[index];
  const source = cell?.paragraphs[0];
  const heading = table.ruled ? columnHeading(table, rowIndex, index) : '';
  const besideLabel =
    rowLabel !== '' && [...rowLabel].length <= 24 && !/[。；_＿□]/u.test(rowLabel) && (table.ruled || /[：:]$/u.test(rowLabel));
  const label = besideLabel ? rowLabel : heading;
  if (
    cell === undefined ||
    source === undefined ||
    label === '' ||
    isSigningLabel(label) ||
    signingRoles(label, filling.letters).length > 0
  )
    return [EMPTY_PARAGRAPH];
  const drawn = { form: 'cell', widthEm: cell.widthEm, chars: 0 } as const;
  const lines = Math.min(40, cell.paragraphs.length);
  const first = filling.ledger.value(drawn, { label, after: '', party: filling.party, letters: filling.letters }, source.number, lines);
  const rest = cell.paragraphs.slice(1, lines).map(({ number }, at) => filling.ledger.line(drawn, first, at + 2, number));
  return [first, ...rest].map((blank) => ({ ...EMPTY_PARAGRAPH, inlines: [blank] }));
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

function fillParagraph(container: Container, index: number, source: SourceParagraph, filling: Filling, rowLabel: string): Paragraph {
  const text = textOfParagraph(source).trim();
  trackParty(source, text.slice(source.generated.trim().length).trim(), filling);
  const asked = rolesAsked(container, index, filling.letters);
  if (asked.length > 0) filling.signing = asked;
  else if (text.length > 40 || source.style === 'heading') filling.signing = [];
  const pieces = filling.pieces.get(source) ?? [];
  const inlines: Inline[] = [];
  const lineEm = filling.lineEm.get(source) ?? LINE_EM;
  const state: ParagraphState = { before: '', date: undefined, dates: 0, atEm: Math.max(0, source.firstLineEm) };
  pieces.forEach((piece, at) => {
    if (piece.kind === 'text') {
      inlines.push(...toInlines(piece.atoms, source));
      state.before += piece.atoms.map((atom) => atom.char).join('');
      state.atEm += piece.atoms.reduce((sum, atom) => sum + atomEm(atom), 0);
    } else if (piece.kind === 'box') {
      const box = filling.boxes.get(piece);
      if (box !== undefined) inlines.push(filling.ledger.choice(box.spec, box.option, box.confidence, source.number));
    } else {
      const where = { source, rowLabel, lineEm, after: textAfter(pieces, at), rangeStart: beginsRange(pieces, at) };
      inlines.push(...fillBlank(piece, where, state, filling));
      state.atEm += piece.widthEm;
    }
  });
  return layOut(source, inlines, filling.generated);
}

/** 第一条 with a heading of its own, or a stop behind it. */
const CLAUSE_BEGINS = /^第[一二三四五六七八九十百]+[章节条][ \u3000：:]|^第[一二三四五六七八九十百]+[章节条][^，。；]{0,16}$/u;

/**
 * A paragraph that begins with a party's name opens that party's part of the form; a numbered one only as a label, since
 * clauses begin so too. A heading opens or closes a part, and so does the head of a clause.
 */
function trackParty(source: SourceParagraph, text: string, filling: Filling): void {
  const found = /^(?:.{0,8}[（(])?(甲方|乙方|丙方)(?<label>[^，。；：:]{0,14}[：:])?/u.exec(text);
  const opener = source.generated === '' || found?.groups?.['label'] !== undefined ? found?.[1] : undefined;
  if (opener !== undefined) filling.party = partyIn(opener, filling.letters);
  else if (source.style !== 'body' || CLAUSE_BEGINS.test(source.generated.trim() + text)) filling.party = partyIn(text, filling.letters);
}

const textAfter = (pieces: readonly Piece[], index: number): string => {
  const next = pieces[index + 1];
  return next?.kind === 'text' ? next.atoms.map((atom) => atom.char).join('') : '';
};

/** Whether the date that begins here is the first of two: ＿年＿月＿日至. */
function beginsRange(pieces: readonly Piece[], index: number): boolean {
  const last = pieces.findIndex((piece, at) => at > index && piece.kind === 'blank' && piece.part !== undefined && piece.part !== 'month');
  const end = pieces[last];
  return end?.kind === 'blank' && end.part === 'day' && /^日?\s*起?\s*(?:至|到|[-－—–~～])/u.test(textAfter(pieces, last));
}

interface ParagraphState {
  /** Words since the last blank. */
  before: string;
  date: { readonly role: PartyRole } | ReturnType<BlankLedger['date']> | undefined;
  dates: number;
  /** How far along the paragraph is, in em. */
  atEm: number;
}

interface BlankPlace {
  readonly source: SourceParagraph;
  readonly rowLabel: string;
  readonly lineEm: number;
  readonly after: string;
  readonly rangeStart: boolean;
}

function fillBlank(piece: BlankPiece, where: BlankPlace, state: ParagraphState, filling: Filling): readonly Inline[] {
  const { number } = where.source;
  const { before } = state;
  state.before = '';
  const role = filling.lines.get(piece);
  if (role?.kind === 'next') {
    const first = filling.opened.get(role.first);
    return [first === undefined ? drawnText(piece) : filling.ledger.line(fitLine(piece, where), first, role.line, number)];
  }
  const label = labelOfBlank(piece, before, [role?.label ?? '', where.rowLabel]);
  const context = {
    label: piece.shortYear === true ? label.replace(/20\s*$/u, '') : label,
    after: where.after,
    party: filling.party,
    letters: filling.letters,
  };
  if (piece.part === undefined) {
    // Where one signs nothing is printed: the drawn line stays text, the box is below it.
    const signedBefore = isSigningLabel(label.trimEnd().replace(/[：:）)]+$/u, '')) || signingRoles(label, filling.letters).length > 0;
    const written = piece.form !== 'placeholder' && piece.form !== 'label';
    if (written && (signedBefore || /^\s*[（(](?:盖章|签章|签字|签名|公章|印章)/u.test(where.after))) {
      state.before = before;
      return [drawnText(piece)];
    }
    return fillValue(piece, role?.lines, context, where, state, filling);
  }
  if (piece.part === 'year') {
    const signer = filling.signing[Math.min(state.dates, filling.signing.length - 1)];
    const forSignature =
      /^(?:签署|签字|签订|签约|签章|盖章)?(?:日期|时间)?(?:20)?$/u.test(normaliseLabel(before).replace(/^日/u, '')) ||
      signingRoles(before, filling.letters).length > 0;
    state.date = signer !== undefined && forSignature ? { role: signer } : filling.ledger.date(context, number, where.rangeStart);
    state.dates++;
  }
  if (state.date === undefined) return [];
  if ('role' in state.date) return [filling.ledger.signedOn(piece, piece.part, state.date.role, number)];
  return [filling.ledger.datePart(piece, piece.part, state.date, number)];
}

/** The words that say what a blank asks for: those in its braces when they are Chinese, those before it, those around it. */
function labelOfBlank({ words = '' }: BlankPiece, before: string, around: readonly string[]): string {
  const inside = words.replace(/^[a-z]+ +/u, '');
  if (/\p{Script=Han}/u.test(inside)) return inside;
  return [before, ...around].find((each) => normaliseLabel(each) !== '') ?? inside;
}

/** A drawn line or a gap that stays as it is. */
const drawnText = ({ form, drawnEm }: BlankPiece): Inline => ({
  kind: 'text',
  text: (form === 'spaces' ? ' ' : '_').repeat(Math.max(1, Math.round(drawnEm * 2))),
  bold: false,
  underline: false,
});

/** No blank is wider than its line. */
const fitLine = (piece: BlankPiece, { lineEm }: Pick<BlankPlace, 'lineEm'>): BlankPiece => ({
  ...piece,
  widthEm: Math.max(2, Math.min(piece.widthEm, lineEm)),
});

/** A value over one line, over the drawn lines below it, or over the lines that an overlong blank runs to. */
function fillValue(
  piece: BlankPiece,
  lines: number | undefined,
  context: { readonly label: string; readonly after: string; readonly party: PartyRole | undefined; readonly letters: PartyLetters },
  where: BlankPlace,
  state: ParagraphState,
  filling: Filling,
): readonly Inline[] {
  const { number } = where.source;
  const widths = (lines ?? 1) > 1 ? [] : linesOf(piece, where.lineEm, state.atEm % where.lineEm);
  if (widths.length < 2) {
    const blank = filling.ledger.value(fitLine(piece, where), context, number, lines);
    filling.opened.set(piece, blank);
    return [blank];
  }
  const [firstEm = where.lineEm, ...restEm] = widths;
  const first = filling.ledger.value({ ...piece, widthEm: firstEm }, context, number, widths.length);
  const rest = restEm.map((widthEm, at) => filling.ledger.line({ ...piece, chars: 0, widthEm }, first, at + 2, number));
  return [first, ...rest];
}

/** The widths of the lines that a blank longer than a line takes. */
function linesOf(piece: BlankPiece, lineEm: number, atEm: number): readonly number[] {
  if (piece.form === 'placeholder' || piece.drawnEm <= lineEm + 2) return [];
  const first = lineEm - atEm >= 6 ? lineEm - atEm : lineEm;
  const widths = [roundEm(first)];
  for (let rest = piece.drawnEm - first; rest >= 4 && widths.length < 40; rest -= lineEm) widths.push(roundEm(Math.min(lineEm, rest)));
  return widths;
}
