import fc from 'fast-check';
import { parseCsv } from 'hucre/csv';
import { describe, expect, it } from 'vitest';
import { delimitedRows } from '../../src/adapters/delimited-text.ts';

const DELIMITERS = [',', '\t', ';'] as const;

describe('delimited text', () => {
  it('reads every text as the reader of a spreadsheet library does, however it is quoted', () => {
    const piece = fc.constantFrom('"', '""', ',', ';', '\t', '\r', '\n', '\r\n', '甲', 'a', ' ', '协议 1');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), fc.constantFrom(...DELIMITERS), (pieces, delimiter) => {
        const text = pieces.join('');
        expect([...delimitedRows(text, delimiter, 500)]).toEqual(parseCsv(text, { delimiter }));
      }),
      { numRuns: 3_000 },
    );
  });

  it('reads back what it is given with every field quoted', () => {
    const table = fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), { maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom(...DELIMITERS), (rows, delimiter) => {
        const text = rows.map((row) => `${row.map((field) => `"${field.replaceAll('"', '""')}"`).join(delimiter)}\r\n`).join('');
        expect([...delimitedRows(text, delimiter, 500)]).toEqual(rows);
      }),
    );
  });

  it('keeps no more fields of a row than are asked for, and loses no row over it', () => {
    const text = `${','.repeat(2_000_000)}\n甲,"乙",丙,\n丁`;
    expect([...delimitedRows(text, ',', 3)]).toEqual([['', '', ''], ['甲', '乙', '丙'], ['丁']]);
  });

  it('reads a field of nothing but quotes', () => {
    const [[field = ''] = []] = [...delimitedRows(`"${'""'.repeat(1_000_000)}"`, ',', 3)];
    expect(field).toBe('"'.repeat(1_000_000));
  });

  it('ends with a quote that is never closed, in one pass', () => {
    const text = `a,"${'甲'.repeat(200_000)}`;
    expect([...delimitedRows(text, ',', 500)]).toEqual([['a', '甲'.repeat(200_000)]]);
  });
});
