/** A font pack: the unhinted TrueType outlines of one face by code point, ready to be copied into a PDF subset. */

const MAGIC = 0x53464650; // "SFFP"
const VERSION = 1;
const HEADER_BYTES = 24;

/** One outline as a simple TrueType glyph record of even length, and the metrics that go with it. */
export interface Glyph {
  /** Empty for a blank glyph. */
  readonly record: Uint8Array;
  /** Advance width in thousandths of an em. */
  readonly advance: number;
  /** Advance width and left side bearing in font units. */
  readonly advanceUnits: number;
  readonly leftBearingUnits: number;
  readonly points: number;
  readonly contours: number;
}

export interface FontPack {
  readonly name: string;
  readonly unitsPerEm: number;
  readonly ascentUnits: number;
  readonly descentUnits: number;
  /** Sorted ascending. */
  readonly codePoints: Uint32Array;
  /** The outline for a code point; undefined when the face does not have it. */
  glyph(codePoint: number): Glyph | undefined;
}

export interface GlyphSource {
  readonly codePoint: number;
  readonly record: Uint8Array;
  readonly advanceUnits: number;
  readonly leftBearingUnits: number;
  readonly points: number;
  readonly contours: number;
}

/** Writes a pack; identical records are stored once. Inverse of `parseFontPack`. */
export function printFontPack(
  face: { readonly unitsPerEm: number; readonly ascentUnits: number; readonly descentUnits: number },
  glyphs: readonly GlyphSource[],
): Uint8Array {
  const sorted = [...glyphs].sort((a, b) => a.codePoint - b.codePoint);
  const offsets: number[] = [];
  const seen = new Map<string, number>();
  const records: Uint8Array[] = [];
  let recordBytes = 0;
  for (const glyph of sorted) {
    const key = String.fromCharCode(...glyph.record);
    let offset = seen.get(key);
    if (offset === undefined) {
      offset = recordBytes;
      seen.set(key, offset);
      records.push(glyph.record);
      recordBytes += glyph.record.length;
    }
    offsets.push(offset);
  }
  const count = sorted.length;
  const bytes = new Uint8Array(HEADER_BYTES + count * 18 + recordBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint16(4, VERSION);
  view.setUint16(6, face.unitsPerEm);
  view.setInt16(8, face.ascentUnits);
  view.setInt16(10, face.descentUnits);
  view.setUint32(12, count);
  view.setUint32(16, recordBytes);
  sorted.forEach((glyph, i) => {
    view.setUint32(HEADER_BYTES + i * 4, glyph.codePoint);
    view.setUint32(HEADER_BYTES + count * 4 + i * 4, offsets[i] ?? 0);
    const metrics = HEADER_BYTES + count * 8 + i * 10;
    view.setUint16(metrics, glyph.record.length);
    view.setUint16(metrics + 2, glyph.advanceUnits);
    view.setInt16(metrics + 4, glyph.leftBearingUnits);
    view.setUint16(metrics + 6, glyph.points);
    view.setUint16(metrics + 8, glyph.contours);
  });
  let at = HEADER_BYTES + count * 18;
  for (const record of records) {
    bytes.set(record, at);
    at += record.length;
  }
  return bytes;
}

/** A pack as bytes again, whatever it was opened from. */
export const reprintFontPack = (pack: FontPack): Uint8Array =>
  printFontPack(
    pack,
    Array.from(pack.codePoints, (codePoint) => {
      const glyph = pack.glyph(codePoint);
      if (glyph === undefined) throw new Error(`a font pack without the glyph of its own code point ${codePoint}`);
      return { codePoint, ...glyph };
    }),
  );

/** @throws Error when the bytes are not a font pack of this version: packs are ours, so that is a broken installation */
export function parseFontPack(name: string, bytes: Uint8Array): FontPack {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0) !== MAGIC || view.getUint16(4) !== VERSION)
    throw new Error(`not a font pack: ${name}`);
  const unitsPerEm = view.getUint16(6);
  const count = view.getUint32(12);
  const recordsAt = HEADER_BYTES + count * 18;
  if (bytes.length !== recordsAt + view.getUint32(16)) throw new Error(`font pack cut short: ${name}`);
  const codePoints = new Uint32Array(count);
  for (let i = 0; i < count; i++) codePoints[i] = view.getUint32(HEADER_BYTES + i * 4);
  const cache = new Map<number, Glyph>();
  const glyph = (codePoint: number): Glyph | undefined => {
    const known = cache.get(codePoint);
    if (known !== undefined) return known;
    const low = indexIn(codePoints, codePoint);
    if (low === -1) return undefined;
    const start = recordsAt + view.getUint32(HEADER_BYTES + count * 4 + low * 4);
    const metrics = HEADER_BYTES + count * 8 + low * 10;
    const advanceUnits = view.getUint16(metrics + 2);
    const found: Glyph = {
      record: bytes.subarray(start, start + view.getUint16(metrics)),
      advance: Math.round((advanceUnits * 1000) / unitsPerEm),
      advanceUnits,
      leftBearingUnits: view.getInt16(metrics + 4),
      points: view.getUint16(metrics + 6),
      contours: view.getUint16(metrics + 8),
    };
    cache.set(codePoint, found);
    return found;
  };
  return { name, unitsPerEm, ascentUnits: view.getInt16(8), descentUnits: view.getInt16(10), codePoints, glyph };
}

/** Place of a code point in the sorted list, or -1. */
export function indexIn(codePoints: Uint32Array, codePoint: number): number {
  let low = 0;
  let high = codePoints.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((codePoints[middle] ?? 0) < codePoint) low = middle + 1;
    else high = middle;
  }
  return codePoints.length > 0 && codePoints[low] === codePoint ? low : -1;
}
