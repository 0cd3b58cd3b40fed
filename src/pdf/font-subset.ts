/** Composite fonts cut to what one document draws: CIDFontType2, Identity-H, one CID per code point. */
import { fromLatin1 } from '../bytes.ts';
import { deflate, type FlatePiece, flatePiece, joinPieces, storedPiece } from './deflate.ts';
import type { FontPack, Glyph } from './font-pack.ts';

/** Five consecutive objects: Type0 font, CIDFont, descriptor, font file, ToUnicode. */
export const FONT_OBJECTS = 5;

export interface SubsetGlyph {
  readonly codePoint: number;
  readonly glyph: Glyph;
}

const HEAD_TABLES = ['head', 'hhea', 'hmtx', 'loca', 'maxp', 'glyf'] as const;
const DIRECTORY = (['glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp'] as const).map((name) => ({
  name,
  tag: new DataView(fromLatin1(name).buffer).getUint32(0),
}));

type Metrics = Pick<FontPack, 'unitsPerEm' | 'ascentUnits' | 'descentUnits'>;

/** Where the file and the map of characters stand among the objects of a font. */
const FILE = 3;
const MAP = 4;

/**
 * The objects of one subset font, each as the bytes of its body (without `n 0 obj` and `endobj`); the file is deflated as a whole.
 * @param glyphs in CID order: the first is CID 1; CID 0 is a blank .notdef that nothing draws
 * @source ISO 32000-1:2008 §9.7.4, §9.10.3; ISO 19005-3 §6.2.11
 */
export function subsetFontObjects(firstObject: number, baseFont: string, metrics: Metrics, glyphs: readonly SubsetGlyph[]): Uint8Array[] {
  const header = sfntHeader(metrics, glyphs);
  const fileLength = glyphs.reduce((sum, entry) => sum + entry.glyph.record.length, header.length);
  const file = deflate(wholeFile(header, glyphs, fileLength));
  return [
    ...dictionaries(firstObject, baseFont, metrics, glyphs).map(fromLatin1),
    streamBody(`/Filter/FlateDecode/Length1 ${fileLength}`, file),
    streamBody('/Filter/FlateDecode', deflate(fromLatin1(mapOf(glyphs, charByChar)))),
  ];
}

/** The same objects for a font that is made for one document: cached glyph pieces laid end to end, and nothing deflated that is not yet. */
export function pieceFontObjects(
  firstObject: number,
  baseFont: string,
  metrics: Metrics,
  glyphs: readonly SubsetGlyph[],
): (Uint8Array | string)[] {
  const header = sfntHeader(metrics, glyphs);
  const pieces = [storedPiece(header)];
  let fileLength = header.length;
  for (const { glyph } of glyphs) {
    if (glyph.record.length === 0) continue;
    pieces.push(pieceOf(glyph));
    fileLength += glyph.record.length;
  }
  const map = mapOf(glyphs, oneRange);
  return [
    ...dictionaries(firstObject, baseFont, metrics, glyphs),
    streamBody(`/Filter/FlateDecode/Length1 ${fileLength}`, joinPieces(pieces)),
    `<</Length ${map.length}>>stream\n${map}\nendstream`,
  ];
}

