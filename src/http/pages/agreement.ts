/** One agreement for the school: where it stands, what was objected to, taking it back, issuing it anew with other values. */
import { html } from 'hono/html';
import { ENDS_CONCLUDED, MESSAGE_MAX, VOID_REASONS } from '../../agreement/endings.ts';
import { REFERENCE_ZH } from '../../agreement/parties.ts';
import type { AgreementForm, AgreementView } from '../views/agreement.ts';
import { newLink } from './batch.ts';
import { FILE_STAYS, objectionLine, voidReason } from './ending.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { refusedAbove, refusedHere } from './refused.ts';
import { ROLE_ORDER, ROLE_WORD, stateTag, tag, timeWord } from './words.ts';

const link = (number: string): Html => html`<a class="code" href="/school/agreements/${number}">${number}</a>`;

const NOT_DONE: Readonly<Record<AgreementForm, string>> = {
  voiding: '没有作废。',
  reissue: '没有重发。',
  amendment: '没有生成延期或解除协议。',
};

/** Which forms the agreement has as it stands. */
function hasForm(view: AgreementView, form: AgreementForm): boolean {
  const { row, accompanies } = view;
  if (accompanies) return false;
  if (form === 'amendment') return row.state === 'completed' && (row.amendedBy ?? []).length === 0 && row.amends?.kind !== 'termination';
  if (row.state === 'failed') return form === 'reissue' && !row.replacedBy;
  return row.state !== 'voided' && row.state !== 'pending';
}

/** What was typed into a form that was refused. */
const typedIn = ({ typed }: AgreementView, form: AgreementForm): Readonly<Record<string, string>> =>
  typed?.form === form ? typed.values : {};

const isRefused = ({ refusal, typed }: AgreementView, form: AgreementForm): boolean => refusal !== null && typed?.form === form;
const openIf = (is: boolean): Html | '' => (is ? html` open` : '');
const checkedIf = (is: boolean): Html | '' => (is ? html` checked` : '');
const selectedIf = (is: boolean): Html | '' => (is ? html` selected` : '');
const refusedIn = (view: AgreementView, form: AgreementForm): Html | '' =>
  view.refusal !== null && isRefused(view, form) ? refusedHere(view.refusal) : '';

/** At the form where there is one still, else here. */
function refusedOnTop(view: AgreementView): Html | '' {
  const { refusal, typed } = view;
  if (refusal === null) return '';
  return typed !== null && hasForm(view, typed.form) ? refusedAbove(NOT_DONE[typed.form]) : refusedHere(refusal);
}

/** The other files of the same internship. */
function related(row: AgreementView['row']): Html {
  const { consent, amends, amendedBy, replacedBy } = row;
  return html`${consent ? html`<p>《知情同意书》编号 ${link(consent.agreementNumber)}，与协议一并签署。</p>` : ''}
${amends ? html`<p>这是 ${link(amends.agreementNumber)} 的${REFERENCE_ZH[amends.kind]}。</p>` : ''}
${(amendedBy ?? []).map(({ kind, agreementNumber, state }) => html`<p>已有${REFERENCE_ZH[kind]} ${link(agreementNumber)}${state === 'completed' ? '，各方已签完' : '，还没有签完'}。</p>`)}
${replacedBy ? html`<p>这份没有生成成功，已重发为 ${link(replacedBy)}。</p>` : ''}`;
}

function amendment(view: AgreementView): Html {
  const { row } = view;
  if (!hasForm(view, 'amendment')) return html``;
  const typed = typedIn(view, 'amendment');
  return html`<section class="card" aria-labelledby="amend-title"><h2 id="amend-title">延期或解除</h2>
<details${openIf(isRefused(view, 'amendment'))}><summary>另签一份延期或解除协议</summary><form class="stack stack--tight" method="post" action="/school/agreements/${row.agreementNumber}/amendment">
${refusedIn(view, 'amendment')}<p class="soft">原协议不动。这里另发一份协议，写明原协议的编号和文件摘要，各方都要重新签。生成后给各方发新链接。</p>
<fieldset><legend>要办什么</legend>
<label class="choice"><input type="radio" name="kind" value="extension" required${checkedIf(typed['kind'] === 'extension')}> <span><strong>延期</strong>从原来结束的第二天起，延到下面的日期。</span></label>
<label class="choice"><input type="radio" name="kind" value="termination" required${checkedIf(typed['kind'] === 'termination')}> <span><strong>解除</strong>实习到下面的日期为止。</span></label></fieldset>
<div class="field"><label for="amend-ends">新的结束日期（原来是 ${view.endsOn}）</label><input id="amend-ends" name="endsOn" type="date" value="${typed['endsOn'] ?? ''}" required></div>
<div class="field"><label for="amend-reason">原因（写进协议，最多 200 字）</label><textarea id="amend-reason" name="reason" rows="2" maxlength="200" required>
${typed['reason'] ?? ''}</textarea></div>
<p class="buttons"><button class="button" type="submit">生成这份协议</button></p></form></details></section>`;
}

