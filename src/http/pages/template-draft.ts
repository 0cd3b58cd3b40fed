/** Confirming an import: the source's words beside the compiled page, every blank numbered, each with what it asks for. */
import { html } from 'hono/html';
import type { PartyRoleName } from '../contract.ts';
import type { BlankView, PageView, TemplateDraftView } from '../views.ts';
import { blankRow, toneOf } from './blank-rows.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { type NumberedBlank, pagePicture } from './page-picture.ts';
import { ROLE_ORDER, ROLE_WORD, steps } from './words.ts';

const pageUrl = (view: TemplateDraftView): string => `/school/template-drafts/${view.draftId}`;

function report({ report: read, blanks }: TemplateDraftView): Html {
  const { source, body, blanks: drawn, generated } = read.characters;
  return html`<section class="card" aria-labelledby="report-title"><h2 id="report-title">逐字核对：一致</h2>
<p>原件 ${source} 个字符，全部有着落：正文 ${body} 个，空白占 ${drawn} 个，排版用的空格 ${source - body - drawn} 个。${generated > 0 ? `另有自动编号 ${generated} 个字，按 Word 的编号规则写出。` : ''}正文在这里不能修改。</p>
<dl class="figures"><div><dt>段落</dt><dd>${read.paragraphs}</dd></div><div><dt>要填的空白</dt><dd>${blanks.filter((blank) => toneOf(blank) !== 'fixed').length}</dd></div><div><dt>请看一眼</dt><dd>${blanks.filter((blank) => toneOf(blank) === 'likely').length}</dd></div><div><dt>没认出</dt><dd>${blanks.filter((blank) => toneOf(blank) === 'unknown').length}</dd></div></dl>
${read.notes.length === 0 ? '' : html`<details><summary>请核对 ${read.notes.length} 处排法</summary><ul>${read.notes.map(({ paragraph, zh }) => html`<li>${paragraph === 0 ? '' : `第 ${paragraph} 段：`}${zh}</li>`)}</ul></details>`}
${read.margins.length === 0 ? '' : html`<details><summary>页眉页脚照原件印在各自的页上，页码由系统排（${read.margins.length} 处）</summary><ul>${read.margins.map(({ text }) => html`<li>${text}</li>`)}</ul></details>`}</section>`;
}

/** Longer than a clerk reads on the way: the rest is behind its first words. */
const LONG_PROBLEM = 140;
const longProblem = (zh: string): Html =>
  html`<details><summary>${zh.split(/[：，]/u)[0]}（共 ${zh.split('、').length} 项）</summary>${zh}</details>`;

function problems({ problems: all }: TemplateDraftView): Html | '' {
  const [errors, warnings] = (['error', 'warn'] as const).map((level) => all.filter((problem) => problem.level === level));
  const list = (tone: string, title: string, some: typeof all): Html | '' =>
    some.length === 0
      ? ''
      : html`<div class="notice notice--${tone}"><p><strong>${title}</strong></p><ul>${some.map(({ zh }) => html`<li>${zh.length <= LONG_PROBLEM ? zh : longProblem(zh)}</li>`)}</ul></div>`;
  return html`${list('bad', '必须先解决，才能启用', errors ?? [])}${list('warn', '请留意', warnings ?? [])}`;
}

/** Who signs where, with a form to say otherwise. */
function signers(view: TemplateDraftView): Html {
  const open = view.confirmed === null;
  const change = (role: PartyRoleName): Html => html`<form class="blank-form" method="post" action="${pageUrl(view)}/signers">
<input type="hidden" name="signer" value="${role}">
<div class="field"><label for="as-${role}">这一处由谁签</label><select id="as-${role}" name="as">${ROLE_ORDER.map((each) => html`<option value="${each}"${each === role ? html` selected` : ''}>${ROLE_WORD[each]}</option>`)}</select></div>
<div class="buttons"><button class="button button--small" type="submit">改由此方签</button></div></form>`;
  return html`<section class="card stack stack--tight" aria-labelledby="signers-title"><h2 id="signers-title">谁在哪里签</h2>
${view.signers.length === 0 ? html`<p class="soft">没有找到签署处。</p>` : html`<p class="soft">按原文先后。认错了的改一改：两处互换，文字不动。</p><ol>${view.signers.map((role) => html`<li>${ROLE_WORD[role]}${open ? html`<details><summary>改</summary>${change(role)}</details>` : ''}</li>`)}</ol>`}</section>`;
}

const sourceWords = (page: PageView, number: number): Html =>
  html`<details class="source-words" open><summary>原文（这一页 ${page.source.length} 段）</summary><div class="source-text" role="region" aria-label="第 ${number} 页的原文" tabindex="0">${page.source.map(
    (paragraph) => html`<p><span class="soft small">${paragraph.number}</span> ${paragraph.text}</p>`,
  )}</div></details>`;

function pageSection(
  view: TemplateDraftView,
  page: PageView,
  index: number,
  rows: readonly { blank: BlankView; number: number }[],
  numbered: ReadonlyMap<string, NumberedBlank>,
): Html {
  const action = view.confirmed === null ? `${pageUrl(view)}/blanks` : null;
  return html`<section class="draft-page" aria-labelledby="page-${index + 1}"><h2 id="page-${index + 1}">第 ${index + 1} 页</h2>
<div class="draft-columns"><div class="draft-picture">${pagePicture(page, index, numbered)}</div>
<div class="draft-side">${sourceWords(page, index + 1)}
${rows.length === 0 ? html`<p class="soft">这一页没有空白。</p>` : html`<div class="blank-list">${rows.map(({ blank, number }) => blankRow(blank, number, action))}</div>`}</div></div></section>`;
}

