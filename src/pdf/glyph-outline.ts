/** Outlines as points: reading and writing simple TrueType glyph records. @source ISO/IEC 14496-22 §5.3.3 (glyf) */
import { concatBytes } from '../bytes.ts';
import type { GlyphSource } from './font-pack.ts';

export interface OutlinePoint {
  readonly x: number;
  readonly y: number;
  readonly onCurve: boolean;
}

const ON = 1;
const X_SHORT = 2;
const Y_SHORT = 4;
const REPEAT = 8;
const X_SAME = 16;
const Y_SAME = 32;

/** A simple glyph record of even length without instructions. @source ISO/IEC 14496-22 §5.3.3 (glyf) */
export function printGlyphRecord(contours: readonly (readonly OutlinePoint[])[]): Omit<GlyphSource, 'codePoint' | 'advanceUnits'> {
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

/** The contours of a record that `printGlyphRecord` wrote. */
export function parseGlyphRecord(record: Uint8Array): OutlinePoint[][] {
  if (record.length === 0) return [];
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const contours = view.getInt16(0);
  const ends = Array.from({ length: contours }, (_, i) => view.getUint16(10 + i * 2));
  const count = (ends.at(-1) ?? -1) + 1;
  let at = 12 + contours * 2;
  const flags: number[] = [];
  while (flags.length < count) {
    const flag = view.getUint8(at++);
    const repeats = (flag & REPEAT) === 0 ? 0 : view.getUint8(at++);
    for (let i = 0; i <= repeats; i++) flags.push(flag);
  }
  const readAxis = (shortBit: number, sameBit: number): number[] => {
    let value = 0;
    return flags.map((flag) => {
      if ((flag & shortBit) !== 0) value += ((flag & sameBit) === 0 ? -1 : 1) * view.getUint8(at++);
      else if ((flag & sameBit) === 0) {
        value += view.getInt16(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = readAxis(X_SHORT, X_SAME);
  const ys = readAxis(Y_SHORT, Y_SAME);
  const points = flags.map((flag, i) => ({ x: xs[i] ?? 0, y: ys[i] ?? 0, onCurve: (flag & ON) !== 0 }));
  return ends.map((end, i) => points.slice((ends[i - 1] ?? -1) + 1, end + 1));
}
