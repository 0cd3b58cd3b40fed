/** Cuts a font pack out of a TrueType font: outlines flattened, hinting and layout tables left behind, rescaled. */
import fontkit from '@pdf-lib/fontkit';
import { concatBytes } from '../bytes.ts';
import { type GlyphSource, printFontPack } from './font-pack.ts';

interface Point {
  readonly x: number;
  readonly y: number;
  readonly onCurve: boolean;
}

/** The part of fontkit's TrueType face that is read here; 1.1.1 does not type its outline reader. */
interface TrueTypeFace {
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly characterSet: readonly number[];
  glyphForCodePoint(codePoint: number): {
    readonly id: number;
    readonly advanceWidth: number;
    _getContours(): readonly (readonly Point[])[];
  };
}

const ON = 1;
const X_SHORT = 2;
const Y_SHORT = 4;
const REPEAT = 8;
const X_SAME = 16;
const Y_SAME = 32;

/**
 * Cuts the glyphs of the wanted code points.
 * @param unitsPerEm the scale of the pack; 500 is a fortieth of a point at 12 pt and halves the bytes
 * @throws Error when the font has no TrueType outlines
 */
export function importFont(ttf: Uint8Array, wanted: (codePoint: number) => boolean, unitsPerEm: number): Uint8Array {
  const face = fontkit.create(ttf) as unknown as TrueTypeFace;
  const scale = unitsPerEm / face.unitsPerEm;
  const glyphs: GlyphSource[] = [];
  for (const codePoint of face.characterSet) {
    if (!wanted(codePoint)) continue;
    const glyph = face.glyphForCodePoint(codePoint);
    if (glyph.id === 0) continue;
    const contours = glyph
      ._getContours()
      .map((contour) =>
        contour.map((point) => ({ x: Math.round(point.x * scale), y: Math.round(point.y * scale), onCurve: point.onCurve })),
      );
    const outline = printGlyphRecord(contours);
    glyphs.push({ codePoint, advanceUnits: Math.round(glyph.advanceWidth * scale), ...outline });
  }
  const metrics = { unitsPerEm, ascentUnits: Math.round(face.ascent * scale), descentUnits: Math.round(face.descent * scale) };
  return printFontPack(metrics, glyphs);
}

/** A simple glyph record of even length without instructions. @source ISO/IEC 14496-22 §5.3.3 (glyf) */
export function printGlyphRecord(contours: readonly (readonly Point[])[]): Omit<GlyphSource, 'codePoint' | 'advanceUnits'> {
  const points = contours.flat();
  if (points.length === 0) return { record: new Uint8Array(0), leftBearingUnits: 0, points: 0, contours: 0 };
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  const xs: number[] = [];
  const ys: number[] = [];
  const flags: number[] = [];
  let lastX = 0;
  let lastY = 0;
  for (const { x, y, onCurve } of points) {
    box.x0 = Math.min(box.x0, x);
    box.x1 = Math.max(box.x1, x);
    box.y0 = Math.min(box.y0, y);
    box.y1 = Math.max(box.y1, y);
    flags.push((onCurve ? ON : 0) | printDelta(x - lastX, xs, X_SHORT, X_SAME) | printDelta(y - lastY, ys, Y_SHORT, Y_SAME));
    lastX = x;
    lastY = y;
  }
  const head = new Uint8Array(10 + contours.length * 2 + 2);
  const view = new DataView(head.buffer);
  view.setInt16(0, contours.length);
  view.setInt16(2, box.x0);
  view.setInt16(4, box.y0);
  view.setInt16(6, box.x1);
  view.setInt16(8, box.y1);
  let end = -1;
  contours.forEach((contour, i) => {
    end += contour.length;
    view.setUint16(10 + i * 2, end);
  });
  const body = concatBytes(head, Uint8Array.from(packFlags(flags)), Uint8Array.from(xs), Uint8Array.from(ys));
  const record = body.length % 2 === 0 ? body : concatBytes(body, new Uint8Array(1));
  return { record, leftBearingUnits: box.x0, points: points.length, contours: contours.length };
}

/** Appends one coordinate step and answers its flag bits. */
function printDelta(delta: number, out: number[], shortBit: number, sameBit: number): number {
  if (delta === 0) return sameBit;
  if (Math.abs(delta) < 256) {
    out.push(Math.abs(delta));
    return shortBit | (delta > 0 ? sameBit : 0);
  }
  out.push((delta >> 8) & 0xff, delta & 0xff);
  return 0;
}

function packFlags(flags: readonly number[]): number[] {
  const packed: number[] = [];
  for (let i = 0; i < flags.length; ) {
    const flag = flags[i] ?? 0;
    let run = 1;
    while (i + run < flags.length && flags[i + run] === flag && run < 256) run++;
    if (run > 2) packed.push(flag | REPEAT, run - 1);
    else for (let k = 0; k < run; k++) packed.push(flag);
    i += run;
  }
  return packed;
}
