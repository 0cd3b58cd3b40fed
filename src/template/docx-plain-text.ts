/** The bare characters of a .docx, read tag by tag without an XML parser and without anything of the importer but the unzipping. */
import { toUtf8 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { readDocxPackage } from './docx-package.ts';

/** One character of the source: text, a prompt that asks for something to be written in, or pronunciation over a character. */
export interface SourceCharacter {
  readonly char: string;
  readonly kind: 'text' | 'prompt' | 'phonetic';
}

/** Stands for a character of a symbol font, whose looks only the font knows. */
export const UNKNOWN_SYMBOL = '\uFFFD';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const TOKEN = /<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>|<(\/?)(?:[\w.-]+:)?([\w.-]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/gsu;
const OFF = /^(?:0|false|off)$/;
const BLANK_FIELDS = /^\s*(?:FORMTEXT|FORMDROPDOWN|MERGEFIELD)\b/i;
const UNSEEN_FIELDS = /^\s*(?:TC|XE|RD)\b/i;

interface OpenTag {
  readonly name: string;
  /** A content control that shows its prompt. */
  prompt: boolean;
  /** A w:fldSimple. */
  readonly field: boolean;
}

interface OpenField {
  instruction: string;
  shown: boolean;
  ticked: boolean;
}

/** Every character of the main part, or of another, in order; tabs as \t, breaks as \n. @throws AppError of `readDocxPackage` */
export function readSourceCharacters(docx: Uint8Array, part?: string): readonly SourceCharacter[] {
  const { documentPart, parts } = readDocxPackage(docx);
  const found: SourceCharacter[] = [];
  const tags: OpenTag[] = [];
  const fields: OpenField[] = [];
  const inside = (...names: readonly string[]): boolean => tags.some((tag) => names.includes(tag.name));
  const put = (text: string): void => {
    if (inside('tabs') || fields.some((field) => !field.shown || UNSEEN_FIELDS.test(field.instruction))) return;
    const prompt = tags.some((tag) => tag.prompt) || fields.some((field) => BLANK_FIELDS.test(field.instruction));
    const kind = inside('rt') ? 'phonetic' : prompt ? 'prompt' : 'text';
    for (const char of text) found.push({ char, kind });
  };
  /** Where the readings of an mc:AlternateContent begin, and what the one before the fallback said. */
  const alternatives: { readonly start: number; readonly choice: SourceCharacter[] }[] = [];
  const close = (): void => {
    const tag = tags.pop();
    if (tag?.field === true) fields.pop();
    if (tag?.name !== 'AlternateContent') return;
    const alternative = alternatives.pop();
    if (alternative !== undefined && found.length === alternative.start) found.push(...alternative.choice);
  };
  const stepField = (type: string): void => {
    if (type === 'begin') fields.push({ instruction: '', shown: false, ticked: false });
    const field = fields.at(-1);
    if (type === 'separate' && field !== undefined) field.shown = true;
    if (type !== 'end' || field === undefined) return;
    fields.pop();
    if (/^\s*FORMCHECKBOX\b/i.test(field.instruction)) put(field.ticked ? '☑' : '□');
  };
  const open = (name: string, attributes: string): void => {
    const value = attributeOf(attributes, 'val');
    const field = fields.at(-1);
    if (name === 'AlternateContent') alternatives.push({ start: found.length, choice: [] });
    else if (name === 'Choice' || name === 'Fallback') {
      // Of several readings the last counts, unless it is empty.
      const alternative = alternatives.at(-1);
      if (alternative !== undefined && found.length > alternative.start)
        alternative.choice.splice(0, Number.POSITIVE_INFINITY, ...found.splice(alternative.start));
    } else if (name === 'tab' || name === 'ptab') put('\t');
    else if (name === 'br' || name === 'cr') put('\n');
    else if (name === 'noBreakHyphen') put('-');
    else if (name === 'sym') put(symbolText(attributeOf(attributes, 'char') ?? ''));
    else if (name === 'fldChar') stepField(attributeOf(attributes, 'fldCharType') ?? '');
    else if ((name === 'default' || name === 'checked') && inside('checkBox') && field !== undefined)
      field.ticked = !OFF.test(value ?? '1');
    else if (name === 'showingPlcHdr' && !OFF.test(value ?? '1')) {
      const control = tags.findLast((tag) => tag.name === 'sdt');
      if (control !== undefined) control.prompt = true;
    }
  };
  for (const [, cdata, slash, name, attributes = '', empty, content] of readUtf8(parts.get(part ?? documentPart)).matchAll(TOKEN)) {
    if (name === undefined) {
      const text = cdata ?? decodeEntities(content ?? '');
      if (tags.at(-1)?.name === 't') put(text.replace(/[\uf000-\uf0ff]/gu, UNKNOWN_SYMBOL));
      const field = fields.at(-1);
      if (tags.at(-1)?.name === 'instrText' && field !== undefined && !field.shown) field.instruction += text;
    } else if (slash === '/') close();
    else {
      const simple = name === 'fldSimple';
      if (simple) fields.push({ instruction: decodeEntities(attributeOf(attributes, 'instr') ?? ''), shown: true, ticked: false });
      tags.push({ name, prompt: false, field: simple });
      open(name, attributes);
      if (empty === '/') close();
    }
  }
  return found;
}

const attributeOf = (attributes: string, name: string): string | undefined =>
  new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'u')
    .exec(attributes)
    ?.slice(1)
    .find((value) => value !== undefined);

function readUtf8(bytes: Uint8Array | undefined): string {
  try {
    return toUtf8(bytes ?? new Uint8Array());
  } catch {
    throw new AppError('TEMPLATE_SOURCE_XML_MALFORMED');
  }
}

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name ?? ''] ?? whole;
  });

/** A symbol given by a Unicode code is itself; one in the private area depends on its font. */
function symbolText(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return Number.isInteger(code) && code > 0xff && !(code >= 0xe000 && code <= 0xf8ff) ? String.fromCodePoint(code) : UNKNOWN_SYMBOL;
}
