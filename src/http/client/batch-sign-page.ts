/** Signing a list: one confirmation, then each agreement checked and signed by itself; what is left is signed next time. */
import type { ShownSource } from '../../agreement/shown-value.ts';
import { type Enrolment, enrol, NotSecure, prepareChecked, readCeremony, signChecked, stopWords } from './ceremony.ts';
import { all, need, say } from './elements.ts';
import { openKeyChoice } from './key-choice.ts';
import { openSealChoice } from './seal-choice.ts';
import { assertInGroups, assertSays, shownIn } from './shown-values.ts';

const AT_ONCE = 3;
const page = need(HTMLElement, '[data-batch-signing]');
const token = page.dataset['token'] ?? '';

function mark(agreementNumber: string, template: string): void {
  const row = all(HTMLElement, '[data-item]').find((item) => item.dataset['item'] === agreementNumber);
  const words = need(HTMLTemplateElement, template).content.cloneNode(true);
  row?.querySelector('[data-item-mark]')?.replaceChildren(words);
}

/** What every line of the list has to tell. */
const LISTED = ['studentName', 'post', 'stipendYuan'];

/** The line of that agreement, the annex that is the same for all, and the groups of values say what the file says. */
function assertListed(agreementNumber: string, values: ShownSource): void {
  const row = all(HTMLElement, '[data-item]').find((item) => item.dataset['item'] === agreementNumber);
  const annex = need(HTMLElement, '[data-overview]');
  assertSays(values, [...(row === undefined ? [] : shownIn(row)), ...shownIn(annex)], LISTED);
  assertInGroups(values, all(HTMLElement, '[data-group]'));
}

async function signAll(
  enrolment: Enrolment,
  numbers: readonly string[],
  report: (done: number, failed: number) => void,
): Promise<readonly string[]> {
  const queue = [...numbers];
  const failures: string[] = [];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        await signChecked(enrolment, await prepareChecked(enrolment, next, null, (values) => assertListed(next, values)), null);
        done++;
        mark(next, '[data-signed-mark]');
      } catch (error) {
        failures.push(stopWords(error));
        mark(next, '[data-failed-mark]');
      }
      report(done, failures.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failures;
}

function start(form: HTMLFormElement): void {
  const button = need(HTMLButtonElement, '[data-batch-sign]', form);
  const progress = need(HTMLElement, '[data-batch-progress]', form);
  const bar = need(HTMLProgressElement, '[data-bar]', form);
  const words = need(HTMLElement, '[data-batch-words]', form);
  const error = need(HTMLElement, '[data-batch-error]', form);
  const chosenSeal = openSealChoice(page);
  const chosenKey = openKeyChoice(form, () => say(error, ''));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    say(error, '');
    progress.hidden = false;
    words.textContent = '正在准备……';
    try {
      if (!window.isSecureContext) throw new NotSecure();
      const own = await chosenKey();
      const ceremony = await readCeremony(token);
      const numbers = ceremony.items.filter((item) => item.state === 'ready').map((item) => item.agreementNumber);
      bar.max = Math.max(1, numbers.length);
      const seal = chosenSeal();
      const enrolment = await enrol(token, ceremony.possessionText, need(HTMLInputElement, '[name="terms"]', form).value, own);
      const failures = await signAll(seal === null ? enrolment : { ...enrolment, seal }, numbers, (done, failed) => {
        bar.value = done + failed;
        words.textContent = `已签 ${done}/${numbers.length}${failed > 0 ? `，失败 ${failed}` : ''}。中途离开也没关系，回来接着签。`;
      });
      if (failures.length === 0) {
        location.reload();
        return;
      }
      say(error, `${failures.length} 份没有签成：${[...new Set(failures)].join(' ')} 其余已经签好，可以只重试没签成的。`);
    } catch (problem) {
      progress.hidden = true;
      say(error, stopWords(problem));
    }
    button.textContent = '重试没签成的';
    button.disabled = false;
  });
}

for (const form of all(HTMLFormElement, '[data-batch-form]')) start(form);
for (const button of all(HTMLButtonElement, '[data-print]')) button.addEventListener('click', () => window.print());
