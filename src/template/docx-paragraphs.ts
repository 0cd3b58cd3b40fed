/** One paragraph of a .docx after style inheritance, with its literal number, settled tabs and its place in the count. */
import { roundEm } from './docx-blanks.ts';
import type { Numbering } from './docx-numbering.ts';
import { refuseSource, type SourcePlace } from './docx-refusal.ts';
import { type Atom, assertNoChanges, placeIn, type RunState, readRuns } from './docx-runs.ts';
import { type Measure, mergeFormats, type ParagraphFormat, readParagraphFormat, type StyleSheet } from './docx-styles.ts';
import { type FlowAtom, settleTabs } from './docx-tabs.ts';
import { attribute, childOf, elementsOf, integerOf, settingOf, toggleOf, type XmlElement } from './docx-xml.ts';

export interface SourceParagraph {
  readonly kind: 'paragraph';
  /** Counted from 1 in document order, table cells included; the parts around a manual line break share it. */
  readonly number: number;
  readonly style: 'title' | 'heading' | 'body';
  readonly align: 'left' | 'center' | 'right' | 'justify';
  readonly firstLineEm: number;
  readonly leftEm: number;
  /** Automatic number, which is not in the source's text. */
  readonly generated: string;
  readonly atoms: readonly FlowAtom[];
  /** A line is drawn above or below it. */
  readonly ruled: boolean;
}

export interface SourceBreak {
  readonly kind: 'pageBreak';
}

/** Here the section of that number begins, counted from 0. */
export interface SourceSection {
  readonly kind: 'section';
  readonly section: number;
}

export type ParagraphPart = SourceParagraph | SourceBreak | SourceSection;

/** What reading a paragraph needs and what it keeps between paragraphs. */
export interface ReadingState {
  readonly styles: StyleSheet;
  readonly numbering: Numbering;
  readonly runs: RunState;
  readonly textWidthEm: number;
  readonly notes: { paragraph: number; zh: string }[];
  readonly sections: XmlElement[];
  paragraphs: number;
  characters: number;
  cells: number;
}

/** Several times what the longest agreement has; beyond it a file is none. */
const MAX_PARAGRAPHS = 5_000;
const MAX_CHARACTERS = 200_000;
const MAX_PARAGRAPH_CHARACTERS = 10_000;

/** @throws AppError TEMPLATE_SOURCE_TOO_LONG */
function assertLength(state: ReadingState, atoms: readonly Atom[]): void {
  state.characters += atoms.length;
  const what =
    state.paragraphs > MAX_PARAGRAPHS
      ? `超过 ${MAX_PARAGRAPHS} 段`
      : atoms.length > MAX_PARAGRAPH_CHARACTERS
        ? `一段超过 ${MAX_PARAGRAPH_CHARACTERS} 字`
        : `超过 ${MAX_CHARACTERS} 字`;
  if (state.paragraphs > MAX_PARAGRAPHS || atoms.length > MAX_PARAGRAPH_CHARACTERS || state.characters > MAX_CHARACTERS)
    throw refuseSource('TEMPLATE_SOURCE_TOO_LONG', placeIn(state.runs, state.paragraphs, ''), what);
}

/** The place of what comes after the last paragraph read. */
export const placeAfter = (state: ReadingState): SourcePlace => placeIn(state.runs, state.paragraphs + 1, '');

/** Notes something once for a paragraph. */
export function addNote(state: ReadingState, paragraph: number, zh: string): void {
  if (!state.notes.some((note) => note.paragraph === paragraph && note.zh === zh)) state.notes.push({ paragraph, zh });
}

/** Reads the content of a block-level control; where it shows its prompt, all of it is a blank. */
export function throughControl<T>(control: XmlElement, state: ReadingState, read: (content: XmlElement) => T): T {
  const { runs } = state;
  const outer = runs.prompt;
  if (toggleOf(childOf(control, 'w:sdtPr'), 'w:showingPlcHdr') === true) runs.prompt ??= ++runs.prompts;
  const result = read(childOf(control, 'w:sdtContent') ?? { name: 'w:sdtContent', attributes: new Map(), children: [] });
  runs.prompt = outer;
  return result;
}

