/** The roster check: only the rows with problems, on request. */
import { all, need } from './elements.ts';

for (const box of all(HTMLInputElement, '[data-only-problems]')) {
  const table = need(HTMLElement, '[data-rows]');
  box.addEventListener('change', () => table.classList.toggle('only-problems', box.checked));
}