/** Font, descendant and descriptor. */
function dictionaries(firstObject: number, baseFont: string, metrics: Metrics, glyphs: readonly SubsetGlyph[]): string[] {
  const toEm = (units: number): number => Math.round((units * 1000) / metrics.unitsPerEm);
  const ascent = toEm(metrics.ascentUnits);
  const descent = toEm(metrics.descentUnits);
  return [
    `<</Type/Font/Subtype/Type0/BaseFont/${baseFont}/Encoding/Identity-H/DescendantFonts[${firstObject + 1} 0 R]/ToUnicode ${firstObject + MAP} 0 R>>`,
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/${baseFont}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ${firstObject + 2} 0 R/CIDToGIDMap/Identity/DW 1000/W[${widths(glyphs)}]>>`,
    `<</Type/FontDescriptor/FontName/${baseFont}/Flags 4/FontBBox[-500 ${descent} 2000 ${ascent}]/ItalicAngle 0/Ascent ${ascent}/Descent ${descent}/CapHeight 733/StemV 80/FontFile2 ${firstObject + FILE} 0 R>>`,
  ];
}

/** `<<…/Length n>>stream … endstream`. */
export function streamBody(entries: string, data: Uint8Array): Uint8Array {
  const head = fromLatin1(`<<${entries}/Length ${data.length}>>stream\n`);
  const body = new Uint8Array(head.length + data.length + 10);
  body.set(head);
  body.set(data, head.length);
  body.set(ENDSTREAM, head.length + data.length);
  return body;
}
const ENDSTREAM = fromLatin1('\nendstream');

const pieces = new WeakMap<Glyph, FlatePiece>();

function pieceOf(glyph: Glyph): FlatePiece {
  let piece = pieces.get(glyph);
  if (piece === undefined) {
    piece = flatePiece(glyph.record);
    pieces.set(glyph, piece);
  }
  return piece;
}

function wholeFile(header: Uint8Array, glyphs: readonly SubsetGlyph[], length: number): Uint8Array {
  const file = new Uint8Array(length);
  file.set(header);
  let at = header.length;
  for (const { glyph } of glyphs) {
    file.set(glyph.record, at);
    at += glyph.record.length;
  }
  return file;
}

function widths(glyphs: readonly SubsetGlyph[]): string {
  let text = '';
  glyphs.forEach(({ glyph }, i) => {
    if (glyph.advance !== 1000) text += `${i + 1}[${glyph.advance}]`;
  });
  return text;
}

const HEX2 = Array.from({ length: 0x100 }, (_, value) => value.toString(16).toUpperCase().padStart(2, '0'));
/** Four hexadecimal digits. */
export const hex4 = (value: number): string => (HEX2[value >> 8] ?? '') + (HEX2[value & 0xff] ?? '');

/** UTF-16BE in hexadecimal: a surrogate pair beyond the BMP. */
export function utf16Hex(codePoint: number): string {
  if (codePoint < 0x10000) return hex4(codePoint);
  return hex4(0xd800 + ((codePoint - 0x10000) >> 10)) + hex4(0xdc00 + ((codePoint - 0x10000) & 0x3ff));
}

const MAP_HEAD =
  '/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def 1 begincodespacerange<0000><FFFF>endcodespacerange\n';
const MAP_TAIL = 'endcmap CMapName currentdict/CMap defineresource pop end end';

const mapOf = (glyphs: readonly SubsetGlyph[], entries: (glyphs: readonly SubsetGlyph[]) => string): string =>
  `${MAP_HEAD}${entries(glyphs)}${MAP_TAIL}`;

function charByChar(glyphs: readonly SubsetGlyph[]): string {
  let text = '';
  for (let i = 0; i < glyphs.length; i += 100) {
    const group = glyphs.slice(i, i + 100);
    text += `${group.length} beginbfchar\n`;
    group.forEach((entry, k) => {
      text += `<${hex4(i + k + 1)}><${utf16Hex(entry.codePoint)}>\n`;
    });
    text += 'endbfchar\n';
  }
  return text;
}

/** Ranges end where the first byte of the code changes. @source ISO 32000-1:2008 §9.10.3; Adobe Technical Note #5014 §7.2 */
function oneRange(glyphs: readonly SubsetGlyph[]): string {
  let text = '';
  for (let first = 1; first <= glyphs.length; first = (first | 0xff) + 1) {
    const last = Math.min(first | 0xff, glyphs.length);
    text += `1 beginbfrange\n<${hex4(first)}><${hex4(last)}>[`;
    for (let cid = first; cid <= last; cid++) text += `<${utf16Hex(glyphs[cid - 1]?.codePoint ?? 0)}>`;
    text += ']\nendbfrange\n';
  }
  return text;
}

/**
 * Everything of the font file that stands before the glyph records; `glyf` comes last so that records can follow as they are.
 * @source ISO/IEC 14496-22 §4.3, §5.2
 */
function sfntHeader(metrics: Metrics, glyphs: readonly SubsetGlyph[]): Uint8Array {
  const count = glyphs.length + 1;
  let recordBytes = 0;
  let points = 0;
  let contours = 0;
  for (const { glyph } of glyphs) {
    recordBytes += glyph.record.length;
    if (glyph.points > points) points = glyph.points;
    if (glyph.contours > contours) contours = glyph.contours;
  }
  const longLoca = recordBytes > 131_070;
  const lengths = { head: 54, hhea: 36, hmtx: count * 4, loca: (count + 1) * (longLoca ? 4 : 2), maxp: 32, glyf: recordBytes };
  const offsets = { head: 0, hhea: 0, hmtx: 0, loca: 0, maxp: 0, glyf: 0 };
  let at = 12 + 16 * HEAD_TABLES.length;
  for (const table of HEAD_TABLES) {
    offsets[table] = at;
    at += (lengths[table] + 3) & ~3;
  }
  const header = new Uint8Array(offsets.glyf);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x00010000);
  view.setUint16(4, HEAD_TABLES.length);
  view.setUint16(6, 64);
  view.setUint16(8, 2);
  view.setUint16(10, HEAD_TABLES.length * 16 - 64);
  let entry = 12;
  for (const { name, tag } of DIRECTORY) {
    view.setUint32(entry, tag);
    view.setUint32(entry + 8, offsets[name]);
    view.setUint32(entry + 12, lengths[name]);
    entry += 16;
  }
  let p = offsets.head;
  view.setUint32(p, 0x00010000);
  view.setUint32(p + 12, 0x5f0f3cf5);
  view.setUint16(p + 16, 3);
  view.setUint16(p + 18, metrics.unitsPerEm);
  view.setInt16(p + 36, -metrics.unitsPerEm);
  view.setInt16(p + 38, metrics.descentUnits);
  view.setInt16(p + 40, metrics.unitsPerEm * 2);
  view.setInt16(p + 42, metrics.ascentUnits);
  view.setUint16(p + 46, 8);
  view.setInt16(p + 48, 2);
  view.setInt16(p + 50, longLoca ? 1 : 0);
  p = offsets.hhea;
  view.setUint32(p, 0x00010000);
  view.setInt16(p + 4, metrics.ascentUnits);
  view.setInt16(p + 6, metrics.descentUnits);
  view.setUint16(p + 10, metrics.unitsPerEm * 2);
  view.setInt16(p + 18, 1);
  view.setUint16(p + 34, count);
  // .notdef has a width and no outline: its entry of loca ends where it begins.
  view.setUint16(offsets.hmtx, metrics.unitsPerEm);
  p = offsets.hmtx + 4;
  let locaAt = offsets.loca + (longLoca ? 4 : 2);
  let record = 0;
  for (const { glyph } of glyphs) {
    view.setUint16(p, glyph.advanceUnits);
    view.setInt16(p + 2, glyph.leftBearingUnits);
    p += 4;
    if (longLoca) view.setUint32(locaAt, record);
    else view.setUint16(locaAt, record >> 1);
    locaAt += longLoca ? 4 : 2;
    record += glyph.record.length;
  }
  if (longLoca) view.setUint32(locaAt, record);
  else view.setUint16(locaAt, record >> 1);
  p = offsets.maxp;
  view.setUint32(p, 0x00010000);
  view.setUint16(p + 4, count);
  view.setUint16(p + 6, points);
  view.setUint16(p + 8, contours);
  view.setUint16(p + 14, 2);
  return header;
}
