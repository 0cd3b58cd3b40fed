/** Verifying on every core: worker threads that are ended and replaced when a file takes more time or memory than any agreement could. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError, type RefusalCode, type RefusalParams } from '../errors.ts';
import type { Instant } from '../instant.ts';
import { makeFinding } from '../verify/findings.ts';
import { listFile, type VerifiedFile } from '../verify/verified-file.ts';
import type { VerifySource } from './verify-sources.ts';

export interface VerifyLimits {
  /** Of one file, from handing it to a worker to its report. */
  readonly fileMs: number;
  /** Of a worker's heap; byte buffers are outside it and bounded by the size of files. */
  readonly heapMb: number;
}

/** Far above what a file needs, so that a verdict does not depend on the machine. */
export const VERIFY_LIMITS: VerifyLimits = { fileMs: 20_000, heapMb: 512 };

/** What a worker loads once. */
export interface VerifierSetup {
  /** Folder of the installation: templates/, certs/ and fonts/ lie in it. */
  readonly root: string;
  /** DER. */
  readonly trustAnchors: readonly Uint8Array[];
  readonly checkedAt: Instant;
}

/** What a worker says: that it is ready, what it found, or that the installation itself is refused. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'verified'; readonly verified: VerifiedFile }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly params: RefusalParams };

/** Below this many files a further worker costs more than it saves. */
const WORTH_A_WORKER = 24;

/**
 * @param onVerified called as soon as a file is done, in whatever order
 * @returns one result a source, in the order of the sources
 * @throws AppError TEMPLATE_… when a pack of the installation may not be loaded; Error for a bug
 */
export async function verifySources(
  setup: VerifierSetup,
  sources: readonly VerifySource[],
  onVerified: (verified: VerifiedFile, index: number) => void,
  limits: VerifyLimits = VERIFY_LIMITS,
): Promise<readonly VerifiedFile[]> {
  const results: VerifiedFile[] = [];
  const settle = (index: number, verified: VerifiedFile): void => {
    results[index] = verified;
    onVerified(verified, index);
  };
  const queue: number[] = [];
  sources.forEach((source, index) => {
    if (source.kind === 'listed') settle(index, listFile(source.file, source.finding, source.lengthBytes));
    else queue.push(index);
  });
  const workers = Math.min(availableParallelism(), Math.ceil(queue.length / WORTH_A_WORKER));
  queue.reverse();
  await Promise.all(Array.from({ length: workers }, () => drain(setup, sources, queue, settle, limits)));
  return results;
}

/** One worker after another, until nothing is left to do. */
async function drain(
  setup: VerifierSetup,
  sources: readonly VerifySource[],
  queue: number[],
  settle: (index: number, verified: VerifiedFile) => void,
  limits: VerifyLimits,
): Promise<void> {
  while (queue.length > 0) await runWorker(setup, sources, queue, settle, limits);
}

/** Ends when the queue is empty, or when a file was too costly and the worker had to go. */
function runWorker(
  setup: VerifierSetup,
  sources: readonly VerifySource[],
  queue: number[],
  settle: (index: number, verified: VerifiedFile) => void,
  { fileMs, heapMb }: VerifyLimits,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, 'verify-worker.ts'), {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    let current: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    const end = (act: () => void): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      // Whatever it still says while going is nobody's business any more.
      worker.on('error', () => undefined);
      void worker.terminate().then(act);
    };
    const giveUp = (limit: string): void => {
      const source = current === undefined ? undefined : sources[current];
      if (current !== undefined && source !== undefined) settle(current, listFile(source.file, makeFinding('FILE_TOO_COSTLY', { limit })));
      end(resolve);
    };
    const next = (): void => {
      clearTimeout(timer);
      current = queue.pop();
      if (current === undefined) {
        end(resolve);
        return;
      }
      timer = setTimeout(() => giveUp(`${Math.ceil(fileMs / 1000)} 秒`), fileMs);
      worker.postMessage(sources[current]);
    };
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'refused') {
        end(() => reject(new AppError(message.code, message.params)));
        return;
      }
      if (message.kind === 'verified' && current !== undefined) settle(current, message.verified);
      next();
    });
    worker.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY' && current !== undefined) giveUp(`${heapMb} MB 内存`);
      else end(() => reject(new Error('a verify worker failed', { cause: error })));
    });
    worker.on('exit', (code) => reject(new Error(`a verify worker ended with ${code}`)));
  });
}
