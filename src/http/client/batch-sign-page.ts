/** Signing a list: one confirmation, then each agreement checked and signed by itself; what is left is signed next time. */
import { Refusal } from './api.ts';
import { type Enrolment, enrol, prepareChecked, readCeremony, signChecked, stopWords } from './ceremony.ts';
import { all, need, say } from './elements.ts';
import { openKeyChoice } from './key-choice.ts';
import { openSealChoice } from './seal-choice.ts';
import { assertListed, groupsIn, type ShownList, shownIn } from './shown-values.ts';
import { assertSecure } from './signing-key.ts';

const AT_ONCE = 3;
/** A server that is started again is back within seconds, a telephone in a lift within minutes. */
const ASK_AGAIN_MS = 2000;
const ASK_AT_MOST = 150;
/** For one agreement; more is not the network. */
const INTERRUPTIONS = 5;
const page = need(HTMLElement, '[data-batch-signing]');
const token = page.dataset['token'] ?? '';

function mark(agreementNumber: string, template: string): void {
  const row = all(HTMLElement, '[data-item]').find((item) => item.dataset['item'] === agreementNumber);
  const words = need(HTMLTemplateElement, template).content.cloneNode(true);
  row?.querySelector('[data-item-mark]')?.replaceChildren(words);
}

const overview = need(HTMLElement, '[data-overview]');
const [groups, annexes] = [groupsIn(overview), all(HTMLElement, '[data-annex]', overview).map(shownIn)];
const lines = new Map(all(HTMLElement, '[data-item]').map((row) => [row.dataset['item'] ?? '', shownIn(row)]));

const shownReady = new Set(all(HTMLElement, '[data-item-state="ready"]').map((row) => row.dataset['item'] ?? ''));

/** The line of that agreement, the annexes and the groups of values, as they stood when the page was opened. */
const shownOf = (agreementNumber: string): ShownList => ({ line: lines.get(agreementNumber) ?? [], groups, annexes });

/** Nobody answered, or something on the way did: the same can be tried again. */
const isAway = (error: unknown): boolean =>
  error instanceof Refusal && (error.code === 'NETWORK_UNREACHABLE' || error.code === 'ANSWER_UNREADABLE');

/** Waits for the service to answer again, asking now and then and when the device says that it is back. @throws Refusal when that takes too long */
function openReturn(report: (isAway: boolean) => void): () => Promise<void> {
  let waiting: Promise<void> | undefined;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ASK_AGAIN_MS);
      window.addEventListener('online', () => [clearTimeout(timer), resolve()], { once: true });
    });
  const wait = async (): Promise<void> => {
    report(true);
    for (let asked = 1; ; asked++) {
      await pause();
      try {
        await readCeremony(token);
        report(false);
        return;
      } catch (error) {
        if (!isAway(error) || asked >= ASK_AT_MOST) throw error;
      }
    }
  };
  return () => {
    waiting ??= wait().finally(() => {
      waiting = undefined;
    });
    return waiting;
  };
}

/** One agreement, over interruptions; what is signed already, here unheard or in another window, is done. @throws Refusal, UntrustedRequest */
async function signOne(enrolment: Enrolment, number: string, untilBack: () => Promise<void>): Promise<void> {
  for (let interrupted = 0; ; interrupted++) {
    try {
      await signChecked(enrolment, await prepareChecked(enrolment, number, null, (values) => assertListed(values, shownOf(number))), null);
      return;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'SIGNATORY_ALREADY_SIGNED') return;
      if (!isAway(error) || interrupted >= INTERRUPTIONS) throw error;
      await untilBack();
    }
  }
}

async function signAll(
  enrolment: Enrolment,
  numbers: readonly string[],
  report: (done: number, failed: number, isAway: boolean) => void,
): Promise<readonly string[]> {
  const queue = [...numbers];
  const failures: string[] = [];
  let done = 0;
  let waiting = false;
  const untilBack = openReturn((isAway) => {
    waiting = isAway;
    report(done, failures.length, waiting);
  });
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        await signOne(enrolment, next, untilBack);
        done++;
        mark(next, '[data-signed-mark]');
      } catch (error) {
        failures.push(stopWords(error));
        mark(next, '[data-failed-mark]');
        if (isAway(error)) queue.splice(0);
      }
      report(done, failures.length, waiting);
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
      assertSecure();
      const own = await chosenKey();
      const ceremony = await readCeremony(token);
      // What has become ready since is in none of the groups above, and waits for the page to be opened again.
      const numbers = ceremony.items.flatMap(({ state, agreementNumber: number }) =>
        state === 'ready' && shownReady.has(number) ? [number] : [],
      );
      bar.max = Math.max(1, numbers.length);
      const seal = chosenSeal();
      const signatory = { role: page.dataset['role'] ?? '', name: page.dataset['name'] ?? '' };
      const terms = need(HTMLInputElement, '[name="terms"]', form).value;
      const enrolment = await enrol(token, ceremony.possessionText, terms, signatory, own);
      let signed = 0;
      const failures = await signAll(seal === null ? enrolment : { ...enrolment, seal }, numbers, (done, failed, isAway) => {
        bar.value = done + failed;
        signed = done;
        const count = `已签 ${done}/${numbers.length}${failed > 0 ? `，失败 ${failed}` : ''}`;
        words.textContent = isAway
          ? `网络断开了，${count}，已签的都已保存。正在等网络恢复，恢复后自动接着签，不用重新点。`
          : `${count}。中途离开也没关系，回来接着签。`;
      });
      if (failures.length === 0) {
        history.scrollRestoration = 'manual';
        location.reload();
        return;
      }
      const left = numbers.length - signed;
      say(error, `${left} 份没有签成：${[...new Set(failures)].join(' ')} 其余已经签好，可以只重试没签成的。`);
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
/** What is folded on the screen is wanted on paper. */
window.addEventListener('beforeprint', () => {
  for (const folded of all(HTMLDetailsElement, 'details', page)) folded.open = true;
});
