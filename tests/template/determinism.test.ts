/**
 * Revision 0 is the same bytes everywhere. Golden digests change only with a new version of the pack or of the stamping rules:
 * `UPDATE_GOLDEN=1 npx vitest run tests/template/determinism.test.ts` writes them anew.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Golden, printGolden } from './print-revisions.ts';

const golden = join(import.meta.dirname, '../golden/sample.json');
const script = join(import.meta.dirname, 'print-revisions.ts');

function inProcessOf(environment: Readonly<Record<string, string>>): Golden {
  const { LANG: _lang, LC_ALL: _all, TZ: _zone, ...inherited } = process.env;
  const env = { ...inherited, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', script], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Golden;
}

describe('revision 0', () => {
  const here = printGolden();

  it('is the same bytes a second time in the same process', () => {
    expect(printGolden()).toEqual(here);
  });

  it.each([
    { TZ: 'Asia/Shanghai', LANG: 'zh_CN.UTF-8', LC_ALL: 'zh_CN.UTF-8' },
    { TZ: 'America/New_York', LANG: 'C', LC_ALL: 'C' },
    { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    { TZ: 'America/New_York', LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' },
  ])('is the same bytes in a process with $TZ and $LANG', (environment) => {
    expect(inProcessOf(environment)).toEqual(here);
  });

  it('is what the golden digests say', () => {
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, `${JSON.stringify(here, null, 2)}\n`);
    expect(existsSync(golden), 'tests/golden/sample.json').toBe(true);
    expect(here).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });
});
