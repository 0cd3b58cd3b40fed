import { describe, expect, it } from 'vitest';
import { annexBlocks, chineseNumber, numberedClauses, PRIORITY_CLAUSE } from '../../src/template/annex-blocks.ts';
import { documentText } from '../../src/template/document-text.ts';

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

describe('the annex', () => {
  it('ends in the clause that keeps the model text on top, whatever its clauses', () => {
    const annex = { title: '补充条款', clauses: ['甲', '乙'] } as unknown as Parameters<typeof annexBlocks>[0];
    expect(numberedClauses(annex)).toEqual(['第一条  甲', '第二条  乙', `第三条  ${PRIORITY_CLAUSE}`]);
    expect(
      documentText({ blocks: annexBlocks(annex) })
        .trimEnd()
        .endsWith(PRIORITY_CLAUSE),
    ).toBe(true);
  });
});
