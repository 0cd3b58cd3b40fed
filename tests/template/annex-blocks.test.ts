import { describe, expect, it } from 'vitest';
import { annexBlocks, PRIORITY_CLAUSE } from '../../src/template/annex-blocks.ts';
import { documentText } from '../../src/template/document-text.ts';

describe('the annex', () => {
  it('ends in the clause that keeps the model text on top, whatever its clauses', () => {
    const annex = { title: '补充条款', clauses: ['甲', '乙'] } as unknown as Parameters<typeof annexBlocks>[0];
    expect(documentText({ blocks: annexBlocks(annex) }).endsWith(`第一条  甲\n第二条  乙\n第三条  ${PRIORITY_CLAUSE}\n`)).toBe(true);
  });
});
