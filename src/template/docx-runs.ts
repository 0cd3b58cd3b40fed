/** The characters of one .docx paragraph with the formatting that matters, and a refusal for all we do not understand. */
import type { RefusalCode } from '../refusals.ts';
import { describeDrawing, isPlainLine, plainFallback } from './docx-drawings.ts';
import { addInstruction, choicesOf, type FieldState, fateOf, fieldName, isTicked, noteOfField, type OpenField } from './docx-fields.ts';
import { refuseSource, type SourcePlace } from './docx-refusal.ts';
import { type RunFormat, readRunFormat, type StyleSheet } from './docx-styles.ts';
import { isBox, symbolOf } from './docx-symbols.ts';
import { attribute, childOf, elementsOf, settingOf, textOf, toggleOf, type XmlElement } from './docx-xml.ts';

/** One code point of text, a tab (\t), a manual line break (\n), a page break (\f), or '' for a form field without text. */
export interface Atom {
  readonly char: string;
  readonly bold: boolean;
  readonly underline: boolean;
  /** Size of the type in half points. */
  readonly halfPoints: number;
  /** Number of the prompt that it belongs to: 单击此处输入文字, a form field, a merge field. */
  readonly prompt?: number;
  /** It lies in a table of contents. */
  readonly listed?: true;
  /** It is part of a number that only the page knows. */
  readonly counted?: 'page' | 'pages';
}

/** What reading keeps from paragraph to paragraph. */
export interface RunState {
  readonly fields: FieldState;
  /** The prompt that a block-level control shows, and the last number given to one. */
  prompt: number | undefined;
  prompts: number;
  /** Pages so far, by the breaks that Word left in the file when it last showed it, else by the breaks written. */
  renderedBreaks: number;
  writtenBreaks: number;
}

export const startRunState = (): RunState => ({
  fields: { open: [] },
  prompt: undefined,
  prompts: 0,
  renderedBreaks: 0,
  writtenBreaks: 0,
});

interface Context {
  readonly styles: StyleSheet;
  readonly base: RunFormat;
  readonly number: number;
  readonly state: RunState;
  /** Fields whose shown result is taken as text here, beyond the usual ones. */
  readonly allowedFields: ReadonlyMap<string, 'page' | 'pages'>;
  /** Takes what was understood but is printed differently. */
  readonly note: (zh: string) => void;
}

const IGNORED: ReadonlySet<string> = new Set([
  ...['pPr', 'rPr', 'bookmarkStart', 'bookmarkEnd', 'proofErr', 'permStart', 'permEnd', 'softHyphen'].map((name) => `w:${name}`),
  ...['sdtPr', 'sdtEndPr', 'smartTagPr', 'customXmlPr', 'fldData'].map((name) => `w:${name}`),
]);

const DRAWINGS: ReadonlySet<string> = new Set(['w:pict', 'w:drawing', 'mc:AlternateContent']);

const WRAPPERS: ReadonlySet<string> = new Set(['w:hyperlink', 'w:smartTag', 'w:customXml', 'w:sdtContent', 'mc:Fallback']);

const REFUSED: readonly (readonly [RegExp, RefusalCode])[] = [
  [
    /^w:(ins|del|delText|delInstrText|moveFrom|moveTo|customXml(Ins|Del|MoveFrom|MoveTo)Range\w+|move\w+Range\w+|cell(Ins|Del|Merge)|\w+Change)$/,
    'TEMPLATE_SOURCE_TRACKED_CHANGES',
  ],
  [/^w:(comment\w+|annotationRef)$/, 'TEMPLATE_SOURCE_COMMENTS'],
  [/^(w:(drawing|pict|object|control|movie)|mc:AlternateContent)$/, 'TEMPLATE_SOURCE_PICTURE'],
  [/^w:(footnote|endnote)\w+$/, 'TEMPLATE_SOURCE_FOOTNOTE'],
  [/^m:/, 'TEMPLATE_SOURCE_MATH'],
  [/^w:(pgNum|dayShort|monthShort|yearShort|dayLong|monthLong|yearLong)$/, 'TEMPLATE_SOURCE_FIELD_CODE'],
];

