/** The locked text of a template document: what may never differ between two agreements. */
import { BLANK_MARK } from './body.ts';
import type { Block, Inline, TemplateDocument } from './template-document.ts';

/** One paragraph a line, each ended by LF; see `lockedText` in manifest.ts. */
export function documentText(document: Pick<TemplateDocument, 'blocks'>): string {
  return linesOf(document.blocks)
    .map((line) => `${line}\n`)
    .join('');
}

/** The text of a paragraph with each value blank as one ＿ and nothing for a choice, whose □ is in the text. */
export const inlineText = (inlines: readonly Inline[]): string => inlines.map(textOf).join('');

function textOf(inline: Inline): string {
  if (inline.kind === 'text') return inline.text;
  return inline.kind === 'choice' ? '' : BLANK_MARK;
}

const linesOf = (blocks: readonly Block[]): readonly string[] => blocks.flatMap(linesOfBlock);

function linesOfBlock(block: Block): readonly string[] {
  switch (block.kind) {
    case 'pageBreak':
      return [];
    case 'signatureBox':
      return [''];
    case 'paragraph':
      return [inlineText(block.inlines)];
    case 'table':
      return block.rows.flatMap((row) => row.cells.flatMap((cell) => linesOf(cell.blocks)));
  }
}
