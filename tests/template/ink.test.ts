/** Two renderers we did not write draw the pages, and the ink is compared with the outlines of the font packs. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AgreementData, parseAgreementData } from '../../src/agreement/agreement-data.ts';
import { glyphOf } from '../../src/template/font-library.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { PAGE_HEIGHT_MPT } from '../../src/template/page-geometry.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { makeSignedFolder } from '../peers/signed-files.ts';
import { constantGlyphs, type PlacedGlyph } from './constant-glyphs.ts';
import { drawOutline, inkOf } from './outline.ts';
import { coarse, crop, difference, drawPage, type Picture, RENDERERS, type Renderer } from './renderings.ts';

/** Rare names of the roster, an Ext A, Ext B and Ext E character, strokes few and many. */
const CHARACTERS = [...'䶮㛃𬱖一龘𠀀𠮷𫝈'];
const GLYPH_DPI = 300;
const PAGE_DPI = 120;
/** Below this a drawn glyph is taken for another one, or for none. */
const ALIKE = 0.5;
/** Values are drawn in `0 0 .35 rg`: so dark is a fully covered pixel. */
const VALUE_DARKNESS = 0.96;

let template: LockedTemplate;
let data: AgreementData;
/** Signed by all: before that, mupdf draws a flag of its own over every empty signature field. */
let signedFile: Uint8Array;
let pageCount: number;
beforeAll(async () => {
  const signed = await makeSignedFolder();
  const [file] = signed.files;
  if (file === undefined) throw new Error('no agreement');
  template = signed.template;
  data = file.data;
  signedFile = new Uint8Array(readFileSync(file.path));
  pageCount = template.pageCount + 1;
  signed.remove();
});

const drawnPages = new Map<string, Picture>();
function pageIn(renderer: Renderer, page: number): Picture {
  const key = `${renderer} ${page}`;
  const picture = drawnPages.get(key) ?? drawPage(renderer, signedFile, page, PAGE_DPI);
  drawnPages.set(key, picture);
  return picture;
}

const withName = (studentName: string): AgreementData =>
  parseAgreementData({ ...data, fields: { ...data.fields, studentName } }, template.fields);

describe('a page', () => {
  it('has the same ink in poppler and mupdf, cell by cell', () => {
    for (let page = 0; page < pageCount; page++) {
      const [poppler, mupdf] = RENDERERS.map((renderer) => coarse(pageIn(renderer, page), 10));
      if (poppler === undefined || mupdf === undefined) throw new Error('two renderers');
      expect([mupdf.width, mupdf.height]).toEqual([poppler.width, poppler.height]);
      expect(difference(poppler.ink, mupdf.ink)).toBeLessThan(0.15);
      expect(inkOf(poppler.ink) / inkOf(mupdf.ink)).toBeGreaterThan(0.95);
      expect(inkOf(poppler.ink) / inkOf(mupdf.ink)).toBeLessThan(1.05);
    }
  });

  it.each(RENDERERS)('shows every glyph of the locked text in %s as its outline', (renderer) => {
    for (let page = 0; page < template.pageCount; page++) {
      const picture = pageIn(renderer, page);
      const glyphs = constantGlyphs(template, page).filter(({ glyph }) => glyph.record.length > 0);
      expect(glyphs.length).toBeGreaterThan(50);
      for (const placed of glyphs) expect(likenessOf(picture, placed), `${placed.character} on page ${page + 1}`).toBeGreaterThan(ALIKE);
    }
  });

  it('would be told apart from a page with other glyphs, or with none', () => {
    const picture = pageIn('poppler', 0);
    const glyphs = constantGlyphs(template, 0).filter(({ glyph }) => glyph.record.length > 200);
    const strangers = glyphs.flatMap((placed, i) => {
      const other = glyphs[(i + 7) % glyphs.length];
      return other === undefined || other.character === placed.character ? [] : [likenessOf(picture, { ...placed, glyph: other.glyph })];
    });
    expect(strangers.length).toBeGreaterThan(50);
    expect(strangers.filter((likeness) => likeness < ALIKE).length / strangers.length).toBeGreaterThan(0.95);
    const empty = { ...picture, ink: new Float32Array(picture.ink.length) };
    for (const placed of glyphs) expect(likenessOf(empty, placed)).toBe(0);
  });
});

