/** The agreement as a reading text for a phone: the imported blocks with the values in their blanks, nothing reworded. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { datePartReference, shownValue } from '../agreement/shown-value.ts';
import { PRIORITY_CLAUSE } from '../template/annex-blocks.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import type { Block, Inline, Paragraph } from '../template/template-document.ts';

export type ReadingInline =
  | { readonly kind: 'text'; readonly text: string; readonly bold: boolean; readonly underline: boolean }
  /** `says`: reference of what is shown, for the page to check against the file. */
  | { readonly kind: 'value'; readonly text: string; readonly says: string }
  | { readonly kind: 'choice'; readonly ticked: boolean; readonly says: string };

export interface ReadingParagraph {
  readonly kind: 'paragraph';
  readonly style: 'title' | 'heading' | 'body';
  readonly align: 'left' | 'center' | 'right' | 'justify';
  readonly inlines: readonly ReadingInline[];
}

export type ReadingBlock =
  | ReadingParagraph
  | {
      readonly kind: 'table';
      readonly rows: readonly {
        readonly cells: readonly { readonly columnSpan: number; readonly paragraphs: readonly ReadingParagraph[] }[];
      }[];
    };

export interface ReadingAnnex {
  readonly title: string;
  readonly clauses: readonly string[];
  readonly priorityClause: string;
}

export const readingBody = (template: LockedTemplate, data: AgreementData): readonly ReadingBlock[] =>
  template.blocks.flatMap((block) => toReading(block, data));

export const readingAnnex = ({ annex }: AgreementData): ReadingAnnex | null =>
  annex === null ? null : { ...annex, priorityClause: PRIORITY_CLAUSE };

function toReading(block: Block, data: AgreementData): readonly ReadingBlock[] {
  switch (block.kind) {
    case 'paragraph':
      return isEmptied(block) ? [] : [toParagraph(block, data)];
    case 'table':
      return [
        {
          kind: 'table',
          rows: block.rows.map(({ cells }) => ({
            cells: cells.map(({ columnSpan, blocks }) => ({
              columnSpan,
              paragraphs: blocks.flatMap((inner) => (inner.kind === 'paragraph' && !isEmptied(inner) ? [toParagraph(inner, data)] : [])),
            })),
          })),
        },
      ];
    default:
      return [];
  }
}

const toParagraph = ({ style, align, inlines }: Paragraph, data: AgreementData): ReadingParagraph => ({
  kind: 'paragraph',
  style,
  align,
  inlines: inlines
    .filter((inline) => !isLaterLine(inline))
    .map((inline, at, shown) => toInline(shown[at + 1]?.kind === 'choice' ? withoutBox(inline) : inline, data)),
});

/** The words before a choice end with its box, or with the room between its brackets, which the choice itself shows. */
const withoutBox = (inline: Inline): Inline =>
  inline.kind === 'text' ? { ...inline, text: inline.text.replace(/[□ \u3000]$/u, '') } : inline;

/** A value over several drawn lines is read in one piece, where its first line is. */
const isLaterLine = (inline: Inline): boolean => inline.kind === 'value' && inline.line !== undefined;

/** A line that held nothing but the rest of a value is gone with it. */
const isEmptied = (block: Paragraph): boolean => block.inlines.length > 0 && block.inlines.every(isLaterLine);

function toInline(inline: Inline, data: AgreementData): ReadingInline {
  switch (inline.kind) {
    case 'text':
      return inline;
    case 'choice':
      return { kind: 'choice', ticked: data.fields[inline.field] === inline.option, says: `${inline.field}=${inline.option}` };
    case 'signedOn':
      return { kind: 'value', text: '', says: '' };
    case 'value': {
      const { field, part, shortYear, inWords } = inline;
      const whole = inWords === true ? `${field}:words` : field;
      const says = part === undefined ? whole : datePartReference(field, part, shortYear === true ? 'short' : 'full');
      return { kind: 'value', text: shownValue(data, says), says };
    }
  }
}
