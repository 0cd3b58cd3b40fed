/** "I do not want to sign, or something is wrong": a reason and one's own words, without a threat anywhere. */
import { html } from 'hono/html';
import { MESSAGE_MAX, OBJECTION_REASONS } from '../../agreement/endings.ts';
import type { ObjectionView } from '../views.ts';
import { objectionReason } from './ending.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { refusedHere } from './refused.ts';
import { tag, timeWord } from './words.ts';

const open = (view: ObjectionView): Html =>
  view.open.length === 0
    ? html``
    : html`<section class="card stack stack--tight" aria-labelledby="open-title"><h2 id="open-title">学校已经收到</h2>
<ul class="checklist">${view.open.map(
        (one) =>
          html`<li>${one.kind === 'decline' ? tag('now', 'stop', '不签') : tag('now', 'question', '有问题')}<span><strong>${objectionReason(one.reason)}</strong><br>${one.message === '' ? '' : html`“${one.message}”<br>`}<span class="soft small">${timeWord(one.raisedAt)}</span></span></li>`,
      )}</ul>
<p>学校会与您联系。${view.open.some(({ kind }) => kind === 'decline') ? '签署已经暂停，您什么都不用做。' : '您仍然可以签，也可以等问清楚再签。'}不签不会受到处罚。</p>
<form method="post" action="${view.action}/withdrawal" class="buttons">${number(view)}<button class="button button--quiet" type="submit">${view.open.some(({ kind }) => kind === 'decline') ? '我改主意了，撤回，继续签' : '问题解决了，撤回'}</button></form></section>`;

const number = (view: ObjectionView): Html =>
  view.carriesNumber ? html`<input type="hidden" name="agreementNumber" value="${view.agreementNumber}">` : html``;

const chosen = (is: boolean): Html | '' => (is ? html` checked` : '');

const kinds = (view: ObjectionView): Html =>
  view.identityProved && !view.signed
    ? html`<fieldset><legend>您的打算</legend>
<label class="choice"><input type="radio" name="kind" value="question" required${chosen(view.typed.kind === 'question')}> <span><strong>有问题，先问学校</strong>问清楚再决定签不签。</span></label>
<label class="choice"><input type="radio" name="kind" value="decline" required${chosen(view.typed.kind === 'decline')}> <span><strong>不签这份协议</strong>签署会暂停，直到您撤回或学校处理。</span></label></fieldset>`
    : html`<input type="hidden" name="kind" value="question">`;

/** Once something was told, saying more is folded: it has arrived. */
const form = (view: ObjectionView): Html =>
  view.open.length > 0 && view.refusal === null
    ? html`<details class="card"><summary>还有别的要告诉学校</summary>${inputs(view)}</details>`
    : inputs(view);

const inputs = (view: ObjectionView): Html => html`<form class="card stack" method="post" action="${view.action}">
<h2>告诉学校</h2>${number(view)}
${kinds(view)}
<fieldset><legend>原因</legend>${Object.entries(OBJECTION_REASONS).map(
  ([code, zh]) =>
    html`<label class="choice"><input type="radio" name="reason" value="${code}" required${chosen(code === view.typed.reason)}> <span>${zh}</span></label>`,
)}</fieldset>
<div class="field"><label for="message">想说的话（可以不填）</label><p class="hint" id="message-hint">学校老师会看到。请不要写身份证号、银行卡号。</p><textarea id="message" name="message" rows="4" maxlength="${MESSAGE_MAX}" aria-describedby="message-hint">
${view.typed.message}</textarea></div>
<div class="buttons"><button class="button" type="submit">告诉学校</button><a class="button button--quiet" href="${view.back}">返回</a></div>
</form>`;

export function renderObjectionPage(view: ObjectionView): Html {
  return renderLayout(
    {
      title: '不想签，或有问题',
      place: 'signing',
      width: 'text',
      ...(view.role === 'guardian' ? { textSize: 'large' } : {}),
    },
    html`<div class="stack">
<header class="stack stack--tight"><p class="eyebrow">${view.schoolName}</p><h1>不想签，或有问题</h1>
<p class="lead">签不签由您自己决定。不签不会受到处罚；学生有权申请自主选择实习单位。</p>
<p class="soft small">学生 ${view.studentName}，协议编号 ${view.agreementNumber}</p></header>
${view.refusal === null ? '' : refusedHere(view.refusal)}
${open(view)}
${form(view)}
<section class="stack stack--tight" aria-labelledby="phones-title"><h2 id="phones-title">也可以直接打电话</h2><ul class="phones">${view.phones.map(
      (entry) =>
        html`<li><a href="tel:${entry.phone.replace(/[^\d+]/g, '')}">${icon('phone')}<span><small>${entry.label}</small>${entry.phone}</span></a></li>`,
    )}</ul></section>
</div>`,
  );
}
