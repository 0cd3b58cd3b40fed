/** The characters one subset font draws, numbered in the order they were asked for. */
import { AppError } from '../errors.ts';
import { type SubsetGlyph, subsetFontObjects } from '../pdf/font-subset.ts';
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
  /** The font's five object bodies. */
  objects(firstObject: number, name: string, packing: 'whole' | 'pieces'): Uint8Array[];
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
      const hex = glyphs.length.toString(16).toUpperCase().padStart(4, '0');
      const entry = { font: resource, cid: glyphs.length, hex, advance: glyph.advance };
      encoded.set(codePoint, entry);
      return entry;
    },
    find: (codePoint) => encoded.get(codePoint),
    size: () => glyphs.length,
    objects: (firstObject, name, packing) => subsetFontObjects(firstObject, name, fonts.song, glyphs, packing),
  };
}

/** Answers how a character of a face is drawn; every character of the text it is asked for must be known. */
export type Encode = (face: Face, codePoint: number) => Encoded;
