/** Arithmetic on prime curves in short Weierstrass form; for checking only, so nothing is secret and nothing is blinded. */
import { bigIntegerFrom } from './foreign-ber.ts';

export interface Curve {
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly g: Point;
  readonly n: bigint;
}
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
  /** Jacobian; 0 is the point at infinity. */
  readonly z: bigint;
}

/** @param hex p, a, b, the generator's x and y, and its order */
export const primeCurve = (...hex: readonly string[]): Curve => {
  const [p = 0n, a = 0n, b = 0n, x = 0n, y = 0n, n = 0n] = hex.map((digits) => BigInt(`0x${digits}`));
  return { p, a, b, g: { x, y, z: 1n }, n };
};

export const mod = (value: bigint, p: bigint): bigint => {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
};

export function inverse(value: bigint, p: bigint): bigint {
  let [a, b, u, v] = [mod(value, p), p, 1n, 0n];
  while (a > 1n) {
    const q = b / a;
    [a, b, u, v] = [b - q * a, a, v - q * u, u];
  }
  return mod(u, p);
}

function double(point: Point, { p, a }: Curve): Point {
  const { x, y, z } = point;
  if (z === 0n || y === 0n) return { x: 1n, y: 1n, z: 0n };
  const yy = (y * y) % p;
  const s = (4n * x * yy) % p;
  const m = (3n * x * x + a * (z * z * z * z)) % p;
  const nextX = mod(m * m - 2n * s, p);
  return { x: nextX, y: mod(m * (s - nextX) - 8n * yy * yy, p), z: (2n * y * z) % p };
}

function add(one: Point, two: Point, curve: Curve): Point {
  if (one.z === 0n) return two;
  if (two.z === 0n) return one;
  const { p } = curve;
  const [z1, z2] = [(one.z * one.z) % p, (two.z * two.z) % p];
  const [u1, u2] = [(one.x * z2) % p, (two.x * z1) % p];
  const [s1, s2] = [(one.y * z2 * two.z) % p, (two.y * z1 * one.z) % p];
  if (u1 === u2) return s1 === s2 ? double(one, curve) : { x: 1n, y: 1n, z: 0n };
  const h = mod(u2 - u1, p);
  const r = mod(s2 - s1, p);
  const hh = (h * h) % p;
  const hhh = (h * hh) % p;
  const v = (u1 * hh) % p;
  const x = mod(r * r - hhh - 2n * v, p);
  return { x, y: mod(r * (v - x) - s1 * hhh, p), z: (h * one.z * two.z) % p };
}

/** u·G + v·Q in one pass. */
function sumOf(u: bigint, v: bigint, q: Point, curve: Curve): Point {
  const both = add(curve.g, q, curve);
  let sum: Point = { x: 1n, y: 1n, z: 0n };
  for (let bit = BigInt(curve.n.toString(2).length) - 1n; bit >= 0n; bit--) {
    sum = double(sum, curve);
    const [inU, inV] = [(u >> bit) & 1n, (v >> bit) & 1n];
    if (inU === 1n || inV === 1n) sum = add(sum, inU === 0n ? q : inV === 0n ? curve.g : both, curve);
  }
  return sum;
}

/** The x of u·G + v·Q; undefined for the point at infinity. @param u and v in 0..n-1 */
export function combinedX(u: bigint, v: bigint, q: Point, curve: Curve): bigint | undefined {
  const { x, z } = sumOf(u, v, q, curve);
  return z === 0n ? undefined : mod(x * inverse(z * z, curve.p), curve.p);
}

/** Reads an uncompressed point, and only one that is on the curve. @source SEC 1 §2.3.4 */
export function pointOn({ p, a, b }: Curve, octets: Uint8Array): Point | undefined {
  const half = (octets.length - 1) / 2;
  if (octets[0] !== 4) return undefined;
  const [x, y] = [bigIntegerFrom(octets.subarray(1, 1 + half)), bigIntegerFrom(octets.subarray(1 + half))];
  return x >= p || y >= p || mod(y * y - (x * x * x + a * x + b), p) !== 0n ? undefined : { x, y, z: 1n };
}
