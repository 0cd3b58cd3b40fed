/** The pages that the verifier makes itself, and the marks on what a file shows otherwise. */
import { describe, expect, it } from 'vitest';
import { drawFile } from '../../src/verify/draw-file.ts';
import { MINOR } from '../agreement/sample-values.ts';
import { ANNEX, INK, makeData, signAll, template } from './signed-agreement.ts';

const textOf = (drawing: ReturnType<typeof drawFile>): string =>
  drawing?.sheets.map(({ texts }) => texts.map(({ text }) => text).join('')).join('\n') ?? '';

describe('drawing a file', () => {
  it('shows the values, the annex and the strokes of a whole agreement, and marks nothing', async () => {
    const drawing = drawFile(await signAll(makeData(MINOR, ANNEX), { ink: INK }), [template]);
    expect(drawing).toMatchObject({ kind: 'agreement', extraPages: 0, isCompared: true, clauses: null });
    expect(drawing?.sheets.flatMap(({ differences }) => differences)).toEqual([]);
    expect(textOf(drawing)).toContain(MINOR['studentName']);
    expect(textOf(drawing)).toContain(ANNEX.clauses[0]?.slice(0, 12));
    expect(drawing?.sheets.some(({ strokes }) => strokes.length > 0)).toBe(true);
    expect(drawing?.sheets.every(({ texts }) => texts.every(({ x, y }) => x > 0 && x < 595 && y > 0 && y < 842))).toBe(true);
  });

  it('draws nothing of a file that is no agreement of an installed template', () => {
    expect(drawFile(new TextEncoder().encode('%PDF-1.7\n'), [template])).toBeNull();
    expect(drawFile(new Uint8Array(), [template])).toBeNull();
  });
});
