import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifySources } from '../../src/adapters/verify-pool.ts';
import { spreadSources } from '../../src/adapters/verify-sources.ts';
import { AT } from '../verify/signed-agreement.ts';
import { temporaryFolder } from './temporary.ts';

test('a file that is gone when its turn comes is reported, and the others are verified all the same', async () => {
  const folder = temporaryFolder();
  for (const name of ['gone.pdf', 'stays.pdf']) writeFileSync(join(folder, name), 'no PDF');
  const sources = spreadSources([folder]);
  rmSync(join(folder, 'gone.pdf'));
  const setup = { root: join(import.meta.dirname, '../..'), trustAnchors: [], checkedAt: AT };
  const verified = await verifySources(setup, sources, () => undefined);
  expect(verified.map(({ report }) => report.findings.map(({ code }) => code))).toEqual([['FILE_UNREADABLE'], ['FILE_NOT_PDF']]);
});
