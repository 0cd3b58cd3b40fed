/** The choice of the key on a signing page. File and passphrase have no name, so that no form can ever carry them. */
import { html } from 'hono/html';
import type { Html } from './layout.ts';

export const keyChoice = (
  whose: '本人' | '本单位',
): Html => html`<fieldset class="stack stack--tight only-scripted" data-key-choice><legend>用什么签</legend>
<label class="choice"><input type="radio" name="key" value="page" checked data-key-way> <span>在本页产生一次性密钥（平台证书）</span></label>
<label class="choice"><input type="radio" name="key" value="file" data-key-way> <span>用${whose}的数字证书文件（持证机构发的 .p12、.pfx）</span></label>
<div class="stack stack--tight" data-key-inputs hidden>
<div class="field"><label for="key-file">证书文件</label><p class="hint" id="key-file-hint">文件和口令只在这个页面里用来打开密钥，不上传，不保存。</p><input id="key-file" type="file" accept=".p12,.pfx" data-key-file aria-describedby="key-file-hint"></div>
<div class="field"><label for="key-passphrase">文件的口令</label><input id="key-passphrase" type="password" autocomplete="off" maxlength="200" data-key-passphrase></div>
</div></fieldset>`;
