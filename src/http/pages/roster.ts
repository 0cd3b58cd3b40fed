/** What was read from a roster: what must be put right, what to look at, what was tidied; then the annex and one button. */
import { html } from 'hono/html';
import { NAME_MAX, OFFERED_ORDERS } from '../contract/open-batch.ts';
import type { RosterIssueJson, RosterJson } from '../contract.ts';
import type { RefusalView, RosterView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { refusedAbove, refusedHere } from './refused.ts';
import { orderWord, steps } from './words.ts';

const place = (issue: RosterIssueJson): string =>
  issue.row === null ? '整张表' : `第 ${issue.row} 行${issue.column === null ? '' : ` ${issue.column} 列`}`;

const changeWords = (issue: RosterIssueJson): Html | '' =>
  issue.from === null || issue.to === null ? '' : html`<br><span class="soft small">原值“${issue.from}”，读作“${issue.to}”</span>`;

const issueItem = (issue: RosterIssueJson): Html => html`<li>
${issue.row === null ? html`<span class="where">${place(issue)}</span>` : html`<a class="where" href="#row-${issue.row}">${place(issue)}</a>`}
<div>${issue.field === null ? '' : html`<span class="soft">${issue.field}：</span>`}${issue.zh}${changeWords(issue)}</div></li>`;

/** Columns that the whole sheet lacks, in one sentence; every other issue by itself. */
function listOf(issues: readonly RosterIssueJson[], pack: string): Html {
  const missing = issues.filter(({ code, row }) => code === 'ROSTER_COLUMN_MISSING' && row === null);
  const together = missing.length > 1;
  const summary = html`<li><span class="where">整张表</span>
<div>缺少 ${missing.length} 项：名册里没有这些列，“批次信息”里也没有这些项。请补上其中一处；要补的多，可以<a href="/school/roster-template.xlsx?pack=${pack}" download>下载空白名册模板</a>，把名单粘进去。<br><strong>${missing.map(({ field }) => field ?? '').join('、')}</strong></div></li>`;
  return html`<ol class="issues">${together ? summary : ''}${issues.filter((issue) => !together || !missing.includes(issue)).map(issueItem)}</ol>`;
}

const TIERS = [
  { level: 'error', tone: 'bad', title: '必须改', iconName: 'stop', hint: '这些行暂不生成协议。在 Excel 里改好后重新上传整张名册。' },
  { level: 'confirm', tone: 'warn', title: '请确认', iconName: 'eye', hint: '可以继续；请先对照原件看一眼。' },
  { level: 'tidied', tone: 'good', title: '已自动整理', iconName: 'check', hint: '只整理了写法，没有改变意思。' },
] as const;

function tier(kind: (typeof TIERS)[number], issues: readonly RosterIssueJson[], pack: string): Html | '' {
  if (issues.length === 0) return '';
  const list = listOf(issues, pack);
  return html`<section class="card tier tier--${kind.tone}" aria-labelledby="tier-${kind.level}">
<h2 id="tier-${kind.level}">${icon(kind.iconName)}${kind.title}（${issues.length}）</h2><p class="soft">${kind.hint}</p>
${kind.level === 'tidied' || issues.length > 30 ? html`<details${kind.level === 'error' ? html` open` : ''}><summary>逐条查看 ${issues.length} 处</summary>${list}</details>` : list}
</section>`;
}

interface Line {
  readonly row: number;
  readonly name: string;
  readonly number: string;
  readonly unit: string;
  readonly post: string;
  readonly issues: readonly RosterIssueJson[];
}

/** The rows shown in the table: the sample and every row with an issue that is not mere tidying, in sheet order. */
function linesOf(roster: RosterJson): readonly Line[] {
  const issues = roster.issues.filter((issue) => issue.level !== 'tidied');
  const rows = new Set([...roster.sample.map(({ row }) => row), ...issues.flatMap(({ row }) => (row === null ? [] : [row]))]);
  return [...rows]
    .sort((a, b) => a - b)
    .map((row) => {
      const known = roster.sample.find((entry) => entry.row === row);
      return {
        row,
        name: known?.studentName ?? '',
        number: known?.studentNumber ?? '',
        unit: known?.unitName ?? '',
        post: known?.post ?? '',
        issues: issues.filter((issue) => issue.row === row),
      };
    });
}

function line(entry: Line): Html {
  const bad = entry.issues.some((issue) => issue.level === 'error');
  const words =
    entry.issues.length === 0
      ? '没有问题'
      : entry.issues.map((issue) => `${issue.column === null ? '' : `${issue.column} 列 `}${issue.field ?? ''}`).join('、');
  return html`<tr id="row-${entry.row}" tabindex="-1"${entry.issues.length > 0 ? html` data-problem` : ''}>
<th scope="row" data-label="行">第 ${entry.row} 行</th><td data-label="学生">${entry.name}${entry.number === '' ? '' : html` <span class="soft small">${entry.number}</span>`}</td><td data-label="实习单位">${entry.unit}</td><td data-label="岗位">${entry.post}</td>
<td data-label="检查结果" class="${bad ? 'cell-bad' : entry.issues.length > 0 ? 'cell-warn' : ''}">${bad ? '必须改：' : entry.issues.length > 0 ? '请确认：' : ''}${words}</td></tr>`;
}

const ACKNOWLEDGEMENTS = [
  { level: 'error', name: 'acknowledgedError', words: (count: number) => `有“必须改”问题 ${count} 处，涉及的学生这次先不生成，我已看过。` },
  { level: 'confirm', name: 'acknowledgedConfirm', words: (count: number) => `“请确认”的 ${count} 处，我已逐条对照原件看过。` },
] as const;

/** One box for each tier that somebody has to look at. */
function acknowledgements({ roster, form }: RosterView): Html | '' {
  const tiers = ACKNOWLEDGEMENTS.map((kind) => ({ ...kind, count: roster.issues.filter(({ level }) => level === kind.level).length }));
  const open = tiers.filter(({ count }) => count > 0);
  if (open.length === 0) return '';
  return html`<fieldset><legend>看过的问题（会留下记录）</legend>${open.map(
    ({ name, words, count }) =>
      html`<label class="choice"><input type="checkbox" name="${name}" value="yes" required${form[name] ? html` checked` : ''}> <span>${words(count)}</span></label>`,
  )}</fieldset>`;
}

/** Which form of 知情同意书, where there is a choice. */
const consentForm = ({ consents, form }: RosterView): Html | '' =>
  consents.length < 2
    ? ''
    : html`<div class="field"><label for="consentPack">用哪一份《知情同意书》</label><select id="consentPack" name="consentPack">${consents.map(({ pack, version, title }) => html`<option value="${pack}"${pack === form.consentPack ? html` selected` : ''}>${title}（${pack}，版本 ${version}）</option>`)}</select></div>`;

/** Said before the box is ticked: whom it leaves out. */
function guardianHint({ withoutGuardian: { count, rows, minors } }: RosterJson): Html {
  const words =
    count === 0
      ? '可以生成的学生都填全了监护人（或家长）。'
      : `现在有 ${count} 行没有填全监护人（或家长）的姓名、关系和电话：第 ${rows} 行。要一并签的，请先在名册里补全，再重新上传。${minors === '' ? '' : `其中第 ${minors} 行的学生未满 18 周岁，不勾选也要由监护人签，不补全不能生成。`}`;
  return html`<p class="hint" id="consent-hint">${words}</p>`;
}

type Place = 'annex' | 'signing' | 'looked' | 'form';

/** Beside which inputs a refusal is shown. */
function placeOf({ code }: RefusalView): Place {
  if (code.startsWith('ANNEX_')) return 'annex';
  if (code.startsWith('CONSENT_') || code === 'ROSTER_ROWS_NEED_GUARDIAN' || code === 'TEMPLATE_NOT_FOUND') return 'signing';
  return code === 'ROSTER_NOT_ACKNOWLEDGED' ? 'looked' : 'form';
}

function openBatch(view: RosterView): Html {
  const { form, refusal, roster } = view;
  const refused = (place: Place): Html | '' => (refusal !== null && placeOf(refusal) === place ? refusedHere(refusal) : '');
  return html`<form class="card stack" method="post" action="/school/batches" aria-labelledby="open-title">
<h2 id="open-title">生成 ${roster.acceptedCount} 份协议</h2>${refused('form')}
<input type="hidden" name="rosterId" value="${roster.rosterId}">
<div class="field"><label for="name">批次名称</label><input id="name" name="name" type="text" maxlength="${NAME_MAX}" value="${form.name}" required autocomplete="off"></div>
<fieldset><legend>学校补充条款（附件，可以不填）</legend>
${refused('annex')}<p class="hint">示范文本正文不能改。需要补充的内容写在这里，一行一条，会单独成为附件；附件末尾固定写明“示范文本与附件不一致的，以示范文本为准”。</p>
<div class="field"><label for="annexTitle">附件标题</label><input id="annexTitle" name="annexTitle" type="text" maxlength="40" value="${form.annexTitle}" autocomplete="off"></div>
<div class="field"><label for="clauses">条款</label><textarea id="clauses" name="clauses" rows="8">
${form.clauses}</textarea></div>
</fieldset>
<fieldset><legend>签署</legend>${refused('signing')}
<div class="field"><label for="order">签署顺序</label><select id="order" name="order">${Object.entries(OFFERED_ORDERS).map(([id, order]) => html`<option value="${id}"${id === form.order ? html` selected` : ''}>${orderWord(order)}</option>`)}</select></div>
<label class="choice"><input type="checkbox" name="consent" value="yes" aria-describedby="consent-hint"${form.consent ? html` checked` : ''}> <span>同时签《知情同意书》。学生和监护人（或家长）签协议时一并签署，成年学生的家长也要签，名册里每名学生都要填监护人（或家长）。不勾选的，请另行取得纸质同意书。</span></label>
${guardianHint(roster)}
${consentForm(view)}
</fieldset>
${refused('looked')}${acknowledgements(view)}
<div class="buttons"><button class="button" type="submit">核对无误，生成 ${roster.acceptedCount} 份协议</button><a class="button button--quiet" href="/school">换一份名册</a></div>
</form>`;
}

export function renderRosterPage(view: RosterView): Html {
  const { roster } = view;
  const errors = roster.issues.filter((issue) => issue.level === 'error');
  const lines = linesOf(roster);
  const verdict =
    errors.length > 0
      ? html`<div class="notice notice--bad"><p><strong>有 ${errors.length} 处需要修改。</strong>${roster.acceptedCount > 0 ? `其余 ${roster.acceptedCount} 人可以先生成。` : '改好后重新上传即可。'}</p></div>`
      : html`<div class="notice notice--good"><p><strong>没有必须改的问题，${roster.acceptedCount} 人可以生成。</strong></p></div>`;
  return renderLayout(
    { title: '核对名册', place: 'school', signedIn: true, sample: view.template.status === 'sample', script: 'roster-page.ts' },
    html`<header class="page-head"><p class="eyebrow"><a href="/school">${view.schoolName}</a></p>${steps(['上传名册', '核对', '生成与签署'], 2)}<h1>核对名册</h1><p class="lead">${roster.fileName}</p><p class="soft">协议文本：${view.template.title}，版本 ${view.template.version}</p></header>
<div class="stack">
${view.refusal === null ? '' : refusedAbove('没有生成协议。')}
${verdict}
<dl class="figures"><div><dt>可以生成</dt><dd>${roster.acceptedCount}</dd></div><div><dt>暂不生成</dt><dd>${roster.refusedCount}</dd></div><div><dt>未成年（须监护人签）</dt><dd>${roster.minorCount}</dd></div></dl>
${
  roster.annotatable
    ? html`<p class="buttons"><a class="button button--quiet" href="/school/rosters/${roster.rosterId}/annotated.xlsx" download>${icon('download')}下载带检查结果的名册</a><span class="hint">原表右边多一列“检查结果”，改完直接重新上传。</span></p>`
    : ''
}
${roster.notes.length === 0 ? '' : html`<section class="card" aria-labelledby="notes-title"><h2 id="notes-title">我们这样读这张表</h2><ul>${roster.notes.map((note) => html`<li>${note}</li>`)}</ul></section>`}
${TIERS.map((kind) =>
  tier(
    kind,
    roster.issues.filter((issue) => issue.level === kind.level),
    view.template.pack,
  ),
)}
${
  lines.length === 0
    ? ''
    : html`<section class="stack stack--tight" aria-labelledby="rows-title"><h2 id="rows-title">名册各行</h2>
<label class="choice only-scripted"><input type="checkbox" data-only-problems> <span>只看有问题的行</span></label>
<div class="table-wrap"><table class="table--cards" data-rows><thead><tr><th scope="col">行</th><th scope="col">学生</th><th scope="col">实习单位</th><th scope="col">岗位</th><th scope="col">检查结果</th></tr></thead><tbody>${lines.map(line)}</tbody></table></div>
${lines.length < roster.acceptedCount + roster.refusedCount ? html`<p class="soft small">没有问题的行只列出开头几行。</p>` : ''}</section>`
}
${
  roster.acceptedCount > 0
    ? openBatch(view)
    : html`<div class="card empty">${icon('file')}<h2>还没有可以生成的学生</h2><p class="soft">请在 Excel 里改好上面列出的单元格，再上传一次。</p><a class="button" href="/school">重新上传名册</a></div>`
}
</div>`,
  );
}
