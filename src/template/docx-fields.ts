/** Fields of a .docx: which of them are text for good, which are blanks, and which would change and are refused. */
import { elementsOf, textOf, toggleOf, type XmlElement } from './docx-xml.ts';

/**
 * What a field becomes: its stored result as text, a blank, a box to tick, nothing at all (index marks), or a refusal
 * because its result changes or is not stored.
 */
export type FieldFate = 'text' | 'blank' | 'box' | 'nothing' | 'refused';

/** Words kept with the file and shown as last filled in; nothing changes them but a person. @source ECMA-376 part 1 §17.16.5 */
const PROPERTIES = ['DOCPROPERTY', 'DOCVARIABLE', 'TITLE', 'SUBJECT', 'AUTHOR', 'KEYWORDS', 'COMMENTS'];
const REFERENCES = ['REF', 'PAGEREF', 'NOTEREF', 'STYLEREF', 'TOC', 'SEQ'];

/** What a person should be told of a field whose result became text. */
export function noteOfField(name: string): string | undefined {
  if (REFERENCES.includes(name)) return '交叉引用、目录或题注编号按原件里保存的结果转为固定文字。';
  return PROPERTIES.includes(name) ? '文档属性（标题、作者等）按原件里保存的结果转为固定文字。' : undefined;
}

const FATES: ReadonlyMap<string, FieldFate> = new Map([
  ...[...REFERENCES, ...PROPERTIES, 'HYPERLINK', 'QUOTE'].map((name) => [name, 'text'] as const),
  ...['FORMTEXT', 'FORMDROPDOWN', 'MERGEFIELD'].map((name) => [name, 'blank'] as const),
  ['FORMCHECKBOX', 'box'],
  ...['TC', 'XE', 'RD'].map((name) => [name, 'nothing'] as const),
]);

/** One open complex field, or a simple one; a complex field may span paragraphs, so its state outlives one. */
export interface OpenField {
  instruction: string;
  /** Its result has begun. */
  shown: boolean;
  fate: FieldFate;
  /** Number of the prompt that its result is, where it is a blank. */
  prompt: number;
  /** Characters of result read. */
  result: number;
  /** w:ffData of a legacy form field. */
  readonly form: XmlElement | undefined;
}

export interface FieldState {
  /** Innermost last. */
  readonly open: OpenField[];
}

/** The field's name in capitals, '' when its instruction is empty. */
export const fieldName = (instruction: string): string => instruction.trim().split(/\s+/)[0]?.toUpperCase() ?? '';

/** @param allowed fields whose result is taken as text here beyond the usual ones, for example page numbers in a footer */
export const fateOf = (name: string, allowed: Pick<ReadonlySet<string>, 'has'>): FieldFate =>
  allowed.has(name) ? 'text' : (FATES.get(name) ?? 'refused');

/** Whether a legacy check box is ticked as the file stands. @source ECMA-376 part 1 §17.16.7 */
export function isTicked(form: XmlElement | undefined): boolean {
  const box = elementsOf(form, 'w:checkBox')[0];
  return toggleOf(box, 'w:checked') ?? toggleOf(box, 'w:default') ?? false;
}

/** The words that a legacy drop-down offers. */
export const choicesOf = (form: XmlElement | undefined): readonly string[] =>
  elementsOf(elementsOf(form, 'w:ddList')[0], 'w:listEntry').map((entry) => entry.attributes.get('w:val') ?? '');

/** The instruction of a field as written so far. */
export const addInstruction = (field: OpenField | undefined, element: XmlElement): void => {
  if (field !== undefined && !field.shown) field.instruction += textOf(element);
};
