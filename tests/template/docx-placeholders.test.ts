/** Blanks that a text marks by characters instead of room: {name}, 【】, [●]; and braces that are only text. */
import { describe, expect, it } from 'vitest';
import { type Imported, importCase, p, r } from './docx-builder.ts';

const one = (text: string): Imported => importCase({ body: p(r(text)) });
const bodyOf = (text: string): string | undefined => one(text).lines[0];
const blanksOf = ({ pack }: Imported) => pack.manifest.blanks.map(({ label, source }) => [label, source.form, source.chars]);

describe('placeholders of a .docx', () => {
  it.each([
    ['甲方：{甲方名称}，', '甲方：{{schoolName}}，'],
    ['甲方：{{甲方名称}}，', '甲方：{{schoolName}}，'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what some makers of templates write
    ['甲方：${甲方名称}，', '甲方：{{schoolName}}，'],
    ['甲方名称：{{r party_a }}，', '甲方名称：{{schoolName}}，'],
  ])('takes %s for a blank of that name', (source, body) => {
    expect(bodyOf(source)).toBe(body);
  });

  it('accounts for every character of a placeholder as part of its blank', () => {
    const imported = one('合同编号：{contractNo}号');
    expect(blanksOf(imported)).toEqual([['合同编号', 'placeholder', 12]]);
    const { source, body, blanks, spaces } = imported.report.characters;
    expect([source, body, blanks, spaces]).toEqual([18, 6, 12, 0]);
  });

  it('keeps loops, expressions and lone braces as the text they are', () => {
    const source = '{#items}{name|upper}{/items} C:\\temp { }';
    const imported = one(source);
    expect(imported.pack.manifest.blanks).toEqual([]);
    expect(imported.lines[0]).not.toMatch(/\{|\}|\\/u);
    expect(imported.report.characters.body).toBe([...source].filter((char) => char !== ' ').length);
  });

  it('takes corner brackets with room, with a mark or with nothing inside for blanks', () => {
    expect(bodyOf('于【 】年【】月【●】日前付【　】万元。')).toMatch(
      /^于【\{\{\w+\}\}】年【\{\{\w+\}\}】月【\{\{\w+\}\}】日前付【\{\{\w+\}\}】万元。$/u,
    );
    expect(bodyOf('【特别提示】请仔细阅读。')).toBe('【特别提示】请仔细阅读。');
  });

  it('reads a date whose parts stand in corner brackets', () => {
    expect(bodyOf('签订日期：【】年【　】月【】日')).toMatch(
      /^签订日期：【\{\{(\w+)\.year\}\}】年【\{\{\1\.month\}\}】月【\{\{\1\.day\}\}】日$/u,
    );
  });

  it('still ticks corner brackets that stand before words', () => {
    expect(bodyOf('是否住校：【　】是　【　】否')).toMatch(/【　\{\{\w+\.是\}\}】是　【　\{\{\w+\.否\}\}】否/u);
  });
});