/** What the school does next with an agreement that is being signed, or will be soon. */
function nextStep({ row, batchId, accompanies }: AgreementView): Html | '' {
  if (row.state === 'pending')
    return html`<div class="notice notice--warn" role="status"><p><strong>正在生成，一般几秒钟就好。</strong><a href="/school/agreements/${row.agreementNumber}">刷新看看</a>，生成后在这里给各方发链接。</p></div>`;
  if (row.state !== 'signing' || accompanies) return '';
  const open = ROLE_ORDER.filter((role) => row.cells[role].state === 'turn' || row.cells[role].state === 'waiting');
  return html`<section class="card stack stack--tight" aria-labelledby="links-title"><h2 id="links-title">签署链接</h2>
<p class="soft">${row.replaces === null && !row.amends ? '同一个人的旧链接随即失效。' : '这是新的一份，学生和监护人要用新链接签。'}单位和学校的链接各管一批：没有换单位、原来的还没过期，就会自动列出这一份，不用重发。</p>
<div class="buttons">${open.map((role) => newLink(batchId, row, role))}</div></section>`;
}

function standing({ row }: AgreementView): Html {
  const parties = ROLE_ORDER.filter((role) => row.cells[role].state !== 'none');
  return html`<section class="card" aria-labelledby="parties-title"><h2 id="parties-title">签署情况</h2>
<ul class="checklist">${parties.map((role) => {
    const { state, at } = row.cells[role];
    return html`<li>${stateTag(state, row.state)}<span><strong>${ROLE_WORD[role]}</strong>${at === null ? '' : html`<br><span class="soft small">${timeWord(at)}</span>`}</span></li>`;
  })}</ul>
${related(row)}
${row.replaces === null ? '' : html`<p>这份协议代替已作废的 ${link(row.replaces)}。</p>`}
${row.state === 'pending' || row.state === 'failed' ? '' : html`<p class="buttons"><a class="button button--quiet" href="/school/agreements/${row.agreementNumber}/agreement.pdf" download>${icon('download')}下载 PDF</a><a class="button button--quiet" href="/school/agreements/${row.agreementNumber}/evidence">签署证据</a></p>`}</section>`;
}

/** What to do where a voided agreement shall be signed after all: it cannot be issued anew itself. */
function afterVoiding({ row, accompanies }: AgreementView): Html | string {
  if (accompanies) return '';
  if (row.amends) return html`要重新办理的，请到原协议 ${link(row.amends.agreementNumber)} 上另签一份。`;
  return html`作废后不能再从这里重发；要重新签的，请把这名学生单独做成一份名册，到<a href="/school">学校首页</a>上传，另开一个批次。`;
}

function voided(view: AgreementView): Html {
  const { row } = view;
  if (row.voided === null) return html``;
  const { at, reason, message, replacedBy } = row.voided;
  return html`<div class="notice notice--bad"><p><strong>已作废。</strong>${timeWord(at)}，原因：${voidReason(reason)}。${message === '' ? '' : html`说明：${message}`}</p>
<p>${replacedBy === null ? html`没有重发。${afterVoiding(view)}` : html`已重发为 ${link(replacedBy)}。`}签署链接已全部失效。${FILE_STAYS}</p></div>`;
}

const objections = (view: AgreementView): Html => {
  const { row } = view;
  return row.objections.length === 0
    ? html``
    : html`<section class="card stack stack--tight" aria-labelledby="objections-title"><h2 id="objections-title">签署人提出的情况</h2>
<ul class="checklist">${row.objections.map(objectionLine)}</ul>
<p class="soft">请先与本人联系。不愿意签是学生的权利，不得因此处罚；学生可以申请自主选择实习单位。${hasForm(view, 'reissue') ? html`协议确实写错了的，在下面<a href="#reissue-title">改正后重发</a>。` : ''}</p>
<form method="post" action="/school/agreements/${row.agreementNumber}/objections/closing" class="buttons"><button class="button button--quiet" type="submit">已经处理，${row.state === 'declined' ? '签署继续' : '不再提示'}</button></form></section>`;
};

