/** Public verification: the regulator's desk; without scripts, or without a desk, a form for one file. */
import { html, raw } from 'hono/html';
import { DESK } from '../../verifier/markup.ts';
import type { TemplateSummary } from '../../workflow/list-templates.ts';
import type { VerifyView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { reportCard } from './report.ts';
import { TEMPLATE_STATUS_WORD } from './words.ts';

/** One file, and a page that answers. @param action where it is posted */
const fileForm = (
  action: string,
  shown: '' | 'only-plain',
): Html => html`<form method="post" action="${action}" enctype="multipart/form-data"${shown === '' ? '' : html` class="${shown}"`}>
<div class="dropzone dropzone--form">
${icon('shield')}
<label class="button" for="file">选择 PDF 文件</label>
<input id="file" name="file" type="file" accept=".pdf,application/pdf" required aria-describedby="file-hint">
<button class="button" type="submit">开始验证</button>
<p class="hint" id="file-hint">文件只在内存里验证，验完即丢，不保存、不记录。</p>
</div>
</form>`;

const desk = ({
  facts,
}: NonNullable<VerifyView['desk']>): Html => html`<div class="stack only-scripted" data-facts="${JSON.stringify(facts)}">
<p class="soft small">文件逐个送到服务器，在内存里验证，验完即丢，不保存、不记录。一台不能联网的电脑可以用离线验证器，结论逐字相同。</p>
${raw(DESK)}</div>`;

const fingerprint = (template: TemplateSummary): Html =>
  html`<details><summary>${template.title}（${TEMPLATE_STATUS_WORD[template.status] ?? template.status}）的正文指纹</summary><div class="stack stack--tight"><p>不用本网站也能核对。在 Linux、macOS 或 Windows 的 Git Bash 里运行：</p><pre tabindex="0"><code>head -c ${template.prefixLengthBytes} 协议.pdf | sha256sum</code></pre><p>应当显示：<span class="code">${template.prefixSha256}</span></p></div></details>`;

export function renderVerifyPage(view: VerifyView): Html {
  return renderLayout(
    {
      title: '验证协议',
      place: 'verify',
      style: 'verifier.css',
      width: 'wide',
      ...(view.desk === null ? {} : { module: view.desk.script }),
    },
    html`<header class="page-head"><h1 tabindex="-1">验证协议</h1><p class="lead">请上传签署后的 PDF 原件，一份或一批都可以。截图、打印件和扫描件里没有数字签名，无法验证。</p></header>
<div class="stack">
${view.desk === null ? '' : desk(view.desk)}
${fileForm('/verify', view.desk === null ? '' : 'only-plain')}
${view.report === null ? '' : html`<section class="stack" aria-label="验证结果"><h2>验证结果</h2>${reportCard(view.report, view.templates)}</section>`}
<section class="card" aria-labelledby="how-title"><h2 id="how-title">怎样得出结论</h2>
<p>协议 PDF 的前一段是锁定的模板正文，对所有协议都一样。我们用自己保存的模板，按协议里的填写内容把整份文件重新做一遍，逐字节比较；再逐个检查签名、证书和时间。只要有一个字节说不清来历，就不会是“通过”。</p>
${view.templates.map(fingerprint)}</section>
</div>`,
  );
}
