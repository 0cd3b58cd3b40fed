import { describe, expect, it } from 'vitest';
import { readPng } from '../../src/pdf/png.ts';
import { sealImageFromPng } from '../../src/pdf/seal-image.ts';
import { keptSeal, previewSeal, readOwnSeal, showOwnSeal } from '../../src/template/own-seal.ts';
import { fakeSeal, pngFile, rowsOf, sealPng } from '../pdf/fake-seal.ts';
import { openSample } from '../peers/signed-files.ts';

const template = openSample();
const image = readOwnSeal(sealPng(260));

describe('the picture that an organisation is shown', () => {
  it('has the pixels that will stand in the file', () => {
    const shown = readPng(showOwnSeal(image));
    expect([shown.width, shown.height]).toEqual([260, 260]);
    expect(sealImageFromPng(showOwnSeal(image)).sha256).toBe(image.sha256);
  });

  it('stays the same through shades of colour and of opacity', () => {
    const shade = (x: number, y: number) => fakeSeal(240, 0, [(x * 7) & 255, (y * 5) & 255, 60, 40 + ((x + y) % 200)])(x, y);
    const shaded = readOwnSeal(pngFile({ width: 240, height: 240, rows: rowsOf(240, 240, shade) }));
    expect(sealImageFromPng(showOwnSeal(shaded)).sha256).toBe(shaded.sha256);
  });
});

describe('a kept seal', () => {
  it('is read back as it was, and not when a byte of it has changed', () => {
    expect(keptSeal(image, image.sha256)).toEqual(image);
    const colour = image.colour.slice();
    colour[9] = (colour[9] ?? 0) ^ 1;
    expect(() => keptSeal({ ...image, colour }, image.sha256)).toThrow('damaged');
    expect(() => keptSeal({ ...image, widthPx: 130, heightPx: 520 }, image.sha256)).toThrow('damaged');
  });
});

describe('the place that an organisation is shown', () => {
  it.each(['unit', 'school'] as const)('of the %s has every size in its true proportion, inside, with the name beside it', (role) => {
    const preview = previewSeal(template, role, image);
    if (preview === undefined) throw new Error('no place');
    expect(preview.sizes.map(({ diameterMm }) => diameterMm)).toEqual([38, 40, 42, 45]);
    expect(preview.words.length).toBeGreaterThan(0);
    for (const { diameterMm, at } of preview.sizes) {
      if (at === null) throw new Error('no room');
      expect(at.seal.width).toBeCloseTo(diameterMm, 1);
      expect(at.seal.x).toBeGreaterThanOrEqual(0);
      expect(at.seal.y).toBeGreaterThanOrEqual(0);
      expect(at.seal.x + at.seal.width).toBeLessThanOrEqual(preview.widthMm);
      expect(at.seal.y + at.seal.height).toBeLessThanOrEqual(preview.heightMm);
      expect(at.name.x).toBeGreaterThanOrEqual(at.seal.x + at.seal.width);
    }
  });

  it('says which sizes have no room', () => {
    const narrow = template.signaturePlaces.map((place) => ({ ...place, box: { ...place.box, rightMpt: place.box.leftMpt + 230_000 } }));
    const sizes = previewSeal({ ...template, signaturePlaces: narrow }, 'unit', image)?.sizes ?? [];
    expect(sizes.some(({ at }) => at === null)).toBe(true);
  });
});
