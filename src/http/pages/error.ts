/** Something was refused or failed: what happened, and what to do next. */
import { html } from 'hono/html';
import type { ErrorView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';

export function renderErrorPage(view: ErrorView): Html {
  const heading = view.status === 404 ? '没有找到这个页面' : view.status >= 500 ? '服务暂时出了问题' : '这一步没有办成';
  return renderLayout(
    { title: heading, place: 'home', width: 'text' },
    html`<div class="stack">
<h1>${heading}</h1>
<div class="notice notice--${view.status >= 500 ? 'bad' : 'warn'}" role="alert"><p>${view.zh}</p></div>
<p class="buttons">${view.home === null ? '' : html`<a class="button" href="${view.home}">${icon('arrow')}${view.home === '/school' ? '回到学校工作台' : '继续'}</a>`}<a class="button button--quiet" href="/">回到首页</a></p>
<p class="soft small">需要帮助时，请把这两项告诉老师或管理员：<br>代码 <span class="code">${view.code}</span>，编号 <span class="code">${view.requestId}</span></p>
</div>`,
  );
}
