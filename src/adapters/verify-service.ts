/** The service's verifier: a pool of threads, a temporary file for an archive while it is judged, and the script of the desk. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { FileDrawing } from '../verify/draw-file.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import { ARCHIVE_MAX_BYTES } from '../verify/zip-archive.ts';
import { bundleForBrowser } from './browser-bundle.ts';
import { softwareVersion } from './software-version.ts';
import { openVerifyPool, SERVICE_PLAN, type VerifierSetup } from './verify-pool.ts';
import { sourcesOfArchive, type VerifySource } from './verify-sources.ts';

export interface VerifyService {
  readonly software: string;
  verify(bytes: Uint8Array): Promise<VerifiedFile>;
  draw(bytes: Uint8Array): Promise<FileDrawing | null>;
  verifyArchive(body: ReadableStream<Uint8Array>): AsyncGenerator<VerifiedFile>;
  script(): Promise<string>;
  close(): Promise<void>;
}

/** Of one archive that are judged at a time, so that others get their turn. */
const AT_ONCE = 8;
const ARCHIVE_NAME = 'upload.zip';

export function openVerifyService(setup: VerifierSetup, clock: Clock): VerifyService {
  const pool = openVerifyPool(setup, SERVICE_PLAN);
  let script: Promise<string> | undefined;

  /** In the order in which they are done; the folder is gone when the last was read, or nobody reads any more. */
  async function* verifyArchive(body: ReadableStream<Uint8Array>): AsyncGenerator<VerifiedFile> {
    const folder = await mkdtemp(join(tmpdir(), 'sanfang-verify-'));
    try {
      const path = join(folder, ARCHIVE_NAME);
      await pipeline(Readable.from(body), atMost(ARCHIVE_MAX_BYTES), createWriteStream(path, { mode: 0o600 }));
      // An archive within is unpacked when its turn comes, and others are answered before the next one is.
      const sources = sourcesOfArchive(path);
      let hasMore = true;
      const running = new Map<VerifySource, Promise<{ readonly source: VerifySource; readonly verified: VerifiedFile }>>();
      while (hasMore || running.size > 0) {
        while (hasMore && running.size < AT_ONCE) {
          const { value: own, done } = sources.next();
          hasMore = done !== true;
          if (own === undefined) break;
          running.set(
            own,
            pool.verify(own, clock.now()).then((verified) => ({ source: own, verified })),
          );
        }
        if (running.size === 0) break;
        await new Promise(setImmediate);
        const { source, verified } = await Promise.race(running.values());
        running.delete(source);
        yield { ...verified, file: verified.file.slice(folder.length + 1) };
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  return {
    software: softwareVersion(setup.root),
    verify: (bytes) => pool.verify({ kind: 'bytes', file: '', bytes }, clock.now()),
    draw: (bytes) => pool.draw(bytes),
    verifyArchive,
    script: () => {
      script ??= bundleForBrowser('verifier/online-page.ts');
      return script;
    },
    close: () => pool.close(),
  };
}

function atMost(limitBytes: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      length += chunk.length;
      if (length > limitBytes) done(new AppError('REQUEST_TOO_LARGE', { limit: limitBytes >> 20 }));
      else done(null, chunk);
    },
  });
}
