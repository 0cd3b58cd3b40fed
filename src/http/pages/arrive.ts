/** Arrival by link: who invites, whom, to what; then one small proof that it is really this person. */
import { html } from 'hono/html';
import type { ArriveView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { SIGNING_STEPS, steps, tag, timeWord } from './words.ts';

const input = (view: ArriveView, name: string, label: string, hint: string, attributes: Html): Html => html`<div class="field">
<label for="${name}">${label}</label><p class="hint" id="${name}-hint">${hint}</p>
<input id="${name}" name="${name}" required autocomplete="off" spellcheck="false" aria-describedby="${name}-hint${view.refusal === null ? '' : ' refusal'}"${view.refusal === null ? '' : html` aria-invalid="true"`} value="${view.typed[name] ?? ''}" ${attributes}></div>`;

function proof(view: ArriveView): Html {
  if (view.role === 'student')
    return input(
      view,
      'idLastSix',
      '身份证号的最后 6 位',
      '末位是字母 X 的，也请填写。',
      html`type="text" class="code-input" maxlength="6" pattern="[0-9]{5}[0-9Xx]" title="6 位：数字，末位可以是 X" inputmode="text" autocapitalize="characters"`,
    );
  const phone = input(
    view,
    'phoneLastFour',
    view.role === 'guardian' ? '您的手机号后 4 位' : '联系电话后 4 位',
    view.role === 'guardian' ? '填写登记在学校的监护人手机号。' : '填写协议上登记的联系电话。',
    html`type="text" class="code-input" maxlength="4" pattern="[0-9]{4}" title="4 位数字" inputmode="numeric"`,
  );
  return view.role === 'guardian'
    ? html`${input(view, 'studentName', '孩子的姓名', '填写全名。', html`type="text" maxlength="60"`)}${phone}`
    : html`${input(view, 'creditCode', '统一社会信用代码', '营业执照或法人证书上的 18 位代码。', html`type="text" class="code" maxlength="18" pattern="[0-9A-Za-z]{18}" title="18 位数字和字母" autocapitalize="characters"`)}${phone}`;
}

const TURN = {
  ready: (view: ArriveView) => html`<p class="turn">${tag('now', 'turn', person(view) ? `现在轮到${you(view)}签` : '有协议等您签')}</p>`,
  waiting: () => html`<p class="turn">${tag('plain', 'clock', '还没轮到，可以先看')}</p>`,
  declined: () => html`<p class="turn">${tag('plain', 'stop', '签署暂停，等学校处理')}</p>`,
  signed: () => html`<p class="turn">${tag('good', 'check', '已经签好')}</p>`,
} as const;

const person = ({ role }: ArriveView): boolean => role === 'student' || role === 'guardian';

const you = ({ role }: ArriveView): string => (role === 'guardian' ? '您' : '你');

function heading(view: ArriveView): string {
  if (person(view)) return view.turn === 'signed' ? `${you(view)}已签好岗位实习三方协议` : `邀请${you(view)}签署岗位实习三方协议`;
  return `邀请贵${view.role === 'unit' ? '单位' : '校'}签署 ${view.agreementCount} 份实习三方协议`;
}

/** What opens once identity is proved. */
function goOnTo(view: ArriveView): string {
  if (view.turn === 'signed') return '看进度和文件';
  return person(view) ? '开始阅读' : '开始核对';
}

const firstPage = (view: ArriveView): string =>
  view.action.replace(/start$/, person(view) ? (view.turn === 'signed' ? 'done' : 'read') : 'list');

export function renderArrivePage(view: ArriveView): Html {
  return renderLayout(
    { title: '签署实习三方协议', place: 'signing', width: 'text', ...(view.role === 'guardian' ? { textSize: 'large' } : {}) },
    html`<div class="stack">
${person(view) ? steps(SIGNING_STEPS, 1) : steps(['核验身份', '核对并签署', '完成'], 1)}
<header class="stack stack--tight"><p class="eyebrow">${view.schoolName}</p>
<h1>${heading(view)}</h1>
${TURN[view.turn](view)}
<p class="lead">本链接只给 <strong>${view.maskedName}</strong>${view.role === 'guardian' ? ' 的监护人' : ''} 使用。不是您？请不要继续，并${person(view) ? html`<a href="${view.action.replace(/start$/, 'objection')}?reason=not-me">告诉学校</a>` : '告诉学校'}。</p>
<p class="soft small">链接有效期至 ${timeWord(view.expiresAt)}</p></header>
${view.refusal === null ? '' : html`<div class="notice notice--bad" role="alert" id="refusal"><p>${view.refusal.zh}</p></div>`}
${
  view.identityProved
    ? html`<div class="notice notice--good"><p>这台设备上刚才已经核验过身份，不用再填。</p></div><p class="buttons"><a class="button" href="${firstPage(view)}">${goOnTo(view)} ${icon('arrow')}</a></p>`
    : ''
}
<form class="card stack" method="post" action="${view.action}">
<h2>${view.identityProved ? '或者重新核验身份' : '先核验身份'}</h2>
<input type="hidden" name="role" value="${view.role}">
${proof(view)}
<div class="buttons"><button class="button" type="submit">核验身份，${goOnTo(view)}</button></div>
</form>
<section class="card" aria-labelledby="before-title"><h2 id="before-title">签署前请知道</h2>
<ul><li>全程不收费，不要下载其他软件，不要告诉别人验证信息。</li><li>${person(view) ? '先看要点，再读全文，最后才签名' : '相同的内容合在一起看，不同的分开列，一次确认后逐份签名'}；中途可以随时离开，回来接着做。</li><li>签名用的密钥在您自己的设备里产生，不会传出去。</li><li>我们只核对您填的这几位数字，不采集位置、通讯录和人脸。</li></ul></section>
${person(view) ? html`<p><a href="${view.action.replace(/start$/, 'objection')}">我不想签，或有问题</a></p>` : ''}
</div>`,
  );
}