/** The refusal for an element that cannot be kept: by kind where it has a name of its own. */
export function refuseElement(element: Pick<XmlElement, 'name'> & Partial<XmlElement>, place: SourcePlace): Error {
  const { name } = element;
  const code = REFUSED.find(([pattern]) => pattern.test(name))?.[1] ?? 'TEMPLATE_SOURCE_ELEMENT_UNKNOWN';
  const { attributes = new Map(), children = [] } = element;
  const drawn = code === 'TEMPLATE_SOURCE_PICTURE' ? describeDrawing({ name, attributes, children }) : name.replace(/^\??\w*:/, '');
  return refuseSource(code, place, drawn);
}

/** Refuses recorded changes of formatting and of the paragraph mark inside a property element. */
export function assertNoChanges(properties: XmlElement | undefined, place: SourcePlace): void {
  for (const element of elementsOf(properties)) {
    if (/^w:(ins|del|moveFrom|moveTo|\w+Change)$/.test(element.name)) throw refuseElement(element, place);
    if (element.name === 'w:rPr') assertNoChanges(element, place);
  }
}

/** The page that reading has come to, as far as the file says. */
export function pageOf(state: Pick<RunState, 'renderedBreaks' | 'writtenBreaks'>): number | undefined {
  const breaks = state.renderedBreaks > 0 ? state.renderedBreaks : state.writtenBreaks;
  return breaks > 0 ? breaks + 1 : undefined;
}

/** The place of a refusal with its page. */
export const placeIn = (state: RunState, paragraph: number, text: string): SourcePlace => {
  const page = pageOf(state);
  return { paragraph, text, ...(page === undefined ? {} : { page }) };
};

/**
 * Reads the runs of a paragraph.
 * @throws AppError TEMPLATE_SOURCE_* naming the paragraph
 */
