/** Workers of the page: as many as there are cores, each ended and replaced when a file takes more time than any agreement could. */
import type { Instant } from '../instant.ts';
import type { FileDrawing } from '../verify/draw-file.ts';
import { makeFinding } from '../verify/findings.ts';
import { listFile, type VerifiedFile } from '../verify/verified-file.ts';
import type { BrowserSource, FontBlobs, FromWorker, Kit, ToWorker } from './messages.ts';

export interface PoolKit {
  readonly workerUrl: string;
  readonly kit: Kit;
  readonly fonts: FontBlobs;
}

/** Far above what a file needs; the same as on the command line. */
const FILE_MS = 20_000;
const WORKERS_MAX = 4;
/** Below this many files a further worker costs more than it saves. */
const WORTH_A_WORKER = 24;

/** Workers kept ready between runs. */
const idle: Worker[] = [];

function say(worker: Worker, message: ToWorker): Promise<FromWorker> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message || '浏览器不能运行验证程序'));
    worker.postMessage(message);
  });
}

/** @throws Error with a Chinese sentence when the page is damaged */
async function openWorker({ workerUrl, kit, fonts }: PoolKit): Promise<Worker> {
  const known = idle.pop();
  if (known !== undefined) return known;
  const worker = new Worker(workerUrl);
  const reply = await say(worker, { kind: 'open', kit, fonts });
  if (reply.kind !== 'ready') throw new Error(reply.kind === 'broken' ? reply.zh : '验证程序没有应答');
  return worker;
}

/** Makes one worker ready before the first file comes. */
export async function warmUp(pool: PoolKit): Promise<void> {
  idle.push(await openWorker(pool));
}

/** SHA-256 of a text too large for the page's own thread. */
export async function digestApart({ workerUrl }: PoolKit, pieces: readonly string[]): Promise<string> {
  const worker = new Worker(workerUrl);
  const reply = await say(worker, { kind: 'digest', pieces });
  worker.terminate();
  return reply.kind === 'digest' ? reply.sha256 : '';
}

/** The pages of one file; the worker is kept for the next. @throws Error with a Chinese sentence when the page is damaged */
export async function drawApart(pool: PoolKit, source: BrowserSource): Promise<FileDrawing | null> {
  const worker = await openWorker(pool);
  const reply = await within(worker, { kind: 'draw', source });
  if (reply === undefined) return null;
  idle.push(worker);
  if (reply.kind === 'drawn') return reply.drawing;
  throw new Error(reply.kind === 'broken' ? reply.zh : '验证程序没有应答');
}

/** More files than this by one worker, and a fresh one takes over: memory that a browser never gives back. */
const FILES_A_WORKER = 4000;

/**
 * @param signal ends the run after the files at hand
 * @param onVerified called as each file is done, in whatever order
 * @throws Error with a Chinese sentence when the page is damaged
 */
export async function verifySources(
  pool: PoolKit,
  sources: readonly BrowserSource[],
  checkedAt: Instant,
  signal: AbortSignal,
  onVerified: (verified: VerifiedFile, index: number) => void,
): Promise<void> {
  let next = 0;
  const drain = async (): Promise<void> => {
    let worker: Worker | undefined;
    let files = 0;
    while (!signal.aborted) {
      const index = next++;
      const source = sources[index];
      if (source === undefined) break;
      if (files++ === FILES_A_WORKER) {
        worker?.terminate();
        [worker, files] = [undefined, 0];
      }
      worker ??= await openWorker(pool);
      const reply = await within(worker, { kind: 'verify', source, checkedAt });
      if (reply === undefined) worker = undefined;
      else if (reply.kind !== 'verified') throw new Error(reply.kind === 'broken' ? reply.zh : '验证程序没有应答');
      onVerified(
        reply?.verified ?? listFile(source.file, makeFinding('FILE_TOO_COSTLY', { limit: `${FILE_MS / 1000} 秒` }), source.blob.size),
        index,
      );
    }
    if (worker !== undefined) idle.push(worker);
  };
  const cores = Math.min(WORKERS_MAX, navigator.hardwareConcurrency || 1);
  const workers = Math.min(cores, Math.ceil(sources.length / WORTH_A_WORKER));
  await Promise.all(Array.from({ length: workers }, drain));
}

/** Undefined when the file took too long; the worker is gone then. */
async function within(worker: Worker, message: ToWorker): Promise<FromWorker | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, FILE_MS, undefined);
  });
  const reply = await Promise.race([say(worker, message), late]);
  clearTimeout(timer);
  if (reply === undefined) worker.terminate();
  return reply;
}
