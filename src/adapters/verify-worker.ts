/** One thread of the verify pool: loads packs and fonts once, then reads and judges the files it is given. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import { makeFinding } from '../verify/findings.ts';
import { examineFile, listFile, type VerifiedFile } from '../verify/verified-file.ts';
import type { VerifyContext } from '../verify/verify-file.ts';
import { ZipRefusal } from '../verify/zip-archive.ts';
import { loadTemplates } from '../workflow/load-templates.ts';
import { readTemplateAuthorities } from './authority-certificates.ts';
import { openFontLibrary } from './font-files.ts';
import { packNames, readPackFiles } from './pack-folder.ts';
import type { VerifierSetup, WorkerMessage } from './verify-pool.ts';
import type { VerifySource } from './verify-sources.ts';
import { readMember } from './zip-reader.ts';

function openContext({ root, trustAnchors, checkedAt }: VerifierSetup): VerifyContext {
  const folder = join(root, 'templates');
  const authorities = readTemplateAuthorities(join(root, 'certs', 'authorities'));
  const packs = packNames(folder).map((name) => readPackFiles(folder, name));
  return { templates: loadTemplates(packs, openFontLibrary(join(root, 'fonts')), authorities), trustAnchors, checkedAt };
}

function verifySource(source: VerifySource, context: VerifyContext): VerifiedFile {
  if (source.kind === 'listed') return listFile(source.file, source.finding, source.lengthBytes);
  const bytes = readSource(source);
  return bytes instanceof Uint8Array ? examineFile(source.file, bytes, context) : bytes;
}

/** The bytes, or why there are none. */
function readSource(source: Exclude<VerifySource, { readonly kind: 'listed' }>): Uint8Array | VerifiedFile {
  try {
    return source.kind === 'file' ? new Uint8Array(readFileSync(source.path)) : readMember(source.path, source.member);
  } catch (error) {
    if (error instanceof ZipRefusal) return listFile(source.file, makeFinding('ZIP_MEMBER_REFUSED', { reason: error.zh }));
    return listFile(source.file, makeFinding('FILE_UNREADABLE'));
  }
}

function serve(port: MessagePort): void {
  const say = (message: WorkerMessage): void => port.postMessage(message);
  let context: VerifyContext;
  try {
    context = openContext(workerData as VerifierSetup);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    say({ kind: 'refused', code: error.code, params: error.params });
    return;
  }
  port.on('message', (source: VerifySource) => say({ kind: 'verified', verified: verifySource(source, context) }));
  say({ kind: 'ready' });
}

if (parentPort !== null) serve(parentPort);
