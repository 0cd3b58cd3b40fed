/** The judge behind the page: opens what the page carries once, then judges one file after another with the very code of the command line. */
import './no-eval.ts';
import { fromUtf8, toHex } from '../bytes.ts';
import { startSha256 } from '../digest.ts';
import { AppError } from '../errors.ts';
import { drawFile } from '../verify/draw-file.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import type { VerifyContext } from '../verify/verify-file.ts';
import { listUnread, readSource } from './archive.ts';
import { examineNatively } from './examine-natively.ts';
import type { BrowserSource, FromWorker, ToWorker } from './messages.ts';
import { contextAt, openContext, openFonts } from './open-context.ts';

/** What a dedicated worker has and a window has not. @source HTML, §10.2.1.2; File API §6.4 */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
  readonly FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };
}
const scope = globalThis as unknown as WorkerScope;

let context: Omit<VerifyContext, 'checkedAt'> | undefined;

async function verify(source: BrowserSource, at: VerifyContext): Promise<VerifiedFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readSource(source);
  } catch (error) {
    return listUnread(source.file, error);
  }
  return examineNatively(source.file, bytes, at);
}

async function answer(message: ToWorker): Promise<FromWorker> {
  switch (message.kind) {
    case 'open': {
      const { kit, fonts } = message;
      context = openContext(
        kit,
        openFonts((name) => new Uint8Array(new scope.FileReaderSync().readAsArrayBuffer(fonts[name]))),
      );
      return { kind: 'ready' };
    }
    case 'verify': {
      if (context === undefined) throw new Error('not opened');
      return { kind: 'verified', verified: await verify(message.source, contextAt(context, message.checkedAt)) };
    }
    case 'draw': {
      if (context === undefined) throw new Error('not opened');
      return { kind: 'drawn', drawing: drawFile(await readSource(message.source), context.templates) };
    }
    case 'digest': {
      const running = startSha256();
      for (const piece of message.pieces) running.update(fromUtf8(piece));
      return { kind: 'digest', sha256: toHex(running.finish()) };
    }
  }
}

scope.addEventListener('message', ({ data }) => {
  answer(data).then(
    (reply) => scope.postMessage(reply),
    (error: unknown) => {
      const why = error instanceof AppError ? error.zh : error instanceof Error ? error.message : String(error);
      scope.postMessage({ kind: 'broken', zh: why });
    },
  );
});
