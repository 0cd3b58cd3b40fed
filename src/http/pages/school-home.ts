/** The school's desk: start a batch from a roster, or go on with one. */
import { html } from 'hono/html';
import type { SchoolHomeView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { TEMPLATE_STATUS_WORD, timeWord } from './words.ts';

/** With one text in force there is nothing to choose. */
const choice = ({ templates }: SchoolHomeView): Html | '' =>
  templates.length < 2
    ? ''
    : html`<div class="field"><label for="pack">用哪个协议文本</label><select id="pack" name="pack">${templates.map(
        ({ pack, version, title, status }) =>
          html`<option value="${pack}">${title}，版本 ${version}（${TEMPLATE_STATUS_WORD[status] ?? status}）</option>`,
      )}</select></div>`;

const workbook = ({ pack, title }: SchoolHomeView['templates'][number], several: boolean): Html =>
  html`<a class="button button--quiet button--small" href="/school/roster-template.xlsx?pack=${pack}" download>${icon('download')}下载空白名册${several ? `：${title}` : '模板'}</a>`;

const batchRow = (batch: SchoolHomeView['batches'][number]): Html => html`<tr>
<th scope="row" data-label="批次"><a href="/school/batches/${batch.batchId}">${batch.name}</a></th>
<td data-label="建立时间">${timeWord(batch.createdAt)}</td>
<td class="number" data-label="应生成">${batch.total}</td>
<td class="number" data-label="已生成">${batch.generated}</td>
<td class="number${batch.failed > 0 ? ' cell-bad' : ''}" data-label="未能生成">${batch.failed}</td>
<td class="number" data-label="全部签完">${batch.completed}</td>
</tr>`;

const batches = (view: SchoolHomeView): Html =>
  view.batches.length === 0
    ? html`<div class="card empty">${icon('file')}<h3>还没有批次</h3><p class="soft">先准备好名册 Excel，约 10 分钟可完成第一批。</p></div>`
    : html`<div class="table-wrap"><table class="table--cards"><thead><tr><th scope="col">批次</th><th scope="col">建立时间</th><th scope="col" class="number">应生成</th><th scope="col" class="number">已生成</th><th scope="col" class="number">未能生成</th><th scope="col" class="number">全部签完</th></tr></thead><tbody>${view.batches.map(batchRow)}</tbody></table></div>`;

export function renderSchoolHomePage(view: SchoolHomeView): Html {
  return renderLayout(
    {
      title: '学校工作台',
      place: 'school',
      signedIn: true,
      sample: view.templates.some((template) => template.status === 'sample'),
      script: 'roster-upload.ts',
    },
    html`<header class="page-head"><p class="eyebrow">学校工作台</p><h1>${view.schoolName}</h1></header>
<div class="stack">
<section class="stack stack--tight" aria-labelledby="new-title">
<h2 id="new-title">新建批次：导入名册</h2>
<form class="stack stack--tight" method="post" action="/school/rosters" enctype="multipart/form-data" data-roster>
${choice(view)}
<div class="dropzone" data-dropzone>
${icon('upload')}
<p class="only-scripted"><strong>把名册拖到这里，或者</strong></p>
<label class="button" for="roster">选择名册文件</label>
<input id="roster" name="roster" type="file" accept=".xlsx,.csv,.xls" required aria-describedby="roster-hint">
<p class="hint" id="roster-hint">支持 .xlsx 和 .csv。表头不必一致，标题行、合计行会自动跳过。服务器能发邮件的，可加“学生邮箱”“监护人邮箱”“乙方邮箱”“甲方邮箱”列，链接和验证码发到邮箱，邮箱不写进协议。文件只在学校服务器上处理。</p>
<p class="only-scripted" role="status" data-chosen></p>
</div>
<details class="card only-scripted"><summary>从 Excel 复制后直接粘贴</summary>
<div class="field"><label for="pasted">在 Excel 中选中表头和学生行，复制，再粘贴到这里</label><textarea id="pasted" rows="6" spellcheck="false" data-pasted></textarea></div>
<p class="error" role="alert" data-paste-error hidden></p>
<p class="buttons"><button class="button" type="button" data-use-pasted>读取粘贴的表格</button></p>
</details>
<p class="buttons only-plain"><button class="button" type="submit">读取名册</button></p>
</form>
<p class="buttons">${view.templates.map((template) => workbook(template, view.templates.length > 1))}</p>
</section>
<section class="stack stack--tight" aria-labelledby="batches-title"><h2 id="batches-title">批次</h2>${batches(view)}</section>
<section class="card" aria-labelledby="templates-title"><h2 id="templates-title">现行的协议文本</h2>
${view.templates.map(
  (template) =>
    html`<p>${template.title}，版本 ${template.version}，${TEMPLATE_STATUS_WORD[template.status] ?? template.status}<br><span class="soft small">正文指纹 <span class="code">${template.prefixSha256}</span></span></p>`,
)}<p class="buttons"><a class="button button--quiet button--small" href="/school/templates">管理与导入协议文本</a> <a class="button button--quiet button--small" href="/school/signing">签名密钥与接口</a></p></section>
</div>`,
  );
}
