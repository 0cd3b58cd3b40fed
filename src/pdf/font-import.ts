/** Cuts a font pack out of a TrueType font: outlines flattened, hinting and layout tables left behind, rescaled. */
import fontkit from '@pdf-lib/fontkit';
import { type GlyphSource, printFontPack } from './font-pack.ts';
import { type OutlinePoint, printGlyphRecord } from './glyph-outline.ts';

/** The part of fontkit's TrueType face that is read here; 1.1.1 does not type its outline reader. */
interface TrueTypeFace {
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly characterSet: readonly number[];
  glyphForCodePoint(codePoint: number): {
    readonly id: number;
    readonly advanceWidth: number;
    _getContours(): readonly (readonly OutlinePoint[])[];
  };
}

/**
 * Cuts the glyphs of the wanted code points.
 * @param unitsPerEm the scale of the pack; 500 is a fortieth of a point at 12 pt and halves the bytes
 * @throws Error when the font has no TrueType outlines
 */
export function importFont(ttf: Uint8Array, wanted: (codePoint: number) => boolean, unitsPerEm: number): Uint8Array {
  const face = fontkit.create(ttf) as unknown as TrueTypeFace;
  const scale = unitsPerEm / face.unitsPerEm;
  const glyphs: GlyphSource[] = [];
  for (const codePoint of face.characterSet) {
    if (!wanted(codePoint)) continue;
    const glyph = face.glyphForCodePoint(codePoint);
    if (glyph.id === 0) continue;
    const contours = glyph
      ._getContours()
      .map((contour) =>
        contour.map((point) => ({ x: Math.round(point.x * scale), y: Math.round(point.y * scale), onCurve: point.onCurve })),
      );
    const outline = printGlyphRecord(contours);
    glyphs.push({ codePoint, advanceUnits: Math.round(glyph.advanceWidth * scale), ...outline });
  }
  const metrics = { unitsPerEm, ascentUnits: Math.round(face.ascent * scale), descentUnits: Math.round(face.descent * scale) };
  return printFontPack(metrics, glyphs);
}
