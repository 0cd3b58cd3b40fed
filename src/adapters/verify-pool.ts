/** Verifying on every core: worker threads that are ended and replaced when a file takes more time or memory than any agreement could. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError, type RefusalParams } from '../errors.ts';
import type { Instant } from '../instant.ts';
import type { NamedRoot } from '../pki/anchors.ts';
import type { RefusalCode } from '../refusals.ts';
import type { FileDrawing } from '../verify/draw-file.ts';
import { makeFinding } from '../verify/findings.ts';
import { listFile, type VerifiedFile } from '../verify/verified-file.ts';
import { packNames } from './pack-folder.ts';
import type { VerifySource } from './verify-sources.ts';

export interface VerifyLimits {
  /** Of one file, from handing it to a worker to its report. */
  readonly fileMs: number;
  /** Of a worker's heap; byte buffers are outside it and bounded by the size of files. */
  readonly heapMb: number;
  /** A worker that has judged so many files makes way for a fresh one. */
  readonly filesAWorker: number;
  /** So does one that holds this much behind a file: heap and buffers. */
  readonly heldMb: number;
}

/** Far above what a file needs, so that a verdict does not depend on the machine. */
export const VERIFY_LIMITS: VerifyLimits = { fileMs: 20_000, heapMb: 512, filesAWorker: 4000, heldMb: 256 };

/** What one file leaves behind is short-lived: a small nursery keeps a worker's memory low. */
const YOUNG_GENERATION_MB = 16;

/** What a worker loads once. */
export interface VerifierSetup {
  /** Folder of the installation: templates/, certs/ and fonts/ lie in it. */
  readonly root: string;
  /** DER. */
  readonly trustAnchors: readonly Uint8Array[];
  /** What the installation says of some of them. */
  readonly namedRoots?: readonly NamedRoot[];
  /** Folder with `authorities`; `certs` below the root where left out. */
  readonly certs?: string;
  /** Folder of packs that schools imported, samples only; it is looked at again before every file. */
  readonly packFolder?: string;
}

export type WorkerRequest =
  | { readonly kind: 'verify'; readonly source: VerifySource; readonly checkedAt: Instant }
  | { readonly kind: 'draw'; readonly bytes: Uint8Array };

/** What a worker says: that it is ready, what it found, or that the installation itself is refused. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'verified'; readonly verified: VerifiedFile; readonly heldMb: number }
  | { readonly kind: 'drawn'; readonly drawing: FileDrawing | null }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly params: RefusalParams };

type Answer = Extract<WorkerMessage, { kind: 'verified' | 'drawn' }>;

interface Job {
  readonly request: WorkerRequest;
  /** Said instead when the file is too costly; the limit in words. */
  readonly instead: (limit: string) => Answer;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export interface VerifyPool {
  /** Never throws over a bad file. @throws AppError TEMPLATE_… when a pack may not be loaded, VERIFIER_BUSY; Error for a bug */
  verify(source: VerifySource, checkedAt: Instant): Promise<VerifiedFile>;
  /** Null where nothing can be drawn, be it at too great a cost. */
  draw(bytes: Uint8Array): Promise<FileDrawing | null>;
  /** Ends the workers; files under way are refused. */
  close(): Promise<void>;
}

export interface PoolPlan {
  readonly workers: number;
  readonly limits: VerifyLimits;
  /** Files that may wait; more are refused. */
  readonly waiting: number;
  /** Workers that had nothing to do for so long are ended. */
  readonly idleMs: number;
}

export const SERVICE_PLAN: PoolPlan = { workers: availableParallelism(), limits: VERIFY_LIMITS, waiting: 256, idleMs: 60_000 };

interface Hand {
  readonly worker: Worker;
  readonly key: string;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
  files: number;
}

