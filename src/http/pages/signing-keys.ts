/** Keys and tokens of a school: what is signed without a person at the screen, and who holds the key. */
import { html } from 'hono/html';
import type { SigningKeysView } from '../views/signing-keys.ts';
import { eSigningTerms } from './e-signing-terms.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { ASSURANCE_WORD, ROLE_WORD, tag, timeWord } from './words.ts';

const TOKEN_STATE = { good: tag('good', 'check', '有效'), revoked: tag('bad', 'stop', '已撤销'), expired: tag('plain', 'clock', '已过期') };

const input = (id: string, name: string, words: string, rest: Html | string, hint = ''): Html =>
  html`<div class="field"><label for="${id}">${words}</label>${hint === '' ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}<input id="${id}" name="${name}" ${rest}${hint === '' ? '' : html` aria-describedby="${id}-hint"`}></div>`;

const operator = (id: string): Html =>
  input(
    id,
    'operator',
    '经办人工号',
    html`type="text" required maxlength="20" pattern="[A-Za-z0-9_\-]+" autocomplete="off"`,
    '记入操作记录，只用字母和数字。',
  );

const passphrase = (id: string): Html =>
  input(
    id,
    'passphrase',
    '解锁口令',
    html`type="password" required minlength="10" maxlength="200" autocomplete="new-password"`,
    '至少 10 位，每次解锁都要用。系统不保存口令，忘记了只能删除重来。',
  );

const label = (id: string, example: string): Html =>
  input(id, 'label', '名称', html`type="text" required maxlength="40" autocomplete="off"`, `给自己看的，例如“${example}”。`);

const button = (action: string, words: string): Html =>
  html`<form method="post" action="/school/signing/${action}"><button class="button button--quiet button--small" type="submit">${words}</button></form>`;

function keyCard(view: SigningKeysView, key: SigningKeysView['keys'][number]): Html {
  const open = key.unlockedUntil !== null;
  return html`<article class="card stack stack--tight" aria-labelledby="key-${key.id}" data-key="${key.id}"><h3 id="key-${key.id}">${key.label}</h3>
<p>${key.unlockedUntil === null ? tag('good', 'shield', '已锁') : html`${tag('now', 'warn', '已解锁')} 到 ${timeWord(key.unlockedUntil)}`} ${ASSURANCE_WORD[key.assurance]}</p>
<dl class="pairs"><div><dt>持有人</dt><dd>${key.holder}</dd></div><div><dt>签发机构</dt><dd>${key.issuer}</dd></div><div><dt>证书有效期至</dt><dd>${timeWord(key.notAfter)}</dd></div>
<div><dt>密钥在哪里</dt><dd>${key.signer === null ? '本服务器，加密保存' : `签名设备 ${key.signer}`}（机构服务器保管）</dd></div></dl>
${
  open
    ? html`${runForm(view, key.id)}${button(`keys/${key.id}/locking`, '立即锁上')}`
    : html`<details><summary>解锁</summary><form class="stack stack--tight" method="post" action="/school/signing/keys/${key.id}/unlocking">
${operator(`operator-${key.id}`)}
${input(`pass-${key.id}`, 'passphrase', key.signer === null ? '解锁口令' : '设备口令（PIN）', html`type="password" required maxlength="200" autocomplete="off"`)}
${input(`minutes-${key.id}`, 'minutes', '解锁多少分钟', html`type="number" required min="5" max="720" value="60"`, '到时自动锁上，最长 12 小时；重启服务也会锁上。')}
<div class="buttons"><button class="button" type="submit">解锁</button></div></form></details>`
}
<details><summary>删除这把密钥</summary><p>删除后不能恢复，正在进行的自动签署会停止；已签的协议不受影响。</p>${button(`keys/${key.id}/removal`, '确认删除')}</details></article>`;
}

