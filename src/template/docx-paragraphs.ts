/** One paragraph of a .docx after style inheritance, with its literal number, settled tabs and its place in the count. */
import { roundEm } from './docx-blanks.ts';
import type { Numbering } from './docx-numbering.ts';
import { refuseSource, type SourcePlace } from './docx-refusal.ts';
import { assertNoChanges, type FieldState, readRuns } from './docx-runs.ts';
import { type Measure, mergeFormats, type ParagraphFormat, readParagraphFormat, type StyleSheet } from './docx-styles.ts';
import { type FlowAtom, settleTabs } from './docx-tabs.ts';
import { childOf, settingOf, toggleOf, type XmlElement } from './docx-xml.ts';

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
}

export type ParagraphPart = SourceParagraph | { readonly kind: 'pageBreak' };

/** What reading a paragraph needs and what it keeps between paragraphs. */
export interface ReadingState {
  readonly styles: StyleSheet;
  readonly numbering: Numbering;
  readonly fields: FieldState;
  readonly textWidthEm: number;
  readonly notes: { paragraph: number; zh: string }[];
  readonly sections: XmlElement[];
  paragraphs: number;
}

/** The place of what comes after the last paragraph read. */
export const placeAfter = (state: ReadingState): SourcePlace => ({ paragraph: state.paragraphs + 1, text: '' });

/** The content of a block-level control, unless it shows its prompt. */
export function contentOf(control: XmlElement, state: ReadingState): XmlElement {
  if (toggleOf(childOf(control, 'w:sdtPr'), 'w:showingPlcHdr') === true)
    throw refuseSource('TEMPLATE_SOURCE_CONTENT_CONTROL', placeAfter(state));
  return childOf(control, 'w:sdtContent') ?? { name: 'w:sdtContent', attributes: new Map(), children: [] };
}

/** Reads one w:p: several paragraphs when it has manual line breaks, with page breaks between where it has those. */
export function readParagraph(element: XmlElement, state: ReadingState): readonly ParagraphPart[] {
  const number = ++state.paragraphs;
  const properties = childOf(element, 'w:pPr');
  assertNoChanges(properties, { paragraph: number, text: '' });
  const style = state.styles.paragraph(settingOf(properties, 'w:pStyle'));
  const direct = readParagraphFormat(properties);
  const reference = mergeFormats(style.format, direct).numbering;
  const format = mergeFormats(style.format, state.numbering.formatOf(reference), direct);
  const { atoms } = readRuns(element, {
    styles: state.styles,
    base: style.run,
    number,
    fields: state.fields,
    allowedFields: new Set(['HYPERLINK']),
  });
  const halfPoints = atoms[0]?.halfPoints ?? style.run.halfPoints ?? 21;
  const left = toEm(format.left, halfPoints);
  const indent = toEm(format.firstLine, halfPoints);
  const flow = settleTabs(atoms, format.tabs ?? [], (left + indent) * halfPoints * 10);
  const text = flow.map((atom) => atom.char).join('');
  const generated = state.numbering.next(reference, number);
  const layout = {
    kind: 'paragraph' as const,
    number,
    style: styleOf(style.names, format, flow, generated + text, number),
    align: format.align ?? 'justify',
    leftEm: clamp(left, 0, 20),
    firstLineEm: clamp(indent, -clamp(left, 0, 20), 20),
  };
  const cut = splitAtBreaks(flow);
  const first = cut.findIndex((part) => part !== 'pageBreak');
  const parts = (first === -1 && generated !== '' ? [[], ...cut] : cut).map((part, index): ParagraphPart => {
    if (part === 'pageBreak') return { kind: 'pageBreak' };
    return index === Math.max(0, first) ? { ...layout, generated, atoms: part } : { ...layout, firstLineEm: 0, generated: '', atoms: part };
  });
  const section = childOf(properties, 'w:sectPr');
  const before = format.pageBreakBefore === true ? [{ kind: 'pageBreak' as const }] : [];
  return [...before, ...parts, ...sectionBreak(section, state)];
}

function sectionBreak(section: XmlElement | undefined, state: ReadingState): readonly { readonly kind: 'pageBreak' }[] {
  if (section === undefined) return [];
  state.sections.push(section);
  return settingOf(section, 'w:type') === 'continuous' ? [] : [{ kind: 'pageBreak' }];
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

/** Title and heading by style or outline level, else as a reader would tell: large and centred, or a short bold numbered line. */
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
  if (format.align === 'center' && large && number <= 12) return 'title';
  if (format.outlineLevel !== undefined && format.outlineLevel < 9) return 'heading';
  if (names.some((name) => /^heading \d$/i.test(name))) return 'heading';
  const bold = atoms.every((atom) => atom.bold || atom.char.trim() === '');
  const short = text.length <= 30 && !/[。；，_＿：]/u.test(text);
  return bold && short && HEADING_WORDS.test(text) ? 'heading' : 'body';
}
