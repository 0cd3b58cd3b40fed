/** Handwriting as geometry only: strokes of points, no times and no pressure, so that nothing biometric is kept. */

/** One stroke on the canvas: x0, y0, x1, y1, … in parts of the canvas width (1 = the whole width, for both axes). */
export type Stroke = readonly number[];

/** Strokes of x0, y0, x1, y1, …: integers, x 0–1000, y 0–400 downward; at most 64 strokes and 4,096 numbers. */
export type Ink = readonly (readonly number[])[];

const WIDTH = 1000;
const HEIGHT = 400;
const MARGIN = 12;
const MAX_STROKES = 64;
const MAX_NUMBERS = 4096;

interface Extent {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function extentOf(strokes: readonly Stroke[]): Extent {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      const [x = 0, y = 0] = [stroke[i], stroke[i + 1]];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return { left, top, width: right - left, height: bottom - top };
}

const pathLength = (stroke: Stroke): number => {
  let length = 0;
  for (let i = 2; i + 1 < stroke.length; i += 2) {
    length += Math.hypot((stroke[i] ?? 0) - (stroke[i - 2] ?? 0), (stroke[i + 1] ?? 0) - (stroke[i - 1] ?? 0));
  }
  return length;
};

/** Whether there is enough of a line to be somebody's name: a third of the canvas in length, and not one spot. */
export function isLegibleInk(strokes: readonly Stroke[]): boolean {
  if (strokes.length === 0) return false;
  const extent = extentOf(strokes);
  const length = strokes.reduce((sum, stroke) => sum + pathLength(stroke), 0);
  return length >= 0.33 && Math.max(extent.width, extent.height) >= 0.1;
}

/** Drops the points that lie within `tolerance` of the line through their neighbours. @source Ramer 1972; Douglas and Peucker 1973 */
function simplify(stroke: readonly number[], tolerance: number): number[] {
  const last = stroke.length / 2 - 1;
  if (last < 2) return [...stroke];
  const keep = new Set([0, last]);
  const spans: (readonly [number, number])[] = [[0, last]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    const [ax = 0, ay = 0, bx = 0, by = 0] = [stroke[from * 2], stroke[from * 2 + 1], stroke[to * 2], stroke[to * 2 + 1]];
    const length = Math.hypot(bx - ax, by - ay);
    let [farthest, distance] = [0, tolerance];
    for (let i = from + 1; i < to; i++) {
      const [x = 0, y = 0] = [stroke[i * 2], stroke[i * 2 + 1]];
      const off = length < 1 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
      if (off > distance) [farthest, distance] = [i, off];
    }
    if (farthest > 0) {
      keep.add(farthest);
      spans.push([from, farthest], [farthest, to]);
    }
  }
  return [...keep].sort((a, b) => a - b).flatMap((i) => [stroke[i * 2] ?? 0, stroke[i * 2 + 1] ?? 0]);
}

/** Joins the two consecutive strokes with the smallest gap until at most 64 are left; very many short strokes only. */
function joinToLimit(strokes: readonly Stroke[]): Stroke[] {
  const joined = [...strokes];
  while (joined.length > MAX_STROKES) {
    let [at, smallest] = [0, Infinity];
    for (let i = 0; i + 1 < joined.length; i++) {
      const [a = [], b = []] = [joined[i], joined[i + 1]];
      const gap = Math.hypot((b[0] ?? 0) - (a.at(-2) ?? 0), (b[1] ?? 0) - (a.at(-1) ?? 0));
      if (gap < smallest) [at, smallest] = [i, gap];
    }
    joined.splice(at, 2, [...(joined[at] ?? []), ...(joined[at + 1] ?? [])]);
  }
  return joined;
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));

/**
 * Fits the strokes into the box of the signature, undistorted and centred; a small signature grows at most to twice its
 * share of the canvas. Points that add nothing to the shape are dropped until the limits hold.
 */
export function toInk(strokes: readonly Stroke[]): Ink {
  const { left, top, width, height } = extentOf(strokes);
  const scale = Math.min((WIDTH - 2 * MARGIN) / Math.max(width, 1e-6), (HEIGHT - 2 * MARGIN) / Math.max(height, 1e-6), 2 * WIDTH);
  const [shiftX, shiftY] = [(WIDTH - width * scale) / 2, (HEIGHT - height * scale) / 2];
  const placed = joinToLimit(strokes).map((stroke) =>
    stroke.map((value, i) => (i % 2 === 0 ? clamp((value - left) * scale + shiftX, WIDTH) : clamp((value - top) * scale + shiftY, HEIGHT))),
  );
  for (let tolerance = 0.75; ; tolerance *= 1.6) {
    const ink = placed.map((stroke) => simplify(stroke, tolerance));
    if (ink.reduce((sum, stroke) => sum + stroke.length, 0) <= MAX_NUMBERS) return ink;
  }
}
