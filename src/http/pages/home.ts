/** The front door: one sentence and three ways in. */
import { html } from 'hono/html';
import type { HomeView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';

export function renderHomePage(view: HomeView): Html {
  return renderLayout(
    {
      title: '职业学校学生实习三方协议',
      place: 'home',
      sample: view.templates.some((template) => template.status === 'sample'),
      script: 'go.ts',
    },
    html`<section class="hero">
<p class="eyebrow">职业学校学生岗位实习三方协议</p>
<h1><span>示范文本一字不动，</span><span>每份协议人人可验。</span></h1>
<p class="lead">学校导入名册，逐人生成协议；学生、监护人、实习单位和学校各用自己的签名签署；改动任何一个字，一验便知。</p>
</section>
<ul class="doors">
<li class="door">${icon('school')}<h2><a href="/school">我是学校</a></h2><p>导入 Excel 名册，一次生成全部协议，看清每一份卡在谁那里。</p><span class="go">进入学校工作台 ${icon('arrow')}</span></li>
<li class="door">${icon('pen')}<h2><a href="#link">我收到了签署链接</a></h2><p>不用注册，不用下载。先看清岗位、时间和报酬，再决定签不签。</p><span class="go">打开我的链接 ${icon('arrow')}</span></li>
<li class="door">${icon('shield')}<h2><a href="/verify">验证一份协议</a></h2><p>拖入 PDF，看正文有没有被改、谁签了名、还缺谁。</p><span class="go">开始验证 ${icon('arrow')}</span></li>
</ul>
<section class="card" id="link" aria-labelledby="link-title">
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
