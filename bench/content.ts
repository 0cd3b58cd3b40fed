/** The content of an agreement as lines of plain text, for engines that lay out text and know nothing of templates. */

import type { AgreementData } from '../src/agreement/agreement-data.ts';
import { requiredRoles } from '../src/agreement/signatories.ts';
import { annexBlocks } from '../src/template/annex-blocks.ts';
import { documentText } from '../src/template/document-text.ts';
import type { LockedTemplate } from '../src/template/locked-template.ts';
import { valueText } from '../src/template/stamp.ts';
import type { Block } from '../src/template/template-document.ts';

const SIZE_PT = 12;
export const WIDTH_PT = 595.28;
export const HEIGHT_PT = 841.89;
const MARGIN_PT = 75;
const TOP_PT = 92;
const TEXT_HEIGHT_PT = 651;
/** Full-width characters of a line, in halves. */
const LINE_HALVES = 74;

/** The locked text with the values of one agreement in its blanks. Ticks stand behind their □. */
function filledText(template: LockedTemplate, data: AgreementData): string {
  let blank = 0;
  const fill = (blocks: readonly Block[]): string =>
    documentText({
      blocks: blocks.map((block): Block => {
        if (block.kind === 'pageBreak' || block.kind === 'signatureBox') return block;
        if (block.kind === 'table') {
          const rows = block.rows.map(({ cells }) => ({ cells: cells.map((cell) => ({ ...cell, blocks: cell.blocks.map(fillLine) })) }));
          return { ...block, rows };
        }
        return fillLine(block);
      }),
    });
  const fillLine = <T extends Block>(block: T): T => {
    if (block.kind !== 'paragraph') return block;
    const inlines = block.inlines.map((inline) => {
      if (inline.kind === 'text') return inline;
      const placed = template.blanks[blank++];
      return {
        kind: 'text',
        text: placed === undefined ? '' : valueText(data, placed, requiredRoles(template, data)),
        bold: false,
        underline: false,
      };
    });
    return { ...block, inlines };
  };
  return fill(template.blocks);
}

const annexText = (data: AgreementData): string => (data.annex === null ? '' : documentText({ blocks: annexBlocks(data.annex) }));

/** Breaks by counting widths alone: cheaper than any real line breaking, to the advantage of the engine that draws the lines. */
function toLines(text: string): string[] {
  const lines: string[] = [];
  for (const paragraph of text.replace(/\n$/, '').split('\n')) {
    let line = '';
    let halves = 0;
    for (const character of paragraph) {
      const width = character < '\u2e80' ? 1 : 2;
      if (halves + width > LINE_HALVES) {
        lines.push(line);
        line = '';
        halves = 0;
      }
      line += character;
      halves += width;
    }
    lines.push(line);
  }
  return lines;
}

export interface PageLine {
  readonly text: string;
  readonly xPt: number;
  /** Baseline, from the top of the page. */
  readonly yPt: number;
  readonly sizePt: number;
}

/** The pages of an agreement, as many as ours: body lines spread over the body pages, the annex on its own. */
export function toPages(template: LockedTemplate, data: AgreementData): PageLine[][] {
  const body = toLines(filledText(template, data));
  const perPage = Math.ceil(body.length / template.pageCount);
  const groups = Array.from({ length: template.pageCount }, (_, page) => body.slice(page * perPage, (page + 1) * perPage));
  if (data.annex !== null) groups.push(toLines(annexText(data)));
  return groups.map((lines, page) => {
    const leading = TEXT_HEIGHT_PT / Math.max(perPage, lines.length);
    const footer = `第 ${page + 1} 页，共 ${template.pageCount} 页`;
    return [
      { text: template.mark ?? '', xPt: 250, yPt: 58, sizePt: 9 },
      ...lines.map((text, i) => ({ text, xPt: MARGIN_PT, yPt: TOP_PT + (i + 1) * leading, sizePt: SIZE_PT })),
      { text: footer, xPt: 260, yPt: HEIGHT_PT - 56, sizePt: 9 },
    ].filter(({ text }) => text !== '');
  });
}
