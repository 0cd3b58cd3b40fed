/** The annex's pages as PDF objects: the same bytes for every agreement that has the same template and annex. */
import type { Annex } from '../agreement/annex.ts';
import { fromLatin1 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { makeByteSink } from '../pdf/byte-sink.ts';
import { deflate } from '../pdf/deflate.ts';
import { streamBody } from '../pdf/font-subset.ts';
import { OBJECT_TAIL, objectHead } from '../pdf/objects.ts';
import { annexBlocks } from './annex-blocks.ts';
import { type Encode, makeGlyphSet } from './glyph-set.ts';
import type { LockedTemplate } from './locked-template.ts';
import { annexParentKey, OBJECTS } from './object-numbers.ts';
import { printPages } from './page-content.ts';
import { PAGE_HEIGHT_MPT, PAGE_WIDTH_MPT } from './page-geometry.ts';
import { paginate } from './paginate.ts';
import { structureObjects } from './structure-objects.ts';

export interface AnnexPages {
  /** All objects laid end to end. */
  readonly bytes: Uint8Array;
  /** Object numbers, and where in `bytes` each begins. */
  readonly offsets: readonly (readonly [number, number])[];
  readonly pageObjects: readonly number[];
  /** Entries `key [owners]` for the parent tree. */
  readonly parents: readonly string[];
  /** First object number behind the annex. */
  readonly endObject: number;
}

const MAX_CACHED = 64;
const caches = new WeakMap<LockedTemplate, Map<string, AnnexPages>>();
const sameAnnex = new WeakMap<LockedTemplate, { annex: Annex; pages: AnnexPages }>();

/** @throws AppError GLYPH_MISSING for a clause with a character no face can draw */
export function annexPages(template: LockedTemplate, annex: Annex): AnnexPages {
  const last = sameAnnex.get(template);
  if (last?.annex === annex) return last.pages;
  const pages = cachedPages(template, annex);
  sameAnnex.set(template, { annex, pages });
  return pages;
}

function cachedPages(template: LockedTemplate, annex: Annex): AnnexPages {
  const cache = caches.get(template) ?? new Map<string, AnnexPages>();
  caches.set(template, cache);
  const key = toCanonicalJson({ title: annex.title, clauses: annex.clauses });
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = layOutAnnex(template, annex);
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, made);
  return made;
}

function layOutAnnex(template: LockedTemplate, annex: Annex): AnnexPages {
  const own = makeGlyphSet(template.fonts, 'body', 'FA');
  const encode: Encode = (face, codePoint) =>
    (face === 'head' ? template.headGlyphs : template.bodyGlyphs).find(codePoint) ?? own.add(codePoint);
  const advanceOf = (codePoint: number): number => template.fonts.song.glyph(codePoint)?.advance ?? 1000;
  const laidOut = paginate(annexBlocks(annex), template.toItems);
  const footer = (page: number): string => `附件 第 ${page + 1} 页，共 ${laidOut.pageCount} 页`;
  const contents = printPages(laidOut, encode, { header: template.mark, footer }, advanceOf);

  const firstPage = template.firstFreeObject;
  const pageObject = (page: number): number => firstPage + page * 2;
  const firstElement = firstPage + laidOut.pageCount * 2;
  const structure = structureObjects(laidOut, firstElement, OBJECTS.annexSection, pageObject);

  const objects: [number, Uint8Array][] = [
    [OBJECTS.annexSection, fromLatin1(`<</S/Sect/P ${OBJECTS.documentElement} 0 R/K${structure.kids}>>`)],
    [OBJECTS.annexResources, annexResources(own.size() > 0)],
  ];
  if (own.size() > 0) {
    own.objects(OBJECTS.annexFont, 'SFANNX+SanfangSong', 'whole').forEach((body, i) => {
      objects.push([OBJECTS.annexFont + i, body]);
    });
  }
  contents.forEach((content, page) => {
    objects.push([
      pageObject(page),
      fromLatin1(
        `<</Type/Page/Parent ${OBJECTS.pages} 0 R/MediaBox[0 0 ${PAGE_WIDTH_MPT / 1000} ${PAGE_HEIGHT_MPT / 1000}]/StructParents ${annexParentKey(template.pageCount, page)}/Tabs/S/Resources ${OBJECTS.annexResources} 0 R/Contents ${pageObject(page) + 1} 0 R>>`,
      ),
    ]);
    objects.push([pageObject(page) + 1, streamBody('/Filter/FlateDecode', deflate(fromLatin1(content)))]);
  });
  structure.bodies.forEach((body, i) => {
    objects.push([firstElement + i, body]);
  });
  const sink = makeByteSink(0);
  const offsets = objects
    .sort(([a], [b]) => a - b)
    .map(([number, body]): [number, number] => {
      const offset = sink.position();
      sink.text(objectHead(number));
      sink.bytes(body);
      sink.text(OBJECT_TAIL);
      return [number, offset];
    });
  return {
    bytes: sink.taken(),
    offsets,
    pageObjects: contents.map((_, page) => pageObject(page)),
    parents: structure.parents.map((list, page) => `${annexParentKey(template.pageCount, page)} ${list}`),
    endObject: firstElement + structure.bodies.length,
  };
}

const annexResources = (ownFont: boolean): Uint8Array =>
  fromLatin1(`<</Font<</F1 ${OBJECTS.bodyFont} 0 R/FH ${OBJECTS.headFont} 0 R${ownFont ? `/FA ${OBJECTS.annexFont} 0 R` : ''}>>>>`);
