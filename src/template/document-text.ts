/** The locked text of a template document: what may never differ between two agreements. */
import { BLANK_MARK } from './body.ts';
import type { Block, Inline, TemplateDocument } from './template-document.ts';

/** One paragraph a line, each ended by LF; see `lockedText` in manifest.ts. */
export function documentText(document: Pick<TemplateDocument, 'blocks'>): string {
  return linesOf(document.blocks)
    .map((line) => `${line}\n`)
    .join('');
}

/** What the constant pages say: as `documentText`, but the □ of a choice is a blank too, because ticked or not is a value. */
export function textOnPages(document: Pick<TemplateDocument, 'blocks'>): string {
  return linesOf(document.blocks, choicesAsBlanks)
    .map((line) => `${line}\n`)
    .join('');
}

const choicesAsBlanks = (inlines: readonly Inline[]): string =>
  inlines.reduce((text, inline) => (inline.kind === 'choice' ? text.slice(0, -1) + BLANK_MARK : text + textOf(inline)), '');

/** The text of a paragraph with each value blank as one ＿ and nothing for a choice, whose □ is in the text. */
export const inlineText = (inlines: readonly Inline[]): string => inlines.map(textOf).join('');

function textOf(inline: Inline): string {
  if (inline.kind === 'text') return inline.text;
  return inline.kind === 'choice' ? '' : BLANK_MARK;
}

type Printer = (inlines: readonly Inline[]) => string;

const linesOf = (blocks: readonly Block[], print: Printer = inlineText): readonly string[] =>
  blocks.flatMap((block) => linesOfBlock(block, print));

function linesOfBlock(block: Block, print: Printer): readonly string[] {
  switch (block.kind) {
    case 'pageBreak':
    case 'section':
      return [];
    case 'signatureBox':
      return [''];
    case 'paragraph':
      return [print(block.inlines)];
    case 'table':
      return block.rows.flatMap((row) => row.cells.flatMap((cell) => linesOf(cell.blocks, print)));
  }
}
