/** The guide says what an import refuses, whole. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REFUSALS } from '../../src/refusals.ts';

/** Not given any more: controls are blanks now, and each section keeps its headers. */
const RETIRED: readonly string[] = ['CONTENT_CONTROL', 'HEADER_VARIES'];

test('the guide names every reason for which a source is refused, and none that there is not', () => {
  const guide = readFileSync(new URL('../../templates/README.md', import.meta.url), 'utf8');
  const table = guide.slice(guide.indexOf('| `TEMPLATE_SOURCE_…` |'), guide.indexOf('A character that no font'));
  const named = table
    .split('\n')
    .slice(2)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code));
  const known = Object.keys(REFUSALS).flatMap((code) => (code.startsWith('TEMPLATE_SOURCE_') ? [code.slice(16)] : []));
  expect(named.sort()).toEqual(known.filter((code) => !RETIRED.includes(code)).sort());
});
