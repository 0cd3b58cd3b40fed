/** Where the parties of a .docx sign, in the shapes that forms have for it, and whom 甲方, 乙方, 丙方 stand for. */
import { describe, expect, it } from 'vitest';
import { readLetters } from '../../src/template/party-letters.ts';
import { importCase, p, r, tbl, tc } from './docx-builder.ts';

/** body.hbs with the signature boxes and what else there is, line by line. */
const linesOf = (body: string): readonly string[] => importCase({ body }).lines;
const cell = (...lines: readonly string[]): string => tc(lines.map((line) => p(r(line))).join(''));

describe('places to sign', () => {
  it('takes （签字） on a line of its own for the party named above it in the cell, and its date with it', () => {
    const rows = [
      cell('甲方（学校）', '（盖章）', '年　月　日') + cell('乙方（单位）', '（盖章）', '年　月　日'),
      cell('丙方（学生）', '（签字）', '年　月　日') + cell('监护人', '（签字）', '年　月　日'),
    ];
    const lines = linesOf(tbl([1, 1], ...rows));
    for (const role of ['school', 'unit', 'student', 'guardian']) {
      expect(lines).toContain(`{{signature.${role}}}`);
      expect(lines).toContain(`{{signedOn.${role}.year}}年{{signedOn.${role}.month}}月{{signedOn.${role}.day}}日`);
    }
  });

  it('takes a cell with only 签字： for the party named in the cell to its left, or above it', () => {
    const left = linesOf(tbl([1, 1], cell('甲方') + cell('盖章：'), cell('丙方（学生）') + cell('签字：', '年　月　日')));
    expect(left.filter((line) => line.startsWith('{{signature'))).toEqual(['{{signature.school}}', '{{signature.student}}']);
    expect(left).toContain('{{signedOn.student.year}}年{{signedOn.student.month}}月{{signedOn.student.day}}日');
    const above = linesOf(tbl([1, 1, 1], cell('甲方') + cell('乙方') + cell('丙方'), cell('签章：') + cell('签章：') + cell('签字：')));
    expect(above.filter((line) => line.startsWith('{{signature'))).toEqual([
      '{{signature.school}}',
      '{{signature.unit}}',
      '{{signature.student}}',
    ]);
  });

  it('takes the bare names at the end for places to sign only where nothing else asks for a signature', () => {
    const clauses = Array.from({ length: 12 }, (_, at) => p(r(`第${at + 1}条　各方应当遵守本协议的约定。`))).join('');
    const bare = linesOf(`${p(r('甲方：'))}${clauses}${p(r('甲方：'))}${p(r('乙方：'))}${p(r('丙方：'))}`);
    expect(bare[0]).toBe('甲方：{{schoolName}}');
    expect(bare.slice(-6)).toEqual(['甲方：', '{{signature.school}}', '乙方：', '{{signature.unit}}', '丙方：', '{{signature.student}}']);
    const asked = linesOf(`${clauses}${p(r('甲方（盖章）：'))}${p(r('甲方：'))}${p(r('乙方：'))}`);
    expect(asked.filter((line) => line === '{{signature.school}}')).toHaveLength(1);
  });

  it('takes the representative for the party that signs through him', () => {
    expect(linesOf(`${p(r('甲方代表（签字）：'))}${p(r('乙方法定代表人（签章）：'))}`)).toEqual([
      '甲方代表（签字）：',
      '{{signature.school}}',
      '乙方法定代表人（签章）：',
      '{{signature.unit}}',
    ]);
  });
});

describe('whom the letters stand for', () => {
  it('are the school, the unit and the student unless the text says otherwise', () => {
    expect(readLetters(['甲方（学校）：', '乙方（实习单位）：', '丙方（学生）：'])).toEqual({
      甲方: 'school',
      乙方: 'unit',
      丙方: 'student',
    });
    expect(readLetters(['甲方：出租人', '乙方：承租人'])).toEqual({ 甲方: 'school', 乙方: 'unit', 丙方: 'student' });
    expect(readLetters(['甲方（学校）：', '乙方（学校）：'])).toEqual({ 甲方: 'school', 乙方: 'unit', 丙方: 'student' });
  });

  it('are read from brackets, from what follows the colon and from 以下简称', () => {
    const expected = { 甲方: 'unit', 乙方: 'school', 丙方: 'student' };
    expect(readLetters(['甲方（用人单位）：', '乙方（学校）：', '丙方（学生）：'])).toEqual(expected);
    expect(readLetters(['甲方：某某有限公司', '乙方：某某职业学院'])).toEqual(expected);
    expect(readLetters(['实习单位＿＿（以下简称“甲方”）', '学校＿＿（以下简称“乙方”）'])).toEqual(expected);
  });

  it('decide which field a blank asks for, and who signs where', () => {
    const body = [
      '甲方（实习单位）：＿＿＿＿',
      '乙方（学校）：＿＿＿＿',
      '丙方（学生）：＿＿＿＿',
      '甲方（盖章）',
      '乙方（盖章）',
      '丙方（签字）',
    ]
      .map((line) => p(r(line)))
      .join('');
    const lines = linesOf(body);
    expect(lines.slice(0, 3)).toEqual(['甲方（实习单位）：{{unitName}}', '乙方（学校）：{{schoolName}}', '丙方（学生）：{{studentName}}']);
    expect(lines.slice(3)).toEqual([
      '甲方（盖章）',
      '{{signature.unit}}',
      '乙方（盖章）',
      '{{signature.school}}',
      '丙方（签字）',
      '{{signature.student}}',
    ]);
  });
});

describe('labels with no room after them', () => {
  it('ask for what every contract asks for', () => {
    expect(linesOf(p(r('联系人：')))[0]).toMatch(/^联系人：\{\{\w+\}\}$/u);
    expect(linesOf(p(r('甲方地址：')))).toEqual(['甲方地址：{{schoolAddress}}']);
    const { pack } = importCase({ body: p(r('开户行：')) });
    expect(pack.manifest.blanks.map(({ source }) => [source.form, source.chars])).toEqual([['label', 0]]);
  });

  it('ask for nothing where they introduce what follows, or are filled in elsewhere', () => {
    expect(linesOf(p(r('甲方的权利和义务：')))).toEqual(['甲方的权利和义务：']);
    expect(linesOf(p(r('各方可以拨打以下电话：')))).toEqual(['各方可以拨打以下电话：']);
    expect(linesOf(p(r('住址：')) + p(r('＿＿＿＿＿＿＿＿')))[0]).toBe('住址：');
    expect(linesOf(tbl([1, 1], cell('地址：') + tc(p(''))))[0]).toBe('地址：');
  });

  it('are told from words set wide', () => {
    expect(linesOf(p(r('代　　理　　人　：＿＿＿＿')))[0]).toMatch(/^代　　理　　人　：\{\{\w+\}\}$/u);
  });
});
