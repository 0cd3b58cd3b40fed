/** What a text repeats at the head and foot of its pages, and where its lines stand there. */
import { FOOTER_BASELINE_MPT, HEADER_BASELINE_MPT } from './page-geometry.ts';
import type { LaidOut, PageSection } from './paginate.ts';

/** Words, or a number that only the page knows: its own, or how many there are. */
export type MarginPiece = string | { readonly count: 'page' | 'pages' };
export type MarginLine = readonly MarginPiece[];

export interface PageMargins {
  readonly header: readonly MarginLine[];
  readonly footer: readonly MarginLine[];
}

/** `first` and `even` only where those pages differ from the others. */
export interface SectionMargins {
  readonly usual: PageMargins;
  readonly first?: PageMargins;
  readonly even?: PageMargins;
}

/** Those of the first section, and of the others that differ from the one before. */
export interface TemplateMargins extends SectionMargins {
  readonly later?: readonly SectionMargins[];
}

/** Whether the same lines stand on the same kinds of page. */
export const sameMargins = (one: SectionMargins, other: SectionMargins): boolean =>
  (['usual', 'first', 'even'] as const).every((page) => JSON.stringify(one[page]) === JSON.stringify(other[page]));

/** One line of small type in the margin of a page. */
export interface FurnitureLine {
  readonly subtype: 'Header' | 'Footer';
  readonly text: string;
  readonly baselineMpt: number;
}

/** The margins of each page, counted from 0: what stands before the body in reading order, and what after it. */
export interface Furniture {
  above(page: number): readonly FurnitureLine[];
  below(page: number): readonly FurnitureLine[];
}

/** Lines of a source's header that fit above the text, beside our own mark, and of its footer above our page number. */
export const MAX_HEADER_LINES = 3;
export const MAX_FOOTER_LINES = 3;
/** Full-width characters on a line of the margins. */
export const MARGIN_LINE_EM = 48;
/** Sections after the first whose margins are told apart. */
export const MAX_LATER_SECTIONS = 99;
const LEADING_MPT = 11_000;
const FIRST_SECTION: PageSection = { section: 0, first: false };
const NOTHING: PageMargins = { header: [], footer: [] };

/**
 * @param mark our own line at the head of every page, or null
 * @param footer our own line at the foot
 */
export function furnitureOf(
  mark: string | null,
  footer: (page: number) => string,
  margins: TemplateMargins | undefined,
  { pageCount, sections }: Pick<LaidOut, 'pageCount' | 'sections'>,
): Furniture {
  const on = (page: number): PageMargins => marginsOn(margins, page, sections[page] ?? FIRST_SECTION) ?? NOTHING;
  const words = (lines: readonly MarginLine[], page: number): readonly string[] => lines.map((line) => textOfLine(line, page, pageCount));
  return {
    above: (page) =>
      [...(mark === null ? [] : [mark]), ...words(on(page).header, page)].map((text, order, all) => ({
        subtype: 'Header',
        text,
        // The lowest line keeps clear of the text; the first of up to three stands where a single one does.
        baselineMpt: HEADER_BASELINE_MPT - (order - Math.max(0, all.length - 3)) * LEADING_MPT,
      })),
    below: (page) => [
      ...words(on(page).footer, page).map(
        (text, order, all): FurnitureLine => ({
          subtype: 'Footer',
          text,
          baselineMpt: FOOTER_BASELINE_MPT + (all.length - order) * LEADING_MPT,
        }),
      ),
      { subtype: 'Footer', text: footer(page), baselineMpt: FOOTER_BASELINE_MPT },
    ],
  };
}

/** The margins of a page, counted from 0. */
function marginsOn(margins: TemplateMargins | undefined, page: number, { section, first }: PageSection): PageMargins | undefined {
  const own = section === 0 ? margins : margins?.later?.[section - 1];
  if (first && own?.first !== undefined) return own.first;
  return page % 2 === 1 && own?.even !== undefined ? own.even : own?.usual;
}

const textOfLine = (line: MarginLine, page: number, pageCount: number): string =>
  line.map((piece) => (typeof piece === 'string' ? piece : String(piece.count === 'page' ? page + 1 : pageCount))).join('');

/** The words of all margins in a fixed order, without the numbers. */
export const wordsOfMargins = (margins: TemplateMargins | undefined): readonly string[] =>
  (margins === undefined ? [] : [margins, ...(margins.later ?? [])])
    .flatMap(({ usual, first, even }) => [usual, first, even])
    .flatMap((each) => [...(each?.header ?? []), ...(each?.footer ?? [])])
    .map((line) => line.filter((piece) => typeof piece === 'string').join(''));
