/** The texts of this service: what may be used, how to check it without us, and the way in for another. */
import { html } from 'hono/html';
import type { TemplatesView } from '../views.ts';
import { prefixDigest } from './digest.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { TEMPLATE_STATUS_WORD, tag, timeWord } from './words.ts';

type Entry = TemplatesView['templates'][number];

const STANDING: Readonly<Record<Entry['standing'], () => Html>> = {
  inForce: () => tag('good', 'check', '现行'),
  notYet: () => tag('now', 'clock', '未施行'),
  ended: () => tag('plain', 'minus', '已到期'),
  withdrawn: () => tag('bad', 'stop', '已停用'),
};

const card = (entry: Entry): Html => html`<article class="card" id="${entry.pack}-${entry.version}">
<h3>${entry.title}</h3>
<p class="tags">${entry.status === 'sample' ? tag('now', 'warn', TEMPLATE_STATUS_WORD['sample'] ?? '') : tag('good', 'shield', TEMPLATE_STATUS_WORD[entry.status] ?? entry.status)} ${STANDING[entry.standing]()}${entry.kind === 'consent' ? html` ${tag('plain', 'file', '知情同意书')}` : ''}</p>
<p class="soft">代号 <span class="code">${entry.pack}</span>，版本 ${entry.version}，${entry.pageCount} 页；${entry.inForce}</p>
${prefixDigest(entry)}
<p class="buttons"><a class="button button--quiet button--small" href="/school/templates/${entry.pack}/${entry.version}/preview">${icon('eye')}看全文</a><a class="button button--quiet button--small" href="/school/templates/${entry.pack}/${entry.version}/preview.pdf" target="_blank" rel="noopener">${icon('file')}看 PDF</a>${
  entry.standing === 'inForce' && entry.kind === 'agreement'
    ? html`<a class="button button--quiet button--small" href="/school/roster-template.xlsx?pack=${entry.pack}" download>${icon('download')}空白名册</a>`
    : ''
}${entry.imported ? html`<a class="button button--quiet button--small" href="/school/templates/${entry.pack}/${entry.version}/pack.zip" download>${icon('download')}文本包（交主管部门签署）</a>` : ''}</p></article>`;

export function renderTemplatesPage(view: TemplatesView): Html {
  return renderLayout(
    { title: '协议文本', place: 'school', signedIn: true, script: 'template-upload.ts' },
    html`<header class="page-head"><p class="eyebrow"><a href="/school">${view.schoolName}</a></p><h1>协议文本</h1><p class="lead">协议正文只能来自这里的文本，导入之后一个字也不能改。</p></header>
<div class="stack">
${view.refusal === null ? '' : html`<div class="notice notice--bad" role="alert"><p><strong>没有导入。</strong>${view.refusal.zh}</p><p class="small">代码 <span class="code">${view.refusal.code}</span></p></div>`}
<section class="stack stack--tight" aria-labelledby="have-title"><h2 id="have-title">已有的文本</h2>${
      view.templates.length === 0
        ? html`<div class="card empty">${icon('file')}<h3>还没有文本</h3><p class="soft">从下面导入一份 .docx。</p></div>`
        : view.templates.map(card)
    }</section>
${
  view.drafts.length === 0
    ? ''
    : html`<section class="card" aria-labelledby="drafts-title"><h2 id="drafts-title">正在导入</h2><ul>${view.drafts.map(({ draftId, fileName, createdAt }) => html`<li><a class="draft-link" href="/school/template-drafts/${draftId}">继续核对：${fileName}</a> <span class="soft small">${timeWord(createdAt)}上传</span></li>`)}</ul></section>`
}
<section class="stack stack--tight" aria-labelledby="import-title"><h2 id="import-title">导入一份文本</h2>
<form class="stack stack--tight" method="post" action="/school/template-drafts" enctype="multipart/form-data" data-template>
<div class="field"><label for="kind">这是一份</label><select id="kind" name="kind"><option value="agreement" selected>实习协议（学校、单位、学生签）</option><option value="consent">知情同意书（学生、监护人或家长签）</option></select></div>
<div class="dropzone" data-dropzone>
${icon('upload')}
<p class="only-scripted"><strong>把 .docx 拖到这里，或者</strong></p>
<label class="button" for="source">选择 .docx 文件</label>
<input id="source" name="source" type="file" accept=".docx" required aria-describedby="source-hint">
<p class="hint" id="source-hint">请用主管部门网站上的 .docx 原件，不要改动。有修订、批注、图片、隐藏文字的会拒绝，并指出在第几段。</p>
<p class="only-scripted" role="status" data-chosen></p>
</div>
<p class="buttons only-plain"><button class="button" type="submit">读取文本</button></p>
</form></section>
</div>`,
  );
}
