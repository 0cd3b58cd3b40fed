/** The second proof: a code that was sent to the telephone the agreement names, or by mail. */
import { html } from 'hono/html';
import type { LoginCodeView } from '../views.ts';
import { type Html, renderLayout } from './layout.ts';
import { SIGNING_STEPS, steps } from './words.ts';

export function renderLoginCodePage(view: LoginCodeView): Html {
  const bad = view.refusal === null ? '' : html` aria-invalid="true"`;
  const mail = view.way === 'mail';
  return renderLayout(
    { title: '输入验证码', place: 'signing', width: 'text' },
    html`<div class="stack">
${view.person ? steps(SIGNING_STEPS, 1) : steps(['核验身份', '核对并签署', '完成'], 1)}
<header class="stack stack--tight"><h1>输入${mail ? '邮件' : '短信'}验证码</h1>
<p class="lead">验证码已发到${mail ? '学校登记的邮箱' : '协议上登记的手机'} <strong>${view.to}</strong>，5 分钟内有效。</p></header>
${view.refusal === null ? '' : html`<div class="notice notice--bad" role="alert" id="refusal"><p>${view.refusal.zh}</p></div>`}
<form class="card stack" method="post" action="${view.action}">
<div class="field"><label for="code">6 位验证码</label><p class="hint" id="code-hint">在${mail ? '邮件' : '短信'}里，只有数字。${mail ? '没看到请查一下垃圾邮件。' : ''}</p>
<input id="code" name="code" required type="text" class="code-input" maxlength="6" pattern="[0-9]{6}" inputmode="numeric" autocomplete="one-time-code" aria-describedby="code-hint${view.refusal === null ? '' : ' refusal'}"${bad}></div>
<div class="buttons"><button class="button" type="submit">核验，开始阅读</button></div>
</form>
<form method="post" action="${view.action}/again" class="buttons"><button class="button button--quiet" type="submit">没收到，重新发送</button></form>
<p class="soft small">每分钟最多发一次。${mail ? '邮箱' : '手机号'}不对，请联系学校老师更正后重发链接。不要把验证码告诉任何人。</p>
</div>`,
  );
}
