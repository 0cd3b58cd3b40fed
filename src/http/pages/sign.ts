/** Signing: by hand or by name, both equal; then one look at what is about to be signed. */
import { html } from 'hono/html';
import type { SignView } from '../views.ts';
import { icon } from './icon.ts';
import { keyChoice } from './key-choice.ts';
import { type Html, renderLayout } from './layout.ts';
import { SIGNING_STEPS, steps } from './words.ts';

const write = (view: SignView): Html => html`<section class="stack stack--tight" id="write" data-step="5" aria-labelledby="write-title">
<h2 id="write-title" tabindex="-1">写上${view.ceremony.role === 'guardian' ? '您' : '你'}的名字：${view.ceremony.signatoryName}</h2>
<fieldset class="two-ways"><legend class="visually-hidden">签名方式，两种同样有效</legend>
<label class="choice"><input type="radio" name="way" value="ink" checked> <span>手写签名</span></label>
<label class="choice"><input type="radio" name="way" value="name"> <span>用姓名签名</span></label></fieldset>
<div data-way="ink" class="stack stack--tight">
<div class="sign-pad" data-pad data-prompt="请在框内写上${view.ceremony.role === 'guardian' ? '您' : '你'}的名字"><canvas role="img" aria-label="签名区域，尚无笔迹" data-canvas></canvas></div>
<p class="soft small">手机可以横过来写，笔迹不会丢。不方便手写？选上面的“用姓名签名”，效力一样。</p>
<div class="buttons pad-buttons"><button class="button button--quiet" type="button" data-clear>清除</button><button class="button button--quiet" type="button" data-undo>撤销一笔</button></div>
</div>
<div data-way="name" hidden><p class="typed-signature">${view.ceremony.signatoryName}</p></div>
<details><summary>用自己的数字证书签（选填）</summary>${keyChoice('本人')}</details>
<p class="error" role="alert" data-write-error hidden></p>
<div class="buttons"><button class="button" type="button" data-finish-writing>完成，去确认 ${icon('arrow')}</button></div>
</section>`;

const documentsOf = ({ documents, agreementNumber }: SignView): NonNullable<SignView['documents']> =>
  documents ?? [{ agreementNumber, title: '实习三方协议（正文和附件）' }];

const confirm = (view: SignView): Html => html`<section class="stack" id="confirm" data-step="6" aria-labelledby="confirm-title" hidden>
<h2 id="confirm-title" tabindex="-1">确认签署</h2>
<div class="card"><dl class="pairs">
<div><dt>签署人</dt><dd>${view.ceremony.signatoryName}</dd></div>
<div><dt>将要签署</dt><dd>${documentsOf(view).map(({ title, agreementNumber }) => html`${title}<br><span class="soft">编号 ${agreementNumber}</span><br>`)}</dd></div>
<div><dt>文件指纹</dt><dd>后 8 位 <span class="code">${view.documentFingerprint}</span></dd></div>
<div><dt>本次签名指纹</dt><dd>后 8 位 <span class="code" data-digest>正在核对……</span></dd></div>
<div><dt>签名</dt><dd data-preview></dd></div>
</dl></div>
<section class="card" aria-labelledby="facts-title" data-facts hidden><h3 id="facts-title">文件里写的</h3><p class="soft small">这几项由本页直接从要签的文件里读出，请再看一眼。</p><dl class="pairs" data-fact-list></dl></section>
<p class="soft" role="status" data-confirm-status>正在核对文件……</p>
<div class="notice notice--bad" role="alert" data-confirm-error hidden><p></p></div>
<div class="buttons"><button class="button" type="button" data-confirm disabled>确认签署</button><button class="button button--quiet" type="button" data-rewrite>重签</button></div>
</section>`;

export function renderSignPage(view: SignView): Html {
  return renderLayout(
    {
      title: '签名',
      place: 'signing',
      width: 'text',
      ...(view.ceremony.role === 'guardian' ? { textSize: 'large' } : {}),
      script: 'sign-page.ts',
    },
    html`<div class="stack" data-signing data-token="${view.token}" data-agreement="${view.agreementNumber}" data-documents="${documentsOf(
      view,
    )
      .map(({ agreementNumber }) => agreementNumber)
      .join(' ')}" data-terms="${view.ceremony.termsSha256}" data-role="${view.ceremony.role}" data-name="${view.ceremony.signatoryName}">
${steps(SIGNING_STEPS, 5)}
<h1>签名</h1>
<div class="notice notice--warn only-plain"><p><strong>签名需要浏览器允许运行脚本。</strong>签名用的密钥只在您自己的设备里产生，不能由服务器代替。请在微信或手机浏览器里打开这个链接。</p></div>
<div class="stack only-scripted">${write(view)}${confirm(view)}</div>
<p><a href="/s/${view.token}/read">再读一遍协议</a></p>
<p><a href="/s/${view.token}/objection">我不想签，或有问题</a></p>
</div>`,
  );
}