const confirmation = (
  view: TemplateDraftView,
): Html => html`<form class="card stack" method="post" action="${pageUrl(view)}/confirmation" aria-labelledby="confirm-title">
<h2 id="confirm-title">启用这份文本</h2>
<p class="soft">启用后列为“样张”，每页印明“样张，非国家示范文本”，马上可以用来生成协议试用。要成为国家或地方示范文本，须由主管部门签署后装入。</p>
<div class="field"><label for="title">名称</label><input id="title" name="title" type="text" maxlength="80" value="${view.suggested.title}" required autocomplete="off"></div>
<div class="field"><label for="pack">代号</label><p class="hint" id="pack-hint">小写字母、数字和短横线。同一文本的新版本用同一个代号。</p><input id="pack" name="pack" type="text" class="code" maxlength="40" pattern="[a-z0-9]+(-[a-z0-9]+)*" value="${view.suggested.pack}" required autocomplete="off" spellcheck="false" aria-describedby="pack-hint"></div>
<div class="field"><label for="version">版本</label><input id="version" name="version" type="text" class="code" maxlength="16" pattern="[0-9A-Za-z][0-9A-Za-z.\\-]*" value="${view.suggested.version}" required autocomplete="off" spellcheck="false"></div>
<label class="choice"><input type="checkbox" name="looked" value="yes" required> <span>我已对照原件逐页看过，每个空白的栏目都对。</span></label>
<div class="buttons"><button class="button" type="submit"${view.problems.some(({ level }) => level === 'error') ? html` disabled` : ''}>确认无误，启用</button></div>
</form>`;

/** Which picture each row belongs to: the page of its first blank. */
function numberBlanks(view: TemplateDraftView): {
  readonly rows: readonly { blank: BlankView; number: number; page: number }[];
  readonly numbered: ReadonlyMap<string, NumberedBlank>;
} {
  const pageOf = new Map(view.pages.flatMap((page, index) => page.blanks.map(({ id }) => [id, index] as const)));
  const rows = view.blanks.map((blank, i) => ({ blank, number: i + 1, page: pageOf.get(blank.ids[0] ?? '') ?? 0 }));
  const numbered = new Map(
    rows.flatMap(({ blank, number }) =>
      blank.ids.map(
        (id, i) => [id, { number, row: blank.ids[0] ?? '', label: blank.label, tone: toneOf(blank), isFirst: i === 0 }] as const,
      ),
    ),
  );
  return { rows, numbered };
}

export function renderTemplateDraftPage(view: TemplateDraftView): Html {
  const { rows, numbered } = numberBlanks(view);
  const blocked = view.problems.some(({ level }) => level === 'error');
  return renderLayout(
    { title: '核对空白', place: 'school', signedIn: true, script: 'template-draft-page.ts' },
    html`<header class="page-head"><p class="eyebrow"><a href="/school/templates">协议文本</a></p>${steps(['上传原件', '核对空白', '启用'], view.confirmed === null ? 2 : 3)}<h1>核对空白</h1><p class="lead">${view.fileName}${view.kind === 'consent' ? '（知情同意书）' : ''}</p></header>
<div class="stack">
${view.refusal === null ? '' : html`<div class="notice notice--bad" role="alert" id="refusal"><p>${view.refusal.zh}${view.refusedRow === null ? '' : html` <a href="#row-${view.refusedRow}">回到这一项</a>`}</p><p class="small">代码 <span class="code">${view.refusal.code}</span></p></div>`}
${view.confirmed === null ? '' : html`<div class="notice notice--good"><p><strong>已启用为 ${view.confirmed.pack}，版本 ${view.confirmed.version}。</strong><a href="/school/templates">查看协议文本</a></p></div>`}
${problems(view)}
${report(view)}
${signers(view)}
<div class="card stack stack--tight"><p id="label-hint">左边是印出来的样子，空白都有编号；右边是原文和每个空白的栏目。点空白就到那一项。“栏目”可以输入几个字查找；输入表里没有的名称，就新建一个栏目，名册里同名的列会填进来。</p>
<p class="buttons">${
      blocked
        ? ''
        : html`<a class="button button--quiet" href="${pageUrl(view)}/preview">${icon('eye')}填上示例值看全文</a><a class="button button--quiet" href="${pageUrl(view)}/preview.pdf" target="_blank" rel="noopener">${icon('file')}看 PDF</a>`
    }</p>
${view.decisionCount === 0 || view.confirmed !== null ? '' : html`<form method="post" action="${pageUrl(view)}/undo"><button class="link-button" type="submit">撤销上一次修改（已改 ${view.decisionCount} 次）</button></form>`}
</div>
${(['value', 'date', 'choice'] as const).map((kind) => html`<datalist id="labels-${kind}">${view.labels[kind].map((label) => html`<option value="${label}"></option>`)}</datalist>`)}
${view.pages.map((page, index) =>
  pageSection(
    view,
    page,
    index,
    rows.filter((row) => row.page === index),
    numbered,
  ),
)}
${view.confirmed === null ? html`${confirmation(view)}<form method="post" action="${pageUrl(view)}/discard"><button class="link-button" type="submit">不导入了，放弃这份</button></form>` : ''}
</div>`,
  );
}
