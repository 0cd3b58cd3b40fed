import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLatin1 } from '../../src/bytes.ts';
import { AppError } from '../../src/errors.ts';
import { deflate, inflateExactly } from '../../src/pdf/deflate.ts';
import { readPng } from '../../src/pdf/png.ts';
import { parseSealImage, SEAL_MAX_BYTES, sealImageFromPng, sealImageObjects } from '../../src/pdf/seal-image.ts';
import { chunk, fakeSeal, PNG_SIGNATURE, pngFile, rowsOf, sealPng } from './fake-seal.ts';

const codeOf = (png: Uint8Array): string => {
  try {
    sealImageFromPng(png);
    return '';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const rows = (edge: number) => rowsOf(edge, edge, fakeSeal(edge));
const sound = pngFile({ width: 200, height: 200, rows: rows(200) });
/** Signature of 8, length and name of 8, header of 13, checksum of 4. */
const HEADER_END = 33;

describe('a PNG', () => {
  it('is read pixel by pixel, whatever filter its rows were stored with', () => {
    const edge = 24;
    const plain = rows(edge);
    const want = readPng(pngFile({ width: edge, height: edge, rows: plain })).rgba;
    expect([...want]).toEqual(plain.flatMap((row) => [...row]));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: edge, maxLength: edge }), (filters) => {
        const filtered = plain.map((row, y) =>
          row.map((value, x) => {
            const left = x >= 4 ? (row[x - 4] ?? 0) : 0;
            const up = plain[y - 1]?.[x] ?? 0;
            const corner = x >= 4 ? (plain[y - 1]?.[x - 4] ?? 0) : 0;
            const guess = left + up - corner;
            const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
            const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
            return value - ([0, left, up, (left + up) >> 1, paeth][filters[y] ?? 0] ?? 0);
          }),
        );
        expect(readPng(pngFile({ width: edge, height: edge, rows: filtered, filters })).rgba).toEqual(want);
      }),
      { numRuns: 30 },
    );
  });

  it('may have a palette with transparent entries, or grey with opacity', () => {
    const palette = chunk('PLTE', Uint8Array.of(0, 0, 0, 214, 20, 28));
    const indexed = { width: 8, height: 1, colour: 3, depth: 1, rows: [Uint8Array.of(0b01010101)] };
    const { rgba } = readPng(pngFile({ ...indexed, before: [palette, chunk('tRNS', Uint8Array.of(0))] }));
    expect([...rgba.subarray(0, 8)]).toEqual([0, 0, 0, 0, 214, 20, 28, 255]);
    expect([...readPng(pngFile({ width: 1, height: 1, colour: 4, rows: [Uint8Array.of(90, 17)] })).rgba]).toEqual([90, 90, 90, 17]);
  });
});

