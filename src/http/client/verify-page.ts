/** Verifying several files: one request each, results as they come, made by the same page that works without scripts. */
import { acceptDrops } from './dropzone.ts';
import { need } from './elements.ts';

const form = need(HTMLFormElement, '[data-verify]');
const input = need(HTMLInputElement, 'input[type="file"]', form);
const reports = need(HTMLElement, '[data-reports]');
const progress = need(HTMLElement, '[data-verify-progress]');
const bar = need(HTMLProgressElement, 'progress', progress);
const words = need(HTMLElement, 'p', progress);

/** The card that the server made for one file, or what it said instead. */
async function verify(file: File): Promise<Node> {
  const body = new FormData();
  body.append('file', file);
  const failure = document.createElement('div');
  failure.className = 'notice notice--bad';
  failure.textContent = `${file.name}：没有验成，请检查网络后再试一次。`;
  try {
    const response = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin' });
    const answer = new DOMParser().parseFromString(await response.text(), 'text/html');
    const card = answer.querySelector('article.report');
    if (card) return document.importNode(card, true);
    const said = answer.querySelector('main [role="alert"]')?.textContent?.trim();
    if (said) failure.textContent = `${file.name}：${said}`;
  } catch {
    // the sentence above already says what to do
  }
  return failure;
}

async function verifyAll(files: readonly File[]): Promise<void> {
  const heading = document.createElement('h2');
  heading.textContent = '验证结果';
  heading.tabIndex = -1;
  reports.replaceChildren(heading);
  progress.hidden = false;
  bar.max = files.length;
  let [done, failed] = [0, 0];
  for (const file of files) {
    words.textContent = `已验 ${done}/${files.length}${failed > 0 ? `，当前不通过 ${failed}` : ''}`;
    bar.value = done;
    const card = await verify(file);
    if (card instanceof HTMLElement && card.dataset['report'] === 'failed') failed++;
    reports.append(card);
    done++;
  }
  progress.hidden = true;
  heading.textContent = `验证结果：${files.length} 份${failed > 0 ? `，不通过 ${failed} 份` : ''}`;
  heading.focus();
}

input.multiple = true;
input.addEventListener('change', () => {
  const files = [...(input.files ?? [])];
  if (files.length > 0) void verifyAll(files);
  input.value = '';
});
acceptDrops(need(HTMLElement, '[data-dropzone]', form), (files) => void verifyAll(files));
