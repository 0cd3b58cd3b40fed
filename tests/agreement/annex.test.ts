import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Annex, parseAnnex } from '../../src/agreement/annex.ts';
import { DEFAULT_ANNEX_TITLE, parseAnnexText } from '../../src/agreement/annex-text.ts';
import { overridesBody } from '../../src/agreement/clause-override.ts';
import { checkClause } from '../../src/agreement/clauses.ts';
import { fromUtf8 } from '../../src/bytes.ts';
import { CLAUSES } from './sample-clauses.ts';

const codes = (input: unknown) => {
  const read = parseAnnex(input);
  return read.ok ? [] : read.issues.map((issue) => issue.code);
};
const textOf = ({ title, clauses }: Annex): string => `# ${title}\n\n${clauses.map((clause) => `${clause}\n`).join('\n')}`;
const annexOf = (...clauses: readonly unknown[]) => ({ title: '附件', clauses });

describe('an annex', () => {
  it.each([
    [{ title: '附件' }, 'ANNEX_MALFORMED'],
    [{ ...annexOf('甲方提供。'), body: '正文' }, 'ANNEX_MALFORMED'],
    [annexOf(3), 'ANNEX_MALFORMED'],
    [annexOf(), 'ANNEX_EMPTY'],
    [annexOf(...Array.from({ length: 41 }, () => '甲方提供。')), 'ANNEX_TOO_LONG'],
    [annexOf('字'.repeat(501)), 'VALUE_TOO_LONG'],
    [annexOf(''), 'VALUE_EMPTY'],
    [annexOf('甲方\n提供。'), 'VALUE_HAS_NEWLINE'],
    [annexOf('甲方\u202E提供。'), 'VALUE_HAS_BIDI'],
    [annexOf('甲方\u200B提供。'), 'VALUE_HAS_INVISIBLE'],
    [annexOf('甲方{{body}}提供。'), 'VALUE_HAS_TEMPLATE_BRACES'],
    [{ title: '附\u202E件', clauses: ['甲方提供。'] }, 'VALUE_HAS_BIDI'],
    [annexOf('以本附件为准。'), 'ANNEX_OVERRIDES_BODY'],
    [{ title: '与正文不一致的以本附件为准', clauses: ['甲方提供。'] }, 'ANNEX_OVERRIDES_BODY'],
    [annexOf('与正文不一致的，', '以本附件', '为准。'), 'ANNEX_OVERRIDES_BODY'],
  ])('is refused: %j', (input, code) => {
    expect(codes(input)).toContain(code);
  });

  it('is not refused for words that two clauses happen to have', () => {
    expect(codes(annexOf('三方对约定有歧义的，协商解决', '考勤按乙方制度执行。'))).toEqual([]);
  });

  it('names the clause at fault', () => {
    const read = parseAnnex(annexOf('甲方提供。', '以本附件为准。'));
    expect(read).toMatchObject({ ok: false, issues: [{ clause: 2 }] });
  });
});

describe('the text of an annex', () => {
  it('is the same annex after printing and parsing', () => {
    const clause = fc.stringMatching(/^[甲乙丙]方[提供免费工作服水杯毛巾，0-9]{1,30}。$/);
    fc.assert(
      fc.property(fc.array(clause, { minLength: 1, maxLength: 20 }), (clauses) => {
        const annex = { title: '附件：补充条款', clauses };
        expect(parseAnnexText(textOf(annex))).toEqual({ ok: true, annex, issues: [] });
      }),
      { numRuns: 50 },
    );
  });

  it('has its numbers taken off and told', () => {
    const read = parseAnnexText('第一条 甲方提供水杯。\n\n2、乙方提供毛巾。\r\n（三）乙方提供工作服。\n');
    expect(read).toMatchObject({
      ok: true,
      annex: { title: DEFAULT_ANNEX_TITLE, clauses: ['甲方提供水杯。', '乙方提供毛巾。', '乙方提供工作服。'] },
    });
    expect(read.issues.map((issue) => issue.code)).toEqual(['ANNEX_NUMBER_REMOVED', 'ANNEX_NUMBER_REMOVED', 'ANNEX_NUMBER_REMOVED']);
  });

  it('must be UTF-8', () => {
    expect(parseAnnexText(Uint8Array.of(0xbc, 0xd7))).toMatchObject({ ok: false, issues: [{ code: 'ANNEX_NOT_UTF8' }] });
    expect(parseAnnexText(fromUtf8('\uFEFF甲方提供水杯。'))).toMatchObject({ ok: true, annex: { clauses: ['甲方提供水杯。'] } });
  });

  it('is refused with every unlawful clause told at once', () => {
    const read = parseAnnexText('丙方缴纳押金五百元。\n甲方提供水杯。\n乙方安排丙方夜班。');
    expect(read.ok).toBe(false);
    expect(read.issues.map((issue) => [issue.clause, issue.code])).toEqual([
      [1, 'ANNEX_CLAUSE_FORBIDDEN'],
      [3, 'ANNEX_CLAUSE_FORBIDDEN'],
    ]);
  });
});

