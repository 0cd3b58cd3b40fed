/** The text that a page of an unknown file shows, as far as its fonts tell it; for comparing with known texts, never as proof. */
import { toLatin1 } from '../bytes.ts';
import type { Budget } from './reader-budget.ts';
import { readToUnicode, type ToUnicode } from './reader-cmap.ts';
import { decodeStream, dictOf, entry, nameIn, type PdfView, resolve } from './reader-objects.ts';
import {
  type Cursor,
  END,
  isArray,
  isKeyword,
  isName,
  isSpace,
  isStream,
  isString,
  openCursor,
  type PdfDict,
  type PdfString,
  type PdfValue,
  readObject,
  stringBytes,
} from './reader-syntax.ts';

export interface PageText {
  /** One line for each stretch that is placed on its own. */
  readonly lines: readonly string[];
  /** Characters drawn so that they can be seen. */
  readonly visible: number;
  readonly images: number;
}

interface Sink {
  readonly lines: string[];
  readonly fonts: Map<PdfDict, Font>;
  line: string;
  visible: number;
  images: number;
  length: number;
}

/** Text of a string shown in a font. */
export type Font = (bytes: Uint8Array) => string;

const FORMS_DEEP_MAX = 6;
const TEXT_MAX = 400_000;
const OPERANDS_MAX = 64;

/**
 * @param attributes the page's own and inherited
 * @param fonts those that other pages opened; more are put in
 * @throws ReaderLimit
 */
export function textOfPage(view: PdfView, attributes: ReadonlyMap<string, PdfValue>, fonts: Map<PdfDict, Font>): PageText {
  const sink: Sink = { lines: [], fonts, line: '', visible: 0, images: 0, length: 0 };
  const contents = resolve(view, attributes.get('Contents'));
  const streams = isArray(contents) ? contents.items : [contents];
  const resources = dictOf(view, attributes.get('Resources'));
  for (const each of streams.slice(0, 1000)) {
    const stream = resolve(view, each);
    const data = isStream(stream) ? decodeStream(view, stream) : null;
    if (data !== null) showContent(view, data, resources, sink, 0);
  }
  endLine(sink);
  return { lines: sink.lines, visible: sink.visible, images: sink.images };
}

function endLine(sink: Sink): void {
  if (sink.line.trim() !== '') sink.lines.push(sink.line);
  sink.line = '';
}

interface State {
  readonly font: Font | null;
  readonly mode: number;
}

function showContent(view: PdfView, data: Uint8Array, resources: PdfDict | null, sink: Sink, depth: number): void {
  const cursor = openCursor(data, 0, view.source.budget);
  let operands: PdfValue[] = [];
  let state: State = { font: null, mode: 0 };
  const saved: State[] = [];
  for (;;) {
    const token = readObject(cursor);
    if (!isKeyword(token)) {
      if (operands.length < OPERANDS_MAX) operands.push(token);
      continue;
    }
    if (token === END || sink.length > TEXT_MAX) return;
    const last = operands.at(-1);
    switch (token.word) {
      case 'q':
        if (saved.length < 256) saved.push(state);
        break;
      case 'Q':
        state = saved.pop() ?? state;
        break;
      case 'Tf':
        state = { ...state, font: fontNamed(view, resources, operands[0], sink) };
        break;
      case 'Tr':
        state = { ...state, mode: typeof last === 'number' ? last : 0 };
        break;
      case 'Tj':
      case "'":
      case '"':
        if (token.word !== 'Tj') endLine(sink);
        if (isString(last)) show(last, state, sink);
        break;
      case 'TJ':
        if (!isArray(last)) break;
        for (const item of last.items) if (isString(item) && sink.length <= TEXT_MAX) show(item, state, sink);
        break;
      case 'Td':
      case 'TD':
      case 'Tm':
      case 'T*':
      case 'ET':
        endLine(sink);
        break;
      case 'Do':
        if (isName(last)) drawNamed(view, resources, last.name, sink, depth);
        break;
      case 'BI':
        sink.images++;
        skipInlineImage(cursor);
        break;
    }
    operands = [];
  }
}

