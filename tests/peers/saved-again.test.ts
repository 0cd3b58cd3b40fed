/** An agreement that other programs have saved again: no signature survives that, and the report says what happened. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANNEX, codesOf, makeData, signAll, verify } from '../verify/signed-agreement.ts';
import { run } from './programs.ts';

let folder: string;
let original: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sanfang-saved-'));
  original = join(folder, 'original.pdf');
  writeFileSync(original, await signAll(makeData(undefined, ANNEX)));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each<readonly [string, string, (to: string) => readonly string[]]>([
  ['for the web', 'qpdf', (to) => ['--linearize', original, to]],
  ['without its revisions', 'qpdf', (to) => [original, to]],
  ['with object streams', 'qpdf', (to) => ['--object-streams=generate', '--recompress-flate', original, to]],
])('saved %s', (name, program, args) => {
  test('it does not pass, is known for what it is, and its words are found to be those of the template', () => {
    const saved = join(folder, `${name}.pdf`);
    expect(run(program, args(saved)).status).toBeLessThanOrEqual(3);
    const report = verify(new Uint8Array(readFileSync(saved)));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(expect.arrayContaining(['FILE_SAVED_AGAIN', 'FOREIGN_TEXT_EQUALS_TEMPLATE']));
    expect(codesOf(report)).not.toContain('FILE_SIGNED_ELSEWHERE');
  });
});
