/** The judge behind the page: opens what the page carries once, then judges one file after another with the very code of the command line. */
import './no-eval.ts';
import { toHex } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { drawFile } from '../verify/draw-file.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import type { VerifyContext } from '../verify/verify-file.ts';
import { listUnread, readSource } from './archive.ts';
import { digestOfTexts, examineNatively } from './examine-natively.ts';
import type { BrowserSource, FromWorker, ToWorker } from './messages.ts';
import { contextAt, openContext, openFonts } from './open-context.ts';
import { printResults } from './printing.ts';

/** What a dedicated worker has and a window has not. @source HTML, §10.2.1.2; File API §6.4 */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
  readonly FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };
}
const scope = globalThis as unknown as WorkerScope;

let context: Omit<VerifyContext, 'checkedAt'> | undefined;

type Reading = Promise<Uint8Array | VerifiedFile>;

/** The bytes, or what is said of a file that cannot be read. */
const begin = (source: BrowserSource): Reading => readSource(source).catch((error: unknown) => listUnread(source.file, error));

async function verify(file: string, reading: Reading, at: VerifyContext): Promise<VerifiedFile> {
  const read = await reading;
  return read instanceof Uint8Array ? examineNatively(file, read, at) : read;
}

async function answer(message: ToWorker, reading: Reading | undefined): Promise<FromWorker> {
  switch (message.kind) {
    case 'open': {
      const { kit, fonts } = message;
      context = openContext(
        kit,
        openFonts(fonts.form, (name) => new Uint8Array(new scope.FileReaderSync().readAsArrayBuffer(fonts.blobs[name]))),
      );
      return { kind: 'ready' };
    }
    case 'verify': {
      if (context === undefined || reading === undefined) throw new Error('not opened');
      return { kind: 'verified', verified: await verify(message.source.file, reading, contextAt(context, message.checkedAt)) };
    }
    case 'draw': {
      if (context === undefined) throw new Error('not opened');
      return { kind: 'drawn', drawing: drawFile(await readSource(message.source), context.templates) };
    }
    case 'print':
      return { kind: 'printed', bytes: await printResults(message.order) };
    case 'digest': {
      return { kind: 'digest', sha256: toHex(await digestOfTexts(message.pieces)) };
    }
  }
}

/** Answers come in the order of the questions; the file of the next is read meanwhile. */
let turn: Promise<void> = Promise.resolve();

scope.addEventListener('message', ({ data }) => {
  const reading = data.kind === 'verify' ? begin(data.source) : undefined;
  turn = turn
    .then(() => answer(data, reading))
    .then(
      (reply) => scope.postMessage(reply),
      (error: unknown) => {
        const why = error instanceof AppError ? error.zh : error instanceof Error ? error.message : String(error);
        scope.postMessage({ kind: 'broken', zh: why });
      },
    );
});