/** How alike the outline and what was drawn in its place are: 1 the same, about 0 for strangers, 0 for nothing at all. */
function likenessOf(picture: Picture, { glyph, sizePt, xPt, baselinePt }: PlacedGlyph): number {
  const scale = PAGE_DPI / 72;
  const emPx = sizePt * scale;
  const baseline = (PAGE_HEIGHT_MPT / 1000) * scale - baselinePt * scale;
  const width = Math.ceil((glyph.advance / 1000) * emPx) + 2;
  const height = Math.ceil(emPx) + 2;
  const left = Math.floor(xPt * scale) - 1;
  const top = Math.floor(baseline - emPx * 0.88) - 1;
  const drawn = crop(picture, left, top, width, height).ink;
  const likenessAt = (dx: number, dy: number): number => {
    const placement = { emPx, originX: xPt * scale - left + dx, baselineY: baseline - top + dy };
    return correlation(drawn, drawOutline(glyph.record, template.fonts.song.unitsPerEm, width, height, placement));
  };
  const straight = likenessAt(0, 0);
  if (straight > 0.8) return straight;
  return Math.max(straight, ...[-0.5, 0, 0.5].flatMap((dx) => [-0.5, 0, 0.5].map((dy) => likenessAt(dx, dy))));
}

function correlation(a: Float32Array, b: Float32Array): number {
  const meanA = inkOf(a) / a.length;
  const meanB = inkOf(b) / b.length;
  let both = 0;
  let ownA = 0;
  let ownB = 0;
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB];
    both += da * db;
    ownA += da ** 2;
    ownB += db ** 2;
  }
  return ownA === 0 || ownB === 0 ? 0 : both / Math.sqrt(ownA * ownB);
}

interface Stamped {
  readonly character: string;
  readonly drawn: Float32Array;
  /** The outline of any character on the same grid, where this one's own lies best. */
  outlineOf(other: string): Float32Array;
}

/** Renderers place a glyph on pixels or quarters of pixels as they like. */
const NUDGES_PX = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

/** Draws the characters as a student's name and cuts each out of the page. */
function stampedName(renderer: Renderer, characters: readonly string[]): Stamped[] {
  const placed = template.blanks.find(({ blank }) => blank.kind === 'value' && blank.field === 'studentName');
  if (placed === undefined || placed.blank.kind !== 'value') throw new Error('no blank for the name');
  const emMpt = placed.sizePt * 1000;
  const slack = placed.blank.align === 'center' ? Math.floor((placed.widthMpt - characters.length * emMpt) / 2) : 0;
  const picture = drawPage(renderer, renderRevisionZero(template, withName(characters.join(''))), placed.page, GLYPH_DPI);
  const toPx = (mpt: number): number => (mpt / 72_000) * GLYPH_DPI;
  const emPx = toPx(emMpt);
  const size = Math.ceil(emPx) + 4;
  return characters.map((character, i) => {
    const x = toPx(placed.leftMpt + slack + i * emMpt);
    const baseline = toPx(PAGE_HEIGHT_MPT - placed.baselineMpt);
    const left = Math.floor(x) - 2;
    const top = Math.floor(baseline - emPx * 0.88) - 2;
    const drawn = crop(picture, left, top, size, size).ink.map((value) => value / VALUE_DARKNESS);
    const outlineAt = (what: string, dx: number, dy: number): Float32Array => {
      const glyph = glyphOf(template.fonts, 'body', what.codePointAt(0) ?? 0);
      if (glyph === undefined) throw new Error(`no glyph for ${what}`);
      const placement = { emPx, originX: x - left + dx, baselineY: baseline - top + dy };
      return drawOutline(glyph.record, template.fonts.song.unitsPerEm, size, size, placement);
    };
    const best = NUDGES_PX.flatMap((dx) =>
      NUDGES_PX.map((dy) => ({ dx, dy, off: difference(drawn, outlineAt(character, dx, dy)) })),
    ).reduce((a, b) => (b.off < a.off ? b : a));
    return { character, drawn, outlineOf: (other) => outlineAt(other, best.dx, best.dy) };
  });
}

describe.each(RENDERERS)('a name as %s draws it', (renderer) => {
  let stamped: readonly Stamped[];
  beforeAll(() => {
    stamped = stampedName(renderer, CHARACTERS);
  });

  it('has the ink of the outline of each of its characters', () => {
    for (const { character, drawn, outlineOf } of stamped) {
      const outline = outlineOf(character);
      expect(inkOf(drawn) / inkOf(outline), character).toBeGreaterThan(0.9);
      expect(inkOf(drawn) / inkOf(outline), character).toBeLessThan(1.1);
    }
  });

  it('has that ink in the same place', () => {
    for (const { character, drawn, outlineOf } of stamped) expect(difference(drawn, outlineOf(character)), character).toBeLessThan(0.2);
  });

  it('would be told apart from any other character, a blank and a box', () => {
    for (const { character, drawn, outlineOf } of stamped) {
      for (const other of CHARACTERS.filter((candidate) => candidate !== character)) {
        expect(difference(drawn, outlineOf(other)), `${character} and ${other}`).toBeGreaterThan(0.5);
      }
      expect(difference(new Float32Array(drawn.length), outlineOf(character))).toBeGreaterThan(0.9);
      expect(difference(drawn, outlineOf('□')), `${character} and a box`).toBeGreaterThan(0.5);
    }
  });
});
