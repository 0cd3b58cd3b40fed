import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openFontFile, printFontFile, type Repack } from '../../src/pdf/font-file.ts';
import { parseFontPack, printFontPack, reprintFontPack } from '../../src/pdf/font-pack.ts';
import { anyFace, anyGlyphs } from './any-glyphs.ts';

/** Stands for a compressor: what it returns is longer, and of no use until it is undone. */
const wrap: Repack = (bytes) => Uint8Array.from([0xaa, ...bytes.map((byte) => byte ^ 0x5a)]);
const unwrap: Repack = (bytes) => bytes.subarray(1).map((byte) => byte ^ 0x5a);
const isCommon = (codePoint: number): boolean => codePoint % 3 === 0;
const reader =
  (file: Uint8Array) =>
  (start: number, end: number): Uint8Array =>
    file.subarray(start, end);

describe('a font file', () => {
  it('holds every glyph of the pack it was printed from, and no other', () => {
    fc.assert(
      fc.property(anyFace, anyGlyphs, (face, glyphs) => {
        const printed = printFontPack(face, glyphs);
        const file = printFontFile(parseFontPack('test', printed), isCommon, wrap);
        const opened = openFontFile('test', reader(file), unwrap);
        expect(reprintFontPack(opened)).toEqual(printed);
        expect(opened.glyph(0)).toBeUndefined();
      }),
    );
  });

  it('reads only the blocks of the characters that are asked for', () => {
    const glyphs = Array.from({ length: 3000 }, (_, i) => ({
      codePoint: 0x4e00 + i,
      record: Uint8Array.from({ length: 400 }, (_byte, k) => (i >> ((k % 2) * 8)) & 0xff),
      advanceUnits: 500,
      leftBearingUnits: 0,
      points: 1,
      contours: 1,
    }));
    const pack = parseFontPack('test', printFontPack({ unitsPerEm: 500, ascentUnits: 400, descentUnits: -100 }, glyphs));
    const file = printFontFile(pack, (codePoint) => codePoint < 0x4e80, wrap);
    let bytesRead = 0;
    const opened = openFontFile(
      'test',
      (start, end) => {
        bytesRead += end - start;
        return file.subarray(start, end);
      },
      unwrap,
    );
    const afterOpening = bytesRead;
    expect(opened.glyph(0x4e01)?.record).toEqual(glyphs[1]?.record);
    expect(opened.glyph(0x4e02)?.record).toEqual(glyphs[2]?.record);
    expect(bytesRead - afterOpening).toBeGreaterThan(0);
    expect(bytesRead - afterOpening).toBeLessThan(60_000);
    expect(opened.glyph(0x3000)).toBeUndefined();
  });

  it('is refused when it is something else, or cut short', () => {
    const pack = parseFontPack('test', printFontPack({ unitsPerEm: 500, ascentUnits: 400, descentUnits: -100 }, []));
    const file = printFontFile(pack, isCommon, wrap);
    expect(() => openFontFile('else', reader(printFontPack(pack, [])), unwrap)).toThrow();
    expect(() => openFontFile('empty', reader(new Uint8Array(0)), unwrap)).toThrow();
    const longer = file.slice();
    longer[15] = 1;
    expect(() => openFontFile('cut', reader(longer), unwrap)).toThrow();
  });
});
