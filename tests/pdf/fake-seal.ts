/** A picture that nobody could take for a seal of anybody: a ring, a bar and a dot, drawn here; and PNG files of it. */
import { deflateSync } from 'node:zlib';
import { crc32 } from '../../src/crc32.ts';

type Pixel = readonly [number, number, number, number];
const CLEAR: Pixel = [0, 0, 0, 0];
const RED: Pixel = [214, 20, 28, 255];

/** A ring with a bar and a dot in a square of that many pixels; `margin` pixels around stay clear. */
export const fakeSeal =
  (edge: number, margin = 0, ink: Pixel = RED) =>
  (x: number, y: number): Pixel => {
    const half = edge / 2;
    const [dx, dy] = [x + 0.5 - half, y + 0.5 - half];
    const [radius, outer] = [Math.hypot(dx, dy), half - margin];
    const isRing = radius <= outer && radius > outer * 0.93;
    const isBar = Math.abs(dx) < outer * 0.5 && Math.abs(dy - outer * 0.5) < outer * 0.08;
    return isRing || isBar || radius < outer * 0.2 ? ink : CLEAR;
  };

export function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

export interface PngPlan {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly colour?: number;
  readonly interlace?: number;
  /** Rows without their filter byte. */
  readonly rows: readonly Uint8Array[];
  /** Filter byte of each row; the rows are what is left after it. */
  readonly filters?: readonly number[];
  /** Chunks between IHDR and IDAT. */
  readonly before?: readonly Uint8Array[];
  readonly after?: Uint8Array;
}

export const PNG_SIGNATURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function pngFile({
  width,
  height,
  depth = 8,
  colour = 6,
  interlace = 0,
  rows,
  filters = [],
  before = [],
  after,
}: PngPlan): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([depth, colour, 0, 0, interlace], 8);
  const raw = Buffer.concat(rows.flatMap((row, i) => [Uint8Array.of(filters[i] ?? 0), row]));
  return new Uint8Array(
    Buffer.concat([
      PNG_SIGNATURE,
      chunk('IHDR', header),
      ...before,
      chunk('IDAT', deflateSync(raw)),
      chunk('IEND', new Uint8Array()),
      after ?? new Uint8Array(),
    ]),
  );
}

export const rowsOf = (width: number, height: number, pixel: (x: number, y: number) => readonly number[]): Uint8Array[] =>
  Array.from({ length: height }, (_, y) => Uint8Array.from(Array.from({ length: width }, (__, x) => pixel(x, y)).flat()));

/** RGBA of the fake seal. */
export const sealPng = (edge = 300, margin = 0, ink: Pixel = RED): Uint8Array =>
  pngFile({ width: edge, height: edge, rows: rowsOf(edge, edge, fakeSeal(edge, margin, ink)) });
