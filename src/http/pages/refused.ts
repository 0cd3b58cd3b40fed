/** A refusal on the page it came from: told at the top, explained where the mistake is; what was typed stays. */
import { html } from 'hono/html';
import type { RefusalView } from '../views.ts';
import type { Html } from './layout.ts';

/** @param what what did not happen, as a sentence */
export const refusedAbove = (what: string): Html =>
  html`<div class="notice notice--bad"><p><strong>${what}</strong>填好的内容都还在。<a href="#refusal">看原因和怎么改</a></p></div>`;

/** Once on a page. */
export const refusedHere = ({ code, zh }: RefusalView): Html =>
  html`<div class="notice notice--bad" role="alert" id="refusal" tabindex="-1"><p>${zh}</p><p class="small">代码 <span class="code">${code}</span></p></div>`;
