/** 补充填写: values too long for their blanks, in full on pages of their own behind the body. */
import { type AppendedPages, appendPages } from './appended-pages.ts';
import type { GlyphSet } from './glyph-set.ts';
import type { LockedTemplate } from './locked-template.ts';
import { OBJECTS } from './object-numbers.ts';
import { type Block, plainParagraph } from './template-document.ts';

export interface Overflow {
  readonly label: string;
  readonly value: string;
}

/** Stands in the blank whose value went to the overflow pages. */
export const OVERFLOW_MARK = '见补充填写页';
const HEADING = '补充填写';
const INTRODUCTION = '以下内容属于正文对应的空白处，因篇幅所限写在本页，与写在空白处相同。';

/** Every character of the constant words; the heading also in the heading face. */
export const OVERFLOW_CONSTANTS = `${OVERFLOW_MARK}${HEADING}${INTRODUCTION}：`;
export const OVERFLOW_HEADING = HEADING;

/** @throws AppError GLYPH_MISSING */
export function overflowPages(
  template: LockedTemplate,
  overflows: readonly Overflow[],
  glyphs: GlyphSet,
  firstObject: number,
  firstParentKey: number,
  lastly: string,
): AppendedPages {
  const blocks: Block[] = [
    plainParagraph(HEADING, 'title', 'center', 0),
    plainParagraph(INTRODUCTION, 'body', 'justify', 2),
    ...overflows.map(({ label, value }) => plainParagraph(`${label}：${value}`, 'body', 'justify', 2)),
  ];
  return appendPages(template, {
    blocks,
    glyphs: { body: glyphs, head: glyphs },
    firstObject,
    sectionObject: OBJECTS.overflowSection,
    resourcesObject: OBJECTS.resources,
    firstParentKey,
    footerName: HEADING,
    lastly,
  });
}
