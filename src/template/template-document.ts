/** A template between .docx and pages: blocks of text with blanks in them, no bytes and no positions yet. */
import type { FormKind, PartyRole } from '../agreement/parties.ts';
import type { TemplateMargins } from './margin-lines.ts';

/**
 * One blank. In `body.hbs` it is written `{{path}}`:
 * `{{studentName}}` · `{{startsOn.year}}` `.month` `.day` · `{{startsOn.yy}}` (last two digits, after a printed 20) ·
 * `{{duty}}` `{{duty.line2}}` `{{duty.line3}}` (one value over several drawn lines) ·
 * `{{insurancePayer.甲方}}` (tick on the □, or on the full-width space between brackets, that precedes it) ·
 * `{{signature.school}}` (a box of its own) · `{{signedOn.school.year}}` (filled by the signature's appearance).
 */
export type Blank =
  | {
      readonly kind: 'value';
      readonly field: string;
      readonly part?: 'year' | 'month' | 'day';
      /** With `part: 'year'`: only its last two digits, because the century is printed. */
      readonly shortYear?: true;
      /** On the first of several drawn lines for one value: how many there are, this one included. */
      readonly lines?: number;
      /** On the others: 2, 3, …; the value that does not fit the line before goes on here. */
      readonly line?: number;
      /** A whole date in one gap: 2026年9月1日. */
      readonly inWords?: true;
      readonly widthEm: number;
      readonly align: 'left' | 'center';
    }
  | { readonly kind: 'choice'; readonly field: string; readonly option: string }
  | {
      readonly kind: 'signedOn';
      readonly role: PartyRole;
      readonly part: 'year' | 'month' | 'day';
      readonly shortYear?: true;
      readonly widthEm: number;
    };

export type Inline = { readonly kind: 'text'; readonly text: string; readonly bold: boolean; readonly underline: boolean } | Blank;

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly style: 'title' | 'heading' | 'body';
  readonly align: 'left' | 'center' | 'right' | 'justify';
  /** First-line and left indent in em of the body size (12 pt). */
  readonly firstLineEm: number;
  readonly leftEm: number;
  readonly inlines: readonly Inline[];
}

/** An empty area for one signature: the full width of its cell (or of the text), so many lines high. */
export interface SignatureBox {
  readonly kind: 'signatureBox';
  readonly role: PartyRole;
  readonly lines: number;
}

export interface TableCell {
  readonly columnSpan: number;
  /** Part of the cell above it (vertically merged): empty, and no rule between the two. */
  readonly continues?: true;
  readonly blocks: readonly (Paragraph | SignatureBox)[];
}

export interface Table {
  readonly kind: 'table';
  /** Share of the text width of each column, in thousandths, summing to 1000. */
  readonly columns: readonly number[];
  /** Absent: every cell is ruled. `none`: a table that only sets text side by side. */
  readonly borders?: 'all' | 'none';
  readonly rows: readonly { readonly cells: readonly TableCell[] }[];
}

/** The pages that begin from here on have the margins of `TemplateMargins.later[number - 1]`. */
export interface SectionStart {
  readonly kind: 'section';
  readonly number: number;
}

export type Block = Paragraph | SignatureBox | Table | SectionStart | { readonly kind: 'pageBreak' };

export type TemplateStatus = 'national' | 'regional' | 'sample';

/** What `manifest.json` and `body.hbs` say together. */
export interface TemplateDocument {
  readonly pack: string;
  readonly version: string;
  readonly title: string;
  readonly status: TemplateStatus;
  readonly kind: FormKind;
  readonly blocks: readonly Block[];
  /** What the source repeats on its pages beside page numbers; absent when there is nothing. */
  readonly margins?: TemplateMargins;
}

/** A paragraph of plain words, as the appended pages have them; without words, an empty line. */
export const plainParagraph = (text: string, style: Paragraph['style'], align: Paragraph['align'], firstLineEm: number): Paragraph => ({
  kind: 'paragraph',
  style,
  align,
  firstLineEm,
  leftEm: 0,
  inlines: text === '' ? [] : [{ kind: 'text', text, bold: false, underline: false }],
});
