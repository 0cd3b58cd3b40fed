/** The text of the compiled pages as a reader meets it: header, body with blanks as ＿, footer, page by page. */
import { BLANK_MARK } from './body.ts';
import type { Furniture } from './margin-lines.ts';
import type { LaidOut, MarkedContent, StructureNode } from './paginate.ts';

const isElement = (kid: StructureNode | MarkedContent): kid is StructureNode => 'type' in kid;

/**
 * One line for each paragraph, or for each part of one that continues on the next page; pages are set apart by an empty line.
 * Every blank, a choice's tick included, is one ＿: what remains when the values are taken out of an agreement's pages is this text.
 */
export function pagedText(laidOut: LaidOut, furniture: Furniture): string {
  const runs = new Map<string, string>();
  for (const mark of laidOut.marks) {
    if (mark.kind !== 'text') continue;
    const text = mark.items.map(({ item }) => (item.kind === 'glyph' ? String.fromCodePoint(item.codePoint) : '')).join('');
    runs.set(`${mark.page} ${mark.mcid}`, text);
  }
  const pages: string[][] = Array.from({ length: laidOut.pageCount }, (_, page) => furniture.above(page).map(({ text }) => text));
  const visit = (node: StructureNode): void => {
    const lines = new Map<number, string>();
    for (const kid of node.kids) {
      if (isElement(kid)) visit(kid);
      else lines.set(kid.page, (lines.get(kid.page) ?? '') + (runs.get(`${kid.page} ${kid.mcid}`) ?? BLANK_MARK));
    }
    for (const [page, line] of lines) pages[page]?.push(line);
  };
  laidOut.structure.forEach(visit);
  return pages.map((lines, page) => `${[...lines, ...furniture.below(page).map(({ text }) => text)].join('\n')}\n`).join('\n');
}
