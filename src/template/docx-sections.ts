/** Where the margins of a .docx change from one section to the next. */
import type { SourceBlock, SourceDocument } from './docx-document.ts';
import { refuseSource } from './docx-refusal.ts';
import { MAX_LATER_SECTIONS, type SectionMargins, sameMargins, type TemplateMargins } from './margin-lines.ts';

export interface PlacedMargins {
  /** Sections begin only where the margins change, numbered from 1 in the order of `margins.later`. */
  readonly blocks: readonly SourceBlock[];
  /** Undefined when nothing stands in them. */
  readonly margins: TemplateMargins | undefined;
  readonly notes: readonly string[];
}

/** @throws AppError TEMPLATE_SOURCE_TOO_LONG for more changes than a manifest holds */
export function placeMargins({ blocks }: Pick<SourceDocument, 'blocks'>, sections: readonly SectionMargins[]): PlacedMargins {
  const opening = sections[0] ?? NOTHING;
  const later: SectionMargins[] = [];
  let current = opening;
  const placed = blocks.flatMap((block): readonly SourceBlock[] => {
    if (block.kind !== 'section') return [block];
    const next = sections[block.section] ?? NOTHING;
    // A first page that differs does so at the start of every section that has one.
    const { first: _first, ...others } = current;
    if (next.first === undefined && sameMargins(others, next)) return [];
    current = next;
    return [{ kind: 'section', section: later.push(next) }];
  });
  if (later.length > MAX_LATER_SECTIONS) {
    const what = `页眉页脚变了 ${MAX_LATER_SECTIONS} 次以上`;
    throw refuseSource('TEMPLATE_SOURCE_TOO_LONG', { paragraph: 1, text: '' }, what);
  }
  const shown = [opening, ...later];
  const unseen = sections.some((section) => !isEmpty(section) && !shown.some((each) => sameMargins(each, section)));
  return {
    blocks: placed,
    margins: shown.every(isEmpty) ? undefined : { ...opening, ...(later.length === 0 ? {} : { later }) },
    notes: unseen ? ['最后面没有正文的节，它的页眉页脚没有保留。'] : [],
  };
}

const NOTHING: SectionMargins = { usual: { header: [], footer: [] } };

const isEmpty = ({ usual, first, even }: SectionMargins): boolean =>
  [usual, first, even].every((page) => page === undefined || (page.header.length === 0 && page.footer.length === 0));
