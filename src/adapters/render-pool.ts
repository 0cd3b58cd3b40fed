/** Rendering on every core: large batches are split among worker threads, each with its own template. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LockedTemplate } from '../template/locked-template.ts';
import type { PlannedAgreement } from '../workflow/plan-agreements.ts';
import { type RenderOutcome, renderFiles } from '../workflow/render-files.ts';
import { writerInto } from './write-parts.ts';

export interface RenderTask {
  /** Folder of the installation. */
  readonly root: string;
  /** Folder of the pack below templates/. */
  readonly pack: string;
  readonly template: LockedTemplate;
  readonly out: string;
  /** Still being read from the roster when the task begins. */
  readonly agreements: Promise<readonly PlannedAgreement[]>;
  readonly rosterBytes: number;
}

/** What a worker is started with; the agreements follow as a message. */
export interface WorkerSetup {
  readonly root: string;
  readonly pack: string;
  readonly out: string;
}

/** A roster this large (about 1,500 rows) is worth workers, which start while it is still being read. */
const LARGE_ROSTER_BYTES = 150_000;

/** What one agreement leaves behind is small and short-lived: a small nursery keeps a worker's memory low. */
const YOUNG_GENERATION_MB = 8;

/** Agreements that a worker is sent at a time: few enough that copies of the batch do not pile up. */
const SHARE = 100;

interface RenderWorker {
  render(agreements: readonly PlannedAgreement[]): Promise<RenderOutcome[]>;
  stop(): Promise<number>;
}

/** Renders and writes everything; outcomes in the order of the agreements, whatever the number of workers. */
export async function renderToFolder(task: RenderTask): Promise<RenderOutcome[]> {
  const count = task.rosterBytes < LARGE_ROSTER_BYTES ? 0 : availableParallelism();
  const setup: WorkerSetup = { root: task.root, pack: task.pack, out: task.out };
  const workers = count < 2 ? [] : Array.from({ length: count }, () => startWorker(setup));
  try {
    const agreements = await task.agreements;
    if (workers.length === 0) return renderFiles(task.template, agreements, writerInto(task.out));
    const shares = Array.from({ length: Math.ceil(agreements.length / SHARE) }, (_, i) => agreements.slice(i * SHARE, (i + 1) * SHARE));
    const outcomes: RenderOutcome[][] = [];
    let next = 0;
    const work = async (worker: RenderWorker): Promise<void> => {
      for (let share = shares[next]; share !== undefined; share = shares[next]) {
        const place = next++;
        outcomes[place] = await worker.render(share);
      }
    };
    await Promise.all(workers.map(work));
    return outcomes.flat();
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

function startWorker(setup: WorkerSetup): RenderWorker {
  const worker = new Worker(join(import.meta.dirname, 'render-worker.ts'), {
    workerData: setup,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const ended = new Promise<never>((_resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('a render worker ended before its work')));
  });
  ended.catch(() => undefined);
  return {
    render: (agreements) => {
      const outcomes = new Promise<RenderOutcome[]>((resolve) => worker.once('message', resolve));
      worker.postMessage(agreements);
      return Promise.race([outcomes, ended]);
    },
    stop: () => worker.terminate(),
  };
}