describe('the picture of a seal', () => {
  it('is the same whatever a file says beside its pixels, and carries none of it', () => {
    const edge = 300;
    const notes = [chunk('tEXt', text('Author\0somebody')), chunk('gAMA', Uint8Array.of(0, 0, 1, 0)), chunk('eXIf', text('MM'))];
    const noted = sealImageFromPng(pngFile({ width: edge, height: edge, rows: rows(edge), before: notes }));
    expect(noted).toEqual(sealImageFromPng(sealPng(edge)));
  });

  it('is cut to the ink, so that its size on paper is the size of the seal', () => {
    expect(sealImageFromPng(sealPng(300, 40))).toMatchObject({ widthPx: 220, heightPx: 220 });
  });

  it('is brought to 400 pixels at most and never enlarged', () => {
    expect(sealImageFromPng(sealPng(900))).toMatchObject({ widthPx: 400, heightPx: 400 });
    expect(sealImageFromPng(sealPng(200))).toMatchObject({ widthPx: 200, heightPx: 200 });
  });

  it('keeps colour and opacity to a sixteenth, and nothing where it is clear', () => {
    const image = sealImageFromPng(sealPng(200, 0, [255, 0, 0, 255]));
    const colour = inflateExactly(image.colour, (200 * 200 * 3) / 2);
    const opacity = inflateExactly(image.opacity, (200 * 200) / 2);
    const at = (100 * 200 + 100) / 2;
    expect([...(colour?.subarray(at * 3, at * 3 + 3) ?? [])]).toEqual([0xf0, 0x0f, 0x00]);
    expect(opacity?.[at]).toBe(0xff);
    expect(opacity?.[0]).toBe(0);
    expect([...(colour?.subarray(0, 3) ?? [])]).toEqual([0, 0, 0]);
  });

  it('is an image with a soft mask, in device colour, without smoothing', () => {
    const [colour, opacity] = sealImageObjects(sealImageFromPng(sealPng()), 77).map((body) => toLatin1(body));
    expect(colour).toContain('/Subtype/Image/Width 300/Height 300/ColorSpace/DeviceRGB/BitsPerComponent 4/Filter/FlateDecode/SMask 77 0 R');
    expect(opacity).toContain('/ColorSpace/DeviceGray/BitsPerComponent 4');
    expect(`${colour}${opacity}`).not.toContain('Interpolate');
  });

  it('is read back from its own streams and from no others', () => {
    const image = sealImageFromPng(sealPng(220));
    expect(parseSealImage(image)).toEqual(image);
    const other = (change: object) => parseSealImage({ ...image, ...change });
    expect(other({ widthPx: 218 })).toBeUndefined();
    expect(other({ widthPx: 219 })).toBeUndefined();
    expect(other({ colour: Uint8Array.of(...image.colour, 0) })).toBeUndefined();
    expect(other({ colour: image.colour.subarray(1) })).toBeUndefined();
    const raw = inflateExactly(image.colour, (220 * 220 * 3) / 2) ?? new Uint8Array();
    const stained = raw.slice();
    stained[0] = 0xf0;
    expect(other({ colour: deflate(stained) }), 'colour where nothing is seen').toBeUndefined();
    expect(other({ opacity: deflate(new Uint8Array(1 << 20)) }), 'more than its pixels').toBeUndefined();
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['another kind of file', text('%PDF-1.7')],
    ['half a file', sealPng().subarray(0, 400)],
    ['a damaged file', sealPng().map((byte, i) => (i === 60 ? byte ^ 1 : byte))],
    ['something behind the picture', pngFile({ width: 200, height: 200, rows: rows(200), after: text('PK') })],
    ['a chunk that has to be understood', pngFile({ width: 200, height: 200, rows: rows(200), before: [chunk('ABCD', text('x'))] })],
    ['a header that is not the first', Uint8Array.from([...PNG_SIGNATURE, ...chunk('tEXt', text('x')), ...sound.subarray(8)])],
    ['a header alone', Uint8Array.from([...sound.subarray(0, HEADER_END), ...chunk('IEND', new Uint8Array())])],
    [
      'a header that is too long',
      Uint8Array.from([...PNG_SIGNATURE, ...chunk('IHDR', Uint8Array.from([...sound.subarray(16, 29), 0])), ...sound.subarray(HEADER_END)]),
    ],
    [
      'an unknown way to compress',
      Uint8Array.from([...PNG_SIGNATURE, ...chunk('IHDR', sound.slice(16, 29).with(10, 1)), ...sound.subarray(HEADER_END)]),
    ],
    ['an animation', pngFile({ width: 200, height: 200, rows: rows(200), before: [chunk('acTL', new Uint8Array(8))] })],
    ['interlaced rows', pngFile({ width: 200, height: 200, rows: rows(200), interlace: 1 })],
    ['16 bits a colour', pngFile({ width: 200, height: 200, rows: rows(200), depth: 16 })],
    ['more pixels than its data', pngFile({ width: 200, height: 201, rows: rows(200) })],
    ['more data than its pixels', pngFile({ width: 200, height: 199, rows: rows(200) })],
    ['a header that promises a giant', pngFile({ width: 100_000, height: 100_000, rows: rows(10) })],
    ['an unknown filter', pngFile({ width: 200, height: 200, rows: rows(200), filters: [9] })],
    [
      'an entry that the palette lacks',
      pngFile({ width: 8, height: 1, colour: 3, rows: [new Uint8Array(8).fill(7)], before: [chunk('tRNS', new Uint8Array(1))] }),
    ],
    ['an empty picture', pngFile({ width: 200, height: 200, rows: rowsOf(200, 200, () => [0, 0, 0, 0]) })],
    ['a seal too small to print', sealPng(120)],
    ['only a signature', PNG_SIGNATURE],
  ])('is refused for %s', (_, png) => {
    expect(codeOf(png)).toBe('SEAL_IMAGE_UNREADABLE');
  });

  it('is refused when its ground is not transparent', () => {
    expect(codeOf(pngFile({ width: 200, height: 200, rows: rowsOf(200, 200, () => [255, 255, 255, 255]) }))).toBe('SEAL_IMAGE_OPAQUE');
    expect(codeOf(pngFile({ width: 200, height: 200, colour: 2, rows: rowsOf(200, 200, () => [214, 20, 28]) }))).toBe('SEAL_IMAGE_OPAQUE');
  });

  it('is refused when it is mere noise', () => {
    let seed = 1;
    const noise = (): number => {
      seed = (seed * 48271) % 0x7fffffff;
      return seed >> 8;
    };
    const speckled = rowsOf(500, 500, () => [noise() & 255, noise() & 255, noise() & 255, noise() % 3 === 0 ? 0 : noise() & 255]);
    expect(codeOf(pngFile({ width: 500, height: 500, rows: speckled }))).toBe('SEAL_IMAGE_TOO_DETAILED');
    expect(SEAL_MAX_BYTES).toBeLessThan(50_000);
  });
});