/** Reads one w:p: several paragraphs when it has manual line breaks, with page breaks between where it has those. */
export function readParagraph(element: XmlElement, state: ReadingState): readonly ParagraphPart[] {
  const number = ++state.paragraphs;
  const properties = childOf(element, 'w:pPr');
  assertNoChanges(properties, placeIn(state.runs, number, ''));
  const style = state.styles.paragraph(settingOf(properties, 'w:pStyle'));
  const direct = readParagraphFormat(properties);
  const inherited = mergeFormats(style.format, direct).numbering;
  const reference = inherited === undefined ? undefined : { ...inherited, styles: style.ids };
  const format = mergeFormats(style.format, state.numbering.formatOf(reference), direct);
  const note = (zh: string): void => addNote(state, number, zh);
  const atoms = readRuns(element, { styles: state.styles, base: style.run, number, state: state.runs, allowedFields: new Map(), note });
  assertLength(state, atoms);
  if (format.framed === true) note('定位框里的段落按顺序排在正文里。');
  const halfPoints = atoms[0]?.halfPoints ?? style.run.halfPoints ?? 21;
  assertUnticked(atoms, number, state);
  const left = toEm(format.left, halfPoints);
  const indent = toEm(format.firstLine, halfPoints);
  const flow = settleTabs(atoms, format.tabs ?? [], (left + indent) * halfPoints * 10);
  const text = flow.map((atom) => atom.char).join('');
  const generated = state.numbering.next(reference, number, note);
  const layout = {
    kind: 'paragraph' as const,
    number,
    style: styleOf(style.names, format, flow, generated + text, number),
    align: format.align ?? 'justify',
    leftEm: clamp(left, 0, 20),
    firstLineEm: clamp(indent, -clamp(left, 0, 20), 20),
    ruled: format.ruled === 'line' || format.ruled === 'frame',
  };
  const cut = splitAtBreaks(flow);
  const first = cut.findIndex((part) => part !== 'pageBreak');
  const parts = (first === -1 && generated !== '' ? [[], ...cut] : cut).map((part, index): ParagraphPart => {
    if (part === 'pageBreak') return { kind: 'pageBreak' };
    return index === Math.max(0, first) ? { ...layout, generated, atoms: part } : { ...layout, firstLineEm: 0, generated: '', atoms: part };
  });
  const section = childOf(properties, 'w:sectPr');
  const before = format.pageBreakBefore === true ? [{ kind: 'pageBreak' as const }] : [];
  if (format.pageBreakBefore === true) state.runs.writtenBreaks++;
  return [...before, ...parts, ...sectionBreak(section, state)];
}

/** A ticked box among open ones is an answer that the form already gives: nobody could take it back. */
function assertUnticked(atoms: readonly Atom[], number: number, state: ReadingState): void {
  const text = atoms.map((atom) => atom.char).join('');
  if (!/[☑☒]/u.test(text)) return;
  if (text.includes('□')) throw refuseSource('TEMPLATE_SOURCE_BOX_TICKED', placeIn(state.runs, number, text));
  addNote(state, number, '已勾选的方框按固定文字保留，填写时不能更改。');
}

/** A section says in its own properties how it begins, not how it ends. @source ECMA-376 part 1 §17.6.22 */
function sectionBreak(section: XmlElement | undefined, state: ReadingState): readonly SourceSection[] {
  if (section === undefined) return [];
  addSection(section, state);
  return [{ kind: 'section', section: state.sections.length }];
}

/** Keeps a section's properties, and notes what our pages do not do. */
export function addSection(section: XmlElement, state: ReadingState): void {
  state.sections.push(section);
  const at = Math.max(1, state.paragraphs);
  if ((integerOf(childOf(section, 'w:cols'), 'w:num') ?? 1) > 1) addNote(state, at, '到此为止的一节原为分栏，按单栏排印。');
  if (attribute(childOf(section, 'w:pgSz'), 'w:orient') === 'landscape') addNote(state, at, '到此为止的一节原为横向页面，按纵向排印。');
  if (elementsOf(section).some((each) => each.name === 'w:sectPrChange')) assertNoChanges(section, placeIn(state.runs, at, ''));
}

/** Cuts at \n and \f; an empty rest after a break, or before a page break, is no paragraph. */
function splitAtBreaks(atoms: readonly FlowAtom[]): readonly (readonly FlowAtom[] | 'pageBreak')[] {
  const parts: (readonly FlowAtom[] | 'pageBreak')[] = [];
  let current: FlowAtom[] = [];
  for (const atom of atoms) {
    if (atom.char !== '\n' && atom.char !== '\f') {
      current.push(atom);
      continue;
    }
    if (atom.char === '\n' || current.length > 0) parts.push(current);
    if (atom.char === '\f') parts.push('pageBreak');
    current = [];
  }
  if (current.length > 0 || parts.length === 0) parts.push(current);
  return parts;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** In em of the paragraph's own type, so that two characters stay two characters; quarter steps. */
function toEm(measure: Measure | undefined, halfPoints: number): number {
  if (measure === undefined) return 0;
  const em = 'twips' in measure ? measure.twips / (halfPoints * 10) : measure.hundredthChars / 100;
  return Math.abs(em) < 0.2 ? 0 : roundEm(em);
}

const HEADING_WORDS = /^(?:第[一二三四五六七八九十百]+[章节条]|[一二三四五六七八九十]+、)/u;

/** Title and heading by style or outline level, else as a reader would tell: large and centred or first of all, or a short bold numbered line. */
function styleOf(
  names: readonly string[],
  format: ParagraphFormat,
  atoms: readonly FlowAtom[],
  text: string,
  number: number,
): SourceParagraph['style'] {
  if (text.trim() === '') return 'body';
  if (names.some((name) => /^(title|标题)$/i.test(name))) return 'title';
  const large = atoms.every((atom) => atom.halfPoints >= 32 || atom.char.trim() === '');
  if (large && (format.align === 'center' ? number <= 12 : number === 1)) return 'title';
  if (format.outlineLevel !== undefined && format.outlineLevel < 9) return 'heading';
  if (names.some((name) => /^heading \d$/i.test(name))) return 'heading';
  const bold = atoms.every((atom) => atom.bold || atom.char.trim() === '');
  const short = text.length <= 30 && !/[。；，_＿：]/u.test(text);
  return bold && short && HEADING_WORDS.test(text) ? 'heading' : 'body';
}
