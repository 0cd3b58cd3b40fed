/** The signing page of one person: write or choose the name, check the file, sign it with a key made here. */
import {
  type CheckedRevision,
  type Enrolment,
  enrol,
  NotSecure,
  prepareChecked,
  readCeremony,
  signChecked,
  stopWords,
} from './ceremony.ts';
import { all, need, say } from './elements.ts';
import { type Ink, isLegibleInk, toInk } from './ink.ts';
import { showPanel } from './panels.ts';
import { drawStrokes, openSignaturePad } from './signature-pad.ts';

const page = need(HTMLElement, '[data-signing]');
const token = page.dataset['token'] ?? '';
const agreementNumber = page.dataset['agreement'] ?? '';
const draftKey = `ink:${agreementNumber}`;
const pad = openSignaturePad(need(HTMLElement, '[data-pad]'), draftKey);
const writePanel = need(HTMLElement, '#write');
const confirmPanel = need(HTMLElement, '#confirm');
const writeError = need(HTMLElement, '[data-write-error]');
const confirmError = need(HTMLElement, '[data-confirm-error]');
const status = need(HTMLElement, '[data-confirm-status]');
const confirmButton = need(HTMLButtonElement, '[data-confirm]');

let enrolment: Enrolment | null = null;
let pending: { readonly checked: CheckedRevision; readonly ink: Ink | null } | null = null;

const way = (): string => all(HTMLInputElement, 'input[name="way"]').find((input) => input.checked)?.value ?? 'ink';

function preview(ink: Ink | null): void {
  const place = need(HTMLElement, '[data-preview]');
  if (ink === null) {
    place.textContent = `${page.dataset['name'] ?? ''}（用姓名签名）`;
    return;
  }
  const canvas = document.createElement('canvas');
  canvas.className = 'ink-preview';
  canvas.width = 1000;
  canvas.height = 400;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', '你的手写签名');
  drawStrokes(canvas, ink, 1);
  place.replaceChildren(canvas);
}

async function check(ink: Ink | null): Promise<void> {
  pending = null;
  confirmButton.disabled = true;
  say(confirmError, '');
  status.textContent = '正在核对文件……';
  try {
    if (!window.isSecureContext) throw new NotSecure();
    enrolment ??= await enrol(token, (await readCeremony(token)).possessionText, page.dataset['terms'] ?? '');
    const checked = await prepareChecked(enrolment, agreementNumber, ink);
    need(HTMLElement, '[data-digest]').textContent = checked.prepared.digestSha256.slice(-8);
    pending = { checked, ink };
    confirmButton.disabled = false;
    status.textContent = '已核对：将要签署的正是你读过的这份文件。';
  } catch (error) {
    status.textContent = '';
    say(confirmError, stopWords(error));
  }
}

for (const input of all(HTMLInputElement, 'input[name="way"]')) {
  input.addEventListener('change', () => {
    for (const part of all(HTMLElement, 'div[data-way]')) part.hidden = part.dataset['way'] !== way();
    say(writeError, '');
  });
}
need(HTMLElement, '[data-clear]').addEventListener('click', () => pad.clear());
need(HTMLElement, '[data-undo]').addEventListener('click', () => pad.undo());
need(HTMLElement, '[data-rewrite]').addEventListener('click', () => showPanel(writePanel));
need(HTMLElement, '[data-finish-writing]').addEventListener('click', () => {
  if (way() === 'ink' && !isLegibleInk(pad.strokes())) {
    say(writeError, '看不到笔迹，请再签一次。');
    return;
  }
  say(writeError, '');
  const ink = way() === 'ink' ? toInk(pad.strokes()) : null;
  preview(ink);
  showPanel(confirmPanel);
  void check(ink);
});
confirmButton.addEventListener('click', async () => {
  if (!enrolment || !pending) return;
  confirmButton.disabled = true;
  say(confirmError, '');
  status.textContent = '正在签署……';
  try {
    await signChecked(enrolment, pending.checked, pending.ink);
    sessionStorage.removeItem(draftKey);
    location.assign(`/s/${token}/done`);
  } catch (error) {
    status.textContent = '';
    say(confirmError, stopWords(error));
    confirmButton.disabled = false;
  }
});
