/** The door of a classroom session: who you are, and the code on the wall. */
import { html } from 'hono/html';
import type { ClassroomDoorView } from '../views.ts';
import { type Html, renderLayout } from './layout.ts';
import { SIGNING_STEPS, steps } from './words.ts';

export function renderClassroomDoorPage(view: ClassroomDoorView): Html {
  const described = view.refusal === null ? '' : ' refusal';
  return renderLayout(
    { title: '现场签署', place: 'signing', width: 'text' },
    html`<div class="stack">${steps(SIGNING_STEPS, 1)}
<header class="stack stack--tight"><p class="eyebrow">${view.schoolName}</p><h1>现场签署岗位实习三方协议</h1><p class="lead">只能自己签，不能替别人签。</p></header>
${view.refusal === null ? '' : html`<div class="notice notice--bad" role="alert" id="refusal"><p>${view.refusal.zh}</p></div>`}
<form class="card stack" method="post" action="${view.action}"><h2>先核验身份</h2>
<div class="field"><label for="who">身份证号后 6 位，或学号</label><p class="hint" id="who-hint">末位是字母 X 的，也请填写。填学号的，下一步还要填身份证号后 6 位。</p>
<input id="who" name="who" type="text" required maxlength="24" autocomplete="off" spellcheck="false" value="${view.typed.who}" autocapitalize="characters" aria-describedby="who-hint${described}"></div>
<div class="field"><label for="code">现场码</label><p class="hint" id="code-hint">投屏上的 6 位数字，每 30 秒换一次。</p>
<input id="code" name="code" type="text" class="code-input" required maxlength="6" pattern="[0-9]{6}" inputmode="numeric" autocomplete="off" aria-describedby="code-hint${described}"></div>
<div class="buttons"><button class="button" type="submit">核验身份，开始阅读</button></div></form></div>`,
  );
}
