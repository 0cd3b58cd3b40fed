/** One page of a text as a picture: every character where the PDF has it, every blank outlined and numbered. */
import { html } from 'hono/html';
import type { PageView } from '../views.ts';
import type { Html } from './layout.ts';

const LABEL_PT = 8;

/** A run stretched to the width that it has on the page, whatever font the browser draws it with. */
const text = ({ x, y, width, sizePt, face, text: words }: PageView['texts'][number]): Html =>
  [...words].length > 1
    ? html`<text x="${x}" y="${y}" font-size="${sizePt}" textLength="${width}"${face === 'head' ? html` class="head"` : ''}>${words}</text>`
    : html`<text x="${x}" y="${y}" font-size="${sizePt}"${face === 'head' ? html` class="head"` : ''}>${words}</text>`;

export interface NumberedBlank {
  /** Of the row that the blank belongs to. */
  readonly number: number;
  readonly row: string;
  readonly label: string;
  readonly tone: string;
  readonly isFirst: boolean;
}

/** @param numbered by id of the blank */
export function pagePicture(page: PageView, index: number, numbered: ReadonlyMap<string, NumberedBlank>): Html {
  return html`<svg class="page-picture" viewBox="0 0 ${page.widthPt} ${page.heightPt}" role="group" aria-label="第 ${index + 1} 页的样子">
<rect class="sheet" width="${page.widthPt}" height="${page.heightPt}"/>
<g aria-hidden="true">${page.texts.map(text)}</g>
<g class="rules" aria-hidden="true">${page.rules.map(({ x, y, width, height }) => html`<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`)}</g>
${page.signatures.map(({ x, y, width, height, words }) => html`<g class="signature-place"><rect x="${x}" y="${y}" width="${width}" height="${height}"/><text x="${x + 6}" y="${y + 14}" font-size="9">${words}</text></g>`)}
${page.blanks.map(({ id, x, y, width, height }) => {
  const blank = numbered.get(id);
  if (blank === undefined) return '';
  const label = String(blank.number);
  const labelWidth = label.length * 5 + 6;
  return html`<a href="#row-${blank.row}" class="blank-place blank-place--${blank.tone}" data-row="${blank.row}" aria-label="空白 ${blank.number}：${blank.label}"${blank.isFirst ? '' : html` tabindex="-1"`}><rect class="area" x="${x}" y="${y}" width="${Math.max(width, 6)}" height="${height}"/>${
    blank.isFirst
      ? html`<rect class="flag" x="${x - 1}" y="${y - 7}" width="${labelWidth}" height="${LABEL_PT + 2}" rx="2"/><text class="flag-number" x="${x + labelWidth / 2 - 1}" y="${y + LABEL_PT - 7}" font-size="${LABEL_PT}" text-anchor="middle">${label}</text>`
      : ''
  }</a>`;
})}
</svg>`;
}
