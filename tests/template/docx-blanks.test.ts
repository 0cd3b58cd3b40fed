import { describe, expect, it } from 'vitest';
import { importCase, p, r, tbl, tc, u } from './docx-builder.ts';

const bodyOf = (...paragraphs: readonly string[]): readonly string[] => importCase({ body: paragraphs.join('') }).lines;
const widths = (body: string): readonly number[] => importCase({ body }).pack.manifest.blanks.map((blank) => blank.widthEm);

describe('blanks of a .docx', () => {
  it('joins the mixed runs of one blank', () => {
    const body = p(`${r('甲方地址：')}${u('　　')}${u('    ')}${r('__')}${r('＿＿')}${r('。')}`);
    expect(bodyOf(body)).toEqual(['甲方地址：{{schoolAddress}}。']);
    expect(widths(body)).toEqual([7]);
  });

  it('keeps a lone underscore and a single space between underlined words as text', () => {
    expect(bodyOf(p(`${u('实习')}${u(' ')}${u('协议')}${r('a_b')}`))).toEqual(['实习 协议a_b']);
  });

  it('takes the room around underlined words as text, but not a whole underlined line', () => {
    expect(bodyOf(p(`${r('份数：')}${u('  肆  ')}${r('份')}`))).toEqual(['份数：  肆  份']);
    expect(bodyOf(p(u('甲方名称：        乙方名称：        ')))).toEqual(['甲方名称：{{schoolName}}乙方名称：{{unitName}}']);
  });

  it('does not take the number of copies for the name of a party', () => {
    expect(bodyOf(p(r('甲方____份，乙方____份')))).toEqual(['甲方{{extra1}}份，乙方{{extra2}}份']);
  });

  it('draws a tab with a leader line out to its stop', () => {
    const tabs = '<w:tabs><w:tab w:val="left" w:leader="underscore" w:pos="4200"/></w:tabs>';
    const body = p(`${r('专业：')}<w:r><w:tab/></w:r>${r('班')}`, tabs);
    expect(bodyOf(body)).toEqual(['专业：{{studentMajor}}班']);
    expect(widths(body)).toEqual([17]);
  });

  it('keeps a tab without a leader as two spaces', () => {
    expect(bodyOf(p(`${r('甲')}<w:r><w:tab/></w:r>${r('乙')}`))).toEqual(['甲　　乙']);
  });

  it('reads 年 月 日 with plain spaces, with underscores and with underlined spaces', () => {
    expect(bodyOf(p(r('实习期限：自    年  月  日至____年__月__日')))).toEqual([
      '实习期限：自{{startsOn.year}}年{{startsOn.month}}月{{startsOn.day}}日至{{endsOn.year}}年{{endsOn.month}}月{{endsOn.day}}日',
    ]);
    expect(bodyOf(p(`${r('实习开始日期：')}${u('    年  ')}${r('月')}${u(' ')}${r('日')}`))).toEqual([
      '实习开始日期：{{startsOn.year}}年{{startsOn.month}}月{{startsOn.day}}日',
    ]);
  });

  it('takes words set apart by single spaces for a date only when all three are there', () => {
    expect(bodyOf(p(r('双方于 年 月 日签订，每年 月结清')))).toEqual([
      '双方于{{extra1.year}}年{{extra1.month}}月{{extra1.day}}日签订，每年 月结清',
    ]);
  });

  it('splits a blank that is longer than a line, and fits no blank wider than its cell', () => {
    const { pack, lines } = importCase({
      body: p(r(`备注：${'_'.repeat(160)}`)) + tbl([1, 3], tc(p(r('甲'))) + tc(p(r(`乙：${'_'.repeat(40)}`)))),
    });
    expect(lines[0]).toBe('备注：{{extra1}}{{extra1.line2}}{{extra1.line3}}');
    expect(pack.manifest.blanks.map((blank) => blank.widthEm).slice(0, 3)).toEqual([33, 36, 11]);
    expect(pack.manifest.blanks[0]?.lines).toBe(3);
    expect(Math.max(...pack.manifest.blanks.slice(3).map((blank) => blank.widthEm))).toBeLessThan(26);
  });

  it('leaves room after a label that a stop, another label or the end follows, but not before prose', () => {
    expect(bodyOf(p(r('地点：      。住址：      电话：        ')) + p(r('备注：    如有变化另行通知')))).toEqual([
      '地点：{{extra1}}。住址：{{studentAddress}}电话：{{extra2}}',
      '备注：    如有变化另行通知',
    ]);
  });

  it('leaves a printed date alone', () => {
    expect(bodyOf(p(r('于2021年12月31日印发')))).toEqual(['于2021年12月31日印发']);
  });

  it('asks for two digits of the year after a printed century, and for no year after anything else', () => {
    const { lines, pack } = importCase({ body: p(r('签订于20__年__月__日')) + p(r('自20   年 月 日至202_年__月__日')) });
    expect(lines).toEqual([
      '签订于20{{extra1.yy}}年{{extra1.month}}月{{extra1.day}}日',
      '自20{{startsOn.yy}}年{{startsOn.month}}月{{startsOn.day}}日至202{{extra2}}年{{extra3}}月{{extra4}}日',
    ]);
    expect(pack.manifest.fields.map((field) => field.type)).toEqual(['date', 'text', 'text', 'text']);
    expect(pack.blocks[0]).toMatchObject({ inlines: [{}, { part: 'year', shortYear: true }, {}, {}, {}, {}, {}] });
  });

  it('takes the number before a unit and the gap in brackets as blanks', () => {
    expect(bodyOf(p(r('实习报酬为每月    元，每月  日发放；编号（    ）')))).toEqual([
      '实习报酬为每月{{stipendYuan}}元，每月{{payDay}}日发放；编号（{{agreementNumber}}）',
    ]);
  });

  it('gives every □ of a known question its option, whatever the box was drawn with', () => {
    const wingdings = '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>';
    expect(bodyOf(p(`${r('支付方式：☐银行转账 ')}${wingdings}${r(' 现金')}`))).toEqual([
      '支付方式：□{{payMethod.银行转账}}银行转账 □{{payMethod.现金}} 现金',
    ]);
  });

  it('makes a field of its own for an unknown question, per question', () => {
    const { lines, pack } = importCase({ body: p(r('体检：□是 □否　住校：□是 □否')) });
    expect(lines).toEqual(['体检：□{{extra1.是}}是 □{{extra1.否}}否　住校：□{{extra2.是}}是 □{{extra2.否}}否']);
    expect(pack.manifest.fields.map((field) => [field.zh, field.options])).toEqual([
      ['体检', ['是', '否']],
      ['住校', ['是', '否']],
    ]);
  });

  it('groups options that stand on lines of their own', () => {
    expect(bodyOf(p(r('实习方式：')), p(r('□学校安排')), p(r('□学生自行选择实习单位')))).toEqual([
      '实习方式：',
      '□{{arrangement.学校安排}}学校安排',
      '□{{arrangement.学生自行选择}}学生自行选择实习单位',
    ]);
  });

  it('fills the empty cell beside a label, by the party of the row', () => {
    const table = tbl(
      [1000, 3000],
      tc(p(r('乙方名称'))) + tc(p('')),
      tc(p(r('统一社会信用代码'))) + tc(p('')),
      tc(p(r('传真'))) + tc(p('')),
    );
    const { lines, pack } = importCase({ body: table });
    expect(lines).toEqual(['乙方名称', '{{unitName}}', '统一社会信用代码', '{{unitCreditCode}}', '传真', '{{extra1}}']);
    expect(pack.manifest.fields[0]?.zh).toBe('乙方传真');
    expect(pack.manifest.blanks[0]).toMatchObject({ align: 'left', source: { form: 'cell', chars: 0 } });
  });

  it('never gives two blanks one phone number', () => {
    const { lines } = importCase({ body: p(r('甲方联系电话：____')) + p(r('甲方联系电话：____')) });
    expect(lines).toEqual(['甲方联系电话：{{schoolPhone}}', '甲方联系电话：{{extra1}}']);
  });

  it('makes signature boxes of the empty lines and dates the signature', () => {
    const cell = (label: string): string => tc(p(r(label)) + p('').repeat(5) + p(r('    年  月  日')));
    const { lines, pack, report } = importCase({ body: tbl([1, 1], cell('甲方（盖章）：') + cell('丙方监护人（签字）：')) });
    expect(lines).toEqual([
      '甲方（盖章）：',
      '{{signature.school}}',
      '{{signedOn.school.year}}年{{signedOn.school.month}}月{{signedOn.school.day}}日',
      '丙方监护人（签字）：',
      '{{signature.guardian}}',
      '{{signedOn.guardian.year}}年{{signedOn.guardian.month}}月{{signedOn.guardian.day}}日',
    ]);
    expect(pack.manifest.blocks[0]).toMatchObject({ rows: [{ cells: [{ blocks: [{}, { kind: 'signatureBox', lines: 5 }, {}] }, {}] }] });
    expect(report.missingSignatures).toEqual(['student', 'unit']);
  });

  it('makes room below a signature line in running text and prints nothing on it', () => {
    const { lines } = importCase({
      body: p(r('甲方（盖章）：____    乙方（盖章）：____')) + p(r('签订日期：    年  月  日        年  月  日')),
    });
    expect(lines).toEqual([
      '甲方（盖章）：____    乙方（盖章）：____',
      '{{signature.school}}',
      '{{signature.unit}}',
      '签订日期：{{signedOn.school.year}}年{{signedOn.school.month}}月{{signedOn.school.day}}日{{signedOn.unit.year}}年{{signedOn.unit.month}}月{{signedOn.unit.day}}日',
    ]);
  });

  it('does not take prose about signing for a place to sign', () => {
    const { report } = importCase({ body: p(r('本协议经甲方盖章、丙方签字后生效。')) });
    expect(report.signatures).toEqual([]);
  });
});
