/** The annex's pages as bytes: the same for every agreement that has the same template and annex, hence made once. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import type { Annex } from '../agreement/annex.ts';
import { fromLatin1 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { makeByteSink } from '../pdf/byte-sink.ts';
import { OBJECT_TAIL, objectHead } from '../pdf/objects.ts';
import { amendmentBlocks, annexBlocks } from './annex-blocks.ts';
import { type AppendedPages, appendPages } from './appended-pages.ts';
import { makeGlyphSet } from './glyph-set.ts';
import type { LockedTemplate } from './locked-template.ts';
import { appendedParentKey, OBJECTS } from './object-numbers.ts';
import type { Block } from './template-document.ts';
import { DRAW_VERIFY_MARK, VERIFY_MARK_RESOURCE } from './verify-mark.ts';

export interface AnnexPages extends Omit<AppendedPages, 'objects'> {
  /** All objects laid end to end. */
  readonly bytes: Uint8Array;
  /** Object numbers, and where in `bytes` each begins. */
  readonly offsets: readonly (readonly [number, number])[];
}

const MAX_CACHED = 64;
const caches = new WeakMap<LockedTemplate, Map<string, AnnexPages>>();
const sameAnnex = new WeakMap<LockedTemplate, { annex: Annex; marked: Marked; pages: AnnexPages }>();

/** Whether the last page bears the code that leads to the verify page. */
export type Marked = 'marked' | 'unmarked';

/**
 * Annex, and before it what an amendment says of the agreement that it changes; null where there is neither.
 * @throws AppError GLYPH_MISSING for a clause with a character no face can draw
 */
export function annexPages(template: LockedTemplate, { annex, refersTo, fields }: AgreementData, marked: Marked): AnnexPages | null {
  if (refersTo !== undefined && refersTo.kind !== 'consent') {
    const behind = annex === null ? [] : [{ kind: 'pageBreak' } as const, ...annexBlocks(annex)];
    return layOutAnnex(template, [...amendmentBlocks(refersTo, fields), ...behind], marked);
  }
  if (annex === null) return null;
  const last = sameAnnex.get(template);
  if (last?.annex === annex && last.marked === marked) return last.pages;
  const pages = cachedPages(template, annex, marked);
  sameAnnex.set(template, { annex, marked, pages });
  return pages;
}

function cachedPages(template: LockedTemplate, annex: Annex, marked: Marked): AnnexPages {
  const cache = caches.get(template) ?? new Map<string, AnnexPages>();
  caches.set(template, cache);
  const key = toCanonicalJson({ title: annex.title, clauses: annex.clauses, marked });
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = layOutAnnex(template, annexBlocks(annex), marked);
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, made);
  return made;
}

function layOutAnnex(template: LockedTemplate, blocks: readonly Block[], marked: Marked): AnnexPages {
  const glyphs = { body: makeGlyphSet(template.fonts, 'body', 'FA'), head: makeGlyphSet(template.fonts, 'head', 'FB') };
  const { objects, ...pages } = appendPages(template, {
    blocks,
    glyphs,
    firstObject: template.firstFreeObject,
    sectionObject: OBJECTS.annexSection,
    resourcesObject: OBJECTS.annexResources,
    firstParentKey: appendedParentKey(template.pageCount, 0),
    // Of glyphs that every template has: the furniture of a page is drawn in one font.
    footerName: '附件',
    lastly: marked === 'marked' ? DRAW_VERIFY_MARK : '',
  });
  const body = glyphs.body.size() === 0 ? [] : glyphs.body.objects(OBJECTS.annexFont, 'SFANNX+SanfangSong');
  const head = glyphs.head.size() === 0 ? [] : glyphs.head.objects(OBJECTS.annexHeadFont, 'SFANNH+SanfangHei');
  const fonts = `/F1 ${OBJECTS.bodyFont} 0 R/FH ${OBJECTS.headFont} 0 R${body.length > 0 ? `/FA ${OBJECTS.annexFont} 0 R` : ''}${head.length > 0 ? `/FB ${OBJECTS.annexHeadFont} 0 R` : ''}`;
  const resources = `<</Font<<${fonts}>>${marked === 'marked' ? VERIFY_MARK_RESOURCE : ''}>>`;
  const all = [...objects, [OBJECTS.annexResources, fromLatin1(resources)] as const];
  for (const [i, bytes] of body.entries()) all.push([OBJECTS.annexFont + i, bytes]);
  for (const [i, bytes] of head.entries()) all.push([OBJECTS.annexHeadFont + i, bytes]);
  const sink = makeByteSink(0);
  const offsets = all
    .sort(([a], [b]) => a - b)
    .map(([number, bytes]): [number, number] => {
      const offset = sink.position();
      sink.text(objectHead(number));
      sink.bytes(bytes);
      sink.text(OBJECT_TAIL);
      return [number, offset];
    });
  return { ...pages, bytes: sink.taken(), offsets };
}
