/** Rebuilds a complete TrueType font from a font pack, so that other engines draw the very same outlines as the product. */
import { fromLatin1 } from '../src/bytes.ts';
import type { Glyph } from '../src/pdf/font-pack.ts';
import { type FontLibrary, glyphOf } from '../src/template/font-library.ts';

const NOTDEF: Glyph = { record: new Uint8Array(0), advance: 1000, advanceUnits: 500, leftBearingUnits: 0, points: 0, contours: 0 };

function table(length: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  fill(new DataView(bytes.buffer));
  return bytes;
}

/** Format 12 under the platforms that readers look for. @source ISO/IEC 14496-22 §5.2.1 */
const cmapTable = (codePoints: readonly number[]): Uint8Array =>
  table(20 + 16 + codePoints.length * 12, (view) => {
    view.setUint16(2, 2);
    [0, 3].forEach((platform, i) => {
      view.setUint16(4 + i * 8, platform);
      view.setUint16(6 + i * 8, platform === 0 ? 4 : 10);
      view.setUint32(8 + i * 8, 20);
    });
    view.setUint16(20, 12);
    view.setUint32(24, 16 + codePoints.length * 12);
    view.setUint32(32, codePoints.length);
    codePoints.forEach((codePoint, i) => {
      view.setUint32(36 + i * 12, codePoint);
      view.setUint32(40 + i * 12, codePoint);
      view.setUint32(44 + i * 12, i + 1);
    });
  });

function nameTable(family: string): Uint8Array {
  const names = [family, 'Regular', family, family, 'Version 1.0', family.replaceAll(' ', '')];
  const encoded = names.map((text) =>
    table(text.length * 2, (view) => [...text].forEach((c, i) => void view.setUint16(i * 2, c.charCodeAt(0)))),
  );
  const size = encoded.reduce((sum, bytes) => sum + bytes.length, 0);
  const head = 6 + names.length * 12;
  const out = table(head + size, (view) => {
    view.setUint16(2, names.length);
    view.setUint16(4, head);
    let at = 0;
    encoded.forEach((bytes, i) => {
      [3, 1, 0x409, i + 1, bytes.length, at].forEach((value, k) => {
        view.setUint16(6 + i * 12 + k * 2, value);
      });
      at += bytes.length;
    });
  });
  let at = head;
  for (const bytes of encoded) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}

function os2Table(ascent: number, descent: number, unitsPerEm: number): Uint8Array {
  return table(78, (view) => {
    view.setUint16(2, unitsPerEm);
    view.setUint16(4, 400);
    view.setUint16(6, 5);
    view.setUint16(62, 0x40);
    view.setUint16(64, 0x20);
    view.setUint16(66, 0xffff);
    view.setInt16(68, ascent);
    view.setInt16(70, descent);
    view.setUint16(74, ascent);
    view.setUint16(76, -descent);
  });
}

function glyphTables(glyphs: readonly Glyph[]): { readonly glyf: Uint8Array; readonly loca: Uint8Array; readonly hmtx: Uint8Array } {
  const glyf = new Uint8Array(glyphs.reduce((sum, glyph) => sum + glyph.record.length, 0));
  const loca = new Uint8Array((glyphs.length + 1) * 4);
  const hmtx = new Uint8Array(glyphs.length * 4);
  const locaView = new DataView(loca.buffer);
  const hmtxView = new DataView(hmtx.buffer);
  let at = 0;
  glyphs.forEach((glyph, i) => {
    glyf.set(glyph.record, at);
    at += glyph.record.length;
    locaView.setUint32((i + 1) * 4, at);
    hmtxView.setUint16(i * 4, glyph.advanceUnits);
    hmtxView.setInt16(i * 4 + 2, glyph.leftBearingUnits);
  });
  return { glyf, loca, hmtx };
}

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum = (sum + (bytes[i] ?? 0) * 2 ** (24 - 8 * (i % 4))) % 2 ** 32;
  return sum;
}

/** Lays the tables behind a directory. @source ISO/IEC 14496-22 §4.3 */
function joinTables(tables: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const names = Object.keys(tables).sort();
  const padded = (length: number): number => (length + 3) & ~3;
  const start = 12 + names.length * 16;
  const out = new Uint8Array(start + names.reduce((sum, name) => sum + padded(tables[name]?.length ?? 0), 0));
  const view = new DataView(out.buffer);
  view.setUint32(0, 0x00010000);
  view.setUint16(4, names.length);
  const power = Math.floor(Math.log2(names.length));
  view.setUint16(6, 16 << power);
  view.setUint16(8, power);
  view.setUint16(10, names.length * 16 - (16 << power));
  let at = start;
  names.forEach((name, i) => {
    const bytes = tables[name] ?? new Uint8Array(0);
    out.set(fromLatin1(name), 12 + i * 16);
    view.setUint32(16 + i * 16, checksum(bytes));
    view.setUint32(20 + i * 16, at);
    view.setUint32(24 + i * 16, bytes.length);
    out.set(bytes, at);
    at += padded(bytes.length);
  });
  return out;
}

/** A static TrueType font with the Song outlines of the characters in `text`, the rare ones included. */
export function rebuildTrueType(fonts: FontLibrary, text: string, family: string): Uint8Array {
  const { unitsPerEm, ascentUnits, descentUnits } = fonts.song;
  const codePoints = [...new Set([...text].map((character) => character.codePointAt(0) ?? 0))].sort((a, b) => a - b);
  const known = codePoints.filter((codePoint) => glyphOf(fonts, 'body', codePoint) !== undefined);
  const glyphs = [{ ...NOTDEF, advanceUnits: unitsPerEm }, ...known.map((codePoint) => glyphOf(fonts, 'body', codePoint) ?? NOTDEF)];
  const { glyf, loca, hmtx } = glyphTables(glyphs);
  return joinTables({
    'OS/2': os2Table(ascentUnits, descentUnits, unitsPerEm),
    cmap: cmapTable(known),
    glyf,
    head: table(54, (view) => {
      view.setUint32(0, 0x00010000);
      view.setUint32(12, 0x5f0f3cf5);
      view.setUint16(16, 3);
      view.setUint16(18, unitsPerEm);
      view.setInt16(36, -unitsPerEm);
      view.setInt16(38, descentUnits);
      view.setInt16(40, unitsPerEm * 2);
      view.setInt16(42, ascentUnits);
      view.setUint16(46, 8);
      view.setInt16(48, 2);
      view.setInt16(50, 1);
    }),
    hhea: table(36, (view) => {
      view.setUint32(0, 0x00010000);
      view.setInt16(4, ascentUnits);
      view.setInt16(6, descentUnits);
      view.setUint16(10, unitsPerEm * 2);
      view.setInt16(18, 1);
      view.setUint16(34, glyphs.length);
    }),
    hmtx,
    loca,
    maxp: table(32, (view) => {
      view.setUint32(0, 0x00010000);
      view.setUint16(4, glyphs.length);
      view.setUint16(6, Math.max(...glyphs.map((glyph) => glyph.points)));
      view.setUint16(8, Math.max(...glyphs.map((glyph) => glyph.contours)));
      view.setUint16(14, 2);
    }),
    name: nameTable(family),
    post: table(32, (view) => view.setUint32(0, 0x00030000)),
  });
}
