/** A text with made-up values in its blanks, as signatories will read it. */
import { html } from 'hono/html';
import type { TemplatePreviewView } from '../views.ts';
import { prefixDigest } from './digest.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { readingBody } from './reading.ts';
import { TEMPLATE_STATUS_WORD } from './words.ts';

export function renderTemplatePreviewPage(view: TemplatePreviewView): Html {
  return renderLayout(
    { title: '预览协议文本', place: 'school', signedIn: true, width: 'text', sample: view.status === 'sample' },
    html`<header class="page-head"><p class="eyebrow"><a href="${view.back.url}">${view.back.words}</a></p><h1>预览</h1><p class="lead">${view.title}，${TEMPLATE_STATUS_WORD[view.status] ?? view.status}，${view.pageCount} 页</p></header>
<div class="stack">
<div class="notice notice--warn"><p>底色标出的是示例内容，不是真实的人和单位；这份预览不能签署。</p></div>
<p class="buttons"><a class="button button--quiet" href="${view.pdfUrl}" target="_blank" rel="noopener">${icon('file')}看 PDF</a><a class="button button--quiet" href="${view.pdfUrl}" download="预览.pdf">${icon('download')}下载 PDF</a></p>
${view.digest === null ? '' : prefixDigest(view.digest)}
<h2 class="visually-hidden">协议全文</h2>
${readingBody(view.body)}
</div>`,
  );
}