/** Workers start when there is work for them. */
export function openVerifyPool(setup: VerifierSetup, plan: PoolPlan): VerifyPool {
  const { fileMs, heapMb, filesAWorker, heldMb } = plan.limits;
  const waiting: Job[] = [];
  const hands = new Set<Hand>();
  const idle: Hand[] = [];
  let closed = false;

  /** What a worker has loaded. */
  const currentKey = (): string => (setup.packFolder === undefined ? '' : packNames(setup.packFolder).join('/'));

  const end = async (hand: Hand): Promise<void> => {
    clearTimeout(hand.timer);
    hands.delete(hand);
    hand.worker.removeAllListeners();
    // Whatever it still says while going is nobody's business any more.
    hand.worker.on('error', () => undefined);
    await hand.worker.terminate();
  };

  const rest = (hand: Hand): void => {
    idle.push(hand);
    hand.timer = setTimeout(() => {
      idle.splice(idle.indexOf(hand), 1);
      void end(hand);
    }, plan.idleMs);
    hand.timer.unref();
    hand.worker.unref();
  };

  const give = (hand: Hand): void => {
    clearTimeout(hand.timer);
    const job = waiting.shift();
    if (job === undefined) {
      rest(hand);
      return;
    }
    hand.job = job;
    hand.worker.ref();
    hand.timer = setTimeout(() => giveUp(hand, `${Math.ceil(fileMs / 1000)} 秒`), fileMs);
    hand.worker.postMessage(job.request);
  };

  /** The file at hand was too much for the worker, which has to go. */
  const giveUp = (hand: Hand, limit: string): void => {
    const { job } = hand;
    hand.job = undefined;
    if (job !== undefined) job.resolve(job.instead(limit));
    void end(hand).then(staff);
  };

  const fail = (hand: Hand, error: Error): void => {
    // Nobody can be served: what is refused once is refused again.
    for (const job of hand.job === undefined ? waiting.splice(0) : [hand.job]) job.reject(error);
    hand.job = undefined;
    void end(hand).then(staff);
  };

  const start = (): void => {
    const { packFolder, root, trustAnchors, namedRoots = [], certs = join(root, 'certs') } = setup;
    const worker = new Worker(join(import.meta.dirname, 'verify-worker.ts'), {
      workerData: { root, trustAnchors, namedRoots, certs, ...(packFolder === undefined ? {} : { packFolder }) },
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    const hand: Hand = { worker, key: currentKey(), job: undefined, timer: undefined, files: 0 };
    hands.add(hand);
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') return give(hand);
      if (message.kind === 'refused') return fail(hand, new AppError(message.code, message.params));
      const { job } = hand;
      hand.job = undefined;
      hand.files++;
      job?.resolve(message);
      const isSpent = hand.files >= filesAWorker || (message.kind === 'verified' && message.heldMb > heldMb);
      if (isSpent || hand.key !== currentKey()) void end(hand).then(staff);
      else give(hand);
    });
    worker.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY' && hand.job !== undefined) giveUp(hand, `${heapMb} MB 内存`);
      else fail(hand, new Error('a verify worker failed', { cause: error }));
    });
    worker.on('exit', (code) => fail(hand, new Error(`a verify worker ended with ${code}`)));
  };

  /** As many workers as there is work for. */
  const staff = (): void => {
    const key = currentKey();
    while (waiting.length > 0 && idle.length > 0) {
      const hand = idle.pop();
      if (hand === undefined) break;
      if (hand.key === key) give(hand);
      else void end(hand);
    }
    const starting = [...hands].filter((hand) => hand.job === undefined && !idle.includes(hand)).length;
    for (let more = waiting.length - starting; more > 0 && hands.size < plan.workers && !closed; more--) start();
  };

  const ask = (request: WorkerRequest, instead: Job['instead']): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (closed || waiting.length >= plan.waiting) {
        reject(new AppError('VERIFIER_BUSY'));
        return;
      }
      waiting.push({ request, instead, resolve, reject });
      staff();
    });

  return {
    async verify(source, checkedAt) {
      if (source.kind === 'listed') return listFile(source.file, source.finding, source.lengthBytes);
      const answer = await ask({ kind: 'verify', source, checkedAt }, (limit) => ({
        kind: 'verified',
        verified: listFile(source.file, makeFinding('FILE_TOO_COSTLY', { limit })),
        heldMb: 0,
      }));
      if (answer.kind !== 'verified') throw new Error('a verify worker answered another question');
      return answer.verified;
    },
    async draw(bytes) {
      const answer = await ask({ kind: 'draw', bytes }, () => ({ kind: 'drawn', drawing: null }));
      return answer.kind === 'drawn' ? answer.drawing : null;
    },
    async close() {
      closed = true;
      for (const job of waiting.splice(0)) job.reject(new AppError('VERIFIER_BUSY'));
      for (const { job } of hands) job?.reject(new AppError('VERIFIER_BUSY'));
      await Promise.all([...hands].map(end));
      idle.length = 0;
    },
  };
}

/** Below this many files a further worker costs more than it saves. */
const WORTH_A_WORKER = 24;

/**
 * @param onVerified called as soon as a file is done, in whatever order
 * @returns one result a source, in the order of the sources
 * @throws AppError TEMPLATE_… when a pack of the installation may not be loaded; Error for a bug
 */
export async function verifySources(
  setup: VerifierSetup & { readonly checkedAt: Instant },
  sources: readonly VerifySource[],
  onVerified: (verified: VerifiedFile, index: number) => void,
  limits: VerifyLimits = VERIFY_LIMITS,
): Promise<readonly VerifiedFile[]> {
  const open = sources.filter(({ kind }) => kind !== 'listed').length;
  const workers = Math.min(availableParallelism(), Math.ceil(open / WORTH_A_WORKER));
  const pool = openVerifyPool(setup, { workers, limits, waiting: Infinity, idleMs: 1000 });
  try {
    return await Promise.all(
      sources.map(async (source, index) => {
        const verified = await pool.verify(source, setup.checkedAt);
        onVerified(verified, index);
        return verified;
      }),
    );
  } finally {
    await pool.close();
  }
}
