/** The characters of one .docx paragraph with the formatting that matters, and a refusal for all we do not understand. */
import type { RefusalCode } from '../errors.ts';
import { refuseSource, type SourcePlace } from './docx-refusal.ts';
import { type RunFormat, readRunFormat, type StyleSheet } from './docx-styles.ts';
import { isBox, symbolOf } from './docx-symbols.ts';
import { attribute, childOf, elementsOf, settingOf, textOf, toggleOf, type XmlElement } from './docx-xml.ts';

/** One UTF-16 unit or code point of text, or a tab (\t), a manual line break (\n), a page break (\f). */
export interface Atom {
  readonly char: string;
  readonly bold: boolean;
  readonly underline: boolean;
  /** Size of the type in half points. */
  readonly halfPoints: number;
}

export interface RunReading {
  readonly atoms: readonly Atom[];
  /** Names of the fields met, with their instructions' first word. */
  readonly fields: readonly string[];
}

/** A complex field may span paragraphs, so its state outlives one. */
export interface FieldState {
  /** Instruction collected for each open field, innermost last; `shown` once its result has begun. */
  readonly open: { instruction: string; shown: boolean }[];
}

interface Context {
  readonly styles: StyleSheet;
  readonly base: RunFormat;
  readonly number: number;
  readonly fields: FieldState;
  /** Fields whose shown result is taken as text; the others are refused. */
  readonly allowedFields: ReadonlySet<string>;
}

const IGNORED: ReadonlySet<string> = new Set([
  'w:pPr',
  'w:rPr',
  'w:bookmarkStart',
  'w:bookmarkEnd',
  'w:proofErr',
  'w:permStart',
  'w:permEnd',
  'w:lastRenderedPageBreak',
  'w:softHyphen',
  'w:sdtPr',
  'w:sdtEndPr',
  'w:smartTagPr',
  'w:customXmlPr',
]);

const WRAPPERS: ReadonlySet<string> = new Set(['w:hyperlink', 'w:smartTag', 'w:customXml', 'w:sdtContent']);

const REFUSED: readonly (readonly [RegExp, RefusalCode])[] = [
  [
    /^w:(ins|del|delText|delInstrText|moveFrom|moveTo|customXml(Ins|Del|MoveFrom|MoveTo)Range\w+|move\w+Range\w+|cell(Ins|Del|Merge)|\w+Change)$/,
    'TEMPLATE_SOURCE_TRACKED_CHANGES',
  ],
  [/^w:(comment\w+|annotationRef)$/, 'TEMPLATE_SOURCE_COMMENTS'],
  [/^(w:(drawing|pict|object|control|movie)|mc:AlternateContent)$/, 'TEMPLATE_SOURCE_PICTURE'],
  [/^w:(footnote|endnote)\w+$/, 'TEMPLATE_SOURCE_FOOTNOTE'],
  [/^m:/, 'TEMPLATE_SOURCE_MATH'],
];

/** The refusal for an element that cannot be kept: by kind where it has a name of its own. */
export function refuseElement(name: string, place: SourcePlace): Error {
  const code = REFUSED.find(([pattern]) => pattern.test(name))?.[1] ?? 'TEMPLATE_SOURCE_ELEMENT_UNKNOWN';
  return refuseSource(code, place, name.replace(/^\??\w*:/, ''));
}

/** Refuses recorded changes of formatting and of the paragraph mark inside a property element. */
export function assertNoChanges(properties: XmlElement | undefined, place: SourcePlace): void {
  for (const element of elementsOf(properties)) {
    if (/^w:(ins|del|moveFrom|moveTo|\w+Change)$/.test(element.name)) throw refuseElement(element.name, place);
    if (element.name === 'w:rPr') assertNoChanges(element, place);
  }
}

/**
 * Reads the runs of a paragraph.
 * @throws AppError TEMPLATE_SOURCE_* naming the paragraph
 */
