/** Faces and glyphs of every shape, for the tests of what stores them. */
import fc from 'fast-check';
import type { GlyphSource } from '../../src/pdf/font-pack.ts';

const anyGlyph: fc.Arbitrary<GlyphSource> = fc.record({
  codePoint: fc.integer({ min: 1, max: 0x10ffff }),
  record: fc.uint8Array({ minLength: 0, maxLength: 40 }).filter((record) => record.length % 2 === 0),
  advanceUnits: fc.integer({ min: 0, max: 65_535 }),
  leftBearingUnits: fc.integer({ min: -32_768, max: 32_767 }),
  points: fc.integer({ min: 0, max: 65_535 }),
  contours: fc.integer({ min: 0, max: 65_535 }),
});
export const anyGlyphs = fc.uniqueArray(anyGlyph, { selector: (glyph) => glyph.codePoint, maxLength: 40 });
export const anyFace = fc.record({
  unitsPerEm: fc.integer({ min: 16, max: 16_384 }),
  ascentUnits: fc.integer({ min: -32_768, max: 32_767 }),
  descentUnits: fc.integer({ min: -32_768, max: 32_767 }),
});
