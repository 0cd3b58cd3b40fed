/** The school's board of one batch: how far generation is, whose turn it is in every agreement, what failed. */
import { html } from 'hono/html';
import { REFERENCE_ZH } from '../../agreement/parties.ts';
import type { BoardRow, PartyRoleName } from '../contract.ts';
import type { BatchView } from '../views.ts';
import { objectionLine } from './ending.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { annexTitle } from './reading.ts';
import { orderWord, ROLE_ORDER, ROLE_WORD, stateTag, tag, timeWord } from './words.ts';

function generation({ batch }: BatchView): Html {
  const { progress } = batch;
  const running = progress.state === 'generating' || progress.state === 'open';
  const failed = batch.rows.filter((row) => row.failure !== null && !row.replacedBy);
  return html`<section class="card" aria-labelledby="generation-title" data-progress="/api/school/batches/${batch.batchId}/progress" data-state="${progress.state}">
<h2 id="generation-title">${running ? '正在生成' : '生成完毕'}</h2>
<progress max="${Math.max(progress.total, 1)}" value="${progress.generated + progress.failed}" aria-label="生成进度"></progress>
<p role="status" data-progress-words>已生成 ${progress.generated}/${progress.total}${progress.failed > 0 ? `，${progress.failed} 份未能生成` : ''}${running ? '。可以离开，回来接着看' : ''}。</p>
${
  failed.length === 0
    ? ''
    : html`<div class="notice notice--bad"><p><strong>${failed.length} 份未能生成：</strong></p><ol class="issues">${failed.map(
        (row) =>
          html`<li><span class="where">${row.studentName}${row.studentNumber === '' ? '' : ` ${row.studentNumber}`}</span><div>${row.failure?.zh ?? ''}</div></li>`,
      )}</ol></div>`
}
${running || failed.length > 0 ? html`<form method="post" action="/school/batches/${batch.batchId}/generation" class="buttons"><button class="button button--quiet" type="submit">${failed.length > 0 ? '重试未能生成的' : '开始生成'}</button></form>` : ''}
</section>`;
}

/** Makes a new link for one party of one agreement. */
export const newLink = (
  batchId: string,
  row: BoardRow,
  role: PartyRoleName,
): Html => html`<form method="post" action="/school/batches/${batchId}/invitations">
<input type="hidden" name="agreementNumber" value="${row.agreementNumber}"><input type="hidden" name="role" value="${role}">
<button class="button button--quiet button--small" type="submit">给${ROLE_WORD[role]}重发链接</button></form>`;

function more(batchId: string, row: BoardRow): Html {
  if (row.state === 'pending') return html`等待生成`;
  if (row.state === 'failed')
    return html`${tag('bad', 'stop', row.replacedBy ? '未能生成，已重发' : '未能生成')} <a class="button button--quiet button--small" href="/school/agreements/${row.agreementNumber}">改正重发</a>`;
  const open = ROLE_ORDER.filter((role) => row.cells[role].state === 'turn' || row.cells[role].state === 'waiting');
  const signed = ROLE_ORDER.flatMap((role) => {
    const { at } = row.cells[role];
    return at === null ? [] : [html`<li>${ROLE_WORD[role]}：${timeWord(at)}</li>`];
  });
  const state = row.state === 'voided' ? tag('bad', 'stop', '已作废') : row.state === 'declined' ? tag('bad', 'stop', '有人不签') : '';
  const belongs = [
    ...(row.replaces === null ? [] : [tag('now', 'file', '改正重发')]),
    ...(row.amends ? [tag('now', 'file', REFERENCE_ZH[row.amends.kind])] : []),
    ...(row.amendedBy ?? []).map(({ kind, state: at }) =>
      tag(at === 'completed' ? 'good' : 'now', 'file', `${REFERENCE_ZH[kind]}${at === 'completed' ? '已签' : '签署中'}`),
    ),
  ];
  return html`${state}${belongs}<details class="more"><summary>${row.state === 'completed' ? '全部签完' : row.state === 'signing' ? '链接与文件' : '详情'}</summary><div class="more-body">
<p class="soft small">编号 <span class="code">${row.agreementNumber}</span></p>
${signed.length === 0 ? '' : html`<ul class="soft small">${signed}</ul>`}
<a class="button button--quiet button--small" href="/school/agreements/${row.agreementNumber}/agreement.pdf" download>${icon('download')}下载 PDF</a>
<a class="button button--quiet button--small" href="/school/agreements/${row.agreementNumber}">作废、改正重发</a>
${row.state === 'signing' ? open.map((role) => newLink(batchId, row, role)) : ''}</div></details>`;
}

const agreementRow = (
  batchId: string,
  row: BoardRow,
): Html => html`<tr data-agreement="${row.agreementNumber}" data-next="${row.next ?? row.state}">
<th scope="row" data-label="学生"><span>${row.studentName}${row.studentNumber === '' ? '' : html`<br><span class="soft small">学号 ${row.studentNumber}</span>`}</span></th><td data-label="班级">${row.studentClass}</td><td data-label="实习单位">${row.unitName}</td>
${ROLE_ORDER.map((role) => html`<td data-label="${ROLE_WORD[role]}签名">${stateTag(row.cells[role].state, row.state)}</td>`)}
<td data-label="">${more(batchId, row)}</td></tr>`;

const board = (batchId: string, rows: readonly BoardRow[]): Html =>
  html`<div class="table-wrap"><table class="table--cards board"><thead><tr><th scope="col">学生</th><th scope="col">班级</th><th scope="col">实习单位</th>${ROLE_ORDER.map(
    (role) => html`<th scope="col">${ROLE_WORD[role]}</th>`,
  )}<th scope="col">更多</th></tr></thead><tbody data-people>${rows.map((row) => agreementRow(batchId, row))}</tbody></table></div>`;

