/** The front door: one sentence and three ways in. */
import { html } from 'hono/html';
import type { HomeView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';

/** A page of text that nobody can change, four signatures and one mark that everything holds. */
const picture =
  (): Html => html`<svg class="picture" viewBox="0 0 336 300" aria-hidden="true"><rect x="58" y="10" width="216" height="280" rx="8" fill="#fff" stroke="#d9dcd5"/>
<g stroke="#c9d1cc" stroke-width="5" stroke-linecap="round"><path d="M118 44h96" stroke="#14211e"/><path d="M86 74h160M86 92h160M86 110h64M178 110h68M86 128h160M86 146h108"/></g>
<g stroke="#0b5d52" stroke-width="5" stroke-linecap="round"><path d="M158 110h12M202 146h44"/></g>
<g fill="none" stroke="#d9dcd5" stroke-width="1.5"><path d="M86 214h70M176 214h70M86 262h70M176 262h70"/></g>
<g fill="none" stroke="#14211e" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"><path d="M90 206c10-18 16-18 15-6s12-14 16-8-2 14 8 8 10-10 20-2"/><path d="M180 208c4-20 14-22 14-10s-8 14 2 10 8-18 16-14 0 16 10 8 8-6 18-2"/><path d="M92 254c14-4 6-18 0-8s20 16 24 2 10 14 18 2 8-2 16 2"/><path d="M180 252c8-14 18-14 14-2s14 8 16-4 6 14 12 4 12-6 20 0"/></g>
<circle cx="262" cy="62" r="36" fill="#0b5d52"/><path d="M246 63l11 11 21-23" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

export function renderHomePage(view: HomeView): Html {
  return renderLayout(
    {
      title: '职业学校学生实习三方协议',
      place: 'home',
      sample: view.templates.some((template) => template.status === 'sample'),
      script: 'go.ts',
    },
    html`<section class="hero">
<div class="hero-words"><p class="eyebrow">职业学校学生岗位实习三方协议</p>
<h1><span>示范文本一字不动，</span><span>每份协议人人可验。</span></h1>
<p class="lead">学校导入名册，逐人生成协议；学生、监护人、实习单位和学校各用自己的签名签署；改动任何一个字，一验便知。</p></div>
${picture()}
</section>
<ul class="doors">
<li class="door">${icon('school')}<h2><a href="/school">我是学校</a></h2><p>导入 Excel 名册，一次生成全部协议，看清每一份卡在谁那里。</p><span class="go">进入学校工作台 ${icon('arrow')}</span></li>
<li class="door">${icon('pen')}<h2><a href="#link">我收到了签署链接</a></h2><p>不用注册，不用下载。先看清岗位、时间和报酬，再决定签不签。</p><span class="go">打开我的链接 ${icon('arrow')}</span></li>
<li class="door">${icon('shield')}<h2><a href="/verify">验证一份协议</a></h2><p>拖入 PDF，看正文有没有被改、谁签了名、还缺谁。</p><span class="go">开始验证 ${icon('arrow')}</span></li>
</ul>
<section class="card home-more" id="link" aria-labelledby="link-title">
<h2 id="link-title">用链接签署</h2>
<p>在微信或短信里直接点开老师发来的链接即可。每个链接只给一个人使用，请不要转发。</p>
<form class="stack stack--tight only-scripted" data-go="link">
<div class="field"><label for="link-input">也可以把链接粘贴到这里</label><input id="link-input" name="value" type="text" inputmode="url" autocomplete="off" autocapitalize="off" spellcheck="false" required></div>
<p class="error" role="alert" data-go-error hidden></p>
<div class="buttons"><button class="button" type="submit">打开链接</button></div>
</form>
<p class="soft">没有收到链接，或链接已过期：请联系你的实习指导教师重新发送。</p>
</section>
<ul class="promises">
<li><strong>正文锁定</strong><span class="soft">示范文本逐字节固定，只能填空白处；补充条款单独成附件。</span></li>
<li><strong>签名只归本人</strong><span class="soft">签名用的密钥在签署人自己的手机里产生，不会离开手机。</span></li>
<li><strong>谁都能验</strong><span class="soft">协议是普通 PDF，换一个软件、换一台电脑，结论一样。</span></li>
</ul>`,
  );
}