function show(value: PdfString, { font, mode }: State, sink: Sink): void {
  const text = (font ?? plain)(stringBytes(value));
  sink.length += text.length;
  if (mode === 3 || mode === 7) return;
  sink.visible += text.trim().length;
  sink.line += text;
}

function drawNamed(view: PdfView, resources: PdfDict | null, name: string, sink: Sink, depth: number): void {
  const object = entry(view, dictOf(view, resources?.entries.get('XObject')), name);
  if (!isStream(object)) return;
  const kind = nameIn(view, object.dict, 'Subtype');
  if (kind === 'Image') sink.images++;
  if (kind !== 'Form' || depth >= FORMS_DEEP_MAX) return;
  const data = decodeStream(view, object);
  if (data !== null) showContent(view, data, dictOf(view, object.dict.entries.get('Resources')) ?? resources, sink, depth + 1);
}

/** Past the data of `BI … ID … EI`. */
export function skipInlineImage(cursor: Cursor): void {
  const { bytes } = cursor;
  for (let at = bytes.indexOf(0x45, cursor.at); at !== -1; at = bytes.indexOf(0x45, at + 1)) {
    cursor.budget.spend(4);
    if (bytes[at + 1] !== 0x49 || !isSpace(bytes[at - 1]) || (at + 2 < bytes.length && !isSpace(bytes[at + 2]))) continue;
    cursor.budget.spend((at - cursor.at) >> 3);
    cursor.at = at + 2;
    return;
  }
  cursor.at = cursor.end;
}

function fontNamed(view: PdfView, resources: PdfDict | null, name: PdfValue | undefined, sink: Sink): Font | null {
  const dict = isName(name) ? dictOf(view, dictOf(view, resources?.entries.get('Font'))?.entries.get(name.name)) : null;
  if (dict === null) return null;
  const font = sink.fonts.get(dict) ?? openFont(view, dict);
  sink.fonts.set(dict, font);
  return font;
}

const CHARSETS: readonly (readonly [RegExp, string])[] = [
  [/^Uni.*(?:UCS2|UTF16)/, 'utf-16be'],
  [/^GB|^GBK/, 'gb18030'],
];

const western = new TextDecoder('windows-1252');
const plain: Font = (bytes) => western.decode(bytes);

/** @throws ReaderLimit */
export function openFont(view: PdfView, dict: PdfDict): Font {
  const isComposite = nameIn(view, dict, 'Subtype') === 'Type0';
  const stream = entry(view, dict, 'ToUnicode');
  const data = isStream(stream) ? decodeStream(view, stream) : null;
  const { budget } = view.source;
  if (data !== null) return byMap(readToUnicode(data, budget), isComposite ? 2 : 1, budget);
  if (!isComposite) return charged(plain, budget);
  const encoding = nameIn(view, dict, 'Encoding') ?? '';
  const label = CHARSETS.find(([pattern]) => pattern.test(encoding))?.[1];
  if (label === undefined) return charged((bytes) => '\ufffd'.repeat(bytes.length >> 1), budget);
  const decoder = new TextDecoder(label);
  return charged((bytes) => decoder.decode(bytes), budget);
}

/** A hexadecimal string cost an eighth of its bytes when it was read. */
const charged =
  (font: Font, budget: Budget): Font =>
  (bytes) => {
    budget.spend(bytes.length);
    return font(bytes);
  };

const STEPS_PER_UNIT = 4;

/** One code may stand for many characters, all of which are paid for. */
function byMap({ map, codeBytes }: ToUnicode, usual: number, budget: Budget): Font {
  const width = codeBytes ?? usual;
  return (bytes) => {
    const pieces: string[] = [];
    for (let at = 0; at + width <= bytes.length; at += width) {
      const code = width === 1 ? (bytes[at] ?? 0) : ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      const piece = map.get(code) ?? (width === 1 ? toLatin1(bytes, at, at + 1) : '\ufffd');
      budget.spend(STEPS_PER_UNIT * (1 + piece.length));
      pieces.push(piece);
    }
    return pieces.join('');
  };
}
