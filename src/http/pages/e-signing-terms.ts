/** 《电子签约约定》 where it is ticked: whole, and not to be overlooked. */
import { html } from 'hono/html';
import { E_SIGNING_TERMS, E_SIGNING_TERMS_SHA256 } from '../../agreement/e-signing-terms.ts';
import type { Html } from './layout.ts';

export const eSigningTerms =
  (): Html => html`<section class="card" id="terms" aria-labelledby="terms-title"><h3 id="terms-title">《${E_SIGNING_TERMS.title}》</h3>
<ol>${E_SIGNING_TERMS.clauses.map((clause) => html`<li>${clause}</li>`)}</ol>
<p class="soft small">第 ${E_SIGNING_TERMS.version} 版，指纹后 8 位 <span class="code">${E_SIGNING_TERMS_SHA256.slice(-8)}</span></p></section>`;
