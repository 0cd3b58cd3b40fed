/** Which face draws which character: Song for text, Hei for headings, and the wide fallback behind both. */
import type { FontPack, Glyph } from '../pdf/font-pack.ts';

export interface FontLibrary {
  readonly song: FontPack;
  readonly hei: FontPack;
  /** CJK Extension B–F and whatever else Song lacks. */
  readonly rare: FontPack;
}

export type Face = 'body' | 'head';

/** Undefined when no face has the character: the caller refuses it, nothing draws a box. */
export function glyphOf(fonts: FontLibrary, face: Face, codePoint: number): Glyph | undefined {
  const text = (): Glyph | undefined => fonts.song.glyph(codePoint) ?? fonts.rare.glyph(codePoint);
  return face === 'head' ? (fonts.hei.glyph(codePoint) ?? text()) : text();
}

/** `U+4DAE`, as refusals name a character. */
export const codePointName = (codePoint: number): string => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
