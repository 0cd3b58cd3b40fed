import { beforeAll, describe, expect, it } from 'vitest';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { SAMPLE_MARK } from '../../src/template/locked-template.ts';
import { PAGE_WIDTH_MPT, TEXT_BOTTOM_MPT, TEXT_LEFT_MPT, TEXT_TOP_MPT, TEXT_WIDTH_MPT } from '../../src/template/page-geometry.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { openSample } from '../peers/signed-files.ts';
import { constantGlyphs, type PlacedGlyph } from './constant-glyphs.ts';
import { fixedAgreements } from './print-revisions.ts';

let template: LockedTemplate;
let pages: readonly (readonly PlacedGlyph[])[];
beforeAll(() => {
  template = openSample();
  pages = Array.from({ length: template.pageCount }, (_, page) => constantGlyphs(template, page));
});

const isFurniture = ({ baselinePt }: PlacedGlyph): boolean => baselinePt * 1000 > TEXT_TOP_MPT || baselinePt * 1000 < TEXT_BOTTOM_MPT;
const textOf = (glyphs: readonly PlacedGlyph[]): string => glyphs.map(({ character }) => character).join('');

describe('the pages of the sample', () => {
  it('say on each of them what they are, and which page of how many', () => {
    pages.forEach((glyphs, page) => {
      expect(textOf(glyphs.filter(isFurniture))).toBe(`${SAMPLE_MARK}第 ${page + 1} 页，共 ${template.pageCount} 页`);
    });
  });

  it('keep every line of text within the measure, but for the half em of a hanging mark', () => {
    for (const glyphs of pages) {
      for (const { character, glyph, sizePt, xPt } of glyphs.filter((placed) => !isFurniture(placed))) {
        const right = (xPt + (glyph.advance * sizePt) / 1000) * 1000;
        expect(xPt * 1000, character).toBeGreaterThanOrEqual(TEXT_LEFT_MPT - 1);
        expect(right, character).toBeLessThanOrEqual(TEXT_LEFT_MPT + TEXT_WIDTH_MPT + sizePt * 500 + 1);
      }
    }
  });

  it('centre the mark and the page number', () => {
    for (const glyphs of pages) {
      for (const line of [
        glyphs.slice(0, [...SAMPLE_MARK].length),
        glyphs.slice(glyphs.findLastIndex((placed) => placed.character === '第')),
      ]) {
        const last = line.at(-1);
        const right = (last?.xPt ?? 0) + ((last?.glyph.advance ?? 0) * (last?.sizePt ?? 0)) / 1000;
        expect((line[0]?.xPt ?? 0) + right).toBeCloseTo(PAGE_WIDTH_MPT / 1000, 1);
      }
    }
  });

  it('leave blanks and signature boxes free of text', () => {
    for (const { page, leftMpt, widthMpt, baselineMpt, blank } of template.blanks) {
      if (blank.kind === 'choice') continue;
      const inside = (pages[page] ?? []).filter(
        ({ xPt, baselinePt }) =>
          Math.abs(baselinePt * 1000 - baselineMpt) < 2_000 && xPt * 1000 > leftMpt - 1 && xPt * 1000 < leftMpt + widthMpt - 1,
      );
      expect(textOf(inside)).toBe('');
    }
    for (const { box, page } of template.signaturePlaces) {
      const inside = (pages[page] ?? []).filter(
        ({ xPt, baselinePt }) =>
          xPt * 1000 > box.leftMpt && xPt * 1000 < box.rightMpt && baselinePt * 1000 > box.bottomMpt && baselinePt * 1000 < box.topMpt,
      );
      expect(textOf(inside)).toBe('');
    }
  });

  it('are the first bytes of every agreement, whatever its values', () => {
    for (const data of Object.values(fixedAgreements(template))) {
      const bytes = renderRevisionZero(template, data);
      expect(Buffer.from(bytes.subarray(0, template.prefix.length)).equals(template.prefix)).toBe(true);
    }
  });
});
