/** Rendering on every core: large batches are split among worker threads, each with its own template. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openPack } from '../workflow/load-templates.ts';
import type { PlannedAgreement } from '../workflow/plan-agreements.ts';
import { type RenderOutcome, renderFiles } from '../workflow/render-files.ts';
import { readTemplateAuthorities } from './authority-certificates.ts';
import { openFontLibrary } from './font-files.ts';
import { readPackFiles } from './pack-folder.ts';
import { writerInto } from './write-parts.ts';

export interface RenderTask {
  /** Folder of the installation. */
  readonly root: string;
  /** Folder of the pack below templates/. */
  readonly pack: string;
  readonly out: string;
  readonly agreements: readonly PlannedAgreement[];
}

/** Below this many a worker's start costs more than it saves. */
const WORTH_A_WORKER = 500;

/** What one agreement leaves behind is small and short-lived: a small nursery keeps a worker's memory low. */
const YOUNG_GENERATION_MB = 8;

/** Renders and writes everything; outcomes in the order of the agreements, whatever the number of workers. */
export async function renderToFolder(task: RenderTask): Promise<RenderOutcome[]> {
  const { agreements } = task;
  const workers = Math.min(availableParallelism(), Math.floor(agreements.length / WORTH_A_WORKER));
  if (workers <= 1) return renderTask(task);
  const size = Math.ceil(agreements.length / workers);
  const shares = Array.from({ length: workers }, (_, i) => ({ ...task, agreements: agreements.slice(i * size, (i + 1) * size) }));
  return (await Promise.all(shares.map(inWorker))).flat();
}

/** Renders in this thread. */
export function renderTask({ root, pack, out, agreements }: RenderTask): RenderOutcome[] {
  const files = readPackFiles(join(root, 'templates'), pack);
  const template = openPack(files, openFontLibrary(join(root, 'fonts')), readTemplateAuthorities(join(root, 'certs', 'authorities')));
  return renderFiles(template, agreements, writerInto(out));
}

function inWorker(task: RenderTask): Promise<RenderOutcome[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, 'render-worker.ts'), {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code !== 0) reject(new Error(`render worker ended with ${code}`));
    });
  });
}
