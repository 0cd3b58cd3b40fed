/** The classroom: the wall that everybody sees, without names, and the teacher's own list. */
import { html } from 'hono/html';
import type { ClassroomView } from '../views.ts';
import { type Html, renderLayout } from './layout.ts';
import { tag, timeWord } from './words.ts';

const CODE_MS = 30_000;
/** Phones make keys on https, or on the machine itself, only. */
const isSecure = (link: string): boolean => /^https:|^http:\/\/(?:localhost|127\.0\.0\.1)(?::|\/)/.test(link);

const buttons = (
  view: ClassroomView,
): Html => html`<div class="buttons"><a class="button button--quiet" href="/school/classrooms/${view.classroomId}/list">老师看名单</a>
<form method="post" action="/school/classrooms/${view.classroomId}/closing"><button class="button button--quiet" type="submit">结束现场签署</button></form>
<a class="button button--quiet" href="/school/batches/${view.batchId}">回到进度看板</a></div>`;

const over = (
  view: ClassroomView,
): Html => html`<div class="notice notice--warn"><p><strong>这次现场签署已经结束。</strong>已签 ${view.signed}/${view.total}。</p></div>
<form method="post" action="/school/batches/${view.batchId}/classroom" class="buttons"><button class="button" type="submit">重新打开</button><a class="button button--quiet" href="/school/batches/${view.batchId}">回到进度看板</a></form>`;

export function renderClassroomPage(view: ClassroomView): Html {
  return renderLayout(
    { title: '现场签署', place: 'school', signedIn: true, ...(view.code === null ? {} : { script: 'classroom-page.ts' }) },
    html`<header class="page-head"><p class="eyebrow">${view.schoolName} · ${view.batchName}</p><h1>现场签署</h1></header>
${
  view.code === null
    ? over(view)
    : html`<div class="stack classroom" data-classroom="/api/school/classrooms/${view.classroomId}" data-link="${view.link}">
${isSecure(view.link) ? '' : html`<div class="notice notice--bad"><p><strong>手机扫码后签不了。</strong>这个地址不是 https，手机浏览器不允许产生签名密钥。请管理员配置 https 地址后再用。</p></div>`}
<ol><li>用微信或手机浏览器扫二维码。</li><li>填学号（或身份证号后 6 位）和下面的现场码。</li><li>看要点、读全文，自己签名。不要替别人签。</li></ol>
<div class="card classroom-wall"><div data-qr-place></div><div><p class="soft">现场码（每 30 秒换一次）</p><p class="classroom-code code" data-code aria-live="off">${view.code.code}</p>
<progress max="${CODE_MS}" value="${view.code.leftMs}" data-left aria-label="现场码剩余时间"></progress>
<p role="status" data-words>已签 ${view.signed}/${view.total}</p></div></div>
<p class="only-plain soft">浏览器不运行脚本：现场码不会自己换，请刷新页面。网址 <span class="code">${view.link}</span></p>
<p class="soft small">到 ${timeWord(view.expiresAt)}自动结束。</p>
${buttons(view)}</div>`
}`,
  );
}

const STATE = {
  ready: () => tag('now', 'turn', '还没签'),
  waiting: () => tag('plain', 'clock', '未轮到'),
  signed: () => tag('good', 'check', '已签'),
  declined: () => tag('bad', 'stop', '不签，请联系'),
} as const;

/** Not for the wall: names are on it. */
export function renderClassroomListPage(view: ClassroomView): Html {
  return renderLayout(
    { title: '现场签署名单', place: 'school', signedIn: true },
    html`<header class="page-head"><p class="eyebrow">${view.schoolName} · ${view.batchName}</p><h1>现场签署名单</h1><p class="lead">已签 ${view.signed}/${view.total}。请在老师自己的屏幕上看，不要投屏。</p></header>
<div class="stack"><p class="buttons"><a class="button" href="/school/classrooms/${view.classroomId}/list">刷新</a><a class="button button--quiet" href="/school/classrooms/${view.classroomId}">回到投屏页</a></p>
<div class="table-wrap"><table class="table--cards"><thead><tr><th scope="col">学生</th><th scope="col">学号</th><th scope="col">状态</th></tr></thead><tbody>${view.seats.map(
      (seat) =>
        html`<tr><th scope="row" data-label="学生">${seat.studentName}</th><td data-label="学号">${seat.studentNumber}</td><td data-label="状态">${STATE[seat.state]()}</td></tr>`,
    )}</tbody></table></div></div>`,
  );
}