export function readRuns(paragraph: XmlElement, context: Context): RunReading {
  const atoms: Atom[] = [];
  const fields: string[] = [];
  const place = (): SourcePlace => ({ paragraph: context.number, text: atoms.map((atom) => atom.char).join('') });
  const walk = (parent: XmlElement): void => {
    for (const element of elementsOf(parent)) {
      if (element.name === 'w:r') walkRun(element);
      else if (element.name === 'w:sdt') walk(checkControl(element, place()));
      else if (element.name === 'w:fldSimple') {
        noteField(attribute(element, 'w:instr') ?? '');
        walk(element);
      } else if (WRAPPERS.has(element.name)) walk(element);
      else if (!IGNORED.has(element.name)) throw refuseElement(element.name, place());
    }
  };
  const noteField = (instruction: string): void => {
    const name = instruction.trim().split(/\s+/)[0]?.toUpperCase() ?? '';
    fields.push(name);
    if (!context.allowedFields.has(name)) throw refuseSource('TEMPLATE_SOURCE_FIELD_CODE', place(), name === '' ? '未知' : name);
  };
  const walkRun = (run: XmlElement): void => {
    const properties = childOf(run, 'w:rPr');
    assertNoChanges(properties, place());
    const format = { ...context.base, ...context.styles.run(settingOf(properties, 'w:rStyle')), ...readRunFormat(properties) };
    const fonts = childOf(properties, 'w:rFonts');
    const put = (char: string): void => {
      const field = context.fields.open.at(-1);
      if (field !== undefined && !field.shown) return;
      if (format.hidden === true) throw refuseSource('TEMPLATE_SOURCE_HIDDEN_TEXT', place());
      if (format.struck === true) throw refuseSource('TEMPLATE_SOURCE_STRUCK_TEXT', place());
      const { bold = false, underline = false, halfPoints = 21 } = format;
      atoms.push({ char: settle(char), bold, underline, halfPoints });
    };
    for (const element of elementsOf(run)) {
      switch (element.name) {
        case 'w:t':
          for (const char of runText(element)) put(readableChar(char, fonts, place()));
          break;
        case 'w:tab':
          put('\t');
          break;
        case 'w:cr':
          put('\n');
          break;
        case 'w:br': {
          const type = attribute(element, 'w:type');
          put(type === 'page' ? '\f' : '\n');
          break;
        }
        case 'w:noBreakHyphen':
          put('-');
          break;
        case 'w:sym':
          put(symbol(attribute(element, 'w:font') ?? '', Number.parseInt(attribute(element, 'w:char') ?? '', 16), place()));
          break;
        case 'w:fldChar':
          stepField(attribute(element, 'w:fldCharType'));
          break;
        case 'w:instrText': {
          const field = context.fields.open.at(-1);
          if (field !== undefined) field.instruction += textOf(element);
          break;
        }
        default:
          if (!IGNORED.has(element.name)) throw refuseElement(element.name, place());
      }
    }
  };
  const stepField = (type: string | undefined): void => {
    const { open } = context.fields;
    if (type === 'begin') open.push({ instruction: '', shown: false });
    const field = open.at(-1);
    if (field === undefined || type === 'begin') return;
    if (!field.shown) noteField(field.instruction);
    field.shown = true;
    if (type === 'end') open.pop();
  };
  walk(paragraph);
  return { atoms, fields };
}

/** A content control is its content, unless that is a prompt such as 单击此处输入文字. */
function checkControl(control: XmlElement, place: SourcePlace): XmlElement {
  if (toggleOf(childOf(control, 'w:sdtPr'), 'w:showingPlcHdr') === true) throw refuseSource('TEMPLATE_SOURCE_CONTENT_CONTROL', place);
  return childOf(control, 'w:sdtContent') ?? { name: 'w:sdtContent', attributes: new Map(), children: [] };
}

/** Without xml:space="preserve" the ends are trimmed; line ends inside are spaces. @source ECMA-376 part 1 §17.3.3.31 */
function runText(element: XmlElement): string {
  const text = textOf(element).replace(/[\t\r\n]/g, ' ');
  return attribute(element, 'xml:space') === 'preserve' ? text : text.replace(/^ +| +$/g, '');
}

function readableChar(char: string, fonts: XmlElement | undefined, place: SourcePlace): string {
  const code = char.codePointAt(0) ?? 0;
  const font = attribute(fonts, 'w:ascii') ?? attribute(fonts, 'w:hAnsi') ?? '';
  return code >= 0xf000 && code <= 0xf0ff ? symbol(font, code, place) : char;
}

function symbol(font: string, code: number, place: SourcePlace): string {
  const char = Number.isInteger(code) ? symbolOf(font, code) : undefined;
  if (char === undefined) throw refuseSource('TEMPLATE_SOURCE_SYMBOL_UNKNOWN', place, `${font} U+${code.toString(16).toUpperCase()}`);
  return char;
}

/** One form for characters that look the same: boxes, and spaces that differ only in how lines break at them. */
function settle(char: string): string {
  if (isBox(char)) return '□';
  if ('\u00a0\u2000\u2002\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f'.includes(char)) return ' ';
  return char === '\u2001' || char === '\u2003' ? '\u3000' : char;
}

/** Advance in em: half for spaces, underscores, digits and Latin letters, nothing for marks, one for the rest. */
export const atomEm = (atom: Pick<Atom, 'char'>): number => (/^[\x20-\x7e]$/.test(atom.char) ? 0.5 : /^[\t\n\f]$/.test(atom.char) ? 0 : 1);
