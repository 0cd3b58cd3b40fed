/** Signed: who is still to come, and how to keep the file. */
import { html } from 'hono/html';
import type { DoneView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { ROLE_WORD, tag, timeWord } from './words.ts';

export function renderDonePage(view: DoneView): Html {
  const missing = view.parties.filter((party) => party.signedAt === null).map((party) => ROLE_WORD[party.role]);
  return renderLayout(
    {
      title: '已签好',
      place: 'signing',
      width: 'text',
      ...(view.role === 'guardian' ? { textSize: 'large' } : {}),
      script: 'done-page.ts',
    },
    html`<div class="stack">
<div class="done-mark">${icon('check')}</div>
<header class="stack stack--tight"><h1>${view.role === 'guardian' ? '您' : '你'}已签好</h1>
<p class="lead">${missing.length === 0 ? '各方都已签完，协议成立。' : `还差：${missing.join('、')}。`}</p></header>
<section class="card" aria-labelledby="parties-title"><h2 id="parties-title">签署进度</h2>
<ul class="checklist">${view.parties.map(
      (party) =>
        html`<li>${party.signedAt === null ? tag('now', 'clock', '未签') : tag('good', 'check', '已签')}<span><strong>${ROLE_WORD[party.role]}</strong>${party.signedAt === null ? '' : html`<br><span class="soft small">${timeWord(party.signedAt)}</span>`}</span></li>`,
    )}</ul>${view.accompanying.map(
      ({ title, missing: open }) =>
        html`<p>${view.role === 'guardian' ? '您' : '你'}还签了《${title}》，${open.length === 0 ? '各方都已签完' : `还差：${open.map((role) => ROLE_WORD[role]).join('、')}`}。</p>`,
    )}</section>
<section class="card" aria-labelledby="keep-title"><h2 id="keep-title">保存好这份协议</h2>
<p class="buttons"><a class="button" href="${view.documentUrl}" download="${view.agreementNumber}.pdf">${icon('download')}保存签名文件（PDF）</a><a class="button button--quiet" href="/s/${view.token}/read">在手机上查看</a></p>
${view.accompanying.map(
  ({ title, documentUrl, agreementNumber }) =>
    html`<p class="buttons"><a class="button button--quiet" href="${documentUrl}" download="${agreementNumber}.pdf">${icon('download')}保存《${title}》（PDF）</a></p>`,
)}
<p class="notice notice--warn" data-wechat hidden>微信里不能直接保存文件：点右上角 <strong>···</strong>，选择“在浏览器打开”，再点保存。</p>
<p class="soft">以后可以凭协议编号 <span class="code">${view.agreementNumber}</span> 查询签署进度，也可以把 PDF 交给任何人验证。</p>
<p class="buttons"><a class="button button--quiet button--small" href="/v/${view.agreementNumber}">查询进度</a><a class="button button--quiet button--small" href="/verify">验证这份文件</a></p></section>
<p><a href="/s/${view.token}/objection">有问题，告诉学校</a></p>
</div>`,
  );
}