const reasons = (
  view: AgreementView,
  id: string,
  typed: Readonly<Record<string, string>>,
): Html => html`<div class="field"><label for="${id}-reason">原因</label><select id="${id}-reason" name="reason" required><option value="">请选择</option>${Object.entries(
  VOID_REASONS,
)
  .filter(([code]) => view.row.state !== 'completed' || code === ENDS_CONCLUDED)
  .map(([code, zh]) => html`<option value="${code}"${selectedIf(code === typed['reason'])}>${zh}</option>`)}</select></div>
<div class="field"><label for="${id}-message">说明（只有学校看得到，可以不填）</label><textarea id="${id}-message" name="message" rows="2" maxlength="${MESSAGE_MAX}">
${typed['message'] ?? ''}</textarea></div>`;

const value = (field: AgreementView['fields'][number], typed: string | undefined): Html => {
  const now = typed ?? field.value;
  const name = html`id="value-${field.key}" name="v.${field.key}"`;
  if (field.options.length > 0)
    return html`<select ${name}>${field.optional || field.value === '' ? html`<option value=""${selectedIf(now === '')}>（不填）</option>` : ''}${field.options.map(
      (option) => html`<option value="${option}"${selectedIf(option === now)}>${option}</option>`,
    )}</select>`;
  if (field.masked)
    return html`<input type="text" ${name} value="${typed ?? ''}" maxlength="${field.maxLength}" autocomplete="off" placeholder="${field.value}（不改就空着）">`;
  return html`<input type="text" ${name} value="${now}" maxlength="${field.maxLength}" autocomplete="off">`;
};

function ending(view: AgreementView): Html {
  const { row } = view;
  if (view.accompanies)
    return html`<section class="card"><p>这份《知情同意书》与协议 ${link(view.accompanies)} 一并签署，作废或重发请到那份协议上办理。</p></section>`;
  if (!hasForm(view, 'reissue')) return html``;
  const typed = typedIn(view, 'reissue');
  const concluded =
    row.state === 'completed'
      ? html`<p class="notice notice--warn">各方已经签完，协议已经成立。只有各方协商一致才能解除，请先保存好各方同意的凭证。</p>`
      : html``;
  return html`${
    !hasForm(view, 'voiding')
      ? ''
      : html`<section class="card" aria-labelledby="void-title"><h2 id="void-title">作废</h2>
<details${openIf(isRefused(view, 'voiding'))}><summary>作废这份协议</summary><form class="stack stack--tight" method="post" action="/school/agreements/${row.agreementNumber}/voiding">
${refusedIn(view, 'voiding')}${concluded}<p class="soft">签署链接立即失效，已签的文件和记录照原样留存。${FILE_STAYS}作废后不能再从这里重发，要改内容重签的请用下面的“改正后重发”。</p>
${reasons(view, 'void', typedIn(view, 'voiding'))}
<p class="buttons"><button class="button" type="submit">作废这份协议</button></p></form></details></section>`
  }
<section class="card" aria-labelledby="reissue-title"><h2 id="reissue-title">改正后重发</h2>
<details${openIf(isRefused(view, 'reissue'))}><summary>改动内容，用新编号重发</summary><form class="stack stack--tight" method="post" action="/school/agreements/${row.agreementNumber}/reissue">
${refusedIn(view, 'reissue')}${concluded}<p class="soft">签过的协议不能改。这里会作废这一份（留存），按改动后的内容另发一份，编号不同，各方都要重新签。正文和补充条款不变。</p>
${reasons(view, 'reissue', typed)}
${view.fields.map((field) => html`<div class="field"><label for="value-${field.key}">${field.label}</label>${value(field, typed[`v.${field.key}`])}</div>`)}
<p class="buttons"><button class="button" type="submit">作废原协议，重发新协议</button></p></form></details></section>`;
}

export function renderAgreementPage(view: AgreementView): Html {
  const { row } = view;
  return renderLayout(
    { title: '协议', place: 'school', signedIn: true, sample: view.templateStatus === 'sample' },
    html`<header class="page-head"><p class="eyebrow"><a href="/school/batches/${view.batchId}">${view.schoolName} · ${view.batchName}</a></p><h1>${row.studentName}</h1><p class="lead">${row.studentClass}，${row.unitName}<br>编号 <span class="code">${row.agreementNumber}</span> ${row.state === 'voided' ? tag('bad', 'stop', '已作废') : ''}</p></header>
<div class="stack">
${refusedOnTop(view)}
${voided(view)}
${objections(view)}
${nextStep(view)}
${standing(view)}
${amendment(view)}
${ending(view)}
<p><a class="button button--quiet" href="/school/batches/${view.batchId}">回到进度看板</a></p>
</div>`,
  );
}
