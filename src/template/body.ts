/** `body.hbs`: the reviewable text of a template, one paragraph a line, with `{{path}}` for each blank and nothing else. */
import Handlebars from 'handlebars';
import { PARTY_ROLES, type PartyRole } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';

export type DatePart = 'year' | 'month' | 'day';

/** What a `{{path}}` names; see `Blank` in template-document.ts. */
export type BlankPath =
  | { readonly kind: 'value'; readonly field: string; readonly part?: DatePart; readonly shortYear?: true; readonly line?: number }
  | { readonly kind: 'choice'; readonly field: string; readonly option: string }
  | { readonly kind: 'signedOn'; readonly role: PartyRole; readonly part: DatePart; readonly shortYear?: true }
  | { readonly kind: 'signature'; readonly role: PartyRole };

export type BodyPiece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'blank'; readonly path: BlankPath };

/** One paragraph; never two text pieces side by side, never an empty one. A signature box is a line of exactly one piece. */
export type BodyLine = readonly BodyPiece[];

/** The mark that stands for one value blank wherever the locked text is printed or hashed. */
export const BLANK_MARK = '＿';

const FIELD = /^[a-z][A-Za-z0-9]{0,39}$/;
/** Words that may follow a □: what Handlebars reads as one identifier, so no ASCII punctuation and no leading digit. */
const OPTION = /^[\p{L}][\p{L}\p{N}（）、·：—-]{0,39}$/u;
const RESERVED: ReadonlySet<string> = new Set(['signature', 'signedOn', 'this', 'true', 'false', 'null', 'undefined', 'else', 'as']);

export const isDatePart = (text: string): text is DatePart => text === 'year' || text === 'month' || text === 'day';
/** The drawn lines after the first of one value. */
const LINE = /^line([2-9]|[1-3][0-9]|40)$/;
const SHORT_YEAR = 'yy';
const isRole = (text: string | undefined): text is PartyRole => PARTY_ROLES.some((role) => role === text);

/** Whether a word may be the last part of a choice's path. */
export const isOptionWord = (word: string): boolean =>
  OPTION.test(word) && !isDatePart(word) && word !== SHORT_YEAR && !/^line\d+$/.test(word) && !RESERVED.has(word);

/** Whether every character may stand in the text of a template: no blank mark, control, bidi or private characters. */
export const isBodyText = (text: string): boolean => text.isWellFormed() && !/[＿\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(text);

/**
 * Braces and backslashes are text like any other; in the file they stand by number, so that none of them opens a blank.
 * An & that would read as such a number is written by number itself.
 */
const printText = (text: string): string => text.replace(/[{}\\]|&(?=#)/gu, (char) => `&#${char.charCodeAt(0)};`);
const readText = (text: string): string =>
  text.replace(/&#(123|125|92|38);/gu, (_number, code: string) => String.fromCharCode(Number(code)));

/** The blank that a path names, or undefined when it is not a path of ours. */
export function parseBlankPath(path: string): BlankPath | undefined {
  const [head = '', second, third, ...rest] = path.split('.');
  if (rest.length > 0) return undefined;
  if (head === 'signature') return isRole(second) && third === undefined ? { kind: 'signature', role: second } : undefined;
  if (head === 'signedOn') {
    const part = isRole(second) ? readPart(third) : undefined;
    return isRole(second) && part !== undefined ? { kind: 'signedOn', role: second, ...part } : undefined;
  }
  if (!FIELD.test(head) || RESERVED.has(head) || third !== undefined) return undefined;
  if (second === undefined) return { kind: 'value', field: head };
  const part = readPart(second);
  if (part !== undefined) return { kind: 'value', field: head, ...part };
  const line = LINE.exec(second)?.[1];
  if (line !== undefined) return { kind: 'value', field: head, line: Number(line) };
  return isOptionWord(second) ? { kind: 'choice', field: head, option: second } : undefined;
}

function readPart(word: string | undefined): { readonly part: DatePart; readonly shortYear?: true } | undefined {
  if (word === SHORT_YEAR) return { part: 'year', shortYear: true };
  return word !== undefined && isDatePart(word) ? { part: word } : undefined;
}

const printPart = (path: { readonly part: DatePart; readonly shortYear?: true }): string =>
  path.shortYear === true ? SHORT_YEAR : path.part;

export function printBlankPath(path: BlankPath): string {
  switch (path.kind) {
    case 'signature':
      return `signature.${path.role}`;
    case 'signedOn':
      return `signedOn.${path.role}.${printPart(path)}`;
    case 'choice':
      return `${path.field}.${path.option}`;
    case 'value': {
      const { field, part, line, shortYear } = path;
      if (line !== undefined) return `${field}.line${line}`;
      return part === undefined ? field : `${field}.${printPart(shortYear === true ? { part, shortYear } : { part })}`;
    }
  }
}

/** The inverse of `parseBody`: one line per paragraph, each ended by LF. */
export function printBody(lines: readonly BodyLine[]): string {
  return lines.map((line) => `${line.map(printPiece).join('')}\n`).join('');
}

const printPiece = (piece: BodyPiece): string => (piece.kind === 'text' ? printText(piece.text) : `{{${printBlankPath(piece.path)}}}`);

/**
 * Reads `body.hbs`. Anything but text and `{{path}}` (helpers, blocks, partials, comments, triple-stash, whitespace
 * control, an unknown path, a signature that is not alone on its line, a character no contract needs) is refused.
 * @throws AppError TEMPLATE_BODY_GRAMMAR with the line, counted from 1
 */
export function parseBody(text: string): readonly BodyLine[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw refuse(text.split('\n').length, '最后一行没有换行');
  const lines = text.slice(0, -1).split('\n').map(parseLine);
  const printed = printBody(lines);
  if (printed !== text) {
    const source = text.split('\n');
    const at = printed.split('\n').findIndex((line, index) => line !== source[index]);
    throw refuse(at + 1, source[at] ?? '');
  }
  return lines;
}

function parseLine(source: string, index: number): BodyLine {
  const pieces: BodyPiece[] = [];
  for (const statement of statementsOf(source, index)) {
    if (statement.type === 'ContentStatement') {
      const text = readText((statement as hbs.AST.ContentStatement).value);
      if (!isBodyText(text)) throw refuse(index + 1, text);
      pieces.push({ kind: 'text', text });
      continue;
    }
    if (statement.type !== 'MustacheStatement') throw refuse(index + 1, source);
    const { path, params, hash, escaped, strip } = statement as hbs.AST.MustacheStatement;
    const named = path.type === 'PathExpression' ? parseBlankPath((path as hbs.AST.PathExpression).original) : undefined;
    const bare = params.length === 0 && (hash === undefined || hash === null) && escaped && !strip.open && !strip.close;
    if (named === undefined || !bare) throw refuse(index + 1, source);
    pieces.push({ kind: 'blank', path: named });
  }
  const signs = pieces.some((piece) => piece.kind === 'blank' && piece.path.kind === 'signature');
  if (signs && pieces.length !== 1) throw refuse(index + 1, source);
  return pieces;
}

function statementsOf(source: string, index: number): readonly hbs.AST.Statement[] {
  if (source === '') return [];
  try {
    return Handlebars.parse(source).body;
  } catch {
    throw refuse(index + 1, source);
  }
}

const refuse = (line: number, text: string): AppError =>
  new AppError('TEMPLATE_BODY_GRAMMAR', { line, text: text.length > 40 ? `${text.slice(0, 40)}…` : text });
