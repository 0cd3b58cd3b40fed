/** One confirmation for many agreements: what is identical once, what differs in groups, what cannot be signed yet. */
import { html } from 'hono/html';
import type { BatchSignView } from '../views.ts';
import { prefixDigest } from './digest.ts';
import { eSigningTerms } from './e-signing-terms.ts';
import { icon } from './icon.ts';
import { keyChoice } from './key-choice.ts';
import { type Html, renderLayout } from './layout.ts';
import { readingAnnex } from './reading.ts';
import { sealSection } from './seal-section.ts';
import { ROLE_WORD, steps, TEMPLATE_STATUS_WORD, tag } from './words.ts';

type Item = BatchSignView['ceremony']['items'][number];

/** So many names stand in a sentence; more are folded. */
const NAMES_SHOWN = 12;
/** A longer list is folded: what has to be read and done stands above it. */
const LINES_SHOWN = 20;

const reasonOf = ({ state, waitingFor }: Item): string =>
  state === 'declined' ? '有人表示不签，等学校处理' : `等${waitingFor === null ? '前一方' : ROLE_WORD[waitingFor]}签`;

/** Each reason once, with those it concerns. */
function excluded(items: readonly Item[]): Html {
  const reasons = [...new Set(items.map(reasonOf))];
  return html`<ul class="bars" data-excluded>${reasons.map((reason) => {
    const names = items.filter((item) => reasonOf(item) === reason).map(({ studentName }) => studentName);
    const words = html`<p class="soft">${names.join('、')}</p>`;
    return html`<li class="bars-plain"><span>${reason}（${names.length} 份）</span>${names.length > NAMES_SHOWN ? html`<details><summary>看名单</summary>${words}</details>` : words}</li>`;
  })}</ul>`;
}

/** One file to read through: the text is the same in all. */
function wholeText({ ceremony, token }: BatchSignView): Html | '' {
  const open = ceremony.items.find(({ state }) => state === 'ready') ?? ceremony.items.find(({ state }) => state === 'signed');
  return open === undefined
    ? ''
    : html`<p class="no-print"><a href="${documentAddress(token, open)}" target="_blank" rel="noopener">打开其中一份，看全文（PDF）</a></p>`;
}

const documentAddress = (token: string, { agreementNumber }: Item): string => `/api/s/${token}/agreements/${agreementNumber}/document`;

/** Text after text, with its fingerprint, which the page holds against each file. */
function texts(view: BatchSignView): Html {
  const { templates } = view;
  const shown = templates.map(
    (template) =>
      html`<p>${template.title}，版本 ${template.version}，${TEMPLATE_STATUS_WORD[template.status] ?? template.status}${templates.length > 1 ? `，${template.count} 份` : ''}</p>${prefixDigest(template, 'grouped')}`,
  );
  const all = templates.reduce((sum, { count }) => sum + count, 0);
  return templates.length === 1
    ? html`<li data-group="template">${tag('good', 'check', '一致')}<div><strong>${all}/${all} 份正文完全一致</strong>${shown}${wholeText(view)}</div></li>`
    : html`<li data-group="template">${tag('dim', 'eye', '不同')}<div><strong>正文 ${templates.length} 种</strong>${shown}</div></li>`;
}

const clausesIn = ({ annex }: BatchSignView['annexes'][number]): string => (annex === null ? '没有补充条款' : `${annex.clauses.length} 条`);

function annexes({ annexes: all }: BatchSignView): Html {
  const [only] = all;
  if (all.length === 1 && only !== undefined)
    return html`<li>${tag('good', 'check', '一致')}<div>${
      only.annex === null
        ? html`<strong data-annex>没有补充条款</strong>`
        : html`<strong>补充条款 1 套（${clausesIn(only)}）</strong><details data-annex><summary>展开阅读</summary>${readingAnnex(only.annex)}</details>`
    }</div></li>`;
  return html`<li>${tag('dim', 'eye', '不同')}<div><strong>补充条款 ${all.length} 种</strong>${all.map((one, i) =>
    one.annex === null
      ? html`<p data-annex>${one.count} 份没有补充条款</p>`
      : html`<details data-annex><summary>${one.count} 份：${clausesIn(one)}，展开阅读</summary>${readingAnnex(one.annex, `annex-${i}`)}</details>`,
  )}</div></li>`;
}

