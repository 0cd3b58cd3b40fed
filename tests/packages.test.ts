/** What this product takes from others: exact versions, a reason for each, and no code of theirs run by installing it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (name: string): string => readFileSync(join(import.meta.dirname, '..', name), 'utf8');
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
const all = { ...dependencies, ...devDependencies, ...optionalDependencies };

test('every version is exact', () => {
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('nothing runs while it is installed', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  expect(read('package-lock.json')).not.toContain('hasInstallScript');
});

test('the README says why each is there, and names none that is not', () => {
  const [, section = ''] = /^## Dependencies$([\s\S]*?)^## /m.exec(read('README.md')) ?? [];
  const named = section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| package'))
    .flatMap((line) => (line.split('|')[1] ?? '').split(',').map((name) => name.trim()));
  expect(named.sort()).toEqual(Object.keys(all).sort());
});
