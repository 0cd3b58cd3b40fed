/** The frame of every page: head, skip link, header, one `main`, footer. */
import { html } from 'hono/html';
import { assetUrl } from '../assets.ts';

/** Escaped HTML; every value put into a template is escaped unless it is one of these. */
export type Html = ReturnType<typeof html>;

export interface Frame {
  /** Shown in the window's title; never a person's name, because shared links show it. */
  readonly title: string;
  /** `signing` pages have no navigation, only the text size. */
  readonly place: 'home' | 'school' | 'verify' | 'signing';
  /** Whether what is shown rests on a template that is not the national text. */
  readonly sample?: boolean;
  /** Browser module to load, a file of `http/client`. */
  readonly script?: string;
  /** Address of a browser module that was bundled. */
  readonly module?: string;
  /** Style sheet of this page alone, beside the common one. */
  readonly style?: string;
  /** Shows the way out of a session. */
  readonly signedIn?: true;
  /** Size of text until the reader chooses another; `large` for guardians. */
  readonly textSize?: 'large';
  /** `text` for pages that are read, `wide` for tables. */
  readonly width?: 'text' | 'wide';
}

const navigation = ({ place, signedIn }: Frame): Html => html`<nav class="site-nav" aria-label="主导航">
  <a href="/school"${place === 'school' ? html` aria-current="page"` : ''}>学校</a>
  <a href="/verify"${place === 'verify' ? html` aria-current="page"` : ''}>验证协议</a>
</nav>${signedIn ? html`<form class="sign-out" method="post" action="/school/session/end"><button class="link-button" type="submit" aria-label="退出登录">退出</button></form>` : ''}`;

const textSize = (): Html => html`<div class="text-size only-scripted" role="group" aria-label="字号">
  <button type="button" data-text-size="normal" aria-label="A- 标准字号" aria-pressed="true">A-</button>
  <button type="button" data-text-size="large" aria-label="A 大字号" aria-pressed="false">A</button>
  <button type="button" data-text-size="largest" aria-label="A+ 特大字号" aria-pressed="false">A+</button>
</div>`;

/** Shown by `first.ts` where the browser makes no keys. */
const insecureNotice = (): Html =>
  html`<div class="notice notice--bad only-insecure"><p><strong>在这个地址签不了名。</strong>它不是安全连接（https），浏览器不允许产生签名密钥，填的内容路上也可能被人看到。请向学校要 https 开头的链接。</p></div>`;

const sampleStrip = (): Html =>
  html`<aside class="sample-strip" aria-label="样张提示"><div class="wrap">样张：当前使用的模板不是国家示范文本，仅供试用，不能用于正式签约。</div></aside>`;

/** @returns the whole document */
export function renderLayout(frame: Frame, content: Html): Html {
  const width = frame.width === 'text' ? 'wrap wrap--text' : 'wrap';
  return html`<!doctype html>
<html lang="zh-CN"${frame.textSize === undefined ? '' : html` data-text="${frame.textSize}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
<meta name="theme-color" content="#0b5d52">
<title>${frame.title}｜三方签</title>
<link rel="icon" href="${assetUrl('sanfang.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrl('sanfang.css')}">
${frame.style ? html`<link rel="stylesheet" href="${assetUrl(frame.style)}">` : ''}
<script src="${assetUrl('http/client/first.ts')}"></script>
${frame.module ? html`<script type="module" src="${frame.module}"></script>` : ''}
${frame.script ? html`<script type="module" src="${assetUrl(`http/client/${frame.script}`)}"></script>` : ''}
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
<header class="site-header">
<div class="wrap">
<a class="brand" href="/"><img src="${assetUrl('sanfang.svg')}" alt="" width="34" height="34">三方签</a>
${frame.place === 'signing' ? textSize() : navigation(frame)}
</div>
</header>
${frame.sample ? sampleStrip() : ''}
<main id="main" tabindex="-1"><div class="${width}">
${frame.place === 'signing' ? insecureNotice() : ''}
${content}
</div></main>
<footer class="site-footer">
<div class="wrap">
<span>签署不收取任何费用</span>
<span>依据《职业学校学生实习管理规定》（教职成〔2021〕4号）</span>
</div>
</footer>
</body>
</html>`;
}
