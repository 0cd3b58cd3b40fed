/** The pages that the verifier makes itself, and the marks on what a file shows otherwise. */
import { describe, expect, it } from 'vitest';
import { concatBytes, fromLatin1, toLatin1 } from '../../src/bytes.ts';
import { deflate, inflate } from '../../src/pdf/deflate.ts';
import { contentObject } from '../../src/template/object-numbers.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { drawFile } from '../../src/verify/draw-file.ts';
import { MINOR } from '../agreement/sample-values.ts';
import { ANNEX, INK, makeData, signAll, template } from './signed-agreement.ts';

const textOf = (drawing: ReturnType<typeof drawFile>): string =>
  drawing?.sheets.map(({ texts }) => texts.map(({ text }) => text).join('')).join('\n') ?? '';

/** The first page with its first run of glyphs left out: the prefix gets shorter, and everything behind it moves. */
function rewriteText(file: Uint8Array): Uint8Array {
  const head = new RegExp(`\\n${contentObject(0)} 0 obj\\n<<[^>]*/Length (\\d+)>>stream\\n`);
  const found = head.exec(toLatin1(file, 0, template.prefix.length));
  if (found === null) throw new Error('no first page');
  const start = found.index + found[0].length;
  const content = toLatin1(inflate(file.subarray(start, start + Number(found[1]))));
  const packed = deflate(fromLatin1(content.replace(/(\[<)[0-9A-F]{24}/, '$1')));
  const opening = found[0].replace(/\/Length \d+/, `/Length ${packed.length}`);
  return concatBytes(file.subarray(0, found.index), fromLatin1(opening), packed, file.subarray(start + Number(found[1])));
}

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

  it('frames the one line that was changed on a page, and shows it as it should be', async () => {
    const file = await signAll(makeData(MINOR, ANNEX), { ink: INK });
    const { zero } = reproduce(template, file);
    const other = renderRevisionZero(template, {
      ...makeData({ ...MINOR, stipendYuan: '9999' }, ANNEX),
      agreementNumber: reproduce(template, file).data?.agreementNumber ?? '',
    });
    const forged = concatBytes(other, file.subarray(zero?.lengthBytes ?? 0));
    const data = file.subarray(template.prefix.length, template.prefix.length + 4000);
    const inside = toLatin1(data).indexOf('endstream');
    // The pages of one agreement around the data of another.
    const spliced = concatBytes(
      forged.subarray(0, template.prefix.length),
      data.subarray(0, inside),
      forged.subarray(template.prefix.length + toLatin1(forged.subarray(template.prefix.length)).indexOf('endstream')),
    );
    const drawing = drawFile(spliced, [template]);
    expect(drawing).toMatchObject({ kind: 'agreement', isSigned: false, isCompared: true });
    const differences = drawing?.sheets.flatMap((sheet) => sheet.differences) ?? [];
    expect(differences).toHaveLength(1);
    expect(differences[0]?.expected).toContain(MINOR['stipendYuan']);
    expect(differences[0]?.found).toContain('9999');
  });

  it('says which clause and character of the locked text was changed', async () => {
    const file = await signAll(makeData(MINOR, ANNEX));
    const drawing = drawFile(rewriteText(file), [template]);
    expect(drawing?.clauses?.differences.length).toBeGreaterThan(0);
    expect(drawing?.sheets.flatMap((sheet) => sheet.differences).length).toBeGreaterThan(0);
    expect(drawing?.kind).toBe('agreement');
  });

  it('draws the bare template where the data cannot be used, and never throws over a spoilt file', async () => {
    const file = await signAll(makeData(MINOR));
    const spoilt = file.slice();
    spoilt[template.prefix.length + 120] = 0x7f;
    expect(drawFile(spoilt, [template])).toMatchObject({ kind: 'template', isCompared: false });
    for (const end of [template.prefix.length - 1, template.prefix.length + 50, file.length - 3000]) {
      expect(() => drawFile(file.subarray(0, end), [template])).not.toThrow();
    }
  });

  it('draws nothing of a file that is no agreement of an installed template', () => {
    expect(drawFile(new TextEncoder().encode('%PDF-1.7\n'), [template])).toBeNull();
    expect(drawFile(new Uint8Array(), [template])).toBeNull();
  });
});
