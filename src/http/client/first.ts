/** Runs before the first paint, as a plain script: says that scripts run, and keeps the chosen text size. */
{
  const root = document.documentElement;
  const KEY = 'text-size';
  const standard = root.dataset['text'] ?? 'normal';
  const remembered = (): string => {
    try {
      return localStorage.getItem(KEY) ?? standard;
    } catch {
      return standard; // storage is refused in some private windows; the size then lasts for the page
    }
  };
  const apply = (size: string): void => {
    root.dataset['text'] = size;
    for (const button of document.querySelectorAll<HTMLElement>('[data-text-size]')) {
      button.setAttribute('aria-pressed', String(button.dataset['textSize'] === size));
    }
  };
  root.dataset['scripted'] = '';
  if (!window.isSecureContext || crypto.subtle === undefined) root.dataset['insecure'] = '';
  apply(remembered());
  document.addEventListener('DOMContentLoaded', () => apply(remembered()));
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-text-size]') : null;
    const size = button?.dataset['textSize'];
    if (size === undefined) return;
    try {
      localStorage.setItem(KEY, size);
    } catch {
      // kept for this page only
    }
    apply(size);
  });
}
