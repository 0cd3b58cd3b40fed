/** Handing out links: copy one, copy all as a table, show or print QR codes. */
import { all, need } from './elements.ts';
import { qrImage } from './qr-code.ts';

async function copy(text: string, field: HTMLInputElement | null, status: HTMLElement, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = done;
  } catch {
    field?.select();
    status.textContent = field ? '已选中链接，请按复制键或长按复制。' : '浏览器不允许复制，请逐个复制。';
  }
}

const items = all(HTMLElement, '[data-link]');

function showQr(item: HTMLElement, shown: boolean): void {
  const place = need(HTMLElement, '[data-qr-place]', item);
  if (shown && !place.firstChild) place.append(qrImage(item.dataset['link'] ?? ''));
  place.hidden = !shown;
  need(HTMLElement, '[data-qr]', item).setAttribute('aria-expanded', String(shown));
}

for (const item of items) {
  const link = item.dataset['link'] ?? '';
  const field = need(HTMLInputElement, 'input', item);
  need(HTMLElement, '[data-copy]', item).addEventListener(
    'click',
    () => void copy(link, field, need(HTMLElement, '[data-copied]', item), '已复制'),
  );
  need(HTMLElement, '[data-qr]', item).addEventListener('click', () =>
    showQr(item, need(HTMLElement, '[data-qr-place]', item).hidden === true),
  );
}

need(HTMLElement, '[data-copy-all]').addEventListener('click', () => {
  const lines = items.map((item) =>
    [
      item.querySelector('strong')?.textContent,
      ...['number', 'class'].map((name) => need(HTMLElement, '.share-who', item).dataset[name] ?? ''),
      item.dataset['agreement'],
      item.dataset['link'],
    ].join('\t'),
  );
  void copy(lines.join('\n'), null, need(HTMLElement, '[data-copied-all]'), `已复制 ${lines.length} 个链接`);
});
need(HTMLElement, '[data-print]').addEventListener('click', () => {
  for (const item of items) showQr(item, true);
  window.print();
});
