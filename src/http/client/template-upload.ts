/** Handing in a text: drop or pick; a chosen file goes off by itself. */
import { acceptDrops } from './dropzone.ts';
import { need } from './elements.ts';

const form = need(HTMLFormElement, '[data-template]');
const input = need(HTMLInputElement, 'input[type="file"]', form);
const chosen = need(HTMLElement, '[data-chosen]', form);

function send(): void {
  const file = input.files?.[0];
  if (!file) return;
  chosen.textContent = `正在逐字读取“${file.name}”……`;
  form.requestSubmit();
}

input.addEventListener('change', send);
acceptDrops(need(HTMLElement, '[data-dropzone]', form), ([file]) => {
  if (!file) return;
  const transfer = new DataTransfer();
  transfer.items.add(file);
  input.files = transfer.files;
  send();
});
