/** The school's door: the key goes in by a form, so that opening a link changes nothing; and the way on for whoever had to go through it again. */
import { html } from 'hono/html';
import type { GoOnView, SchoolDoorView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { refusedHere } from './refused.ts';

const hidden = (name: string, value: string): Html => html`<input type="hidden" name="${name}" value="${value}">`;

function lead({ key, goOn }: SchoolDoorView): string {
  if (goOn === null) return key === null ? '请输入管理员交给您的进入口令。' : '口令已经填好，点“进入工作台”即可。';
  if (goOn.lost) return '刚才这一步没有办，选的文件和填的口令都没有保存。登录后请重新填写。';
  return goOn.kept === null ? '登录后接着打开刚才的页面。' : '刚才填的内容还在这一页里，登录后接着提交，不用重填。';
}

const wayOn = ({ to, kept }: GoOnView): Html => html`${hidden('to', to)}${kept === null ? '' : hidden('kept', kept)}`;

export function renderSchoolDoorPage(view: SchoolDoorView): Html {
  const { key, goOn, refusal } = view;
  return renderLayout(
    { title: '学校工作台', place: 'school', width: 'text' },
    html`<header class="page-head"><h1>学校工作台</h1><p class="lead">${lead(view)}</p></header>
<form class="card stack" method="post" action="/school/session">
${refusal === null ? '' : refusedHere(refusal)}${goOn === null ? '' : wayOn(goOn)}
<div class="field"><label for="key">进入口令</label><p class="hint" id="key-hint">启动服务的窗口里会显示带口令的地址。</p><input id="key" name="key" type="text" value="${key ?? ''}" autocomplete="off" autocapitalize="off" spellcheck="false" required aria-describedby="key-hint"></div>
<div class="buttons"><button class="button" type="submit">进入工作台</button></div>
</form>`,
  );
}

/** Inside again: what was typed before is sent on by the person, not by itself. */
export function renderGoOnPage({
  to,
  fields,
}: {
  readonly to: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}): Html {
  return renderLayout(
    { title: '接着提交', place: 'school', signedIn: true, width: 'text' },
    html`<header class="page-head"><h1>已登录，接着提交</h1><p class="lead">刚才填的内容原样保留着，还没有提交。</p></header>
<form class="card stack" method="post" action="${to}">${fields.map(([name, value]) => hidden(name, value))}
<div class="buttons"><button class="button" type="submit">${icon('arrow')}接着提交</button><a class="button button--quiet" href="/school">不提交了，回到学校工作台</a></div></form>`,
  );
}
