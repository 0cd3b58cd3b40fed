/** What a thread of the verify pool does: loads packs and fonts once, then reads and judges the files it is given. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import { loadPack } from '../template/load-pack.ts';
import { drawFile } from '../verify/draw-file.ts';
import { makeFinding } from '../verify/findings.ts';
import { examineFile, listFile, type VerifiedFile } from '../verify/verified-file.ts';
import type { VerifyContext } from '../verify/verify-file.ts';
import { unpackFrom, type ZipMember, ZipRefusal } from '../verify/zip-archive.ts';
import { loadTemplates } from '../workflow/load-templates.ts';
import { readTemplateAuthorities } from './authority-certificates.ts';
import { openFontLibrary } from './font-files.ts';
import { packNames, readPackFiles } from './pack-folder.ts';
import type { VerifierSetup, WorkerMessage, WorkerRequest } from './verify-pool.ts';
import type { VerifySource } from './verify-sources.ts';
import { readMember } from './zip-reader.ts';

type Loaded = Omit<VerifyContext, 'checkedAt'>;

function openContext({ root, certs = join(root, 'certs'), trustAnchors, namedRoots = [], packFolder }: VerifierSetup): Loaded {
  const folder = join(root, 'templates');
  const authorities = readTemplateAuthorities(join(certs, 'authorities'));
  const library = openFontLibrary(join(root, 'fonts'));
  const packs = packNames(folder).map((name) => readPackFiles(folder, name));
  const imported = packFolder === undefined ? [] : packNames(packFolder).map((name) => loadPack(readPackFiles(packFolder, name), library));
  return { templates: [...loadTemplates(packs, library, authorities), ...imported], trustAnchors, namedRoots };
}

function verifySource(source: VerifySource, context: VerifyContext): VerifiedFile {
  if (source.kind === 'listed') return listFile(source.file, source.finding, source.lengthBytes);
  const bytes = readSource(source);
  return bytes instanceof Uint8Array ? examineFile(source.file, bytes, context) : bytes;
}

/** The bytes, or why there are none. */
function readSource(source: Exclude<VerifySource, { readonly kind: 'listed' }>): Uint8Array | VerifiedFile {
  try {
    switch (source.kind) {
      case 'bytes':
        return source.bytes;
      case 'file':
        return new Uint8Array(readFileSync(source.path));
      case 'member':
        return source.within === undefined
          ? readMember(source.path, source.member)
          : unpackFrom(readInner(source.path, source.within), source.member);
    }
  } catch (error) {
    if (error instanceof ZipRefusal) return listFile(source.file, makeFinding('ZIP_MEMBER_REFUSED', { reason: error.zh }));
    return listFile(source.file, makeFinding('FILE_UNREADABLE'));
  }
}

/** The archive within an archive that was opened last: its members come one after another. */
let inner: { readonly path: string; readonly headerOffset: number; readonly bytes: Uint8Array } | undefined;

function readInner(path: string, within: ZipMember): Uint8Array {
  if (inner === undefined || inner.path !== path || inner.headerOffset !== within.headerOffset) {
    inner = { path, headerOffset: within.headerOffset, bytes: readMember(path, within) };
  }
  return inner.bytes;
}

/** Heap of this thread and the buffers that it holds. */
function heldMb(): number {
  const { heapTotal, external } = process.memoryUsage();
  return (heapTotal + external) / 1e6;
}

/** Asking costs about as much as a tenth of a file. */
const ASK_EVERY = 32;

function serve(port: MessagePort): void {
  const say = (message: WorkerMessage): void => port.postMessage(message);
  let context: Loaded;
  let files = 0;
  try {
    context = openContext(workerData as VerifierSetup);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    say({ kind: 'refused', code: error.code, params: error.params });
    return;
  }
  port.on('message', (request: WorkerRequest) => {
    if (request.kind === 'draw') {
      say({ kind: 'drawn', drawing: drawFile(request.bytes, context.templates) });
      return;
    }
    const { source, checkedAt } = request;
    const verified = verifySource(source, { ...context, checkedAt });
    say({ kind: 'verified', verified, heldMb: ++files % ASK_EVERY === 0 ? heldMb() : 0 });
  });
  say({ kind: 'ready' });
}

if (parentPort !== null) serve(parentPort);
