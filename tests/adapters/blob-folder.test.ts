import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBlobFolder } from '../../src/adapters/blob-folder.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { sha256Hex } from '../../src/digest.ts';
import { temporaryFolder } from './temporary.ts';

const BYTES = fromUtf8('协议');

test('the same bytes stored twice at once are one blob and leave no draft behind', async () => {
  const folder = temporaryFolder();
  const blobs = await openBlobFolder(folder);
  const digests = await Promise.all([blobs.put(BYTES), blobs.put(BYTES), blobs.put(BYTES)]);
  expect(new Set(digests)).toEqual(new Set([sha256Hex(BYTES)]));
  expect(readdirSync(join(folder, 'sha256', digests[0].slice(0, 2)))).toEqual([digests[0]]);
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  expect(await blobs.get(digests[0])).toEqual(BYTES);
});

test('a blob changed on disk is not handed out', async () => {
  const folder = temporaryFolder();
  const blobs = await openBlobFolder(folder);
  const digest = await blobs.put(BYTES);
  writeFileSync(join(folder, 'sha256', digest.slice(0, 2), digest), 'other');
  await expect(blobs.get(digest)).rejects.toThrow(/damaged/);
});

test('a blob that was never stored is an error, not empty bytes', async () => {
  const blobs = await openBlobFolder(temporaryFolder());
  await expect(blobs.get(sha256Hex(BYTES))).rejects.toThrow();
});

test('a blob that was removed is gone, may be removed again, and comes back when it is stored again', async () => {
  const blobs = await openBlobFolder(temporaryFolder());
  const digest = await blobs.put(BYTES);
  await blobs.remove(digest);
  await blobs.remove(digest);
  await expect(blobs.get(digest)).rejects.toThrow();
  await blobs.put(BYTES);
  expect(await blobs.get(digest)).toEqual(BYTES);
});
