/** The fingerprint of a locked text: short for the eye, whole for a comparison, and the command that makes it. */
import { html } from 'hono/html';
import type { Html } from './layout.ts';

export interface PrefixDigest {
  readonly prefixLengthBytes: number;
  readonly prefixSha256: string;
}

/**
 * First and last eight digits; the rest on request.
 * @param shownAs where a page will hold it against a file: what it says there, or that it is one of a group
 */
export const prefixDigest = ({ prefixLengthBytes, prefixSha256 }: PrefixDigest, shownAs: 'says' | 'grouped' | null = null): Html =>
  html`<details class="digest"><summary>正文指纹 <span class="code">${prefixSha256.slice(0, 8)}…${prefixSha256.slice(-8)}</span></summary><div class="stack stack--tight">
<p class="code"${shownAs === null ? '' : shownAs === 'says' ? html` data-says="template"` : html` data-grouped`}>${prefixSha256}</p>
<p class="soft small">任何一份协议的前 ${prefixLengthBytes} 个字节都一样。在 Linux、macOS 或 Windows 的 Git Bash 里核对：</p>
<pre tabindex="0"><code>head -c ${prefixLengthBytes} 协议.pdf | sha256sum</code></pre></div></details>`;
