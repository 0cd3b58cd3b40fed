/** What a page of a PDF puts where: text runs, filled rectangles and pen strokes, annotations included; for looking at, never as proof. */
import type { DrawnBox, DrawnStroke, DrawnText, PageDrawing } from './drawn-page.ts';
import { arrayIn, decodeStream, dictOf, entry, nameIn, numberIn, type PdfView, resolve } from './reader-objects.ts';
import {
  END,
  isArray,
  isKeyword,
  isName,
  isStream,
  isString,
  openCursor,
  type PdfDict,
  type PdfStream,
  type PdfString,
  type PdfValue,
  readObject,
  stringBytes,
} from './reader-syntax.ts';
import { type Font, openFont, skipInlineImage } from './reader-text.ts';

/** a b c d e f. @source ISO 32000-1:2008 §8.3.3 */
type Matrix = readonly [number, number, number, number, number, number];

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const SHAPES_MAX = 30_000;
const FORMS_DEEP_MAX = 6;
const OPERANDS_MAX = 64;
const SAVED_MAX = 256;
const ANNOTATIONS_MAX = 500;
/** A4, where a page does not say. */
const USUAL_BOX = [0, 0, 595, 842] as const;

/** First `m`, then `n`. */
const times = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[1] * n[2],
  m[0] * n[1] + m[1] * n[3],
  m[2] * n[0] + m[3] * n[2],
  m[2] * n[1] + m[3] * n[3],
  m[4] * n[0] + m[5] * n[2] + n[4],
  m[4] * n[1] + m[5] * n[3] + n[5],
];

interface DrawnFont {
  readonly text: Font;
  readonly codeBytes: 1 | 2;
  /** Thousandths of an em. */
  readonly widthOf: (code: number) => number;
  readonly face: 'body' | 'head';
}

/** Fonts that other pages opened; more are put in. */
export type DrawnFonts = Map<PdfDict, DrawnFont>;

interface Sink {
  readonly texts: DrawnText[];
  readonly rules: DrawnBox[];
  readonly strokes: DrawnStroke[];
  readonly pictures: DrawnBox[];
  readonly fonts: DrawnFonts;
  /** From the page's own space to points from the upper left corner. */
  readonly page: Matrix;
}

interface State {
  readonly ctm: Matrix;
  readonly font: DrawnFont | null;
  readonly sizePt: number;
  readonly leading: number;
  readonly mode: number;
  readonly penWidth: number;
}

/**
 * @param attributes the page's own and inherited
 * @throws ReaderLimit
 */
export function drawPage(view: PdfView, attributes: ReadonlyMap<string, PdfValue>, fonts: DrawnFonts): PageDrawing {
  const box = numbersOf(view, attributes.get('CropBox') ?? attributes.get('MediaBox'));
  const [left = 0, bottom = 0, right = 0, top = 0] = box.length === 4 ? box : USUAL_BOX;
  const sink: Sink = { texts: [], rules: [], strokes: [], pictures: [], fonts, page: [1, 0, 0, -1, -left, top] };
  const contents = resolve(view, attributes.get('Contents'));
  const streams = isArray(contents) ? contents.items : [contents];
  const resources = dictOf(view, attributes.get('Resources'));
  for (const each of streams.slice(0, 1000)) {
    const stream = resolve(view, each);
    const data = isStream(stream) ? decodeStream(view, stream) : null;
    if (data !== null) run(view, data, resources, sink, IDENTITY, 0);
  }
  const annotations = resolve(view, attributes.get('Annots'));
  if (isArray(annotations)) for (const each of annotations.items.slice(0, ANNOTATIONS_MAX)) drawAnnotation(view, each, sink);
  const { texts, rules, strokes, pictures } = sink;
  return { widthPt: right - left, heightPt: top - bottom, texts, rules, strokes, pictures };
}

const numbersOf = (view: PdfView, value: PdfValue | undefined): number[] => {
  const array = resolve(view, value);
  return isArray(array) ? array.items.map((item) => resolve(view, item)).filter((item) => typeof item === 'number') : [];
};

function matrixOf(numbers: readonly number[]): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = numbers.length === 6 ? numbers : IDENTITY;
  return [a, b, c, d, e, f];
}