export function readRuns(paragraph: XmlElement, context: Context): readonly Atom[] {
  const { state } = context;
  const atoms: Atom[] = [];
  const place = (): SourcePlace => placeIn(state, context.number, atoms.map((atom) => atom.char).join(''));
  let format: RunFormat = context.base;
  let prompt = state.prompt;

  const put = (char: string): void => {
    const { open } = state.fields;
    if (open.some((field) => !field.shown || field.fate === 'nothing')) return;
    if (format.hidden === true) throw refuseSource('TEMPLATE_SOURCE_HIDDEN_TEXT', place());
    if (format.struck === true) throw refuseSource('TEMPLATE_SOURCE_STRUCK_TEXT', place());
    for (const field of open) field.result++;
    const asked = open.find((field) => field.fate === 'blank')?.prompt ?? prompt;
    const listed = open.some((field) => fieldName(field.instruction) === 'TOC');
    if (asked === undefined && INVISIBLE.test(char)) {
      context.note('删去了看不见的零宽字符。');
      return;
    }
    if (asked === undefined && char.trim() !== '') noteFormat(format, context);
    const counted = open.map((field) => context.allowedFields.get(fieldName(field.instruction))).find((each) => each !== undefined);
    const { bold = false, underline = false, halfPoints = 21 } = format;
    atoms.push({
      char: settle(char),
      bold,
      underline,
      halfPoints,
      ...(asked === undefined ? {} : { prompt: asked }),
      ...(listed ? { listed } : {}),
      ...(counted === undefined ? {} : { counted }),
    });
  };
  /** A control or form field without any text is still a blank. */
  const putPrompt = (number: number): void => {
    const { bold = false, underline = false, halfPoints = 21 } = format;
    atoms.push({ char: '', bold, underline, halfPoints, prompt: number });
  };

  const walk = (parent: XmlElement): void => {
    for (const element of elementsOf(parent)) {
      if (element.name === 'w:r') walkRun(element);
      else if (element.name === 'w:sdt') walkControl(element);
      else if (element.name === 'w:fldSimple') {
        beginField(attribute(element, 'w:instr') ?? '', undefined);
        showField();
        walk(element);
        endField();
      } else if (DRAWINGS.has(element.name) && isPlainLine(element)) noteLine();
      else if (element.name === 'mc:AlternateContent') walk(fallbackOf(element));
      else if (element.name === 'w:bdo' || element.name === 'w:dir') {
        if (attribute(element, 'w:val') === 'rtl') throw refuseElement(element, place());
        walk(element);
      } else if (WRAPPERS.has(element.name)) walk(element);
      else if (!IGNORED.has(element.name)) throw refuseElement(element, place());
    }
  };
  const walkControl = (control: XmlElement): void => {
    const properties = childOf(control, 'w:sdtPr');
    const content = childOf(control, 'w:sdtContent');
    const outer = prompt;
    const length = atoms.length;
    const shows = toggleOf(properties, 'w:showingPlcHdr') === true;
    if (shows) prompt ??= ++state.prompts;
    if (content !== undefined) walk(content);
    const typed = elementsOf(properties).some((each) => /:(?:text|date|dropDownList|comboBox|richText)$/.test(each.name));
    const field = state.fields.open.at(-1);
    if (atoms.length === length && (shows || typed) && (field === undefined || field.shown)) putPrompt(prompt ?? ++state.prompts);
    const picked = elementsOf(properties).find((each) => /^w:(?:dropDownList|comboBox|date)$/.test(each.name));
    if (picked !== undefined && !shows && atoms.length > length) context.note('内容控件里已选的内容按固定文字保留。');
    prompt = outer;
  };
  const noteLine = (): void => context.note('画上去的直线没有保留；它不带文字，也不是下划线。');
  const fallbackOf = (element: XmlElement): XmlElement => {
    const fallback = plainFallback(element);
    if (fallback === undefined) throw refuseElement(element, place());
    return fallback;
  };

  const beginField = (instruction: string, form: XmlElement | undefined): void => {
    state.fields.open.push({ instruction, shown: false, fate: 'refused', prompt: 0, result: 0, form });
  };
  /** The field's instruction is complete: what is to become of it is known now. */
  const settleField = (field: OpenField): void => {
    const name = fieldName(field.instruction);
    field.fate = fateOf(name, context.allowedFields);
    if (field.fate === 'refused') throw refuseSource('TEMPLATE_SOURCE_FIELD_CODE', place(), name === '' ? '未知' : name);
    if (field.fate === 'blank') field.prompt = ++state.prompts;
    field.shown = true;
  };
  const showField = (): void => {
    const field = state.fields.open.at(-1);
    if (field !== undefined && !field.shown) settleField(field);
  };
  const endField = (): void => {
    const field = state.fields.open.at(-1);
    if (field === undefined) return;
    const stored = field.shown;
    if (!stored) settleField(field);
    const name = fieldName(field.instruction);
    if (field.fate === 'text' && !stored && !context.allowedFields.has(name))
      throw refuseSource('TEMPLATE_SOURCE_FIELD_CODE', place(), `${name}，没有保存结果`);
    const said = noteOfField(name);
    if (said !== undefined) context.note(said);
    const counted = context.allowedFields.get(name);
    if (counted !== undefined && field.result === 0) atoms.push({ char: '', bold: false, underline: false, halfPoints: 21, counted });
    if (field.fate === 'box') put(isTicked(field.form) ? '☑' : '□');
    state.fields.open.pop();
    if (field.fate === 'blank' && field.result === 0) putPrompt(field.prompt);
    const choices = choicesOf(field.form);
    if (choices.length > 0) context.note(`下拉框改为空白，原有选项：${choices.join('、')}。`);
  };

  const walkRun = (run: XmlElement): void => {
    const properties = childOf(run, 'w:rPr');
    assertNoChanges(properties, place());
    format = { ...context.base, ...context.styles.run(settingOf(properties, 'w:rStyle')), ...readRunFormat(properties) };
    walkContent(run, childOf(properties, 'w:rFonts'));
  };
  const walkContent = (run: XmlElement, fonts: XmlElement | undefined): void => {
    for (const element of elementsOf(run)) {
      if (DRAWINGS.has(element.name) && isPlainLine(element)) {
        noteLine();
        continue;
      }
      switch (element.name) {
        case 'w:t':
          for (const char of runText(element)) put(readableChar(char, fonts, place));
          break;
        case 'w:tab':
        case 'w:ptab':
          put('\t');
          break;
        case 'w:cr':
          put('\n');
          break;
        case 'w:br': {
          const type = attribute(element, 'w:type');
          if (type === 'page') state.writtenBreaks++;
          if (type === 'column') context.note('分栏符按换行处理。');
          put(type === 'page' ? '\f' : '\n');
          break;
        }
        case 'w:lastRenderedPageBreak':
          state.renderedBreaks++;
          break;
        case 'w:noBreakHyphen':
          put('-');
          break;
        case 'w:sym':
          put(symbol(attribute(element, 'w:font') ?? '', Number.parseInt(attribute(element, 'w:char') ?? '', 16), place()));
          break;
        case 'w:ruby': {
          const kept = format;
          const base = childOf(element, 'w:rubyBase');
          context.note('拼音（注音）没有保留，只保留了正字。');
          if (base !== undefined) walk(base);
          format = kept;
          break;
        }
        case 'mc:AlternateContent': {
          const fallback = fallbackOf(element);
          if (elementsOf(fallback, 'w:r').length > 0) walk(fallback);
          else walkContent(fallback, fonts);
          break;
        }
        case 'w:fldChar': {
          const type = attribute(element, 'w:fldCharType');
          if (type === 'begin') beginField('', childOf(element, 'w:ffData'));
          else if (type === 'separate') showField();
          else if (type === 'end') endField();
          break;
        }
        case 'w:instrText':
          addInstruction(state.fields.open.at(-1), element);
          break;
        default:
          if (!IGNORED.has(element.name)) throw refuseElement(element, place());
      }
    }
  };
  walk(paragraph);
  return atoms;
}

