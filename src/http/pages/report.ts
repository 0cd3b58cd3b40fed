/** The result of verifying one file: the verdict in icon, word and colour; why; who signed; how to check without us. */
import { html } from 'hono/html';
import { fieldSpec } from '../../agreement/fields.ts';
import { CUSTODY_ZH, sealWords } from '../../verify/report.ts';
import type { TemplateSummary } from '../../workflow/list-templates.ts';
import type { ReportJson, Verdict } from '../contract.ts';
import { FILE_STAYS } from './ending.ts';
import { type IconName, icon } from './icon.ts';
import type { Html } from './layout.ts';
import { ASSURANCE_WORD, pairs, partyWord, ROLE_WORD, TEMPLATE_STATUS_WORD, tag, timeWord, timeWordOf } from './words.ts';

const VERDICTS: Readonly<Record<Verdict, { readonly word: string; readonly iconName: IconName; readonly meaning: string }>> = {
  passed: { word: '通过', iconName: 'shield', meaning: '正文未被改动，应有的签名齐全且有效。' },
  review: { word: '需人工复核', iconName: 'eye', meaning: '有需要人来判断的地方，请看下面的说明。' },
  failed: { word: '不通过', iconName: 'stop', meaning: '这份文件不能当作有效签署的协议使用。' },
  indeterminate: { word: '无法判定', iconName: 'question', meaning: '这份文件里没有足够的依据，既不能说真，也不能说假。' },
};

const signatures = (report: ReportJson): Html => html`<section aria-label="签名"><h4>签名</h4>
${
  report.signatures.length === 0
    ? html`<p>没有找到数字签名。</p>`
    : html`<div class="table-wrap"><table class="table--cards"><thead><tr><th scope="col">谁</th><th scope="col">姓名</th><th scope="col">时间</th><th scope="col">凭证</th></tr></thead><tbody>${report.signatures.map(
        (signature) =>
          html`<tr><th scope="row" data-label="谁">${partyWord(signature.party)}</th><td data-label="姓名">${signature.name}</td><td data-label="时间"><span>${
            signature.timestamp === undefined
              ? html`${timeWordOf(signature.signedAt)}<br><span class="soft small">自称时间</span>`
              : html`${timeWordOf(signature.timestamp)}<br><span class="soft small">时间戳</span>`
          }</span></td><td data-label="凭证"><span>${ASSURANCE_WORD[signature.assurance] ?? signature.assurance}${
            signature.custody === undefined ? '' : html`<br><span class="soft small">${CUSTODY_ZH[signature.custody]}</span>`
          }${
            signature.seal === undefined ? '' : html`<br><span class="soft small">附${sealWords(signature.seal)}，以数字签名为准</span>`
          }</span></td></tr>`,
      )}</tbody></table></div>`
}
${report.missing.length === 0 ? '' : html`<p class="missing-parties">还缺：${report.missing.map((role) => tag('bad', 'cross', ROLE_WORD[role]))}</p>`}</section>`;

/** What a holder compares first; the rest opens on request. */
const FIRST_COMPARED = new Set(
  ['schoolName', 'unitName', 'studentName', 'post', 'startsOn', 'endsOn', 'stipendYuan'].map((key) => fieldSpec(key)?.zh),
);

function values({ agreementNumber, values: all }: NonNullable<ReportJson['agreement']>): Html {
  const first = all.filter(({ label }) => FIRST_COMPARED.has(label));
  return html`<section aria-label="协议内容"><h4>协议内容（请与手中的纸质件对照）</h4>${pairs([{ label: '协议编号', value: agreementNumber }, ...first])}
${first.length < all.length ? html`<details><summary>全部 ${all.length} 项</summary>${pairs(all)}</details>` : ''}</section>`;
}

const commands = (
  report: ReportJson,
  template: TemplateSummary,
): Html => html`<details><summary>不用本网站，怎样自己核对正文</summary><div class="stack stack--tight">
<p>在 Linux、macOS 或 Windows 的 Git Bash 里运行：</p>
<pre tabindex="0"><code>head -c ${template.prefixLengthBytes} ${report.file.replace(/[^\p{L}\p{N}._-]/gu, '_') || '协议.pdf'} | sha256sum</code></pre>
<p>应当显示：<span class="code">${template.prefixSha256}</span></p></div></details>`;

export function reportCard(report: ReportJson, templates: readonly TemplateSummary[]): Html {
  const verdict = VERDICTS[report.verdict];
  const template = templates.find((entry) => entry.prefixSha256 === report.agreement?.prefixSha256);
  return html`<article class="card report" data-report="${report.verdict}">
<header class="verdict verdict--${report.verdict}">${icon(verdict.iconName)}<div><h3>${verdict.word}</h3><p>${verdict.meaning}</p></div></header>
<div class="report-body">
${
  report.voided === undefined || report.voided === null
    ? ''
    : html`<div class="notice notice--bad"><p><strong>这份协议已由学校作废。</strong>${timeWord(report.voided.at)}，原因：${report.voided.reason}。${report.voided.replacedBy === null ? '' : html`已由 <a class="code" href="/v/${report.voided.replacedBy}">${report.voided.replacedBy}</a> 代替。`}上面的结论只说文件本身的真假。${FILE_STAYS}</p></div>`
}
<p><strong>${report.file}</strong><br><span class="soft small">${report.lengthBytes} 字节，SHA-256 <span class="code">${report.sha256}</span></span></p>
${
  report.template === null
    ? ''
    : html`<p>${report.template.status === 'sample' ? tag('now', 'warn', '样张') : tag('good', 'check', '模板')} ${template?.title ?? report.template.pack}：${TEMPLATE_STATUS_WORD[report.template.status] ?? report.template.status}${report.template.status === 'sample' ? '，不能当作正式协议' : ''}</p>`
}
${
  report.findings.length === 0
    ? ''
    : html`<section aria-label="说明"><h4>说明</h4><ul class="findings">${report.findings.map(
        (finding) =>
          html`<li>${finding.party === undefined ? '' : html`<strong>${partyWord(finding.party)}：</strong>`}${finding.zh}<code>${finding.code}${finding.revision === undefined ? '' : ` · 第 ${finding.revision} 次保存`}</code></li>`,
      )}</ul></section>`
}
${signatures(report)}
${report.agreement === null ? '' : values(report.agreement)}
${template === undefined ? '' : commands(report, template)}
</div></article>`;
}
