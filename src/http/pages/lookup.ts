/** What anybody may know about an agreement number: how far it is, and the digest of its newest file. */
import { html } from 'hono/html';
import type { ReportJson } from '../contract.ts';
import type { LookupView } from '../views.ts';
import { FILE_STAYS } from './ending.ts';
import { type Html, renderLayout } from './layout.ts';
import { reportCard } from './report.ts';
import { ROLE_WORD, tag, timeWord } from './words.ts';

/** Whether the file in hand is the agreement that was asked for, before anything else that its report says. */
function sameNumber({ agreementNumber }: LookupView, { agreement }: ReportJson): Html {
  if (agreement === null)
    return html`<div class="notice notice--warn"><p>从这份文件里读不出可靠的协议编号，不能确定它是不是 <span class="code">${agreementNumber}</span>。</p></div>`;
  return agreement.agreementNumber === agreementNumber
    ? html`<div class="notice"><p>这份文件的编号就是 <span class="code">${agreementNumber}</span>。</p></div>`
    : html`<div class="notice notice--bad"><p><strong>这不是您要查的协议。</strong>这份文件的编号是 <span class="code">${agreement.agreementNumber}</span>，不是 <span class="code">${agreementNumber}</span>。</p></div>`;
}

export function renderLookupPage(view: LookupView): Html {
  const { found } = view;
  const upload = html`${uploadForm(view.agreementNumber)}${
    view.report === null
      ? ''
      : html`<section class="stack" role="status" aria-label="验证结果">${sameNumber(view, view.report)}${reportCard(view.report, view.templates)}</section>`
  }`;
  return renderLayout(
    { title: '查询协议', place: 'verify', width: 'text' },
    html`<header class="page-head"><p class="eyebrow">查询协议</p><h1 class="code">${view.agreementNumber}</h1></header>
<div class="stack">${
      found === null
        ? html`<div class="notice notice--warn"><p><strong>这里没有发出过这个编号。</strong>请核对编号有没有输错；手里的 PDF 是真是假，看文件本身就知道：</p></div>${upload}`
        : html`${
            found.voided === null
              ? ''
              : html`<div class="notice notice--bad"><p><strong>这份协议已作废。</strong>${timeWord(found.voided.at)}，原因：${found.voided.reason}。${found.voided.replacedBy === null ? '' : html`已由 <a class="code" href="/v/${found.voided.replacedBy}">${found.voided.replacedBy}</a> 代替。`}</p><p>${FILE_STAYS}</p></div>`
          }${found.replaces === null ? '' : html`<p>这份协议代替已作废的 <a class="code" href="/v/${found.replaces}">${found.replaces}</a>。</p>`}${upload}<section class="card" aria-labelledby="parties-title"><h2 id="parties-title">${found.schoolName}</h2>
<ul class="checklist">${found.parties.map(
            (party) =>
              html`<li>${party.signedAt === null ? tag('now', 'clock', '未签') : tag('good', 'check', '已签')}<span><strong>${ROLE_WORD[party.role]}</strong>${party.signedAt === null ? '' : html`<br><span class="soft small">${timeWord(party.signedAt)}</span>`}</span></li>`,
          )}</ul></section>
${found.headSha256 === null ? '' : html`<section class="card" aria-labelledby="digest-title"><h2 id="digest-title">最新文件的指纹</h2><p>手里的 PDF 应当有同样的 SHA-256：</p><p class="code">${found.headSha256}</p></section>`}
<p class="soft">不上传文件，这里不显示姓名和身份信息，也不提供文件。</p>`
    }</div>`,
  );
}

/** The number alone proves nothing: a file with this number on it may still be forged. */
const uploadForm = (
  agreementNumber: string,
): Html => html`<section class="card" aria-labelledby="upload-title"><h2 id="upload-title">验证手里的文件</h2>
<form method="post" action="/v/${agreementNumber}" enctype="multipart/form-data" class="stack stack--tight"><div class="field"><label for="file">选择签署后的 PDF 原件</label>
<input id="file" name="file" type="file" accept=".pdf,application/pdf" required aria-describedby="file-hint">
<p class="hint" id="file-hint">有编号不等于文件是真的。文件只在内存里验证，验完即丢，不保存、不记录。</p></div>
<p class="buttons"><button class="button" type="submit">验证这份文件</button></p></form></section>`;
