/** What a thread of the render pool does: opens its template at once, then renders the agreements it is sent, share by share. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openPack } from '../workflow/load-templates.ts';
import type { PlannedAgreement } from '../workflow/plan-agreements.ts';
import { renderFiles } from '../workflow/render-files.ts';
import { readTemplateAuthorities } from './authority-certificates.ts';
import { openFontLibrary } from './font-files.ts';
import { readPackFiles } from './pack-folder.ts';
import type { WorkerSetup } from './render-pool.ts';
import { writerInto } from './write-parts.ts';

const { root, certs, pack, out } = workerData as WorkerSetup;
const files = readPackFiles(join(root, 'templates'), pack);
const template = openPack(files, openFontLibrary(join(root, 'fonts')), readTemplateAuthorities(join(certs, 'authorities')));
const write = writerInto(out);
parentPort?.on('message', (agreements: readonly PlannedAgreement[]) => {
  parentPort?.postMessage(renderFiles(template, agreements, write));
});
