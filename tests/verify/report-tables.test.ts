import { describe, expect, test } from 'vitest';
import { printCsv } from '../../src/verify/report-tables.ts';

const cellOf = (value: string): string =>
  printCsv({ name: '表', columns: [{ zh: '列', width: 10 }], rows: [[value]] }).split('\r\n')[1] ?? '';

describe('a cell of the CSV', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1+1', '＝1+1', '＋1', '－1', '＠SUM(A1)'])('%s is no formula', (value) => {
    expect(cellOf(value)).toBe(`'${value}`);
  });

  test('with a separator, a quote or a line break stays one cell', () => {
    expect(cellOf('甲,"乙"')).toBe('"甲,""乙"""');
    expect(cellOf('张三.pdf')).toBe('张三.pdf');
  });
});
