/** Headers and footers of a .docx: page numbers give way to ours, all other words stand on our pages as well. */
import { AppError } from '../errors.ts';
import { isBodyText } from './body.ts';
import { marginPartsOf, type SectionParts } from './docx-margin-parts.ts';
import type { DocxPackage } from './docx-package.ts';
import { refuseSource } from './docx-refusal.ts';
import { type Atom, atomEm, readRuns, refuseElement, startRunState } from './docx-runs.ts';
import { readStyles, type StyleSheet } from './docx-styles.ts';
import { elementsOf, parseXml, type XmlElement, type XmlNode } from './docx-xml.ts';
import {
  MARGIN_LINE_EM,
  MAX_FOOTER_LINES,
  MAX_HEADER_LINES,
  type MarginLine,
  type MarginPiece,
  type PageMargins,
  type SectionMargins,
} from './margin-lines.ts';
import type { TemplateStatus } from './template-document.ts';

/** Stands on every page of a template that is not the national text. */
export const SAMPLE_MARK = '样张，非国家示范文本';

/** 第 1 页，共 3 页; — 1 —; 1/3; Page 1 of 3. */
const PAGE_NUMBERS = /^(?:[\s\d第页共总，,；;：:、/／—–－·.|｜（）()-]|Page|of)*$/iu;
const COUNTED: ReadonlyMap<string, 'page' | 'pages'> = new Map([
  ['PAGE', 'page'],
  ['NUMPAGES', 'pages'],
  ['SECTIONPAGES', 'pages'],
]);

export interface MarginReading {
  /** What stands on the pages of each section beside page numbers and our own mark. */
  readonly sections: readonly SectionMargins[];
  /** Every part that is in use, with all of its words. */
  readonly parts: readonly { readonly part: string; readonly text: string }[];
  readonly notes: readonly string[];
}

/**
 * Reads the headers and footers that the sections use.
 * @throws AppError TEMPLATE_SOURCE_HEADER_TEXT for more lines than a page has room for and for the mark of a sample on another text,
 *   and those of `readRuns` for pictures and the like
 */
export function readMargins(docx: DocxPackage, sections: readonly XmlElement[], status: TemplateStatus): MarginReading {
  const used = marginPartsOf(docx, sections);
  const styles = readStyles(undefined);
  const texts = new Map<string, PartReading>();
  const notes = new Set<string>();
  const said = (zh: string): void => {
    notes.add(`页眉或页脚里，${zh}`);
  };
  const linesOf = (part: string | undefined): readonly MarginLine[] => {
    if (part === undefined) return [];
    const bytes = docx.parts.get(part);
    const reading = texts.get(part) ?? readPart(bytes === undefined ? undefined : parseXml(bytes), styles, status, said);
    texts.set(part, reading);
    return reading.lines;
  };
  const pageOf = ({ header, footer }: SectionParts['usual']): PageMargins => {
    const page = { header: linesOf(header), footer: linesOf(footer) };
    assertRoom(page.header, MAX_HEADER_LINES, '页眉');
    assertRoom(page.footer, MAX_FOOTER_LINES, '页脚');
    return page;
  };
  const read = used.map((section): SectionMargins => {
    const usual = pageOf(section.usual);
    const apart = (parts: SectionParts['first']): PageMargins | undefined => {
      const page = parts === undefined ? usual : pageOf(parts);
      return JSON.stringify(page) === JSON.stringify(usual) ? undefined : page;
    };
    const [first, even] = [apart(section.first), apart(section.even)];
    return { usual, ...(first === undefined ? {} : { first }), ...(even === undefined ? {} : { even }) };
  });
  const counted = wordsAndCounts(read).some((piece) => typeof piece !== 'string');
  if (counted && used.slice(1).some(({ counts }) => counts)) notes.add('原件后面有的节重新编页码，导入后全文连续编页。');
  return { sections: read, parts: [...texts].map(([part, { text }]) => ({ part, text })), notes: [...notes] };
}

const wordsAndCounts = (sections: readonly SectionMargins[]): readonly MarginPiece[] =>
  sections
    .flatMap(({ usual, first, even }) => [usual, first, even])
    .flatMap((page) => [...(page?.header ?? []), ...(page?.footer ?? [])])
    .flat();

function assertRoom(lines: readonly MarginLine[], most: number, which: string): void {
  if (lines.length <= most) return;
  throw new AppError('TEMPLATE_SOURCE_HEADER_TEXT', {
    text: plain(lines[0] ?? []).slice(0, 30),
    why: `${which}排成 ${lines.length} 行，每页最多 ${most} 行`,
  });
}

const plain = (line: MarginLine): string => line.map((piece) => (typeof piece === 'string' ? piece : '1')).join('');

interface PartReading {
  readonly lines: readonly MarginLine[];
  /** All of its characters, page numbers included. */
  readonly text: string;
}

/** The lines of a header or footer part: one a paragraph, the cells of a table row side by side, long ones cut. */
function readPart(root: XmlElement | undefined, styles: StyleSheet, status: TemplateStatus, note: (zh: string) => void): PartReading {
  const state = startRunState();
  const read = (parent: XmlElement): readonly (readonly Atom[])[] =>
    elementsOf(parent).flatMap((element): readonly (readonly Atom[])[] => {
      if (element.name === 'w:p') {
        const boxes = textBoxes(element);
        if (boxes.length > 0) return [...boxes.flatMap(read), ...read({ ...element, name: '', children: [withoutBoxes(element)] })];
        return splitLines(readRuns(element, { styles, base: {}, number: 0, state, allowedFields: COUNTED, note }));
      }
      if (element.name === 'w:tr') return [cellsOf(element).flatMap((cell) => [...read(cell).flatMap((line) => [...line, SPACE]), SPACE])];
      if (WITHIN.has(element.name)) return read(element);
      if (WORDLESS.has(element.name)) return [];
      throw refuseElement(element, { paragraph: 0, text: '页眉或页脚' });
    });
  const lines = root === undefined ? [] : read(root);
  const text = lines.flatMap((line) => line.map((atom) => atom.char)).join('');
  return { text: text.trim(), lines: lines.flatMap((line) => toLines(line, status)) };
}

