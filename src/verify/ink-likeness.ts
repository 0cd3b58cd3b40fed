/** Which drawings are one drawing: the same strokes, but for place and size. */
import type { Ink } from '../agreement/ink.ts';

const SAMPLES_PER_STROKE = 16;
/** Mean distance of corresponding points, in widths of the signature, below which two are one drawing: no hand repeats itself so well. */
const NEARLY = 0.02;

interface Shape {
  /** Place in the list. */
  readonly index: number;
  readonly strokes: number;
  /** x, y, x, y, … in a box whose longer side is 1. */
  readonly points: Float64Array;
  /** Mean of the points: two shapes are at least as far apart as these are. */
  readonly middle: readonly [number, number];
}

/** Indices of the drawings in groups, each by ascending index; a drawing like no other is a group of its own. */
export function groupAlike(inks: readonly Ink[]): readonly (readonly number[])[] {
  const shapes = inks.map(shapeOf).sort((a, b) => a.strokes - b.strokes || a.middle[0] - b.middle[0]);
  const parent = inks.map((_, i) => i);
  const rootOf = (index: number): number => {
    let at = index;
    while (parent[at] !== at) {
      const above = parent[at] ?? at;
      parent[at] = parent[above] ?? above;
      at = above;
    }
    return at;
  };
  shapes.forEach((one, i) => {
    for (let j = i + 1; j < shapes.length; j++) {
      const other = shapes[j];
      if (other === undefined || other.strokes !== one.strokes || other.middle[0] - one.middle[0] > NEARLY) break;
      if (Math.abs(other.middle[1] - one.middle[1]) > NEARLY) continue;
      const [root, otherRoot] = [rootOf(one.index), rootOf(other.index)];
      if (root !== otherRoot && isNear(one.points, other.points)) parent[Math.max(root, otherRoot)] = Math.min(root, otherRoot);
    }
  });
  return [...Map.groupBy(inks.keys(), rootOf).values()];
}

/** Exactly rounded in every runtime, which `Math.hypot` is not. */
const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);

function isNear(a: Float64Array, b: Float64Array): boolean {
  const limit = (NEARLY * a.length) / 2;
  let sum = 0;
  for (let i = 0; i < a.length && sum < limit; i += 2) sum += length((a[i] ?? 0) - (b[i] ?? 0), (a[i + 1] ?? 0) - (b[i + 1] ?? 0));
  return sum < limit;
}

/** Strokes sampled at even distances, moved to the origin and scaled. */
function shapeOf(ink: Ink, index: number): Shape {
  const sampled = ink.flatMap(resample);
  const [x, y] = [extentOf(sampled, 0), extentOf(sampled, 1)];
  const size = Math.max(x.last - x.first, y.last - y.first, 1);
  const points = Float64Array.from(sampled, (value, i) => (value - (i % 2 === 0 ? x.first : y.first)) / size);
  return { index, strokes: ink.length, points, middle: [(x.mean - x.first) / size, (y.mean - y.first) / size] };
}

/** @param axis 0 for x, 1 for y */
function extentOf(points: readonly number[], axis: 0 | 1): { readonly first: number; readonly last: number; readonly mean: number } {
  let [first, last, sum] = [Infinity, -Infinity, 0];
  for (let i = axis; i < points.length; i += 2) {
    const value = points[i] ?? 0;
    first = Math.min(first, value);
    last = Math.max(last, value);
    sum += value;
  }
  return { first, last, mean: (2 * sum) / points.length };
}

/** x, y, x, y, … of points at even distances along a stroke. */
function resample(stroke: readonly number[]): number[] {
  const at = (i: number): [number, number] => [stroke[2 * i] ?? 0, stroke[2 * i + 1] ?? 0];
  const count = stroke.length / 2;
  const walked = [0];
  for (let i = 1; i < count; i++) {
    const [[x0, y0], [x1, y1]] = [at(i - 1), at(i)];
    walked.push((walked[i - 1] ?? 0) + length(x1 - x0, y1 - y0));
  }
  const whole = walked[count - 1] ?? 0;
  const points: number[] = [];
  let segment = 1;
  for (let n = 0; n < SAMPLES_PER_STROKE; n++) {
    const target = (whole * n) / (SAMPLES_PER_STROKE - 1);
    while (segment < count - 1 && (walked[segment] ?? 0) < target) segment++;
    const [start, end] = [walked[segment - 1] ?? 0, walked[segment] ?? 0];
    const share = end > start ? Math.min(1, Math.max(0, (target - start) / (end - start))) : 0;
    const [[x0, y0], [x1, y1]] = [at(segment - 1), at(segment)];
    points.push(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
  }
  return points;
}
