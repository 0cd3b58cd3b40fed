/** The evidence of one agreement to read: on a page of the school, and as a file of its own beside the sealed JSON. */
import { html } from 'hono/html';
import type { Evidence } from '../../agreement/evidence.ts';
import type { EvidenceView } from '../views.ts';
import { icon } from './icon.ts';
import { type Html, renderLayout } from './layout.ts';
import { ASSURANCE_WORD, ROLE_WORD, timeWordOf } from './words.ts';

const METHOD_WORD: Readonly<Record<string, string>> = {
  'link+id-number-last-six': '本人链接 + 身份证号后六位',
  'link+student-name+phone-last-four': '本人链接 + 学生姓名 + 手机号后四位',
  'link+credit-code+phone-last-four': '单位链接 + 统一社会信用代码 + 电话后四位',
  'classroom-code+id-number-last-six': '教室现场码 + 身份证号后六位',
  'signer-token': '机构的接口令牌',
  'server-key': '经办人用口令解锁机构服务器保管的密钥',
};
const CODE_WORD: Readonly<Record<string, string>> = { 'code-by-message': '短信验证码', 'code-by-mail': '邮件验证码' };
/** The question, then the code, where one was asked for. */
function methodWord(method: string): string {
  const [, asked = method, code] = /^(.*)\+(code-by-[a-z]+)$/.exec(method) ?? [];
  const question = METHOD_WORD[asked] ?? asked;
  return code === undefined ? question : `${question} + ${CODE_WORD[code] ?? code}`;
}
const KEY_PLACE_WORD = {
  page: '签署人的浏览器里当场产生，关闭页面即消失',
  file: '签署人自己的证书文件，只在其浏览器里打开',
  external: '签署方自己的设备或系统',
  server: '机构服务器保管',
} as const;
const DEVICE_WORD: Readonly<Record<string, string>> = { wechat: '微信', phone: '手机', tablet: '平板', computer: '电脑', other: '其他' };

const code = (text: string | null): Html => (text === null ? html`—` : html`<span class="code">${text}</span>`);
const row = (label: string, value: Html | string): Html => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;

function partySection(party: Evidence['parties'][number]): Html {
  const { signature } = party;
  return html`<section class="card"><h3>${ROLE_WORD[party.role]} ${party.organisation ?? ''} ${party.name}</h3><dl class="pairs">
${row('邀请', html`<ul>${party.invitations.map(({ at, expiresAt }) => html`<li>${timeWordOf(at)}，链接有效期至 ${timeWordOf(expiresAt)}</li>`)}</ul>`)}
${row('核验身份', html`<ul>${party.identityProofs.map((proof) => html`<li>${timeWordOf(proof.at)}，${methodWord(proof.method)}，${DEVICE_WORD[proof.device] ?? proof.device}，地址 ${proof.from}</li>`)}</ul>`)}
${
  signature === null
    ? row('签署', '未签')
    : html`${
        signature.consent === null
          ? row('同意', '没有记录')
          : html`${row('同意', html`${timeWordOf(signature.consent.at)}，勾选《电子签约约定》，${DEVICE_WORD[signature.consent.device] ?? signature.consent.device}，地址 ${signature.consent.from}`)}
${row('约定的指纹', code(signature.consent.termsSha256))}${row('看到的正文', code(signature.consent.templateSha256))}${row('看到的附件', code(signature.consent.annexSha256))}${row('看到的文件', code(signature.consent.documentSha256))}`
      }${row('签署', timeWordOf(signature.at))}${row('密钥', KEY_PLACE_WORD[signature.keyPlace])}${
        signature.seal === undefined
          ? ''
          : row(
              '印章图样',
              html`${signature.seal.diameterMm} 毫米，${timeWordOf(signature.seal.storedAt)} 由${ROLE_WORD[party.role]}经办人核验身份后上传；图样本身不具法律效力，以数字签名为准<br>SHA-256 ${code(signature.seal.sha256)}`,
            )
      }${signature.assurance === null ? '' : row('证书类别', ASSURANCE_WORD[signature.assurance] ?? signature.assurance)}${row('时间戳', signature.timestamp === null ? '没有' : `${timeWordOf(signature.timestamp)}，${signature.timestampAuthority ?? ''}`)}
${signature.certificates.map((one) => row('证书', html`${one.subject}，由 ${one.issuer} 签发，序列号 ${code(one.serial)}，有效期 ${timeWordOf(one.notBefore)} 至 ${timeWordOf(one.notAfter)}<br>SHA-256 ${code(one.sha256)}`))}`
}${
  party.sm2 === undefined
    ? ''
    : html`${row('国密签名', `自报时间 ${timeWordOf(party.sm2.at)}，附加在上述签名之外，不代替它`)}${party.sm2.certificates.map((one) => row('国密证书', html`${one.subject}，由 ${one.issuer} 签发，序列号 ${code(one.serial)}<br>SHA-256 ${code(one.sha256)}`))}`
}</dl></section>`;
}

