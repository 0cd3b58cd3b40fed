/** Which face draws which character: Song for text, Hei for headings, and the wide fallback behind both. */
import type { FontPack, Glyph } from '../pdf/font-pack.ts';
import { parseGlyphRecord, printGlyphRecord } from '../pdf/glyph-outline.ts';

export interface FontLibrary {
  readonly song: FontPack;
  readonly hei: FontPack;
  /** CJK Extension B–F and whatever else Song lacks. */
  readonly rare: FontPack;
}

export type Face = 'body' | 'head';

/** ☑, which the faces lack: their □ with their √ in it, so that a ticked choice is one character wherever it is copied. */
const TICKED_BOX = 0x2611;
const EMPTY_BOX = 0x25a1;
const CHECK = 0x221a;

const tickedBoxes = new WeakMap<FontPack, Glyph>();

function tickedBox(song: FontPack): Glyph | undefined {
  const known = tickedBoxes.get(song);
  if (known !== undefined) return known;
  const box = song.glyph(EMPTY_BOX);
  const check = song.glyph(CHECK);
  if (box === undefined || check === undefined) return undefined;
  const outline = printGlyphRecord([...parseGlyphRecord(box.record), ...parseGlyphRecord(check.record)]);
  const glyph: Glyph = { ...outline, advance: box.advance, advanceUnits: box.advanceUnits };
  tickedBoxes.set(song, glyph);
  return glyph;
}

/** Undefined when no face has the character: the caller refuses it, nothing draws a box. */
export function glyphOf(fonts: FontLibrary, face: Face, codePoint: number): Glyph | undefined {
  if (codePoint === TICKED_BOX) return tickedBox(fonts.song);
  const text = (): Glyph | undefined => fonts.song.glyph(codePoint) ?? fonts.rare.glyph(codePoint);
  return face === 'head' ? (fonts.hei.glyph(codePoint) ?? text()) : text();
}

/** `U+4DAE`, as refusals name a character. */
export const codePointName = (codePoint: number): string => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
