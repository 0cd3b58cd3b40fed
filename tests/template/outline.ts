/** Draws a glyph record of a font pack on a pixel grid: a second opinion on what a renderer should have drawn. */

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a glyph stands on the grid: pixels per em, and the origin of its baseline from the top left corner. */
export interface Placement {
  readonly emPx: number;
  readonly originX: number;
  readonly baselineY: number;
}

const SUB_SCANLINES = 8;
const CURVE_STEPS = 6;

/** Contours in font units, curves flattened. Reads exactly simple glyphs. @source ISO/IEC 14496-22 §5.3.3 */
export function readContours(record: Uint8Array): Point[][] {
  if (record.length === 0) return [];
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const contourCount = view.getInt16(0);
  const ends = Array.from({ length: contourCount }, (_, i) => view.getUint16(10 + i * 2));
  const count = (ends.at(-1) ?? -1) + 1;
  let at = 10 + contourCount * 2;
  at += 2 + view.getUint16(at);
  const flags: number[] = [];
  while (flags.length < count) {
    const flag = view.getUint8(at++);
    const repeats = (flag & 8) === 0 ? 0 : view.getUint8(at++);
    for (let i = 0; i <= repeats; i++) flags.push(flag);
  }
  const readAxis = (shortBit: number, sameBit: number): number[] => {
    let value = 0;
    return flags.map((flag) => {
      if ((flag & shortBit) !== 0) value += (flag & sameBit) === 0 ? -view.getUint8(at++) : view.getUint8(at++);
      else if ((flag & sameBit) === 0) {
        value += view.getInt16(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = readAxis(2, 16);
  const ys = readAxis(4, 32);
  const points = flags.map((flag, i) => ({ x: xs[i] ?? 0, y: ys[i] ?? 0, onCurve: (flag & 1) === 1 }));
  return ends.map((end, i) => flatten(points.slice(i === 0 ? 0 : (ends[i - 1] ?? 0) + 1, end + 1)));
}

function flatten(points: readonly (Point & { readonly onCurve: boolean })[]): Point[] {
  const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const startAt = points.findIndex((point) => point.onCurve);
  const around = startAt < 0 ? points : [...points.slice(startAt), ...points.slice(0, startAt)];
  const [first, last] = [around[0], around.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start: Point = first.onCurve ? first : middle(first, last);
  const line: Point[] = [start];
  let control: Point | undefined;
  const curveTo = (from: Point, by: Point, to: Point): void => {
    for (let step = 1; step <= CURVE_STEPS; step++) {
      const t = step / CURVE_STEPS;
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
      line.push({ x: a * from.x + b * by.x + c * to.x, y: a * from.y + b * by.y + c * to.y });
    }
  };
  for (const point of [...(first.onCurve ? around.slice(1) : around), { ...start, onCurve: true }]) {
    const from = line.at(-1) ?? start;
    if (control === undefined) {
      if (point.onCurve) line.push(point);
      else control = point;
    } else if (point.onCurve) {
      curveTo(from, control, point);
      control = undefined;
    } else {
      curveTo(from, control, middle(control, point));
      control = point;
    }
  }
  return line;
}

interface Crossing {
  readonly x: number;
  readonly direction: 1 | -1;
}

/** Coverage of each pixel, 0 to 1, by the non-zero winding rule. */
export function drawOutline(record: Uint8Array, unitsPerEm: number, width: number, height: number, placement: Placement): Float32Array {
  const scale = placement.emPx / unitsPerEm;
  const lines = Array.from({ length: height * SUB_SCANLINES }, (): Crossing[] => []);
  for (const contour of contoursOf(record)) {
    let from = contour.at(-1);
    for (const to of contour) {
      if (from !== undefined) {
        const start = { x: placement.originX + from.x * scale, y: placement.baselineY - from.y * scale };
        addCrossings(lines, start, { x: placement.originX + to.x * scale, y: placement.baselineY - to.y * scale });
      }
      from = to;
    }
  }
  const grid = new Float32Array(width * height);
  lines.forEach((crossings, line) => {
    crossings.sort((a, b) => a.x - b.x);
    let winding = 0;
    crossings.forEach(({ x, direction }, i) => {
      winding += direction;
      const next = crossings[i + 1];
      if (winding !== 0 && next !== undefined) addSpan(grid, width, Math.floor(line / SUB_SCANLINES), x, next.x);
    });
  });
  return grid;
}

const known = new WeakMap<Uint8Array, Point[][]>();

function contoursOf(record: Uint8Array): Point[][] {
  const contours = known.get(record) ?? readContours(record);
  known.set(record, contours);
  return contours;
}

/** Marks where one straight stretch meets the middle of each sub-scanline. */
function addCrossings(lines: readonly Crossing[][], from: Point, to: Point): void {
  const direction = from.y < to.y ? 1 : -1;
  const [low, high] = direction === 1 ? [from.y, to.y] : [to.y, from.y];
  const first = Math.max(0, Math.ceil(low * SUB_SCANLINES - 0.5));
  for (let line = first; (line + 0.5) / SUB_SCANLINES < high && line < lines.length; line++) {
    const y = (line + 0.5) / SUB_SCANLINES;
    lines[line]?.push({ x: from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x), direction });
  }
}

function addSpan(grid: Float32Array, width: number, row: number, from: number, to: number): void {
  for (let column = Math.max(0, Math.floor(from)); column < Math.min(width, Math.ceil(to)); column++) {
    const covered = Math.min(to, column + 1) - Math.max(from, column);
    const at = row * width + column;
    grid[at] = Math.min(1, (grid[at] ?? 0) + covered / SUB_SCANLINES);
  }
}

export const inkOf = (grid: Float32Array): number => grid.reduce((sum, value) => sum + value, 0);