/** What lines may stand in, and what never holds any; a part with anything else in it is refused. */
const WITHIN: ReadonlySet<string> = new Set(['tbl', 'tc', 'sdt', 'sdtContent', 'customXml'].map((name) => `w:${name}`));
const WORDLESS: ReadonlySet<string> = new Set(
  [
    ...['tblPr', 'tblGrid', 'tblPrEx', 'trPr', 'tcPr', 'sdtPr', 'sdtEndPr', 'customXmlPr'],
    ...['bookmarkStart', 'bookmarkEnd', 'proofErr', 'permStart', 'permEnd'],
  ].map((name) => `w:${name}`),
);

/** Also those in a control of their own. */
const cellsOf = (row: XmlElement): readonly XmlElement[] =>
  elementsOf(row).flatMap((element) =>
    ['w:sdt', 'w:sdtContent', 'w:customXml'].includes(element.name)
      ? cellsOf(element)
      : WORDLESS.has(element.name)
        ? []
        : [element.name === 'w:tc' ? element : { ...element, children: [element] }],
  );

const SPACE: Atom = { char: '\u3000', bold: false, underline: false, halfPoints: 18 };

function splitLines(atoms: readonly Atom[]): readonly (readonly Atom[])[] {
  const lines: Atom[][] = [[]];
  for (const atom of atoms) {
    if (atom.char === '\n' || atom.char === '\f') lines.push([]);
    else lines.at(-1)?.push(atom);
  }
  return lines;
}

/** A line as it will stand on our pages, or several where it is too long; none for page numbers and for our own mark. */
function toLines(atoms: readonly Atom[], status: TemplateStatus): readonly MarginLine[] {
  const words = atoms.map((atom) => (atom.char === '\t' ? '\u3000\u3000' : atom.char)).join('');
  if (words.includes(SAMPLE_MARK)) {
    if (status !== 'sample')
      throw new AppError('TEMPLATE_SOURCE_HEADER_TEXT', { text: SAMPLE_MARK, why: '标明是样张的文件不能作为国家或地方文本导入' });
    const rest = words.replace(SAMPLE_MARK, '');
    if (PAGE_NUMBERS.test(rest)) return [];
  }
  if (PAGE_NUMBERS.test(words)) return [];
  const lines: MarginPieces[] = [[]];
  let widthEm = 0;
  let counted: Atom['counted'];
  for (const atom of trimmed(atoms)) {
    const char = atom.char === '\t' ? '\u3000\u3000' : atom.char === '＿' ? '__' : atom.char;
    if (!isBodyText(char)) {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      throw refuseSource('TEMPLATE_SOURCE_CHARACTER_REFUSED', { paragraph: 0, text: words }, `U+${code}`);
    }
    const advance = emOf(char);
    const repeats = atom.counted !== undefined && atom.counted === counted;
    counted = atom.counted;
    if (repeats) continue;
    if (widthEm + advance > MARGIN_LINE_EM) {
      if (char.trim() === '') continue;
      const word = takeWord(lines.at(-1), char);
      lines.push(word === '' ? [] : [word]);
      widthEm = emOf(word);
    }
    widthEm += atom.counted === undefined ? advance : 1;
    const line = lines.at(-1);
    const last = line?.at(-1);
    if (atom.counted !== undefined) line?.push({ count: atom.counted });
    else if (typeof last === 'string') line?.splice(-1, 1, last + char);
    else line?.push(char);
  }
  return lines;
}

const emOf = (text: string): number => [...text].reduce((sum, each) => sum + atomEm({ char: each }), 0);

/** Takes the beginning of a Latin word, which goes on with `char`, from the end of a line that has other words. */
function takeWord(line: MarginPieces | undefined, char: string): string {
  const last = line?.at(-1);
  const word = typeof last === 'string' && LATIN.test(char) ? (/(?<=[^!-~])[!-~]{1,40}$/u.exec(last)?.[0] ?? '') : '';
  if (word !== '' && typeof last === 'string') line?.splice(-1, 1, last.slice(0, -word.length));
  return word;
}

const LATIN = /^[!-~]$/u;

type MarginPieces = (string | { readonly count: 'page' | 'pages' })[];

function trimmed(atoms: readonly Atom[]): readonly Atom[] {
  const solid = (atom: Atom): boolean => atom.char.trim() !== '' || atom.counted !== undefined;
  return atoms.slice(Math.max(0, atoms.findIndex(solid)), atoms.findLastIndex(solid) + 1);
}

/** WPS puts page numbers into a text box: the first reading of each box in a paragraph. */
function textBoxes(element: XmlElement): readonly XmlElement[] {
  if (element.name === 'w:txbxContent' || element.name === '?:txbxContent') return [element];
  const inner = element.name === 'mc:AlternateContent' ? elementsOf(element).slice(0, 1) : elementsOf(element);
  return inner.flatMap(textBoxes);
}

const withoutBoxes = (element: XmlElement): XmlElement => ({
  ...element,
  children: element.children.flatMap((child): readonly XmlNode[] => {
    if (typeof child === 'string') return [child];
    return /^(?:mc:AlternateContent|w:drawing|w:pict)$/.test(child.name) && textBoxes(child).length > 0 ? [] : [withoutBoxes(child)];
  }),
});
