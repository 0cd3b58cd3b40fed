import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/agreement/fields.ts';
import { guessChoice, guessField, labelOf, partyIn } from '../../src/template/guess-field.ts';

const guess = (label: string, more: Partial<Parameters<typeof guessField>[0]> = {}): string | undefined =>
  guessField({ label, after: '', party: undefined, kind: 'value', ...more })?.spec.key;

describe('guessField', () => {
  it.each(
    FIELDS.filter((spec) => spec.type !== 'choice').map((spec) => [spec.zh, spec.key, spec.type === 'date' ? 'date' : 'value'] as const),
  )('knows %s by its own label', (zh, key, kind) => {
    expect(guess(`${zh}：`, { kind })).toBe(key);
  });

  it.each([
    ['联系电话：', 'school', 'schoolPhone'],
    ['联系电话：', 'unit', 'unitPhone'],
    ['联系电话：', 'student', 'studentPhone'],
    ['联系电话：', 'guardian', 'guardianPhone'],
    ['统一社会信用代码', 'school', 'schoolCreditCode'],
    ['统一社会信用代码', 'unit', 'unitCreditCode'],
    ['地址：', 'unit', 'unitAddress'],
    ['姓名：', 'student', 'studentName'],
    ['姓名：', 'guardian', 'guardianName'],
    ['授权代表：', 'school', 'schoolSignatory'],
  ] as const)('lets the party decide what %s of the %s means', (label, party, key) => {
    expect(guess(label, { party })).toBe(key);
  });

  it.each([
    ['丙方每日实习', '小时', 'dailyHours'],
    ['每周实习不超过', '天', 'weeklyDays'],
    ['实习报酬为人民币', '元/月', 'stipendYuan'],
    ['乙方于每月', '日前', 'payDay'],
  ] as const)('reads %s＿＿%s by its unit', (label, after, key) => {
    expect(guess(label, { after })).toBe(key);
  });

  it('takes the party named in the label over the one above it', () => {
    expect(guess('乙方地址：', { party: 'school' })).toBe('unitAddress');
  });

  it('guesses nothing from nothing, from prose, or from another party', () => {
    expect(guess('')).toBeUndefined();
    expect(guess('其他约定：')).toBeUndefined();
    expect(guess('学号：', { party: 'school' })).toBeUndefined();
  });
});

describe('labels', () => {
  it('are the last clause without its number', () => {
    expect(labelOf('甲方应当配合。（二）实习岗位：')).toBe('实习岗位');
    expect(labelOf('3. 专业（')).toBe('专业');
  });

  it('name a party only when they name one', () => {
    expect(partyIn('丙方监护人')).toBe('guardian');
    expect(partyIn('甲方和乙方')).toBeUndefined();
    expect(partyIn('甲方（学校）')).toBe('school');
    expect(partyIn('专业')).toBeUndefined();
  });
});

describe('guessChoice', () => {
  it('finds the question by its printed options', () => {
    expect(guessChoice(['学生自行选择实习单位', '学校安排'])).toMatchObject({
      spec: { key: 'arrangement' },
      options: ['学生自行选择', '学校安排'],
    });
    expect(guessChoice(['甲方', '乙方'])?.spec.key).toBe('insurancePayer');
  });

  it('does not guess from one option or from strangers', () => {
    expect(guessChoice(['其他'])).toBeUndefined();
    expect(guessChoice(['是', '否'])).toBeUndefined();
  });
});
