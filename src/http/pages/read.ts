/** Reading before signing: key points, the whole text with the annex set apart, informed consent without a default. */
import { html } from 'hono/html';
import { E_SIGNING_TERMS_SHA256 } from '../../agreement/e-signing-terms.ts';
import type { ReadView } from '../views.ts';
import { prefixDigest } from './digest.ts';
import { eSigningTerms } from './e-signing-terms.ts';
import { icon } from './icon.ts';
import { everydayPoints, phonesOf } from './key-points.ts';
import { type Html, renderLayout } from './layout.ts';
import { readingAnnex, readingBody } from './reading.ts';
import { pairs, ROLE_WORD, SIGNING_STEPS, steps } from './words.ts';

/** @source 教职成〔2021〕4号第九条、第十条、第十六条、第十七条、第二十条 */
const RIGHTS = [
  ['不收费', '学校和单位都不得向学生收取押金、培训费、管理费、就业服务费等费用。'],
  ['不扣证', '任何人不得扣押学生的身份证、学生证等证件，也不得要求提供担保。'],
  ['不加班、不上夜班', '单位不得安排实习学生加班和上夜班。'],
  ['可以拒绝危险岗位', '有权拒绝高空、井下、放射性、有毒、易燃易爆等高风险的安排。'],
  ['可以自主选择', '可以不同意学校的安排，申请自己选择实习单位。'],
] as const;

const phone = (entry: ReadView['hotlines'][number]): Html =>
  html`<li><a href="tel:${entry.phone.replace(/[^\d+]/g, '')}">${icon('phone')}<span><small>${entry.label}</small>${entry.phone}</span></a></li>`;

const points = (view: ReadView): Html => html`<section class="stack" id="points" data-step="2" aria-labelledby="points-title">
<h2 id="points-title" tabindex="-1">${view.role === 'guardian' ? '孩子的实习要点' : '你的实习要点'}</h2>
<div class="card">${pairs(everydayPoints(view.keyPoints))}</div>
<section class="card" aria-labelledby="rights-title"><h3 id="rights-title">${view.role === 'guardian' ? '孩子' : '你'}的五项权利</h3>
<ul class="rights">${RIGHTS.map(([name, words]) => html`<li>${icon('check')}<span><strong>${name}。</strong>${words}</span></li>`)}</ul></section>
<section class="stack stack--tight" id="phones" aria-labelledby="phones-title"><h3 id="phones-title">联系和监督电话，点一下就能拨打</h3><ul class="phones">${phonesOf(view).map(phone)}</ul></section>
<p class="buttons only-scripted"><a class="button" href="#text">看清楚了，读全文 ${icon('arrow')}</a></p></section>`;

/** The consent form below the agreement: one more text, signed in the same act. */
const other = ({
  title,
  body,
  documentUrl,
  agreementNumber,
  ...digest
}: NonNullable<
  ReadView['others']
>[number]): Html => html`<section class="stack stack--tight" id="other-${agreementNumber}" data-together="${agreementNumber}" aria-label="${title}">
<p class="soft">下面这份与协议一并签署：</p>
${prefixDigest(digest, 'says')}
${readingBody(body)}
<p class="buttons"><a class="button button--quiet button--small" href="${documentUrl}" download="${agreementNumber}.pdf">${icon('download')}下载这一份</a></p></section>`;

const text = (view: ReadView): Html => html`<section class="stack" id="text" data-step="3" aria-labelledby="text-title">
<h2 id="text-title" tabindex="-1">协议全文</h2>
<p class="soft">底色标出的是填进去的内容，其余文字来自${view.templateStatus === 'sample' ? '样张' : '示范文本'}，不能改动。</p>
<nav aria-label="全文目录" class="buttons"><a class="button button--quiet button--small" href="#body">正文</a><a class="button button--quiet button--small" href="#annex">学校补充条款</a>${(view.others ?? []).map(({ title, agreementNumber }) => html`<a class="button button--quiet button--small" href="#other-${agreementNumber}">${title}</a>`)}<a class="button button--quiet button--small" href="${view.documentUrl}" download="${view.agreementNumber}.pdf">${icon('download')}下载 PDF</a></nav>
${prefixDigest(view, 'says')}
${readingBody(view.body)}
${readingAnnex(view.annex)}
${(view.others ?? []).map(other)}
<p class="buttons only-scripted"><a class="button" href="#consent">读完了，下一步 ${icon('arrow')}</a><a class="button button--quiet" href="#points">回到要点</a></p></section>`;

