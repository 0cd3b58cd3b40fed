/** One thing at a time: shows the section that the address names, marks its step, and moves focus to its heading. */
import { all } from './elements.ts';

function markStep(current: number): void {
  const items = all(HTMLLIElement, '.steps li');
  items.forEach((item, i) => {
    item.toggleAttribute('data-done', i + 1 < current);
    if (i + 1 === current) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  });
  for (const words of all(HTMLElement, '[data-step-words]')) words.textContent = `第 ${current} 步，共 ${items.length} 步`;
}

/** Shows one section with `data-step` and hides its siblings. */
export function showPanel(panel: HTMLElement): void {
  for (const other of all(HTMLElement, '[data-step]')) other.hidden = other !== panel;
  markStep(Number(panel.dataset['step']));
  const heading = panel.querySelector('h2');
  heading?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

/** Follows `#id` in the address: the panel of that name, or the panel that holds it. */
export function followAddress(): void {
  const follow = (): void => {
    const [first] = all(HTMLElement, '[data-step]');
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const panel = target?.closest<HTMLElement>('[data-step]') ?? first;
    if (!panel) return;
    if (panel.hidden || !target || target === panel || all(HTMLElement, '[data-step]:not([hidden])').length > 1) showPanel(panel);
    if (target && target !== panel) target.scrollIntoView();
  };
  window.addEventListener('hashchange', follow);
  follow();
}