/** @source ISO 32000-1:2008 §12.5.5, algorithm 8.1 for appearances without rotation */
function drawAnnotation(view: PdfView, value: PdfValue, sink: Sink): void {
  const annotation = dictOf(view, value);
  const isHidden = ((numberIn(view, annotation, 'F') ?? 0) & 0x22) !== 0;
  const look = entry(view, dictOf(view, annotation?.entries.get('AP')), 'N');
  const state = nameIn(view, annotation, 'AS');
  const stream = isStream(look) ? look : state === null ? null : entry(view, dictOf(view, look), state);
  if (annotation === null || isHidden || stream === null || !isStream(stream)) return;
  const [x0, y0] = numbersOf(view, annotation.entries.get('Rect'));
  const [bx = 0, by = 0] = numbersOf(view, stream.dict.entries.get('BBox'));
  if (x0 === undefined || y0 === undefined) return;
  drawForm(view, stream, null, sink, [1, 0, 0, 1, x0 - bx, y0 - by], 0);
}

function drawForm(view: PdfView, stream: PdfStream, outer: PdfDict | null, sink: Sink, ctm: Matrix, depth: number): void {
  const data = decodeStream(view, stream);
  if (data === null || depth >= FORMS_DEEP_MAX) return;
  const matrix = matrixOf(numbersOf(view, stream.dict.entries.get('Matrix')));
  run(view, data, dictOf(view, stream.dict.entries.get('Resources')) ?? outer, sink, times(matrix, ctm), depth);
}

const isFull = (sink: Sink): boolean => sink.texts.length + sink.rules.length + sink.strokes.length + sink.pictures.length > SHAPES_MAX;

