import { describe, expect, it } from 'vitest';
import { chineseNumber } from '../../src/agreement/chinese-number.ts';

describe('chineseNumber', () => {
  it('counts to ninety-nine as clauses are numbered', () => {
    expect([1, 9, 10, 11, 12, 19, 20, 21, 30, 40, 99].map(chineseNumber)).toEqual([
      '一',
      '九',
      '十',
      '十一',
      '十二',
      '十九',
      '二十',
      '二十一',
      '三十',
      '四十',
      '九十九',
    ]);
  });

  it('gives every number its own name', () => {
    expect(new Set(Array.from({ length: 99 }, (_, i) => chineseNumber(i + 1))).size).toBe(99);
  });
});
