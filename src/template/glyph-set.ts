/** The characters one subset font draws, numbered in the order they were asked for. */
import { AppError } from '../errors.ts';
import { hex4, pieceFontObjects, type SubsetGlyph, subsetFontObjects } from '../pdf/font-subset.ts';
import { codePointName, type Face, type FontLibrary, glyphOf } from './font-library.ts';

/** How one character is drawn: by which font resource, as which CID. */
export interface Encoded {
  readonly font: string;
  readonly cid: number;
  /** The CID as four hexadecimal digits, as content streams write it. */
  readonly hex: string;
  /** Thousandths of an em. */
  readonly advance: number;
}

export interface GlyphSet {
  readonly resource: string;
  /** Adds the character if it is new. @throws AppError GLYPH_MISSING */
  add(codePoint: number): Encoded;
  find(codePoint: number): Encoded | undefined;
  size(): number;
  /** The font's five object bodies, for a font that many documents share. */
  objects(firstObject: number, name: string): Uint8Array[];
  /** The same for a font that one document brings. */
  pieceObjects(firstObject: number, name: string): (Uint8Array | string)[];
}

/** @param face decides between Song and Hei; both fall back on the rare face */
export function makeGlyphSet(fonts: FontLibrary, face: Face, resource: string): GlyphSet {
  const encoded = new Map<number, Encoded>();
  const glyphs: SubsetGlyph[] = [];
  return {
    resource,
    add: (codePoint) => {
      const known = encoded.get(codePoint);
      if (known !== undefined) return known;
      const glyph = glyphOf(fonts, face, codePoint);
      if (glyph === undefined) throw new AppError('GLYPH_MISSING', { codePoint: codePointName(codePoint), field: '' });
      glyphs.push({ codePoint, glyph });
      const entry = { font: resource, cid: glyphs.length, hex: hex4(glyphs.length), advance: glyph.advance };
      encoded.set(codePoint, entry);
      return entry;
    },
    find: (codePoint) => encoded.get(codePoint),
    size: () => glyphs.length,
    objects: (firstObject, name) => subsetFontObjects(firstObject, name, fonts.song, glyphs),
    pieceObjects: (firstObject, name) => pieceFontObjects(firstObject, name, fonts.song, glyphs),
  };
}

/** Answers how a character of a face is drawn; every character of the text it is asked for must be known. */
export type Encode = (face: Face, codePoint: number) => Encoded;