function runForm(view: SigningKeysView, keyId: string): Html | '' {
  const busy = new Set(view.runs.map(({ batch }) => batch));
  const free = view.batches.filter(({ id }) => !busy.has(id));
  if (free.length === 0) return '';
  return html`<details><summary>自动签署一个批次</summary><form class="stack stack--tight" method="post" action="/school/signing/runs">
<input type="hidden" name="keyId" value="${keyId}">
<div class="field"><label for="batch-${keyId}">批次</label><select id="batch-${keyId}" name="batchId">${free.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</select></div>
${operator(`run-operator-${keyId}`)}
<p>轮到学校签的协议会逐份签署，每份都是各自的签名，不会重复签。以后轮到学校的也会自动签，直到停止或密钥锁上。</p>
<label class="choice"><input type="checkbox" name="seal" value="own"> <span>在每份签名旁加盖学校的印章图样（学校用自己的签署链接上传过的那一张）。</span></label>
<label class="choice"><input type="checkbox" name="terms" value="${view.termsSha256}" required> <span>我已阅读下方《电子签约约定》，同意用电子签名签署。</span></label>
<label class="choice"><input type="checkbox" name="consent" value="yes" required> <span>我已核对这个批次的文本和附件，有权代表${view.schoolName}签署。</span></label>
<div class="buttons"><button class="button" type="submit">${icon('pen')}开始自动签署</button></div></form></details>`;
}

const runs = (view: SigningKeysView): Html | '' =>
  view.runs.length === 0
    ? ''
    : html`<section class="stack stack--tight" aria-labelledby="runs-title"><h2 id="runs-title">正在自动签署</h2>
<div class="table-wrap"><table class="table--cards"><thead><tr><th scope="col">批次</th><th scope="col">密钥</th><th scope="col">经办人</th><th scope="col">开始</th><th scope="col">状态</th><th scope="col">操作</th></tr></thead><tbody>${view.runs.map(
        (run) =>
          html`<tr data-run="${run.id}"><th scope="row" data-label="批次"><a href="/school/batches/${run.batch}">${run.batchName}</a></th><td data-label="密钥">${view.keys.find(({ id }) => id === run.key)?.label ?? '—'}</td><td data-label="经办人">${run.operator}</td><td data-label="开始">${timeWord(run.startedAt)}</td><td data-label="状态">${run.trouble === null ? '轮到学校就签' : run.trouble}</td><td class="nowrap" data-label="操作">${button(`runs/${run.id}/stopping`, '停止')}</td></tr>`,
      )}</tbody></table></div></section>`;

const addKey = (
  view: SigningKeysView,
): Html => html`<section class="stack stack--tight" aria-labelledby="add-title"><h3 id="add-title">存入密钥</h3>
<details class="card"><summary>从证书文件（.p12、.pfx）存入</summary><form class="stack stack--tight" method="post" action="/school/signing/keys" enctype="multipart/form-data">
${label('file-label', '学校公章证书')}${operator('file-operator')}
<div class="field"><label for="file">证书文件</label><input id="file" name="file" type="file" accept=".p12,.pfx" required></div>
${input('password', 'password', '这个文件的口令', html`type="password" maxlength="200" autocomplete="off"`, '只用来打开文件，不保存。')}
${passphrase('file-passphrase')}
<div class="buttons"><button class="button" type="submit">存入</button></div></form></details>
${
  view.connected.length === 0
    ? ''
    : html`<details class="card"><summary>使用签名设备或密钥服务</summary><form class="stack stack--tight" method="post" action="/school/signing/keys/connected">
${label('signer-label', '学校签名机')}${operator('signer-operator')}
<div class="field"><label for="signer">设备</label><select id="signer" name="signer">${view.connected.map(({ name, zh }) => html`<option value="${name}">${zh}</option>`)}</select></div>
<div class="buttons"><button class="button" type="submit">使用</button></div></form></details>`
}
${
  view.batches.length === 0
    ? ''
    : html`<details class="card"><summary>在服务器上产生新密钥（平台证书）</summary><form class="stack stack--tight" method="post" action="/school/signing/keys/made">
