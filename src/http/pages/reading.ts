/** The agreement as flowing text for a phone: the same words as the pages, filled-in values marked. */
import { html } from 'hono/html';
import { chineseNumber } from '../../agreement/chinese-number.ts';
import type { ReadingBlock, ReadingInline, ReadingParagraph } from '../../workflow/reading-view.ts';
import type { ReadView } from '../views.ts';
import type { Html } from './layout.ts';
import { tag } from './words.ts';

/** A blank that the file leaves open too; that of a signing date is filled by the signature itself. */
const openBlank = (reference: string): Html | '' => (reference === '' ? '' : html` data-says="${reference}"`);

function inline(part: ReadingInline): Html {
  if (part.kind === 'choice')
    return html`<span role="img" aria-label="${part.ticked ? '已选' : '未选'}" data-says="${part.says}">${part.ticked ? '☑' : '☐'}</span>`;
  if (part.kind === 'value')
    return part.text === ''
      ? html`<span role="img" aria-label="空白"${openBlank(part.says)}>＿＿＿＿</span>`
      : html`<mark data-says="${part.says}">${part.text}</mark>`;
  if (part.bold) return part.underline ? html`<strong><u>${part.text}</u></strong>` : html`<strong>${part.text}</strong>`;
  return part.underline ? html`<u>${part.text}</u>` : html`${part.text}`;
}

function paragraph(block: ReadingParagraph): Html {
  const content = block.inlines.map(inline);
  if (block.style === 'title') return html`<h3 class="doc-title">${content}</h3>`;
  if (block.style === 'heading') return html`<h4>${content}</h4>`;
  return html`<p class="${block.align === 'center' || block.align === 'right' ? block.align : 'indent'}">${content}</p>`;
}

/** How a paragraph of a list begins: the kind of its number, or nothing. The number itself is part of the text. */
const NUMBERED: readonly RegExp[] = [
  /^（[一二三四五六七八九十百]+）/u,
  /^\d{1,2}[.．、](?!\d)/u,
  /^[（(]\d{1,2}[）)]/u,
  /^[①-⑳]/u,
  /^第[一二三四五六七八九十百]+条/u,
];

function listKind(block: ReadingBlock): number {
  if (block.kind !== 'paragraph' || block.style !== 'body') return -1;
  const [first] = block.inlines;
  return first?.kind === 'text' ? NUMBERED.findIndex((pattern) => pattern.test(first.text.trimStart())) : -1;
}

/** Paragraphs that are numbered one after another become one list; everything else stands by itself. */
function flow(blocks: readonly ReadingBlock[]): readonly Html[] {
  const runs: { kind: number; blocks: ReadingBlock[] }[] = [];
  for (const block of blocks) {
    const kind = listKind(block);
    const last = runs.at(-1);
    if (last !== undefined && kind >= 0 && last.kind === kind) last.blocks.push(block);
    else runs.push({ kind, blocks: [block] });
  }
  return runs.flatMap((run) =>
    run.kind < 0 || run.blocks.length < 2
      ? run.blocks.map(blockHtml)
      : [html`<ol class="clauses">${run.blocks.map((block) => html`<li>${blockHtml(block)}</li>`)}</ol>`],
  );
}

const cellParagraph = (block: ReadingParagraph): Html => html`<p>${block.inlines.map(inline)}</p>`;

type Cell = Extract<ReadingBlock, { kind: 'table' }>['rows'][number]['cells'][number];

/** Words alone: the name of the filled-in cell to its right. */
const isLabel = (cell: Cell): boolean => cell.paragraphs.every(({ inlines }) => inlines.every((part) => part.kind === 'text'));

const cellHtml = (cell: Cell, next: Cell | undefined): Html =>
  next !== undefined && isLabel(cell) && !isLabel(next)
    ? html`<th scope="row" colspan="${cell.columnSpan}">${cell.paragraphs.map(cellParagraph)}</th>`
    : html`<td colspan="${cell.columnSpan}">${cell.paragraphs.map(cellParagraph)}</td>`;

function blockHtml(block: ReadingBlock): Html {
  if (block.kind === 'paragraph') return paragraph(block);
  return html`<div class="table-wrap" role="region" aria-label="表格" tabindex="0"><table><tbody>${block.rows.map(
    (row) => html`<tr>${row.cells.map((cell, i) => cellHtml(cell, row.cells[i + 1]))}</tr>`,
  )}</tbody></table></div>`;
}

/** Whole text of the template with its values. */
export const readingBody = (blocks: readonly ReadingBlock[]): Html => html`<div class="card reading" id="body">${flow(blocks)}</div>`;

/** `附件：…`, whether or not the school wrote the word itself. */
export const annexTitle = (title: string): string => (title.startsWith('附件') ? title : `附件：${title}`);

/** The school's own clauses, set apart by frame, colour and word. */
export function readingAnnex(annex: ReadView['annex'], id = 'annex'): Html {
  if (annex === null) return html`<p class="soft" id="${id}">这份协议没有学校补充条款。</p>`;
  return html`<section class="card reading annex" id="${id}" aria-label="学校补充条款"><p>${tag('plain', 'file', '学校补充')}</p><h3>${annex.title.startsWith('附件') ? '' : '附件：'}<span data-says="annex:title">${annex.title}</span></h3>
<ol class="clauses">${annex.clauses.map((clause, i) => html`<li><p><strong>第${chineseNumber(i + 1)}条</strong>　<span data-says="annex:${i + 1}">${clause}</span></p></li>`)}</ol>
<p><strong>${annex.priorityClause}</strong></p></section>`;
}