/** What signatories raised, where nobody can overlook it. */
const raised = (rows: readonly BoardRow[]): Html => {
  const open = rows.filter((row) => row.objections.length > 0 && row.state !== 'voided');
  return open.length === 0
    ? html``
    : html`<div class="notice notice--warn"><p><strong>${open.length} 份有人不签或有问题，请先联系本人：</strong></p><ul class="checklist">${open.map(
        (row) =>
          html`${row.objections.map(objectionLine)}<li><a href="/school/agreements/${row.agreementNumber}">处理 ${row.studentName} 的协议</a></li>`,
      )}</ul></div>`;
};

/** In which order they sign, and whether the consent form goes with it. */
function howSigned({ batch }: BatchView): string {
  const own = batch.rows.filter(({ state, amends }) => state !== 'failed' && !amends);
  const count = own.filter(({ consent }) => consent).length;
  const consent =
    count === 0
      ? '不在这里签《知情同意书》，请另行取得纸质同意书'
      : count === own.length
        ? '每份协议都同时签《知情同意书》'
        : `其中 ${count} 份同时签《知情同意书》，其余的请另行取得纸质同意书`;
  return `签署顺序：${orderWord(batch.order)}。${consent}。`;
}

export function renderBatchPage(view: BatchView): Html {
  const { batch } = view;
  const waiting = ROLE_ORDER.filter((role) => batch.waiting[role] > 0);
  const ready = batch.rows.some((row) => row.state !== 'pending' && row.state !== 'failed');
  return renderLayout(
    { title: batch.name, place: 'school', signedIn: true, sample: batch.template.status === 'sample', script: 'batch-page.ts' },
    html`<header class="page-head"><p class="eyebrow"><a href="/school">${view.schoolName}</a></p><h1>${batch.name}</h1><p class="lead">${batch.template.title}，版本 ${batch.template.version}${batch.annexTitle === null ? '，没有补充条款' : `，${annexTitle(batch.annexTitle)}`}</p><p class="soft">${howSigned(view)}</p></header>
<div class="stack">
${generation(view)}
${
  ready
    ? html`<section class="card" aria-labelledby="invite-title"><h2 id="invite-title">${batch.invitedAt === null ? '发起签署' : '签署链接'}</h2>
<p class="soft">${
        batch.invitedAt === null
          ? '为每位还没签的人生成一个专属链接和二维码。先抽看几份 PDF，没有问题再发起；签过的协议不能改。'
          : `上次生成链接：${timeWord(batch.invitedAt)}。重新生成后，同一个人的旧链接失效。`
      }</p>
<form method="post" action="/school/batches/${batch.batchId}/invitations" class="stack stack--tight"><div class="field"><label for="days">链接有效天数</label><input id="days" name="days" type="number" min="1" max="90" value="15"></div><div class="buttons"><button class="button${batch.invitedAt === null ? '' : ' button--quiet'}" type="submit">${batch.invitedAt === null ? '发起签署，生成链接' : '重新生成全部链接'}</button>
<a class="button button--quiet" href="/school/batches/${batch.batchId}/agreements.zip" download>${icon('download')}下载全部 PDF（ZIP）</a></div></form>
${
  batch.rows.some((row) => row.next !== null)
    ? html`<div class="buttons"><form method="post" action="/school/batches/${batch.batchId}/classroom"><button class="button button--quiet" type="submit">现场签署：投屏二维码和现场码</button></form>
${batch.invitedAt === null ? '' : html`<form method="post" action="/school/batches/${batch.batchId}/reminders"><button class="button button--quiet" type="submit">提醒轮到签的人</button></form>`}</div>
${batch.invitedAt === null ? '' : html`<p class="soft small">${batch.remindedAt === null ? '还没有提醒过。' : `上次提醒：${timeWord(batch.remindedAt)}。`}24 小时内只提醒一次；没有接短信时，会显示新链接供复制。</p>`}`
    : ''
}</section>`
    : ''
}
<section class="stack stack--tight" aria-labelledby="board-title"><h2 id="board-title">卡在谁那里</h2>
<dl class="figures">${ROLE_ORDER.map((role) => html`<div><dt>等${ROLE_WORD[role]}</dt><dd>${batch.waiting[role]}</dd></div>`)}<div><dt>全部签完</dt><dd>${batch.completed}</dd></div>${batch.voided > 0 ? html`<div><dt>已作废</dt><dd>${batch.voided}</dd></div>` : ''}</dl>
${raised(batch.rows)}
${batch.rows.length > 0 && batch.completed === batch.rows.length - batch.voided ? html`<div class="notice notice--good"><p><strong>全部签完，可以下载归档。</strong></p></div>` : ''}
<div class="field only-scripted"><label for="only-next">只看</label><select id="only-next" data-only-next><option value="">全部 ${batch.rows.length} 份</option>${waiting.map((role) => html`<option value="${role}">等${ROLE_WORD[role]}签（${batch.waiting[role]}）</option>`)}${batch.rows.some((row) => row.state === 'declined') ? html`<option value="declined">有人不签</option>` : ''}${batch.voided > 0 ? html`<option value="voided">已作废（${batch.voided}）</option>` : ''}${batch.completed > 0 ? html`<option value="completed">全部签完（${batch.completed}）</option>` : ''}${batch.progress.failed > 0 ? html`<option value="failed">未能生成（${batch.progress.failed}）</option>` : ''}</select></div>
${board(batch.batchId, batch.rows)}</section>
</div>`,
  );
}
