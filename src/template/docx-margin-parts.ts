/** Which header and footer parts a .docx really shows, section by section. */
import { type DocxPackage, relationshipsOf } from './docx-package.ts';
import { attribute, childOf, elementsOf, parseXml, toggleOf, type XmlElement } from './docx-xml.ts';

/** Names of parts; undefined where there is none. */
interface PageParts {
  readonly header?: string;
  readonly footer?: string;
}

/** `first` and `even` only where the section tells its first page, and the document its even pages, apart. */
export interface SectionParts {
  readonly usual: PageParts;
  readonly first?: PageParts;
  readonly even?: PageParts;
  /** It counts its pages from a number of its own. */
  readonly counts: boolean;
}

type Kind = 'usual' | 'first' | 'even';
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['default', 'usual'],
  ['first', 'first'],
  ['even', 'even'],
]);

/**
 * The parts of every section: its own, else those of the section before. Parts for first pages count only in sections that tell
 * first pages apart, parts for even pages only where the document does. @source ECMA-376 part 1 §17.10
 */
export function marginPartsOf(docx: DocxPackage, sections: readonly XmlElement[]): readonly SectionParts[] {
  const related = relationshipsOf(docx.parts, docx.documentPart).filter((each) => !each.external);
  const settings = docx.parts.get(related.find((each) => each.type === 'settings')?.target ?? '');
  const even = settings !== undefined && toggleOf(parseXml(settings), 'w:evenAndOddHeaders') === true;
  const inherited: Record<Kind, { header?: string; footer?: string }> = { usual: {}, first: {}, even: {} };
  return sections.map((section): SectionParts => {
    for (const element of elementsOf(section)) {
      const place = element.name === 'w:headerReference' ? 'header' : element.name === 'w:footerReference' ? 'footer' : undefined;
      const kind = KINDS.get(attribute(element, 'w:type') ?? 'default');
      const target = related.find((each) => each.id === attribute(element, 'r:id'))?.target;
      if (place !== undefined && kind !== undefined && target !== undefined) inherited[kind][place] = target;
    }
    return {
      usual: { ...inherited.usual },
      ...(toggleOf(section, 'w:titlePg') === true ? { first: { ...inherited.first } } : {}),
      ...(even ? { even: { ...inherited.even } } : {}),
      counts: attribute(childOf(section, 'w:pgNumType'), 'w:start') !== undefined,
    };
  });
}
