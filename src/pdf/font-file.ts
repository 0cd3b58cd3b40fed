/** A font pack as it lies on the disk: an index, and outlines in blocks packed one by one, so that a few characters cost a few blocks. */
import { type FontPack, type Glyph, indexIn } from './font-pack.ts';

const MAGIC = 0x53464642; // "SFFB"
const VERSION = 1;
const HEADER_BYTES = 28;
/** Of one glyph in the index: code point, block, offset in it, and five metrics. */
const ENTRY_BYTES = 20;

/** Deflates or inflates one run of bytes. */
export type Repack = (bytes: Uint8Array) => Uint8Array;

/** Blocks of outlines end when they are this long, in bytes: short where most characters of a text are, long where few ever are. */
const COMMON_BLOCK_BYTES = 1 << 15;
const OTHER_BLOCK_BYTES = 1 << 18;

/**
 * Writes a font file; identical outlines are stored once.
 * @param isCommon puts the outlines of a code point into the short blocks in front
 */
export function printFontFile(pack: FontPack, isCommon: (codePoint: number) => boolean, deflate: Repack): Uint8Array {
  const blocks: Uint8Array[] = [];
  const places = new Map<number, { readonly block: number; readonly offset: number }>();
  const seen = new Map<string, { readonly block: number; readonly offset: number }>();
  const codePoints = [...pack.codePoints];
  const groups = [
    { members: codePoints.filter(isCommon), blockBytes: COMMON_BLOCK_BYTES },
    { members: codePoints.filter((codePoint) => !isCommon(codePoint)), blockBytes: OTHER_BLOCK_BYTES },
  ];
  for (const { members, blockBytes } of groups) {
    let records: Uint8Array[] = [];
    let length = 0;
    const close = (): void => {
      if (length > 0) blocks.push(deflate(joined(records, length)));
      records = [];
      length = 0;
    };
    for (const codePoint of members) {
      const { record } = pack.glyph(codePoint) ?? NOTHING;
      const key = String.fromCharCode(...record);
      const place = seen.get(key) ?? { block: blocks.length, offset: length };
      places.set(codePoint, place);
      if (seen.has(key) || record.length === 0) continue;
      seen.set(key, place);
      records.push(record);
      length += record.length;
      if (length >= blockBytes) close();
    }
    close();
  }
  const index = deflate(printIndex(pack, codePoints, blocks, places));
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, MAGIC);
  view.setUint16(4, VERSION);
  view.setUint16(6, pack.unitsPerEm);
  view.setInt16(8, pack.ascentUnits);
  view.setInt16(10, pack.descentUnits);
  view.setUint32(12, codePoints.length);
  view.setUint32(16, blocks.length);
  view.setUint32(20, index.length);
  const parts = [header, index, ...blocks];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  view.setUint32(24, length);
  return joined(parts, length);
}

const NOTHING = { record: new Uint8Array(0) };

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Column by column, which packs better than glyph by glyph. */
function printIndex(
  pack: FontPack,
  codePoints: readonly number[],
  blocks: readonly Uint8Array[],
  places: ReadonlyMap<number, { readonly block: number; readonly offset: number }>,
): Uint8Array {
  const count = codePoints.length;
  const index = new Uint8Array(blocks.length * 4 + count * ENTRY_BYTES);
  const view = new DataView(index.buffer);
  blocks.forEach((block, i) => {
    view.setUint32(i * 4, block.length);
  });
  const at = columns(blocks.length, count);
  codePoints.forEach((codePoint, i) => {
    const glyph = pack.glyph(codePoint);
    const place = places.get(codePoint);
    if (glyph === undefined || place === undefined) throw new Error(`a font pack without the glyph of its own code point ${codePoint}`);
    view.setUint32(at.codePoint + i * 4, codePoint);
    view.setUint16(at.block + i * 2, place.block);
    view.setUint32(at.offset + i * 4, place.offset);
    view.setUint16(at.length + i * 2, glyph.record.length);
    view.setUint16(at.advance + i * 2, glyph.advanceUnits);
    view.setInt16(at.bearing + i * 2, glyph.leftBearingUnits);
    view.setUint16(at.points + i * 2, glyph.points);
    view.setUint16(at.contours + i * 2, glyph.contours);
  });
  return index;
}

/** Where each column of the index begins. */
function columns(blocks: number, count: number) {
  const codePoint = blocks * 4;
  const block = codePoint + count * 4;
  const offset = block + count * 2;
  const length = offset + count * 4;
  const [advance, bearing, points, contours] = [1, 2, 3, 4].map((column) => length + column * count * 2);
  return { codePoint, block, offset, length, advance: advance ?? 0, bearing: bearing ?? 0, points: points ?? 0, contours: contours ?? 0 };
}

/**
 * Opens a font file; a block is read when the first of its characters is asked for.
 * @param read the bytes from one offset of the file up to another
 * @throws Error when the file is not a font file of this version: font files are ours, so that is a broken installation
 */
export function openFontFile(name: string, read: (start: number, end: number) => Uint8Array, inflate: Repack): FontPack {
  const header = read(0, HEADER_BYTES);
  const head = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < HEADER_BYTES || head.getUint32(0) !== MAGIC || head.getUint16(4) !== VERSION)
    throw new Error(`not a font file: ${name}`);
  const unitsPerEm = head.getUint16(6);
  const count = head.getUint32(12);
  const blockCount = head.getUint32(16);
  const blocksAt = HEADER_BYTES + head.getUint32(20);
  const index = inflate(read(HEADER_BYTES, blocksAt));
  if (index.length !== blockCount * 4 + count * ENTRY_BYTES) throw new Error(`font file cut short: ${name}`);
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  const at = columns(blockCount, count);
  const codePoints = new Uint32Array(count);
  for (let i = 0; i < count; i++) codePoints[i] = view.getUint32(at.codePoint + i * 4);
  const blockStarts: number[] = [blocksAt];
  for (let i = 0; i < blockCount; i++) blockStarts.push((blockStarts[i] ?? 0) + view.getUint32(i * 4));
  if (blockStarts[blockCount] !== head.getUint32(24)) throw new Error(`font file cut short: ${name}`);

  const blocks = new Map<number, Uint8Array>();
  const recordOf = (i: number): Uint8Array => {
    const length = view.getUint16(at.length + i * 2);
    if (length === 0) return NOTHING.record;
    const number = view.getUint16(at.block + i * 2);
    const block = blocks.get(number) ?? inflate(read(blockStarts[number] ?? 0, blockStarts[number + 1] ?? 0));
    blocks.set(number, block);
    const start = view.getUint32(at.offset + i * 4);
    if (start + length > block.length) throw new Error(`font file with a block cut short: ${name}`);
    return block.subarray(start, start + length);
  };
  const glyphs = new Map<number, Glyph>();
  const glyph = (codePoint: number): Glyph | undefined => {
    const known = glyphs.get(codePoint);
    if (known !== undefined) return known;
    const i = indexIn(codePoints, codePoint);
    if (i === -1) return undefined;
    const advanceUnits = view.getUint16(at.advance + i * 2);
    const found: Glyph = {
      record: recordOf(i),
      advance: Math.round((advanceUnits * 1000) / unitsPerEm),
      advanceUnits,
      leftBearingUnits: view.getInt16(at.bearing + i * 2),
      points: view.getUint16(at.points + i * 2),
      contours: view.getUint16(at.contours + i * 2),
    };
    glyphs.set(codePoint, found);
    return found;
  };
  return { name, unitsPerEm, ascentUnits: head.getInt16(8), descentUnits: head.getInt16(10), codePoints, glyph };
}
