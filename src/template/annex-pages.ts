/** The annex's pages as bytes: the same for every agreement that has the same template and annex, hence made once. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import type { Annex } from '../agreement/annex.ts';
import { REFERENCE_ZH } from '../agreement/parties.ts';
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

export interface AnnexPages extends Omit<AppendedPages, 'objects'> {
  /** All objects laid end to end. */
  readonly bytes: Uint8Array;
  /** Object numbers, and where in `bytes` each begins. */
  readonly offsets: readonly (readonly [number, number])[];
}

const MAX_CACHED = 64;
const caches = new WeakMap<LockedTemplate, Map<string, AnnexPages>>();
const sameAnnex = new WeakMap<LockedTemplate, { annex: Annex; pages: AnnexPages }>();

/**
 * Annex, and before it what an amendment says of the agreement that it changes; null where there is neither.
 * @throws AppError GLYPH_MISSING for a clause with a character no face can draw
 */
export function annexPages(template: LockedTemplate, { annex, refersTo, fields }: AgreementData): AnnexPages | null {
  if (refersTo !== undefined && refersTo.kind !== 'consent') {
    const behind = annex === null ? [] : [{ kind: 'pageBreak' } as const, ...annexBlocks(annex)];
    return layOutAnnex(template, [...amendmentBlocks(refersTo, fields), ...behind], REFERENCE_ZH[refersTo.kind]);
  }
  if (annex === null) return null;
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
  const made = layOutAnnex(template, annexBlocks(annex), '附件');
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, made);
  return made;
}

function layOutAnnex(template: LockedTemplate, blocks: readonly Block[], footerName: string): AnnexPages {
  const glyphs = makeGlyphSet(template.fonts, 'body', 'FA');
  const { objects, ...pages } = appendPages(template, {
    blocks,
    glyphs,
    firstObject: template.firstFreeObject,
    sectionObject: OBJECTS.annexSection,
    resourcesObject: OBJECTS.annexResources,
    firstParentKey: appendedParentKey(template.pageCount, 0),
    footerName,
  });
  const fonts = glyphs.size() === 0 ? [] : glyphs.objects(OBJECTS.annexFont, 'SFANNX+SanfangSong');
  const all = [...objects, [OBJECTS.annexResources, resources(fonts.length > 0)] as const];
  for (const [i, body] of fonts.entries()) all.push([OBJECTS.annexFont + i, body]);
  const sink = makeByteSink(0);
  const offsets = all
    .sort(([a], [b]) => a - b)
    .map(([number, body]): [number, number] => {
      const offset = sink.position();
      sink.text(objectHead(number));
      sink.bytes(body);
      sink.text(OBJECT_TAIL);
      return [number, offset];
    });
  return { ...pages, bytes: sink.taken(), offsets };
}

const resources = (ownFont: boolean): Uint8Array =>
  fromLatin1(`<</Font<</F1 ${OBJECTS.bodyFont} 0 R/FH ${OBJECTS.headFont} 0 R${ownFont ? `/FA ${OBJECTS.annexFont} 0 R` : ''}>>>>`);