/** Zero-width spaces and joiners, marks of direction, soft hyphens: nothing that a reader could see. */
const INVISIBLE = /^[\u00ad\u200b-\u200f\u2060\ufeff]$/u;

function noteFormat(format: RunFormat, context: Context): void {
  if (format.raised === true) context.note('上标或下标按普通文字排印。');
  if (format.white === true) context.note('白色（看不见）的文字按黑色排印。');
}

/** Without xml:space="preserve" the ends are trimmed; line ends inside are spaces. @source ECMA-376 part 1 §17.3.3.31 */
function runText(element: XmlElement): string {
  const text = textOf(element).replace(/[\t\r\n]/g, ' ');
  return attribute(element, 'xml:space') === 'preserve' ? text : text.replace(/^ +| +$/g, '');
}

function readableChar(char: string, fonts: XmlElement | undefined, place: () => SourcePlace): string {
  const code = char.codePointAt(0) ?? 0;
  const font = attribute(fonts, 'w:ascii') ?? attribute(fonts, 'w:hAnsi') ?? '';
  return code >= 0xf000 && code <= 0xf0ff ? symbol(font, code, place()) : char;
}

function symbol(font: string, code: number, place: SourcePlace): string {
  const char = Number.isInteger(code) ? symbolOf(font, code) : undefined;
  if (char === undefined) throw refuseSource('TEMPLATE_SOURCE_SYMBOL_UNKNOWN', place, `${font} U+${code.toString(16).toUpperCase()}`);
  return char;
}

/** One form for characters that look the same: boxes, drawn lines, and spaces that differ only in how lines break at them. */
function settle(char: string): string {
  if (isBox(char)) return '□';
  if ('ˍ﹍﹎﹏‗▁'.includes(char) && char !== '') return '_';
  if ('\u00a0\u2000\u2002\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f'.includes(char) && char !== '') return ' ';
  return char === '\u2001' || char === '\u2003' ? '\u3000' : char;
}

/** Advance in em: half for spaces, underscores, digits and Latin letters, nothing for marks, one for the rest. */
export const atomEm = (atom: Pick<Atom, 'char'>): number => (/^[\x20-\x7e]$/.test(atom.char) ? 0.5 : /^[\t\n\f]?$/.test(atom.char) ? 0 : 1);