${label('made-label', '试用密钥')}${operator('made-operator')}
<div class="field"><label for="made-batch">按哪个批次里的学校信息签发</label><select id="made-batch" name="batchId">${view.batches.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</select></div>
${passphrase('made-passphrase')}
<div class="buttons"><button class="button" type="submit">产生</button></div></form></details>`
}</section>`;

const tokens = (
  view: SigningKeysView,
): Html => html`<section class="stack stack--tight" aria-labelledby="tokens-title"><h2 id="tokens-title">接口令牌</h2>
<p>单位或学校用 USB 密钥、持证机构或自己的签章系统签署时，由程序凭令牌取待签内容、交回签名。密钥不经过本系统。令牌只能用于它那一家的协议，每次使用都有记录。</p>
${
  view.newToken === null
    ? ''
    : html`<div class="notice notice--good" role="status"><p><strong>“${view.newToken.label}”的令牌，只显示这一次，请现在复制并妥善交给对方：</strong></p><p class="code" data-new-token>${view.newToken.token}</p></div>`
}
${
  view.tokens.length === 0
    ? ''
    : html`<div class="table-wrap"><table class="table--cards"><thead><tr><th scope="col">名称</th><th scope="col">机构</th><th scope="col">有效期至</th><th scope="col">最近使用</th><th scope="col">状态</th><th scope="col">操作</th></tr></thead><tbody>${view.tokens.map(
        (token) =>
          html`<tr data-token-id="${token.id}"><th scope="row" data-label="名称">${token.label}</th><td data-label="机构">${ROLE_WORD[token.role]} ${token.organisation}</td><td data-label="有效期至">${timeWord(token.expiresAt)}</td><td data-label="最近使用">${token.lastUsedAt === null ? '还没用过' : timeWord(token.lastUsedAt)}</td><td data-label="状态">${TOKEN_STATE[token.state]}</td><td class="nowrap" data-label="操作">${token.state === 'good' ? button(`tokens/${token.id}/revocation`, '撤销') : '—'}</td></tr>`,
      )}</tbody></table></div>`
}
${
  view.organisations.length === 0
    ? html`<p class="soft">有了协议之后，才能为其中的学校和单位做令牌。</p>`
    : html`<details class="card"><summary>做一个新令牌</summary><form class="stack stack--tight" method="post" action="/school/signing/tokens">
${label('token-label', '某某公司签章系统')}
<div class="field"><label for="organisation">给哪一家</label><select id="organisation" name="organisation">${view.organisations.map(
        ({ role, organisation, creditCode }) => html`<option value="${role} ${creditCode}">${ROLE_WORD[role]}：${organisation}</option>`,
      )}</select></div>
${input('days', 'days', '有效多少天', html`type="number" required min="1" max="366" value="90"`)}
<div class="buttons"><button class="button" type="submit">做令牌</button></div></form></details>`
}</section>`;

export function renderSigningKeysPage(view: SigningKeysView): Html {
  return renderLayout(
    { title: '签名密钥与接口', place: 'school', signedIn: true },
    html`<header class="page-head"><p class="eyebrow"><a href="/school">${view.schoolName}</a></p><h1>签名密钥与接口</h1><p class="lead">无人值守签署用的密钥，和外部签章程序用的令牌。由人在页面上签的，不需要这里的任何东西。</p></header>
<div class="stack">
${view.refusal === null ? '' : html`<div class="notice notice--bad" role="alert"><p><strong>${view.refusal.zh}</strong> <span class="code small">${view.refusal.code}</span></p></div>`}
<section class="stack stack--tight" aria-labelledby="keys-title"><h2 id="keys-title">学校的密钥（机构服务器保管）</h2>
<p>密钥加密保存在本服务器或签名设备里，由经办人凭口令限时解锁。用它签的协议，证据和验证报告都会注明“机构服务器保管”。想让密钥只在签署人手里，请用签署链接或接口令牌。</p>
${view.keys.map((key) => keyCard(view, key))}${addKey(view)}</section>
${runs(view)}${tokens(view)}
${view.keys.some(({ unlockedUntil }) => unlockedUntil !== null) ? eSigningTerms() : ''}
</div>`,
  );
}