const isTermination = ({ amendmentKind }: ReadView): boolean => amendmentKind === 'termination';

const consent = (view: ReadView): Html => html`<section class="stack" id="consent" data-step="4" aria-labelledby="consent-title">
<h2 id="consent-title" tabindex="-1">知情同意</h2>
<form class="stack consent" method="get" action="/s/${view.token}/sign">
<fieldset><legend>${isTermination(view) ? '同意按这份协议解除吗？' : view.role === 'guardian' ? '作为监护人，您同意孩子按这份协议实习吗？' : '你同意按这份协议实习吗？'}</legend>
<label class="choice"><input type="radio" name="consent" value="agree" required> <span><strong>同意</strong>${isTermination(view) ? '我清楚解除的日期和原因，同意实习到这一天为止。' : '我清楚岗位、时间、报酬和风险，同意按这份协议实习。'}</span></label>
<label class="choice"><input type="radio" name="consent" value="disagree" required> <span>${isTermination(view) ? html`<strong>不同意解除</strong>我要先问清楚，原来的协议继续有效。` : html`<strong>不同意，申请自主选择</strong>我不接受这次安排，要${view.role === 'guardian' ? '让孩子' : ''}自己选择实习单位。`}</span></label>
</fieldset>
<div class="notice notice--warn if-disagree"><p><strong>好的，${view.role === 'guardian' ? '您' : '你'}不需要签这份协议。</strong>请拨打监督电话，或联系学校指导教师，${isTermination(view) ? '说明为什么不同意解除' : '说明要申请自主选择实习单位'}。不签不会受到处罚。</p><p class="buttons"><a class="button" href="/s/${view.token}/objection?reason=own-choice">告诉学校</a><a class="button button--quiet" href="#phones">查看电话</a></p></div>
<div class="stack if-agree">
${eSigningTerms()}
<label class="choice"><input type="checkbox" name="terms" value="${E_SIGNING_TERMS_SHA256}" required> <span>我已阅读《电子签约约定》，同意用电子签名签署；电子签名与手写签名具有同等效力。</span></label>
<label class="choice"><input type="checkbox" name="read" value="yes" required> <span>我已阅读协议正文和学校补充条款${(view.others ?? []).map(({ title }) => `，以及《${title}》`)}。</span></label>
<div class="buttons"><button class="button" type="submit">同意，去签名 ${icon('arrow')}</button><a class="button button--quiet only-scripted" href="#text">再读一遍</a></div>
</div>
</form></section>`;

function ending(view: ReadView): Html {
  if (view.state === 'signed')
    return html`<div class="notice notice--good"><p><strong>已经签好了。</strong><a href="/s/${view.token}/done">查看还差谁</a></p></div>`;
  if (view.state === 'waiting')
    return html`<div class="notice notice--warn"><p><strong>还没轮到您签。</strong>请等${view.waitingFor === null ? '前面的人' : ROLE_WORD[view.waitingFor]}先签，可以先读一遍全文。</p></div>`;
  if (view.state === 'declined')
    return html`<div class="notice notice--warn"><p><strong>签署先暂停了。</strong>有签署人表示不签，等学校与各方商量。您自己提出的，可以在<a href="/s/${view.token}/objection">这里</a>撤回。</p></div>`;
  return consent(view);
}

export function renderReadPage(view: ReadView): Html {
  return renderLayout(
    {
      title: '阅读实习三方协议',
      place: 'signing',
      width: 'text',
      ...(view.role === 'guardian' ? { textSize: 'large' } : {}),
      sample: view.templateStatus === 'sample',
      script: 'read-page.ts',
    },
    html`<div class="stack" data-reading="${view.agreementNumber}">
${steps(SIGNING_STEPS, 2)}
<header><p class="eyebrow">${view.schoolName}</p><h1>${view.signatoryName}，先看清楚再签</h1><p class="soft small">协议编号 ${view.agreementNumber}</p></header>
${view.amendment.length === 0 ? '' : html`<div class="notice notice--warn"><p><strong data-says="amendment">${view.amends}</strong></p>${view.amendment.map((sentence) => html`<p>${sentence}</p>`)}</div>`}
${view.state === 'ready' ? '' : ending(view)}
${points(view)}
${text(view)}
${view.state === 'ready' ? consent(view) : ''}
<p class="no-print"><a href="/s/${view.token}/objection">我不想签，或有问题</a></p>
</div>`,
  );
}
