/** Which header and footer parts a .docx really shows, section by section. */
import { type DocxPackage, relationshipsOf } from './docx-package.ts';
import { attribute, elementsOf, parseXml, toggleOf, type XmlElement } from './docx-xml.ts';

export const MARGIN_PARTS = ['usualHeader', 'usualFooter', 'firstHeader', 'firstFooter', 'evenHeader', 'evenFooter'] as const;

/** Names of parts; undefined where the section has none of that kind. */
export type SectionParts = Readonly<Partial<Record<(typeof MARGIN_PARTS)[number], string>>>;

const KINDS: ReadonlyMap<string, 'usual' | 'first' | 'even'> = new Map([
  ['default', 'usual'],
  ['first', 'first'],
  ['even', 'even'],
]);

export interface MarginParts {
  readonly sections: readonly SectionParts[];
  /** Whether the first page and the even pages differ from the others. */
  readonly first: boolean;
  readonly even: boolean;
  /** What the first pages of later sections show instead of their usual parts. */
  readonly laterFirst: readonly { readonly usual: string | undefined; readonly first: string | undefined }[];
}

/**
 * The parts of every section: its own, else those of the section before. Parts for first pages count only in sections that tell
 * first pages apart, parts for even pages only where the document does. @source ECMA-376 part 1 §17.10
 */
export function marginPartsOf(docx: DocxPackage, sections: readonly XmlElement[]): MarginParts {
  const related = relationshipsOf(docx.parts, docx.documentPart).filter((each) => !each.external);
  const settings = docx.parts.get(related.find((each) => each.type === 'settings')?.target ?? '');
  const even = settings !== undefined && toggleOf(parseXml(settings), 'w:evenAndOddHeaders') === true;
  const first = toggleOf(sections[0], 'w:titlePg') === true;
  const laterFirst: { usual: string | undefined; first: string | undefined }[] = [];
  let inherited: Partial<Record<(typeof MARGIN_PARTS)[number], string>> = {};
  const read = sections.map((section, at): SectionParts => {
    const own = { ...inherited };
    for (const element of elementsOf(section)) {
      const name = element.name === 'w:headerReference' ? 'Header' : element.name === 'w:footerReference' ? 'Footer' : undefined;
      const kind = KINDS.get(attribute(element, 'w:type') ?? 'default');
      const target = related.find((each) => each.id === attribute(element, 'r:id'))?.target;
      if (name !== undefined && kind !== undefined && target !== undefined) own[`${kind}${name}`] = target;
    }
    inherited = own;
    const shown = { ...own };
    if (at > 0 && toggleOf(section, 'w:titlePg') === true)
      laterFirst.push({ usual: own.usualHeader, first: own.firstHeader }, { usual: own.usualFooter, first: own.firstFooter });
    if (!first || at > 0) {
      delete shown.firstHeader;
      delete shown.firstFooter;
    }
    if (!even) {
      delete shown.evenHeader;
      delete shown.evenFooter;
    }
    return shown;
  });
  return { sections: read, first, even, laterFirst };
}
