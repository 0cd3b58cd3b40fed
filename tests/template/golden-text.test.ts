/**
 * What the fixed agreements of `print-revisions.ts` say, page by page and line by line, as our own reader finds it in their bytes.
 * `UPDATE_GOLDEN=1 npx vitest run tests/template/golden-text.test.ts` writes it anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DrawnText } from '../../src/pdf/drawn-page.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { drawFile } from '../../src/verify/draw-file.ts';
import { openSample } from '../peers/signed-files.ts';
import { fixedAgreements } from './print-revisions.ts';

const golden = join(import.meta.dirname, '../golden/sample.txt');

/** Lines from the top; what stands far to the right of the rest of its line is set apart by a tab. */
function linesOf(texts: readonly DrawnText[]): string[] {
  const lines = new Map<number, DrawnText[]>();
  for (const text of texts) {
    const baseline = Math.round(text.y);
    lines.set(baseline, [...(lines.get(baseline) ?? []), text]);
  }
  return [...lines]
    .toSorted(([a], [b]) => a - b)
    .map(([, runs]) =>
      runs
        .toSorted((a, b) => a.x - b.x)
        .map(({ x, text }, i, all) => {
          const before = all[i - 1];
          return before !== undefined && x - before.x - before.width > 2 ? `\t${text}` : text;
        })
        .join(''),
    );
}

it('every page of the fixed agreements says what the golden text says', () => {
  const template = openSample();
  const text = Object.entries(fixedAgreements(template))
    .map(([what, data]) => {
      const sheets = drawFile(renderRevisionZero(template, data), [template])?.sheets ?? [];
      return sheets.map((sheet, page) => `== ${what}, page ${page + 1}\n${linesOf(sheet.texts).join('\n')}\n`).join('\n');
    })
    .join('\n');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
  expect(existsSync(golden), 'tests/golden/sample.txt').toBe(true);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});