function run(view: PdfView, data: Uint8Array, resources: PdfDict | null, sink: Sink, ctm: Matrix, depth: number): void {
  const cursor = openCursor(data, 0, view.source.budget);
  let operands: PdfValue[] = [];
  let state: State = { ctm, font: null, sizePt: 0, leading: 0, mode: 0, penWidth: 1 };
  const saved: State[] = [];
  let [line, at]: [Matrix, Matrix] = [IDENTITY, IDENTITY];
  let path: number[][] = [];
  let boxes: DrawnBox[] = [];
  const number = (i: number): number => {
    const value = operands[i];
    return typeof value === 'number' ? value : 0;
  };
  const moveTo = (matrix: Matrix): void => {
    line = matrix;
    at = matrix;
  };
  const point = (x: number, y: number): readonly [number, number] => {
    const placed = times([1, 0, 0, 1, x, y], times(state.ctm, sink.page));
    return [round(placed[4]), round(placed[5])];
  };
  const show = (value: PdfString): void => {
    at = showText(value, state, at, sink);
  };
  for (;;) {
    const token = readObject(cursor);
    if (!isKeyword(token)) {
      if (operands.length < OPERANDS_MAX) operands.push(token);
      continue;
    }
    if (token === END || isFull(sink)) return;
    const last = operands.at(-1);
    switch (token.word) {
      case 'q':
        if (saved.length < SAVED_MAX) saved.push(state);
        break;
      case 'Q':
        state = saved.pop() ?? state;
        break;
      case 'cm':
        state = { ...state, ctm: times(matrixOf([0, 1, 2, 3, 4, 5].map(number)), state.ctm) };
        break;
      case 'BT':
        moveTo(IDENTITY);
        break;
      case 'Tm':
        moveTo(matrixOf([0, 1, 2, 3, 4, 5].map(number)));
        break;
      case 'TL':
        state = { ...state, leading: number(0) };
        break;
      case 'Td':
      case 'TD':
        if (token.word === 'TD') state = { ...state, leading: -number(1) };
        moveTo(times([1, 0, 0, 1, number(0), number(1)], line));
        break;
      case 'T*':
        moveTo(times([1, 0, 0, 1, 0, -state.leading], line));
        break;
      case 'Tf':
        state = { ...state, font: fontNamed(view, resources, operands[0], sink.fonts), sizePt: number(1) };
        break;
      case 'Tr':
        state = { ...state, mode: number(0) };
        break;
      case 'Tj':
      case "'":
      case '"':
        if (token.word !== 'Tj') moveTo(times([1, 0, 0, 1, 0, -state.leading], line));
        if (isString(last)) show(last);
        break;
      case 'TJ':
        if (!isArray(last)) break;
        for (const item of last.items) {
          if (isFull(sink)) return;
          if (isString(item)) show(item);
          else if (typeof item === 'number') at = times([1, 0, 0, 1, (-item * state.sizePt) / 1000, 0], at);
        }
        break;
      case 'w':
        state = { ...state, penWidth: number(0) };
        break;
      case 're':
        boxes.push(boxBetween(point(number(0), number(1)), point(number(0) + number(2), number(1) + number(3))));
        break;
      case 'm':
        path.push([...point(number(0), number(1))]);
        break;
      case 'l':
      case 'c':
      case 'v':
      case 'y':
        path.at(-1)?.push(...point(number(operands.length - 2), number(operands.length - 1)));
        break;
      case 'f':
      case 'F':
      case 'f*':
      case 'B':
      case 'b':
      case 'S':
      case 's':
      case 'n':
        if (/^[fF]/.test(token.word)) sink.rules.push(...boxes);
        else if (token.word !== 'n') {
          sink.strokes.push(...path.map((points) => ({ points, widthPt: state.penWidth })));
          sink.strokes.push(...boxes.map((box) => ({ points: outline(box), widthPt: state.penWidth })));
        }
        [path, boxes] = [[], []];
        break;
      case 'Do': {
        const object = isName(last) ? entry(view, dictOf(view, resources?.entries.get('XObject')), last.name) : null;
        const kind = isStream(object) ? nameIn(view, object.dict, 'Subtype') : null;
        if (isStream(object) && kind === 'Form') drawForm(view, object, resources, sink, state.ctm, depth + 1);
        else if (kind === 'Image') sink.pictures.push(boxBetween(point(0, 0), point(1, 1)));
        break;
      }
      case 'BI':
        skipInlineImage(cursor);
        break;
    }
    operands = [];
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;
const boxBetween = ([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): DrawnBox => ({
  x: Math.min(x0, x1),
  y: Math.min(y0, y1),
  width: round(Math.abs(x1 - x0)),
  height: round(Math.abs(y1 - y0)),
});
const outline = ({ x, y, width, height }: DrawnBox): number[] => [x, y, x + width, y, x + width, y + height, x, y + height, x, y];

/** @returns the text matrix behind the string */
function showText(value: PdfString, { font, sizePt, mode, ctm }: State, at: Matrix, sink: Sink): Matrix {
  if (font === null) return at;
  const bytes = stringBytes(value);
  let em = 0;
  for (let i = 0; i + font.codeBytes <= bytes.length; i += font.codeBytes) {
    em += font.widthOf(font.codeBytes === 1 ? (bytes[i] ?? 0) : ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  }
  const place = times(at, times(ctm, sink.page));
  const scale = Math.hypot(place[0], place[1]);
  const width = (em * sizePt) / 1000;
  const text = font.text(bytes);
  if (mode !== 3 && mode !== 7 && text.trim() !== '') {
    const size = round(sizePt * scale);
    sink.texts.push({ x: round(place[4]), y: round(place[5]), width: round(width * scale), sizePt: size, face: font.face, text });
  }
  return times([1, 0, 0, 1, width, 0], at);
}

function fontNamed(view: PdfView, resources: PdfDict | null, name: PdfValue | undefined, fonts: DrawnFonts): DrawnFont | null {
  const dict = isName(name) ? dictOf(view, dictOf(view, resources?.entries.get('Font'))?.entries.get(name.name)) : null;
  if (dict === null) return null;
  const font = fonts.get(dict) ?? openDrawnFont(view, dict);
  fonts.set(dict, font);
  return font;
}

function openDrawnFont(view: PdfView, dict: PdfDict): DrawnFont {
  const isComposite = nameIn(view, dict, 'Subtype') === 'Type0';
  const face = /Hei|Bold/i.test(nameIn(view, dict, 'BaseFont') ?? '') ? 'head' : 'body';
  const text = openFont(view, dict);
  if (isComposite) {
    const descendant = dictOf(view, arrayIn(view, dict, 'DescendantFonts')[0]);
    const usual = numberIn(view, descendant, 'DW') ?? 1000;
    const widths = compositeWidths(view, arrayIn(view, descendant, 'W'));
    return { text, codeBytes: 2, face, widthOf: (code) => widths.get(code) ?? usual };
  }
  const first = numberIn(view, dict, 'FirstChar') ?? 0;
  const widths = numbersOf(view, dict.entries.get('Widths'));
  return { text, codeBytes: 1, face, widthOf: (code) => widths[code - first] ?? 500 };
}

const WIDTHS_MAX = 70_000;

/** @source ISO 32000-1:2008 §9.7.4.3 */
function compositeWidths(view: PdfView, items: readonly PdfValue[]): ReadonlyMap<number, number> {
  const widths = new Map<number, number>();
  for (let i = 0; i < items.length && widths.size < WIDTHS_MAX; ) {
    const [first, second, third] = [items[i], resolve(view, items[i + 1]), items[i + 2]];
    if (typeof first !== 'number') return widths;
    if (isArray(second)) {
      second.items.slice(0, WIDTHS_MAX).forEach((width, k) => {
        if (typeof width === 'number') widths.set(first + k, width);
      });
      i += 2;
      continue;
    }
    if (typeof second !== 'number' || typeof third !== 'number') return widths;
    for (let code = first; code <= Math.min(second, first + WIDTHS_MAX); code++) widths.set(code, third);
    view.source.budget.spend(Math.min(Math.max(0, second - first), WIDTHS_MAX));
    i += 3;
  }
  return widths;
}