/** A revision without a party of its own is the unsigned file, an additional signature, or a seal. */
const revisionWord = (evidence: Evidence, { role, number }: Evidence['revisions'][number]): string => {
  if (role !== null) return `${ROLE_WORD[role]}签署`;
  const sm2 = evidence.parties.find((party) => party.sm2?.revision === number);
  return sm2 !== undefined ? `${ROLE_WORD[sm2.role]}附加国密签名` : number === 0 ? '生成' : '封存';
};

/** Everything that the JSON says, in words. */
const evidenceBody = (evidence: Evidence): Html => html`<section class="card"><h2>协议</h2><dl class="pairs">
${row('编号', code(evidence.agreementNumber))}${row('整理时间', timeWordOf(evidence.madeAt))}
${evidence.voided === null ? '' : row('已作废', `${timeWordOf(evidence.voided.at)}，${evidence.voided.reason}${evidence.voided.replacedBy === null ? '' : `，由 ${evidence.voided.replacedBy} 代替`}`)}
${evidence.replaces === null ? '' : row('代替', code(evidence.replaces))}
${row('文本', `${evidence.template.pack} ${evidence.template.version}`)}${row('正文指纹', code(evidence.template.prefixSha256))}${row('附件指纹', code(evidence.annexSha256))}${row('填写内容指纹', code(evidence.dataSha256))}</dl></section>
<h2>签署人</h2>${evidence.parties.map(partySection)}
<section class="card"><h2>文件的每一版</h2><ol start="0">${evidence.revisions.map((one) => html`<li>${timeWordOf(one.at)}，${revisionWord(evidence, one)}，${one.lengthBytes} 字节<br>${code(one.sha256)}</li>`)}</ol></section>
<section class="card"><h2>《${evidence.terms.title}》第 ${evidence.terms.version} 版</h2><ol>${evidence.terms.clauses.map((clause) => html`<li>${clause}</li>`)}</ol><p>指纹 ${code(evidence.terms.sha256)}</p></section>
<section class="card"><h2>操作记录</h2><p>整条记录链现有 ${evidence.audit.head.sequence} 条，最后一条的指纹 ${code(evidence.audit.head.hash)}。与这份协议有关的：</p>
<ol>${evidence.audit.entries.map((entry) => html`<li value="${entry.sequence}">${entry.kind}<br>${code(entry.hash)}</li>`)}</ol></section>`;

const HOW = 'npm run -s sanfang -- evidence verify 证据.zip';

export function renderEvidencePage(view: EvidenceView): Html {
  return renderLayout(
    { title: '签署证据', place: 'school', signedIn: true, width: 'text' },
    html`<header class="page-head"><p class="eyebrow"><a href="/school/agreements/${view.evidence.agreementNumber}">${view.schoolName}</a></p><h1>签署证据</h1>
<p class="lead">邀请了谁、怎样核验身份、看到了什么、何时同意和签署。下载的文件由平台签章并加时间戳，可以离线验证。</p></header>
<div class="stack"><form method="post" action="/school/agreements/${view.evidence.agreementNumber}/evidence.zip" class="buttons"><button class="button" type="submit">${icon('download')}下载证据文件（ZIP）</button></form>
<p class="soft">验证方法：<code>${HOW}</code></p>
${evidenceBody(view.evidence)}</div>`,
  );
}

/** A page that stands alone, without style or script. */
export const renderEvidenceFile = (evidence: Evidence): Html => html`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>签署证据 ${evidence.agreementNumber}</title></head><body>
<h1>签署证据</h1><p>这是便于阅读的说明，以同一压缩包里经平台签章的 evidence.json 为准。验证方法：<code>${HOW}</code></p>
${evidenceBody(evidence)}</body></html>`;