/** As a reader sees a blank that is left open. */
const worded = (value: string): string => (value === '' ? '＿＿＿＿' : value);

function overview(view: BatchSignView): Html {
  const { items } = view.ceremony;
  const waiting = items.filter((item) => item.state === 'waiting' || item.state === 'declined');
  const amended = items.filter(({ amends }) => amends !== '');
  const same = view.differences.filter(({ values }) => values.length === 1);
  return html`<ul class="differences">
${texts(view)}
${annexes(view)}
${
  amended.length === 0
    ? ''
    : html`<li>${tag('now', 'warn', '注意')}<div><strong>${amended.length} 份是对已签协议的延期或解除，请看清再签</strong><ul class="bars">${amended.map(
        ({ studentName, amends }) => html`<li class="bars-plain"><span>${studentName}</span><p class="soft">${amends}</p></li>`,
      )}</ul></div></li>`
}
${view.differences
  .filter(({ values }) => values.length > 1)
  .map(
    ({ label, says, values }) =>
      html`<li>${tag('dim', 'eye', '不同')}<div><strong>${label} ${values.length} 种</strong><ul class="bars" data-group="${says}">${values.map(
        ({ value, count }) => html`<li><span data-grouped>${worded(value)}</span><span class="nowrap">${count} 份</span></li>`,
      )}</ul></div></li>`,
  )}
${
  same.length === 0
    ? ''
    : html`<li>${tag('good', 'check', '一致')}<div><strong>以下 ${same.length} 项各份都一样</strong><dl class="pairs">${same.map(
        ({ label, says, values }) =>
          html`<div data-group="${says}"><dt>${label}</dt><dd>${values.map(({ value }) => html`<span data-grouped>${worded(value)}</span>`)}</dd></div>`,
      )}</dl></div></li>`
}
${view.minorCount > 0 ? html`<li>${tag('now', 'warn', '注意')}<div><strong>未成年 ${view.minorCount} 人</strong><br>请核对岗位不属于未成年人禁忌劳动；监护人已另行签署。</div></li>` : ''}
${
  waiting.length > 0
    ? html`<li>${tag('bad', 'stop', '不可签')}<div><strong>${waiting.length} 份现在不能签，已自动排除</strong>${excluded(waiting)}</div></li>`
    : ''
}</ul>`;
}

/** How many there are, and what of them can be done now. */
function standing(items: readonly Item[]): string {
  const count = (state: Item['state']): number => items.filter((item) => item.state === state).length;
  const [ready, signed] = [count('ready'), count('signed')];
  const parts = [signed > 0 ? `已签 ${signed} 份` : '', ready > 0 && ready < items.length ? `现在可签 ${ready} 份` : ''].filter(
    (part) => part !== '',
  );
  return `共 ${[`${items.length} 份`, ...parts].join('，')}。`;
}

/** What was reached when nothing is left to sign now, and what to do next. */
function outcome({ ceremony, token }: BatchSignView): Html {
  const signed = ceremony.items.filter(({ state }) => state === 'signed').length;
  const left = ceremony.items.length - signed;
  if (signed === 0)
    return html`<div class="card empty">${icon('clock')}<h2>暂时没有需要签署的协议</h2><p class="soft">前一方签完后，再打开这个链接即可。</p></div>`;
  return html`<div class="notice notice--good" data-batch-done><p><strong>已签 ${signed} 份${left === 0 ? '，全部完成' : ''}。</strong>${left === 0 ? '' : `另有 ${left} 份还不能签，原因见下表；可以签时再打开这个链接，已签的不会重复签。`}</p></div>
<div class="buttons no-print"><a class="button" href="/b/${token}/agreements.zip" download>下载已签的 ${signed} 份（ZIP）</a><button class="button button--quiet only-scripted" type="button" data-print>打印清单</button></div>`;
}

