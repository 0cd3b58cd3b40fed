/** Handing in a roster: drop, pick or paste; a chosen file goes off by itself. */
import { acceptDrops } from './dropzone.ts';
import { need, say } from './elements.ts';
import { parsePastedTable, printCsv } from './pasted-table.ts';

const form = need(HTMLFormElement, '[data-roster]');
const input = need(HTMLInputElement, 'input[type="file"]', form);
const chosen = need(HTMLElement, '[data-chosen]', form);
const pasteError = need(HTMLElement, '[data-paste-error]', form);

function send(file: File): void {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  input.files = transfer.files;
  chosen.textContent = `正在读取“${file.name}”……`;
  form.requestSubmit();
}

input.addEventListener('change', () => {
  const file = input.files?.[0];
  if (!file) return;
  chosen.textContent = `正在读取“${file.name}”……`;
  form.requestSubmit();
});
acceptDrops(need(HTMLElement, '[data-dropzone]', form), ([file]) => file && send(file));
need(HTMLElement, '[data-use-pasted]', form).addEventListener('click', () => {
  const rows = parsePastedTable(need(HTMLTextAreaElement, '[data-pasted]', form).value);
  if (rows.filter((row) => row.some((cell) => cell.trim() !== '')).length < 2) {
    say(pasteError, '没有读到学生。请连同表头一起复制，至少两行。');
    return;
  }
  say(pasteError, '');
  send(new File([printCsv(rows)], '粘贴的名册.csv', { type: 'text/csv' }));
});
