/** Files by their SHA-256 in a folder: written once, durable when acknowledged, removed when nobody needs them, hashed again on every read. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Sha256, sha256Hex } from '../digest.ts';
import type { BlobStore } from '../ports.ts';
import { hasCode } from './file-codes.ts';

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @param root folder of the store; made when missing. All of it must lie on one file system. */
export async function openBlobFolder(root: string): Promise<BlobStore> {
  const temporary = join(root, 'tmp');
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  await syncFolder(root);
  await syncFolder(dirname(root));
  const known = new Set<string>();

  const folderOf = async (digest: Sha256): Promise<string> => {
    const folder = join(root, 'sha256', digest.slice(0, 2));
    if (!known.has(folder)) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await syncFolder(dirname(folder));
      await syncFolder(root);
      known.add(folder);
    }
    return folder;
  };

  return {
    async put(bytes) {
      const digest = sha256Hex(bytes);
      const folder = await folderOf(digest);
      const draft = join(temporary, randomBytes(16).toString('hex'));
      try {
        const handle = await open(draft, 'wx', 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await link(draft, join(folder, digest)).catch((cause: unknown) => {
          if (!hasCode(cause, 'EEXIST')) throw cause;
        });
      } finally {
        await rm(draft, { force: true });
      }
      await syncFolder(folder);
      return digest;
    },
    async get(digest) {
      const bytes = new Uint8Array(await readFile(join(root, 'sha256', digest.slice(0, 2), digest)));
      if (sha256Hex(bytes) !== digest) throw new Error(`blob ${digest} is damaged`);
      return bytes;
    },
    remove: (digest) => rm(join(root, 'sha256', digest.slice(0, 2), digest), { force: true }),
  };
}
