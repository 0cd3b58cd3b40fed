import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFontPack, printFontPack } from '../../src/pdf/font-pack.ts';
import { printGlyphRecord } from '../../src/pdf/glyph-outline.ts';
import { readContours } from '../template/outline.ts';
import { anyFace, anyGlyphs } from './any-glyphs.ts';

describe('a font pack', () => {
  it('reads back every glyph that was written, in any order, and no other', () => {
    fc.assert(
      fc.property(anyFace, anyGlyphs, (face, glyphs) => {
        const pack = parseFontPack('test', printFontPack(face, glyphs));
        expect({ unitsPerEm: pack.unitsPerEm, ascentUnits: pack.ascentUnits, descentUnits: pack.descentUnits }).toEqual(face);
        expect([...pack.codePoints]).toEqual(glyphs.map((glyph) => glyph.codePoint).toSorted((a, b) => a - b));
        for (const { codePoint, ...written } of glyphs) {
          const { advance, ...read } = pack.glyph(codePoint) ?? { advance: Number.NaN };
          expect(read).toEqual(written);
          expect(advance).toBe(Math.round((written.advanceUnits * 1000) / face.unitsPerEm));
          if (!glyphs.some((glyph) => glyph.codePoint === codePoint + 1)) expect(pack.glyph(codePoint + 1)).toBeUndefined();
        }
      }),
    );
  });

  it('prints the same bytes whatever the order of its glyphs', () => {
    fc.assert(
      fc.property(anyFace, anyGlyphs, (face, glyphs) => {
        expect(printFontPack(face, glyphs.toReversed())).toEqual(printFontPack(face, glyphs));
      }),
    );
  });

  it('keeps one copy of equal outlines', () => {
    const face = { unitsPerEm: 500, ascentUnits: 440, descentUnits: -60 };
    const record = new Uint8Array(100).fill(7);
    const glyph = { record, advanceUnits: 500, leftBearingUnits: 0, points: 4, contours: 1 };
    const one = printFontPack(face, [{ ...glyph, codePoint: 1 }]).length;
    expect(
      printFontPack(
        face,
        [1, 2].map((codePoint) => ({ ...glyph, codePoint })),
      ).length,
    ).toBe(one + 18);
  });

  it('refuses bytes that are cut short, grown or of another kind', () => {
    const bytes = printFontPack({ unitsPerEm: 500, ascentUnits: 440, descentUnits: -60 }, []);
    expect(() => parseFontPack('cut', bytes.subarray(0, 20))).toThrow();
    expect(() => parseFontPack('grown', new Uint8Array([...bytes, 0]))).toThrow();
    expect(() =>
      parseFontPack(
        'other',
        bytes.map((byte) => byte ^ 1),
      ),
    ).toThrow();
  });
});

describe('a glyph record', () => {
  const coordinate = fc.integer({ min: -2000, max: 2000 });
  const straightContour = fc.array(fc.record({ x: coordinate, y: coordinate, onCurve: fc.constant(true) }), {
    minLength: 3,
    maxLength: 30,
  });

  it('has an even length and reads back to the points it was printed from', () => {
    fc.assert(
      fc.property(fc.array(straightContour, { minLength: 1, maxLength: 6 }), (contours) => {
        const printed = printGlyphRecord(contours);
        expect(printed.record.length % 2).toBe(0);
        expect(printed.points).toBe(contours.flat().length);
        expect(printed.contours).toBe(contours.length);
        expect(printed.leftBearingUnits).toBe(Math.min(...contours.flat().map(({ x }) => x)));
        const read = readContours(printed.record);
        const wanted = contours.map((contour) => [...contour, contour[0]].map((point) => ({ x: point?.x, y: point?.y })));
        expect(read.map((contour) => contour.map(({ x, y }) => ({ x, y })))).toEqual(wanted);
      }),
    );
  });

  it('is empty for a blank glyph', () => {
    expect(printGlyphRecord([])).toMatchObject({ points: 0, contours: 0, leftBearingUnits: 0 });
    expect(printGlyphRecord([]).record).toHaveLength(0);
  });
});
