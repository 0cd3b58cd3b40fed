/** The board: follows generation while it runs, and narrows the list to one party. */
import type { ProgressJson } from '../contract.ts';
import { getJson, Refusal } from './api.ts';
import { all, need } from './elements.ts';

async function follow(section: HTMLElement): Promise<void> {
  const bar = need(HTMLProgressElement, 'progress', section);
  const words = need(HTMLElement, '[data-progress-words]', section);
  try {
    const progress = await getJson<ProgressJson>(section.dataset['progress'] ?? '');
    if (progress.state === 'ready') {
      location.reload();
      return;
    }
    bar.max = Math.max(1, progress.total);
    bar.value = progress.generated + progress.failed;
    words.textContent = `已生成 ${progress.generated}/${progress.total}${progress.failed > 0 ? `，${progress.failed} 份未能生成` : ''}。可以离开，回来接着看。`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    words.textContent = error.zh;
  }
  setTimeout(() => void follow(section), 1000);
}

for (const section of all(HTMLElement, '[data-progress]')) if (section.dataset['state'] !== 'ready') void follow(section);

for (const select of all(HTMLSelectElement, '[data-only-next]')) {
  select.addEventListener('change', () => {
    for (const row of all(HTMLElement, '[data-people] > tr')) row.hidden = select.value !== '' && row.dataset['next'] !== select.value;
  });
}
