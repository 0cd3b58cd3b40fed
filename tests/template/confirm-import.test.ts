import { describe, expect, it } from 'vitest';
import { fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { type BlankChange, type PackPair, renameBlank } from '../../src/template/confirm-import.ts';
import { signersOf, swapSigners } from '../../src/template/confirm-signers.ts';
import { describeBlanks } from '../../src/template/describe-blanks.ts';
import { parseManifest, readPackDocument } from '../../src/template/manifest.ts';
import { importCase, p, r, refusalOf, tbl, tc } from './docx-builder.ts';

const imported = importCase({
  body:
    p(r('车间：________，工号：________')) +
    p(r('报到：____年__月__日')) +
    p(r('住校：□是 □否')) +
    p(r('工作内容：')) +
    p(r('________________________')) +
    p(r('________________________。')) +
    p(r('备注：____________')) +
    p(r('____________')) +
    tbl([1, 1], tc(p(r('特长')) + p('')) + tc(p('') + p(''))),
});
const linesOf = (pack: PackPair): readonly string[] => toUtf8(pack.body).split('\n').slice(0, -1);
const change = (blank: string, what: BlankChange, pack: PackPair = imported): PackPair => renameBlank(pack, blank, what);
const codeOf = (blank: string, what: BlankChange): string => refusalOf(() => change(blank, what)).code;

describe('lines of a blank', () => {
  it('are one field over the drawn lines below a label, and beside one', () => {
    expect(imported.lines).toEqual([
      '车间：{{extra2}}，工号：{{extra3}}',
      '报到：{{extra4.year}}年{{extra4.month}}月{{extra4.day}}日',
      '住校：□{{extra1.是}}是 □{{extra1.否}}否',
      '工作内容：',
      '{{extra5}}',
      '{{extra5.line2}}。',
      '备注：{{extra6}}',
      '{{extra6.line2}}',
      '特长',
      '',
      '{{extra7}}',
      '{{extra7.line2}}',
    ]);
    expect(imported.pack.blocks[4]).toMatchObject({ inlines: [{ field: 'extra5', lines: 2, align: 'left' }] });
    expect(imported.pack.blocks[5]).toMatchObject({ inlines: [{ field: 'extra5', line: 2 }, { text: '。' }] });
  });
});

describe('renameBlank', () => {
  it('gives a blank a field of the catalogue and forgets the field it had', () => {
    const confirmed = change('b2', { field: 'studentNumber' });
    expect(linesOf(confirmed)[0]).toBe('车间：{{extra2}}，工号：{{studentNumber}}');
    const { manifest } = readPackDocument(confirmed);
    expect(manifest.fields.map((field) => field.key)).not.toContain('extra3');
    expect(manifest.blanks[1]).toMatchObject({ field: 'studentNumber', label: '学号', type: 'text' });
    expect(manifest.textSha256).toBe(imported.pack.manifest.textSha256);
  });

  it('makes a field that only this template knows', () => {
    const confirmed = change('b1', { newField: { zh: '车间名称', type: 'organisationName', required: 'always', maxLength: 20 } });
    const { manifest } = readPackDocument(confirmed);
    expect(linesOf(confirmed)[0]).toBe('车间：{{extra8}}，工号：{{extra3}}');
    expect(manifest.fields.find((field) => field.key === 'extra8')).toMatchObject({
      zh: '车间名称',
      type: 'organisationName',
      required: 'always',
      maxLength: 20,
    });
  });

  it('changes all parts of a date and all boxes of a question, whichever was named', () => {
    expect(linesOf(change('b4', { field: 'startsOn' }))[1]).toBe('报到：{{startsOn.year}}年{{startsOn.month}}月{{startsOn.day}}日');
    const question = change('b7', { newField: { zh: '是否住校', type: 'choice' } });
    expect(linesOf(question)[2]).toBe('住校：□{{extra8.是}}是 □{{extra8.否}}否');
    expect(readPackDocument(question).manifest.fields.at(-1)).toMatchObject({ zh: '是否住校', options: ['是', '否'] });
  });

  it('takes drawn lines together and apart again without touching the text', () => {
    const apart = change('b10', { lines: 1 });
    expect(linesOf(apart).slice(6, 8)).toEqual(['备注：{{extra6}}', '{{extra8}}']);
    expect(readPackDocument(apart).manifest.fields.at(-1)?.zh).toBe('备注第2行');
    const together = change('b10', { lines: 2 }, apart);
    expect(linesOf(together)).toEqual(imported.lines);
    expect(parseManifest(together.manifest).fields.map((field) => field.key)).toEqual(
      imported.pack.manifest.fields.map((field) => field.key),
    );
  });

  it('makes a gap a whole date, an amount or a choice of words, and back again', () => {
    const dated = change('b1', { newField: { zh: '到岗日', type: 'date' } });
    expect(readPackDocument(dated).blocks[0]).toMatchObject({ inlines: [{}, { field: 'extra8', inWords: true }, {}, {}] });
    const asked = change('b1', { newField: { zh: '班次', type: 'choice', options: ['早班', '晚班'] } }, dated);
    expect(readPackDocument(asked).manifest.fields.at(-1)).toMatchObject({ zh: '班次', type: 'choice', options: ['早班', '晚班'] });
    const amount = change('b1', { newField: { zh: '押金', type: 'yuan' } }, asked);
    const plain = change('b1', { newField: { zh: '车间', type: 'text' } }, amount);
    expect(linesOf(plain)[0]).toMatch(/^车间：\{\{extra\d+\}\}，工号：\{\{extra3\}\}$/u);
    expect(change('b1', { field: 'startsOn' }).body).toBeDefined();
  });

  it('takes the parts of a date apart where they are none', () => {
    const apart = change('b4', { newField: { zh: '班次', type: 'integer' } });
    expect(linesOf(apart)[1]).toBe('报到：{{extra8}}年{{extra9}}月{{extra10}}日');
    expect(readPackDocument(apart).manifest.fields.map((field) => field.zh)).toEqual(
      expect.arrayContaining(['班次（年）', '班次（月）', '班次（日）']),
    );
  });

  it('sets the alignment', () => {
    expect(readPackDocument(change('b1', { align: 'center' })).manifest.blanks[0]?.align).toBe('center');
  });

  it.each([
    ['a blank that is not there', 'b99', { field: 'post' }, 'TEMPLATE_BLANK_UNKNOWN'],
    ['a field nobody knows', 'b1', { field: 'nothing' }, 'TEMPLATE_BLANK_FIELD_UNKNOWN'],
    ['a name in the parts of a date', 'b3', { field: 'studentName' }, 'TEMPLATE_BLANK_TYPE_WRONG'],
    ['a question with other options', 'b6', { field: 'payMethod' }, 'TEMPLATE_BLANK_TYPE_WRONG'],
    ['the label of a known field', 'b1', { newField: { zh: '学生姓名', type: 'text' } }, 'TEMPLATE_BLANK_LABEL_WRONG'],
    ['a label with a space', 'b1', { newField: { zh: '学 号', type: 'text' } }, 'TEMPLATE_BLANK_LABEL_WRONG'],
    ['sides of a box', 'b6', { align: 'center' }, 'TEMPLATE_BLANK_TYPE_WRONG'],
    ['lines of a box', 'b6', { lines: 1 }, 'TEMPLATE_BLANK_LINES_WRONG'],
    ['a label with braces', 'b1', { newField: { zh: '{{x}}', type: 'text' } }, 'TEMPLATE_BLANK_LABEL_WRONG'],
    ['a choice without boxes and without options', 'b1', { newField: { zh: '班次', type: 'choice' } }, 'TEMPLATE_BLANK_LABEL_WRONG'],
    ['a date over several lines', 'b8', { newField: { zh: '到岗日', type: 'date' } }, 'TEMPLATE_BLANK_TYPE_WRONG'],
    ['an amount in the parts of a date', 'b3', { newField: { zh: '金额', type: 'yuan' } }, 'TEMPLATE_BLANK_TYPE_WRONG'],
    ['lines that are not drawn', 'b1', { lines: 2 }, 'TEMPLATE_BLANK_LINES_WRONG'],
    ['more lines than are drawn', 'b10', { lines: 3 }, 'TEMPLATE_BLANK_LINES_WRONG'],
    ['no line at all', 'b10', { lines: 0 }, 'TEMPLATE_BLANK_LINES_WRONG'],
  ] as const)('refuses %s', (_what, blank, what, code) => {
    expect(codeOf(blank, what)).toBe(code);
  });

  it('refuses anything but a choice in boxes, and says that', () => {
    const refused = refusalOf(() => change('b6', { field: 'studentName' }));
    expect(refused).toMatchObject({ code: 'TEMPLATE_BLANK_TYPE_WRONG', zh: expect.stringContaining('只能是选择') });
  });

  it('refuses one question in two groups of boxes', () => {
    const asked = p(r('支付方式：□银行转账 □现金'));
    const twice = importCase({ body: asked + asked });
    const [before, after] = [twice.pack.manifest.blanks[0], twice.pack.manifest.blanks[2]];
    expect(before?.field).not.toBe(after?.field);
    const refused = refusalOf(() => change(after?.id ?? '', { field: before?.field ?? '' }, twice));
    expect(refused.code).toBe('TEMPLATE_BLANK_TYPE_WRONG');
    expect(refused.zh).toContain('另一组方框');
  });

  it('refuses a pack whose text was changed', () => {
    const body = fromUtf8(toUtf8(imported.body).replace('车间', '车库'));
    expect(refusalOf(() => change('b1', { field: 'post' }, { ...imported, body })).code).toBe('TEMPLATE_ALTERED');
  });
});

describe('swapSigners', () => {
  const signed = importCase({ body: ['甲方（盖章）', '年 月 日', '丙方（签字）', '年 月 日'].map((line) => p(r(line))).join('') });

  it('gives a box and its date to another party, and changes places where that one has a box', () => {
    expect(linesOf(swapSigners(signed, 'school', 'unit')).slice(0, 3)).toEqual([
      '甲方（盖章）',
      '{{signature.unit}}',
      '{{signedOn.unit.year}}年{{signedOn.unit.month}}月{{signedOn.unit.day}}日',
    ]);
    const turned = swapSigners(signed, 'school', 'student');
    const { manifest } = readPackDocument(turned);
    expect(signersOf(manifest)).toEqual(['student', 'school']);
    expect(manifest.textSha256).toBe(signed.pack.manifest.textSha256);
    expect(linesOf(swapSigners(turned, 'school', 'student'))).toEqual(signed.lines);
  });

  it('refuses a party that has no box', () => {
    expect(refusalOf(() => swapSigners(signed, 'guardian', 'unit')).code).toBe('TEMPLATE_SIGNER_UNKNOWN');
  });
});

describe('describeBlanks', () => {
  it('shows each blank with the words around it and how sure the guess is', () => {
    const rows = describeBlanks(imported, imported.report.guesses);
    expect(rows[1]).toMatchObject({
      id: 'b2',
      groupId: 'b2',
      before: '车间：＿，工号：',
      after: '',
      label: '工号',
      confidence: 0,
      own: true,
    });
    expect(rows.map((row) => row.groupId).slice(2, 9)).toEqual(['b3', 'b3', 'b3', 'b6', 'b6', 'b8', 'b8']);
    expect(rows[7]).toMatchObject({ before: '工作内容：', lines: 2 });
    const confirmed = change('b2', { field: 'studentNumber' });
    expect(describeBlanks(confirmed, imported.report.guesses)[1]).toMatchObject({ label: '学号', own: false, confidence: 1 });
    expect(describeBlanks(confirmed)[1]?.confidence).toBeNull();
  });
});
