/** The links of a batch, shown this once: copy, show as a QR code, print. */
import { html } from 'hono/html';
import type { InvitationJson } from '../contract.ts';
import type { LinksView } from '../views.ts';
import { type Html, renderLayout } from './layout.ts';
import { ROLE_ORDER, ROLE_WORD, timeWord } from './words.ts';

const invitation = (
  entry: InvitationJson,
  index: number,
): Html => html`<li class="share" data-link="${entry.link}" data-role="${entry.role}" data-agreement="${entry.agreementNumber ?? ''}">
<div class="share-who" data-class="${entry.studentClass ?? ''}" data-number="${entry.studentNumber ?? ''}"><strong>${ROLE_WORD[entry.role]} ${entry.recipient}</strong>
<span class="soft small">${entry.role === 'guardian' && entry.studentName !== null ? `学生 ${entry.studentName}，` : ''}${entry.studentNumber === null ? '' : `学号 ${entry.studentNumber}，`}${entry.studentClass === null ? '' : `${entry.studentClass}，`}${entry.agreementNumber === null ? '' : `编号 ${entry.agreementNumber}，`}有效期至 ${timeWord(entry.expiresAt)}</span></div>
<div class="field"><label class="visually-hidden" for="link-${index}">${ROLE_WORD[entry.role]}${entry.recipient}的链接</label><input id="link-${index}" class="code" type="text" readonly value="${entry.link}"></div>
<p class="buttons only-scripted"><button class="button button--quiet button--small" type="button" data-copy>复制链接</button><button class="button button--quiet button--small" type="button" data-qr aria-expanded="false">二维码</button><span class="small" role="status" data-copied></span></p>
<div data-qr-place hidden></div>
</li>`;

export function renderLinksPage(view: LinksView): Html {
  const { batchId, invitations } = view.links;
  const groups = ROLE_ORDER.map((role) => ({ role, entries: invitations.filter((entry) => entry.role === role) })).filter(
    ({ entries }) => entries.length > 0,
  );
  let index = 0;
  return renderLayout(
    { title: '签署链接', place: 'school', signedIn: true, script: 'links-page.ts' },
    html`<header class="page-head"><p class="eyebrow"><a href="/school/batches/${batchId}">${view.batchName}</a></p><h1>签署链接</h1></header>
<div class="stack">
<div class="notice notice--warn"><p><strong>这些链接只显示这一次。</strong>请现在复制发给本人，或打印二维码。离开后需要时可以重新生成，旧链接随即失效。</p></div>
<p class="buttons only-scripted"><button class="button" type="button" data-copy-all>复制全部（可粘贴到 Excel）</button><button class="button button--quiet" type="button" data-print>打印二维码</button><span class="small" role="status" data-copied-all></span></p>
${
  groups.length === 0
    ? html`<div class="card empty"><h2>没有需要签署的人</h2><p class="soft">所有协议都已签完，或者还没有生成。</p></div>`
    : groups.map(
        ({
          role,
          entries,
        }) => html`<section class="stack stack--tight" aria-labelledby="role-${role}"><h2 id="role-${role}">${ROLE_WORD[role]}（${entries.length}）</h2>
<ul class="links">${entries.map((entry) => invitation(entry, index++))}</ul></section>`,
      )
}
<p><a class="button button--quiet" href="/school/batches/${batchId}">回到进度看板</a></p>
</div>`,
  );
}
