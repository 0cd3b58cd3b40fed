import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifySources } from '../../src/adapters/verify-pool.ts';
import { spreadSources } from '../../src/adapters/verify-sources.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { buildZip } from '../cli/zip-builder.ts';
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

test('an archive within an archive is opened, a third one and a broken one are listed', async () => {
  const folder = temporaryFolder();
  const text = fromUtf8('no PDF');
  const deep = buildZip([{ name: 'a.pdf', bytes: text }]);
  const inner = buildZip([
    { name: '二层.zip', bytes: deep },
    { name: '甲.pdf', bytes: text },
    { name: '锁.pdf', bytes: text, flags: 1 },
  ]);
  const outer = buildZip([
    { name: '一层.zip', bytes: inner },
    { name: '坏.zip', bytes: text },
    { name: '空.zip', bytes: buildZip([]) },
    { name: '乙.pdf', bytes: text },
  ]);
  writeFileSync(join(folder, 'x.zip'), outer);
  const setup = { root: join(import.meta.dirname, '../..'), trustAnchors: [], checkedAt: AT };
  const verified = await verifySources(setup, spreadSources([join(folder, 'x.zip')]), () => undefined);
  expect(verified.map(({ file, report }) => [file.slice(folder.length + 1), report.findings[0]?.code]).sort()).toEqual(
    [
      ['x.zip/一层.zip/二层.zip', 'ZIP_NESTED_TOO_DEEP'],
      ['x.zip/一层.zip/甲.pdf', 'FILE_NOT_PDF'],
      ['x.zip/一层.zip/锁.pdf', 'ZIP_MEMBER_ENCRYPTED'],
      ['x.zip/乙.pdf', 'FILE_NOT_PDF'],
      ['x.zip/坏.zip', 'ZIP_REFUSED'],
      ['x.zip/空.zip', 'ZIP_REFUSED'],
    ].sort(),
  );
});

test('archives in an archive list no more than twenty thousand members together, however small they are', () => {
  const folder = temporaryFolder();
  const inner = buildZip(Array.from({ length: 8000 }, (_, i) => ({ name: `${i}`, bytes: new Uint8Array(), stored: true })));
  writeFileSync(join(folder, 'x.zip'), buildZip(Array.from({ length: 9 }, (_, i) => ({ name: `${i}.zip`, bytes: inner }))));
  const sources = spreadSources([join(folder, 'x.zip')]);
  expect(sources.length).toBe(2 * 8000 + 7);
  expect(sources.slice(2 * 8000).map((source) => source.kind === 'listed' && source.finding.code)).toEqual(Array(7).fill('ZIP_REFUSED'));
});
