/** Pages behind the body as PDF objects: the same layout, structure and furniture for annex and overflow alike. */
import { fromLatin1 } from '../bytes.ts';
import { deflate } from '../pdf/deflate.ts';
import { streamBody } from '../pdf/font-subset.ts';
import type { Face } from './font-library.ts';
import type { Encode, GlyphSet } from './glyph-set.ts';
import type { LockedTemplate } from './locked-template.ts';
import { furnitureOf } from './margin-lines.ts';
import { OBJECTS } from './object-numbers.ts';
import { printPages } from './page-content.ts';
import { PAGE_HEIGHT_MPT, PAGE_WIDTH_MPT } from './page-geometry.ts';
import { paginate } from './paginate.ts';
import { structureObjects } from './structure-objects.ts';
import type { Block } from './template-document.ts';

export interface AppendedPages {
  /** Object numbers and bodies: pages, contents and structure elements. */
  readonly objects: readonly (readonly [number, Uint8Array])[];
  readonly pageObjects: readonly number[];
  /** Entries `key [owners]` for the parent tree. */
  readonly parents: readonly string[];
  /** First object number behind them. */
  readonly endObject: number;
}

export interface Appendage {
  readonly blocks: readonly Block[];
  /** Take every character that the template's own fonts do not draw. */
  readonly glyphs: Readonly<Record<Face, GlyphSet>>;
  readonly firstObject: number;
  readonly sectionObject: number;
  readonly resourcesObject: number;
  /** Parent tree key of the first page. */
  readonly firstParentKey: number;
  /** Words before 第 n 页 in the footer. */
  readonly footerName: string;
  /** Operators behind the content of the last page. */
  readonly lastly: string;
}

/** @throws AppError GLYPH_MISSING for a character no face can draw */
export function appendPages(template: LockedTemplate, appendage: Appendage): AppendedPages {
  const { glyphs, firstObject, sectionObject, resourcesObject, firstParentKey, footerName } = appendage;
  const encode: Encode = (face, codePoint) =>
    (face === 'head' ? template.headGlyphs : template.bodyGlyphs).find(codePoint) ?? glyphs[face].add(codePoint);
  const advanceOf = (codePoint: number): number => template.fonts.song.glyph(codePoint)?.advance ?? 1000;
  const laidOut = paginate(appendage.blocks, template.toItems);
  const footer = (page: number): string => `${footerName} 第 ${page + 1} 页，共 ${laidOut.pageCount} 页`;
  const contents = printPages(laidOut, encode, furnitureOf(template.mark, footer, undefined, laidOut), advanceOf);
  const pageObject = (page: number): number => firstObject + page * 2;
  const firstElement = firstObject + laidOut.pageCount * 2;
  const structure = structureObjects(laidOut, firstElement, sectionObject, pageObject);

  const objects: (readonly [number, Uint8Array])[] = [
    [sectionObject, fromLatin1(`<</S/Sect/P ${OBJECTS.documentElement} 0 R/K${structure.kids}>>`)],
  ];
  contents.forEach((printed, page) => {
    const content = page === contents.length - 1 ? printed + appendage.lastly : printed;
    const body = `<</Type/Page/Parent ${OBJECTS.pages} 0 R/MediaBox[0 0 ${PAGE_WIDTH_MPT / 1000} ${PAGE_HEIGHT_MPT / 1000}]/StructParents ${firstParentKey + page}/Tabs/S/Resources ${resourcesObject} 0 R/Contents ${pageObject(page) + 1} 0 R>>`;
    objects.push([pageObject(page), fromLatin1(body)]);
    objects.push([pageObject(page) + 1, streamBody('/Filter/FlateDecode', deflate(fromLatin1(content)))]);
  });
  structure.bodies.forEach((body, i) => {
    objects.push([firstElement + i, body]);
  });
  return {
    objects,
    pageObjects: contents.map((_, page) => pageObject(page)),
    parents: structure.parents.map((list, page) => `${firstParentKey + page} ${list}`),
    endObject: firstElement + structure.bodies.length,
  };
}
