/** The school's door: the key goes in by a form, so that opening a link changes nothing. */
import { html } from 'hono/html';
import type { SchoolDoorView } from '../views.ts';
import { type Html, renderLayout } from './layout.ts';

export function renderSchoolDoorPage(view: SchoolDoorView): Html {
  return renderLayout(
    { title: '学校工作台', place: 'school', width: 'text' },
    html`<header class="page-head"><h1>学校工作台</h1><p class="lead">${view.key === null ? '请输入管理员交给您的进入口令。' : '口令已经填好，点“进入工作台”即可。'}</p></header>
<form class="card stack" method="post" action="/school/session">
<div class="field"><label for="key">进入口令</label><p class="hint" id="key-hint">启动服务的窗口里会显示带口令的地址。</p><input id="key" name="key" type="text" value="${view.key ?? ''}" autocomplete="off" autocapitalize="off" spellcheck="false" required aria-describedby="key-hint"></div>
<div class="buttons"><button class="button" type="submit">进入工作台</button></div>
</form>`,
  );
}