describe('clauses against the body', () => {
  it.each([
    '本附件与协议正文不一致的，以本附件为准。',
    '除本协议外，丙方另与乙方签订劳务协议的，以劳务协议为准。',
    '本 附 件 与 正 文 冲 突 时 以 “本附件” 为 准。',
    '删除示范文本第十条。',
    '示范文本第五条不适用于本批学生。',
    '正文第八条修改为：丙方自行解决食宿。',
    '将协议正文第三条替换为本附件第二条。',
    '补充条款的效力高于示范文本。',
    '本附件优先于示范文本适用。',
    '示范文本第十二条作废。',
    '本附件取代正文中关于报酬的约定。',
    '第九条由以下内容代替。',
    '各方另行签订补充协议的，以补充协议为准。',
    '报酬按乙方薪酬制度执行，与本协议不一致的以乙方制度为准。',
    '三方协议第二条不再执行。',
    '前述条款与本条冲突的，适用本条，以本条为准。',
    '附件与正文具有同等效力，附件另有约定的从其约定。',
    '正文第七条不再约束乙方。',
    '示范文本中关于保险的条款予以排除。',
    '本附件为最终约定，其他约定均以此为准。',
    '三方同意不适用示范文本第三条。',
    '免除示范文本第八条规定的乙方义务。',
    '原协议内容以下列内容替换：丙方自理。',
    '正文仅供参考。',
    '两份文件有出入时，按附件执行。',
    '凡附件有规定的，不再执行正文。',
    '乙方的规章制度优先适用。',
    'This annex prevails over the body.',
    '以本附件为準。',
    '不以示范文本为准。',
    '实习协议示范文本不作为履行依据。',
    '本附件生效后，协议正文失效。',
  ])('overrides: %s', (clause) => {
    expect(overridesBody(clause)).toBe(true);
  });

  it.each([
    '本附件与示范文本不一致的，以示范文本为准。',
    '任何一方不得修改或删除示范文本的内容。',
    '实习岗位需要变更的，三方书面同意后另行签订协议。',
    '丙方的作息时间以甲方通知为准，每日不超过八小时。',
    '丙方可以在网上查询协议正文。',
    '乙方变更联系电话的，应当三日内告知甲方和丙方。',
    '国家规定与本附件不一致的，以国家规定为准。',
    '具体考核办法以甲方实习手册为准。',
    '实习考勤以乙方门禁记录为准。',
    '丙方因病请假的，按示范文本的约定办理。',
    '本附件是示范文本的补充，不改变示范文本的任何条款。',
    '附件一式三份，与协议具有同等效力。',
    '变更本协议的，应当三方书面同意。',
    '丙方因不同原因请假的，按学校制度办理。',
    '同等条件下乙方优先录用丙方。',
    '上述补贴按月调整。',
  ])('stays below: %s', (clause) => {
    expect(overridesBody(clause)).toBe(false);
  });
});

describe('clauses against the law', () => {
  it.each(CLAUSES.filter((clause) => clause.verdict === 'illegal').map((clause) => [clause.category, clause.text]))(
    'catches %s: %s',
    (_, text) => {
      expect(checkClause(text).length > 0 || overridesBody(text)).toBe(true);
    },
  );

  it.each(CLAUSES.filter((clause) => clause.verdict === 'legal').map((clause) => [clause.category, clause.text]))(
    'passes %s: %s',
    (_, text) => {
      expect(checkClause(text)).toEqual([]);
      expect(overridesBody(text)).toBe(false);
    },
  );

  it('asks instead of refusing where a filing is named or a word may be innocent', () => {
    expect(checkClause('护理专业夜班见习已经学校主管部门备案。').map((issue) => issue.code)).toEqual(['ANNEX_CLAUSE_SUSPECT']);
    expect(checkClause('丙方在组装线上学习装配工艺。').map((issue) => issue.code)).toEqual(['ANNEX_CLAUSE_SUSPECT']);
  });

  it('names category and article', () => {
    const [issue] = checkClause('丙方缴纳押金五百元。');
    expect(issue?.zh).toContain('第二十条');
    expect(issue?.zh).toContain('押金');
  });
});
