/** The desk on a service's page; as a worker, started by that page from the same script, what prints its results. */
import './no-eval.ts';
import type { DeskFactsJson } from '../http/contract/verification.ts';
import { openDesk } from './desk.ts';
import { need } from './elements.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { onlineEngine } from './online-engine.ts';
import { printResults } from './printing.ts';

function printForPage(): void {
  const answer = (reply: FromWorker): void => globalThis.postMessage(reply);
  globalThis.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if (data.kind !== 'print') return;
    printResults(data.order).then(
      (bytes) => answer({ kind: 'printed', bytes }),
      (error: unknown) => answer({ kind: 'broken', zh: error instanceof Error ? error.message : String(error) }),
    );
  });
}

if (typeof document === 'undefined') printForPage();
else {
  const facts: DeskFactsJson = JSON.parse(need(HTMLElement, '[data-facts]').dataset['facts'] ?? '');
  openDesk(onlineEngine(facts));
}
