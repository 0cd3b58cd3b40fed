/** Rendering on every core: large batches are split among this thread and workers, each with its own template. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LockedTemplate } from '../template/locked-template.ts';
import type { PlannedAgreement } from '../workflow/plan-agreements.ts';
import { type RenderOutcome, renderFiles } from '../workflow/render-files.ts';
import { keepHeapsSmall } from './small-heaps.ts';
import { writerInto } from './write-parts.ts';

export interface RenderTask {
  /** Folder of the installation. */
  readonly root: string;
  /** Folder with `authorities`. */
  readonly certs: string;
  /** Folder of the pack below templates/. */
  readonly pack: string;
  readonly template: LockedTemplate;
  readonly out: string;
  /** Called when the workers are on their way; the agreements are taken from it as they are rendered. */
  readonly agreements: () => Promise<Iterable<PlannedAgreement>>;
  readonly rosterBytes: number;
}

/** What a worker is started with; the agreements follow as a message. */
export type WorkerSetup = Pick<RenderTask, 'root' | 'certs' | 'pack' | 'out'>;

/** A roster this large (about 1,500 rows) is worth workers, which start while it is still being read. */
const LARGE_ROSTER_BYTES = 150_000;

/** What one agreement leaves behind is small and short-lived: a small nursery keeps a worker's memory low. */
const YOUNG_GENERATION_MB = 8;

/** Agreements that are rendered at a time: few enough that copies of the batch do not pile up, and that this thread soon looks up again. */
const SHARE = 50;

/** Shares that a worker holds, so that it need not wait for this thread to finish one of its own. */
const AHEAD = 2;

interface Renderer {
  render(agreements: readonly PlannedAgreement[]): Promise<RenderOutcome[]>;
  stop(): Promise<unknown>;
}

/** Renders and writes everything; outcomes in the order of the agreements, whatever the number of workers. */
export async function renderToFolder(task: RenderTask): Promise<RenderOutcome[]> {
  const setup: WorkerSetup = { root: task.root, certs: task.certs, pack: task.pack, out: task.out };
  const workers = Array.from({ length: workersFor(task.rosterBytes) }, () => startWorker(setup));
  keepHeapsSmall();
  try {
    const agreements = await task.agreements();
    const shares = sharesOf(agreements);
    const outcomes: RenderOutcome[][] = [];
    let places = 0;
    const work = async (renderer: Renderer): Promise<void> => {
      for (const share of shares) {
        const place = places++;
        outcomes[place] = await renderer.render(share);
      }
    };
    await Promise.all([renderHere(task), ...Array.from({ length: AHEAD }, () => workers).flat()].map(work));
    return outcomes.flat();
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

/** This thread is busy on one core. */
const workersFor = (rosterBytes: number): number => (rosterBytes < LARGE_ROSTER_BYTES ? 0 : availableParallelism() - 1);

/** Made on demand, for whoever asks next. */
function* sharesOf(agreements: Iterable<PlannedAgreement>): Generator<readonly PlannedAgreement[]> {
  let share: PlannedAgreement[] = [];
  for (const agreement of agreements) {
    share.push(agreement);
    if (share.length < SHARE) continue;
    yield share;
    share = [];
  }
  if (share.length > 0) yield share;
}

/** Between shares the workers are heard and given more. */
function renderHere({ template, out }: RenderTask): Renderer {
  const write = writerInto(out);
  return {
    render: async (agreements) => {
      await new Promise((resolve) => setImmediate(resolve));
      return renderFiles(template, agreements, write);
    },
    stop: async () => undefined,
  };
}

function startWorker(setup: WorkerSetup): Renderer {
  const worker = new Worker(join(import.meta.dirname, 'render-worker.ts'), {
    workerData: setup,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const ended = new Promise<never>((_resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('a render worker ended before its work')));
  });
  ended.catch(() => undefined);
  // Answers come in the order of the questions.
  const asked: ((outcomes: RenderOutcome[]) => void)[] = [];
  worker.on('message', (outcomes: RenderOutcome[]) => asked.shift()?.(outcomes));
  return {
    render: (agreements) => {
      const outcomes = new Promise<RenderOutcome[]>((resolve) => asked.push(resolve));
      worker.postMessage(agreements);
      return Promise.race([outcomes, ended]);
    },
    stop: () => worker.terminate(),
  };
}
