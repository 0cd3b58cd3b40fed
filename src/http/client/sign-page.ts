/** The signing page of one person: write or choose the name, check the file, sign it with a key made here. */
import { type ShownSource, shownValue } from '../../agreement/shown-value.ts';
import { Refusal } from './api.ts';
import { type CheckedRevision, type Enrolment, enrol, NotRead, prepareChecked, readCeremony, signChecked, stopWords } from './ceremony.ts';
import { all, need, say } from './elements.ts';
import { type Ink, isLegibleInk, toInk } from './ink.ts';
import { openKeyChoice } from './key-choice.ts';
import { showPanel } from './panels.ts';
import { assertSays, assertSaysToo, forgetShown, recallShown } from './shown-values.ts';
import { drawStrokes, openSignaturePad } from './signature-pad.ts';
import { UntrustedRequest } from './signed-attributes.ts';
import { assertSecure, type OwnKey } from './signing-key.ts';

const page = need(HTMLElement, '[data-signing]');
const token = page.dataset['token'] ?? '';
const agreementNumber = page.dataset['agreement'] ?? '';
const numbers = (page.dataset['documents'] ?? agreementNumber).split(' ').filter((number) => number !== '');
const draftKey = `ink:${agreementNumber}`;
const pad = openSignaturePad(need(HTMLElement, '[data-pad]'), draftKey);
const writePanel = need(HTMLElement, '#write');
const confirmPanel = need(HTMLElement, '#confirm');
const writeError = need(HTMLElement, '[data-write-error]');
const confirmError = need(HTMLElement, '[data-confirm-error]');
const status = need(HTMLElement, '[data-confirm-status]');
const confirmButton = need(HTMLButtonElement, '[data-confirm]');

let enrolment: Enrolment | null = null;
/** Every document of this act, each prepared and checked before the first is signed. */
let pending: { readonly checked: readonly CheckedRevision[]; readonly ink: Ink | null } | null = null;

const chosenKey = openKeyChoice(page, () => {
  enrolment = null;
});
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

/** Label, and where its words come from. */
const FACTS = [
  ['姓名', ['studentName']],
  ['实习单位', ['unitName']],
  ['岗位', ['post']],
  ['时间', ['startsOn:words', 'endsOn:words']],
  ['报酬（元/月）', ['stipendYuan']],
] as const;

/** Main facts as this page read them out of the file, not as the server worded them. */
function showFacts(values: ShownSource): void {
  const rows = FACTS.flatMap(([label, references]) => {
    const words = references.map((reference) => shownValue(values, reference)).join(' 至 ');
    if (words === '') return [];
    const row = document.createElement('div');
    row.append(Object.assign(document.createElement('dt'), { textContent: label }));
    row.append(Object.assign(document.createElement('dd'), { textContent: words }));
    return [row];
  });
  need(HTMLElement, '[data-fact-list]').replaceChildren(...rows);
  need(HTMLElement, '[data-facts]').hidden = rows.length === 0;
}

/** Only the newest check may end in something to sign: who goes back to write again starts another. */
let newest = 0;

/** What was prepared no longer holds, or could not be prepared: the button asks for it again. */
function offerAgain(): void {
  pending = null;
  confirmButton.textContent = '再核对一次';
  confirmButton.disabled = false;
}

const isSigned = (error: unknown): boolean => error instanceof Refusal && error.code === 'SIGNATORY_ALREADY_SIGNED';

/** Prepared and checked; null where it is signed already, in another window or unheard. @throws Refusal, UntrustedRequest, NotRead */
async function checkOne(from: Enrolment, number: string, ink: Ink | null): Promise<CheckedRevision | null> {
  const shown = recallShown(agreementNumber);
  if (shown === null) throw new NotRead();
  try {
    return await prepareChecked(from, number, ink, (values) => {
      if (number === agreementNumber) assertSays(values, shown);
      else assertSaysToo(values, shown, recallShown(number) ?? []);
    });
  } catch (error) {
    if (isSigned(error)) return null;
    throw error;
  }
}

function leave(): void {
  sessionStorage.removeItem(draftKey);
  for (const number of numbers) forgetShown(number);
  location.assign(`/s/${token}/done`);
}

async function check(own: OwnKey | null, ink: Ink | null): Promise<void> {
  const mine = ++newest;
  pending = null;
  confirmButton.disabled = true;
  confirmButton.textContent = '确认签署';
  say(confirmError, '');
  status.textContent = '正在核对文件……';
  try {
    const signatory = { role: page.dataset['role'] ?? '', name: page.dataset['name'] ?? '' };
    enrolment ??= await enrol(token, (await readCeremony(token)).possessionText, page.dataset['terms'] ?? '', signatory, own);
    const checked: CheckedRevision[] = [];
    for (const number of numbers) {
      const one = await checkOne(enrolment, number, ink);
      if (one !== null) checked.push(one);
    }
    if (mine !== newest) return;
    const [first] = checked;
    if (first === undefined) {
      leave();
      return;
    }
    showFacts(first.values);
    need(HTMLElement, '[data-digest]').textContent = checked.map(({ prepared }) => prepared.digestSha256.slice(-8)).join('、');
    pending = { checked, ink };
    confirmButton.disabled = false;
    status.textContent = `已核对：将要签署的正是你读过的${checked.length > 1 ? `这 ${checked.length} 份` : '这份'}文件。`;
  } catch (error) {
    if (mine !== newest) return;
    status.textContent = '';
    if (own !== null && enrolment === null) {
      showPanel(writePanel);
      say(writeError, stopWords(error));
      return;
    }
    need(HTMLElement, '[data-digest]').textContent = '（还没有核对）';
    say(confirmError, stopWords(error));
    if (!(error instanceof UntrustedRequest)) offerAgain();
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
need(HTMLElement, '[data-rewrite]').addEventListener('click', () => {
  newest++;
  showPanel(writePanel);
});
/** Opens the chosen key where it is chosen, then shows what would be signed and has it checked. */
async function goOn(): Promise<void> {
  say(writeError, '');
  const ink = way() === 'ink' ? toInk(pad.strokes()) : null;
  try {
    assertSecure();
    if (recallShown(agreementNumber) === null) throw new NotRead();
    const own = await chosenKey();
    preview(ink);
    showPanel(confirmPanel);
    await check(own, ink);
  } catch (error) {
    showPanel(writePanel);
    say(writeError, stopWords(error));
  }
}
need(HTMLElement, '[data-finish-writing]').addEventListener('click', () => {
  if (way() === 'ink' && !isLegibleInk(pad.strokes())) say(writeError, '看不到笔迹，请再签一次。');
  else void goOn();
});
confirmButton.addEventListener('click', async () => {
  if (!enrolment || !pending) {
    await goOn();
    return;
  }
  confirmButton.disabled = true;
  say(confirmError, '');
  status.textContent = '正在签署……';
  try {
    for (const checked of pending.checked) await signChecked(enrolment, checked, pending.ink);
    leave();
  } catch (error) {
    status.textContent = '';
    say(confirmError, stopWords(error));
    if (error instanceof Refusal && error.code.startsWith('PREPARATION_')) offerAgain();
    else confirmButton.disabled = false;
  }
});
/** Come back to by the back button, the page as it was left may say what is no longer true. */
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});
