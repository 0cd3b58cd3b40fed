/** Workers of the page: as many as there are cores, each ended and replaced when a file takes more time than any agreement could. */
import type { Instant } from '../instant.ts';
import type { FileDrawing } from '../verify/draw-file.ts';
import { makeFinding } from '../verify/findings.ts';
import { listFile, type VerifiedFile } from '../verify/verified-file.ts';
import { plainFonts } from './inflate.ts';
import type { BrowserSource, Fonts, FromWorker, Kit, ToWorker } from './messages.ts';
import type { PrintOrder } from './printing.ts';

export interface PoolKit {
  readonly workerUrl: string;
  readonly kit: Kit;
  readonly fonts: Fonts;
}

/** Far above what a file needs; the same as on the command line. */
const FILE_MS = 20_000;
const WORKERS_MAX = 4;
/** Below this many files a further worker costs more than it saves. */
const WORTH_A_WORKER = 24;

/** A worker, and who waits for its answers: they come in the order of the questions. */
interface Hand {
  readonly worker: Worker;
  ask(message: ToWorker): Promise<FromWorker>;
}

/** Workers kept ready between runs. */
const idle: Hand[] = [];

function openHand(workerUrl: string, type: WorkerType = 'classic'): Hand {
  const worker = new Worker(workerUrl, { type });
  const waiting: { readonly resolve: (reply: FromWorker) => void; readonly reject: (error: Error) => void }[] = [];
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => waiting.shift()?.resolve(data);
  worker.onerror = (event) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(event.message || '浏览器不能运行验证程序'));
  };
  return {
    worker,
    ask: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(message);
      }),
  };
}

let inflating: Promise<Fonts> | undefined;

async function openFresh({ workerUrl, kit, fonts }: PoolKit): Promise<Hand> {
  inflating ??= plainFonts(fonts);
  const hand = openHand(workerUrl);
  const reply = await hand.ask({ kind: 'open', kit, fonts: await inflating });
  if (reply.kind !== 'ready') throw new Error(reply.kind === 'broken' ? reply.zh : '验证程序没有应答');
  return hand;
}

/** On their way to `idle`, for whoever cannot wait. */
const warming: Promise<Hand>[] = [];

/** @throws Error with a Chinese sentence when the page is damaged */
const openWorker = async (pool: PoolKit): Promise<Hand> => idle.pop() ?? warming.shift() ?? openFresh(pool);

const CORES = Math.min(WORKERS_MAX, navigator.hardwareConcurrency || 1);
/** Workers made ready before there is a file; more are made when there are so many files that it pays. */
const READY = Math.min(2, CORES);

/** Resolves when files can be judged. @throws Error with a Chinese sentence when the page is damaged */
export async function warmUp(pool: PoolKit): Promise<void> {
  idle.push(await openFresh(pool));
  for (let count = 1; count < READY; count++) {
    const opening = openFresh(pool);
    warming.push(opening);
    opening.then(
      (hand) => {
        const at = warming.indexOf(opening);
        if (at !== -1) idle.push(...warming.splice(at, 1).map(() => hand));
      },
      // Whoever needs it is told.
      () => undefined,
    );
  }
}

/** SHA-256 of a text too large for the page's own thread. */
export async function digestApart({ workerUrl }: PoolKit, pieces: readonly string[]): Promise<string> {
  const { worker, ask } = openHand(workerUrl);
  const reply = await ask({ kind: 'digest', pieces });
  worker.terminate();
  return reply.kind === 'digest' ? reply.sha256 : '';
}

/** A worker of its own, without templates: however long it takes, files are judged meanwhile. @throws Error with a Chinese sentence */
export async function printApart(workerUrl: string, type: WorkerType, order: PrintOrder): Promise<Uint8Array> {
  const { worker, ask } = openHand(workerUrl, type);
  try {
    const reply = await ask({ kind: 'print', order });
    if (reply.kind === 'printed') return reply.bytes;
    throw new Error(reply.kind === 'broken' ? reply.zh : '没有写出文件');
  } finally {
    worker.terminate();
  }
}

/** The pages of one file; the worker is kept for the next. @throws Error with a Chinese sentence when the page is damaged */
export async function drawApart(pool: PoolKit, source: BrowserSource): Promise<FileDrawing | null> {
  const hand = await openWorker(pool);
  const reply = await inTime(hand, hand.ask({ kind: 'draw', source }));
  if (reply === undefined) return null;
  idle.push(hand);
  if (reply.kind === 'drawn') return reply.drawing;
  throw new Error(reply.kind === 'broken' ? reply.zh : '验证程序没有应答');
}

/** More files than this by one worker, and a fresh one takes over: memory that a browser never gives back. */
const FILES_A_WORKER = 4000;
/** Files that a worker has at hand: the next is read while one is judged. */
const AHEAD = 2;

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
  /** Files by index whose worker had to go before their turn came. */
  const left: number[] = [];
  let next = 0;
  const drain = async (): Promise<void> => {
    let hand: Hand | undefined;
    let files = 0;
    const handed: { readonly index: number; readonly source: BrowserSource; readonly reply: Promise<FromWorker> }[] = [];
    const handOut = async (): Promise<void> => {
      while (!signal.aborted && handed.length < AHEAD && files < FILES_A_WORKER) {
        const index = left.shift() ?? next++;
        const source = sources[index];
        if (source === undefined) return;
        hand ??= await openWorker(pool);
        files++;
        handed.push({ index, source, reply: hand.ask({ kind: 'verify', source, checkedAt }) });
      }
    };
    for (;;) {
      await handOut();
      const first = handed.shift();
      if (first === undefined || hand === undefined) break;
      const reply = await inTime(hand, first.reply);
      if (reply !== undefined && reply.kind !== 'verified') throw new Error(reply.kind === 'broken' ? reply.zh : '验证程序没有应答');
      if (reply === undefined) left.push(...handed.splice(0).map(({ index }) => index));
      if (reply === undefined || (files === FILES_A_WORKER && handed.length === 0)) {
        hand.worker.terminate();
        [hand, files] = [undefined, 0];
      }
      const { source, index } = first;
      onVerified(
        reply?.verified ?? listFile(source.file, makeFinding('FILE_TOO_COSTLY', { limit: `${FILE_MS / 1000} 秒` }), source.blob.size),
        index,
      );
    }
    if (hand !== undefined) idle.push(hand);
  };
  const workers = Math.min(CORES, Math.ceil(sources.length / WORTH_A_WORKER));
  await Promise.all(Array.from({ length: workers }, drain));
}

/** Undefined when the file at hand took too long; the worker is gone then, and answers nobody any more. */
async function inTime({ worker }: Hand, asked: Promise<FromWorker>): Promise<FromWorker | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, FILE_MS, undefined);
  });
  const reply = await Promise.race([asked, late]);
  clearTimeout(timer);
  if (reply === undefined) worker.terminate();
  return reply;
}