export function renderBatchSignPage(view: BatchSignView): Html {
  const { items } = view.ceremony;
  const ready = items.filter((item) => item.state === 'ready');
  const signed = items.filter((item) => item.state === 'signed');
  const stamp = {
    ready: tag('now', 'turn', '待签'),
    signed: tag('good', 'check', '已签'),
    waiting: tag('plain', 'clock', '未到'),
    declined: tag('plain', 'stop', '暂停'),
  };
  return renderLayout(
    {
      title: '批量确认单',
      place: 'signing',
      sample: view.templates.some(({ status }) => status === 'sample'),
      script: 'batch-sign-page.ts',
    },
    html`<div class="stack" data-batch-signing data-token="${view.token}" data-role="${view.ceremony.role}" data-name="${view.ceremony.signatoryName}">
${steps(['核验身份', '核对并签署', '完成'], ready.length === 0 && signed.length > 0 ? 3 : 2)}
<header class="stack stack--tight"><p class="eyebrow">${view.schoolName} · ${view.batchName}</p><h1>批量确认单</h1>
<p class="lead">${standing(items)}签署人：${view.ceremony.organisation ?? ''} ${view.ceremony.signatoryName}。相同的合在一起，不同的分开列；一次确认，逐份签名。</p></header>
${ready.length > 0 ? '' : outcome(view)}
<section class="card" aria-labelledby="overview-title"><h2 id="overview-title">核对${ready.length > 0 && ready.length < items.length ? `现在可签的 ${ready.length} 份` : ''}</h2><div data-overview>${overview(view)}</div></section>
${ready.length > 0 || view.seal.stored !== null || view.seal.refusal !== null ? sealSection(view) : ''}
${
  ready.length > 0
    ? html`<form class="card stack no-print" data-batch-form>
<h2>签署 <span data-ready-count>${ready.length}</span> 份</h2>
${signed.length > 0 ? html`<p class="soft">已签 ${signed.length} 份，接着签其余 ${ready.length} 份即可，不会重复签。</p>` : ''}
${eSigningTerms()}
<label class="choice"><input type="checkbox" name="terms" value="${view.ceremony.termsSha256}" required> <span>我已阅读《电子签约约定》，同意用电子签名签署。</span></label>
<label class="choice"><input type="checkbox" name="consent" required> <span>我已阅读协议全文${view.annexes.every(({ annex }) => annex === null) ? '' : '与补充条款'}，并核对上表，有权代表${view.ceremony.organisation ?? '本单位'}签署。</span></label>
${keyChoice('本单位')}
<div class="notice notice--warn only-plain"><p>签名需要浏览器允许运行脚本，请换一个浏览器打开这个链接。</p></div>
<div data-batch-progress hidden class="stack stack--tight"><progress max="${ready.length}" value="0" aria-label="签署进度" data-bar></progress><p role="status" data-batch-words></p></div>
<div class="notice notice--bad" role="alert" data-batch-error hidden><p></p></div>
<div class="buttons only-scripted"><button class="button" type="submit" data-batch-sign>${icon('pen')}签署 ${ready.length} 份</button><button class="button button--quiet" type="button" data-print>打印确认单</button></div>
</form>`
    : ''
}
<section class="stack stack--tight" aria-labelledby="list-title"><h2 id="list-title">清单</h2>
<details class="stack stack--tight" data-list${items.length > LINES_SHOWN ? '' : html` open`}><summary>逐份列出（${items.length} 份）：下载文件，或说明哪一份不签</summary>
<div class="table-wrap"><table class="table--cards table--lines"><thead><tr><th scope="col">学生</th><th scope="col">岗位</th><th scope="col" class="number">报酬（元/月）</th><th scope="col">协议编号</th><th scope="col">状态</th></tr></thead>
<tbody>${items.map(
      (item) =>
        html`<tr data-item="${item.agreementNumber}" data-item-state="${item.state}"><th scope="row" data-label="学生" data-says="${view.ceremony.organisation === null ? 'studentName' : 'studentName:masked'}">${item.studentName}</th><td data-label="岗位"><span data-says="post">${item.post}</span>${item.amends === '' ? '' : html`<br><strong class="small" data-says="amendment">${item.amends}</strong>`}</td><td class="number" data-label="报酬（元/月）" data-says="stipendYuan">${item.stipendYuan}</td><td class="code" data-label="协议编号">${item.state === 'waiting' ? item.agreementNumber : html`<a href="${documentAddress(view.token, item)}" download="${item.agreementNumber}.pdf">${item.agreementNumber}</a>`}</td><td data-label="状态"><span data-item-mark>${stamp[item.state]}</span> <a class="small" href="/b/${view.token}/objection?agreement=${item.agreementNumber}">不签或有问题</a></td></tr>`,
    )}</tbody></table></div></details></section>
</div>
<template data-signed-mark>${stamp.signed}</template><template data-failed-mark>${tag('bad', 'cross', '未签成')}</template>`,
  );
}
