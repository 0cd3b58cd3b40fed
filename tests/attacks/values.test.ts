/** Rows 33–35: values that say one thing and show another, and data that disagrees with the page. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type AgreementData, printAgreementData } from '../../src/agreement/agreement-data.ts';
import { characterProblem } from '../../src/agreement/characters.ts';
import { concatBytes, fromLatin1, fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { AppError } from '../../src/errors.ts';
import { glyphOf } from '../../src/template/font-library.ts';
import { DATA_PREAMBLE_BYTES, dataPreamble, renderRevisionZero } from '../../src/template/revision-zero.ts';
import type { FileReport } from '../../src/verify/report.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { ANNEX, codesOf, fonts, makeData, signAll, template, verify } from '../verify/signed-agreement.ts';
import { text } from './forgery.ts';

let data: AgreementData;
let file: Uint8Array;
let json: string;
beforeAll(async () => {
  data = makeData(VALUES, ANNEX);
  file = await signAll(data);
  json = toUtf8(printAgreementData(data));
});

const { length: prefixLength } = template.prefix;

/** The signed file with other embedded JSON, its length put right. */
const withJson = (other: string | Uint8Array): Uint8Array => {
  const bytes = typeof other === 'string' ? fromUtf8(other) : other;
  const end = prefixLength + DATA_PREAMBLE_BYTES + fromUtf8(json).length;
  return concatBytes(file.subarray(0, prefixLength), fromLatin1(dataPreamble(bytes.length)), bytes, file.subarray(end));
};
const withValue = (key: string, value: string): Uint8Array => {
  const parsed = JSON.parse(json) as { fields: Record<string, string> };
  parsed.fields[key] = value;
  return withJson(JSON.stringify(parsed));
};

function expectCode(report: FileReport, code: string): void {
  expect(codesOf(report)).toEqual([code]);
  expect(report.verdict).toBe('failed');
  expect(report.agreement).toBeNull();
}

const tooLong = '长'.repeat(400);
const hostile: readonly (readonly [string, string, string])[] = [
  ['a direction override', 'studentName', '李\u202e䶮'],
  ['a direction isolate', 'unitName', '示例\u2066精密\u2069机械'],
  ['a zero-width space', 'studentName', '李\u200b䶮'],
  ['a zero-width joiner', 'schoolName', '示例职业\u200d技术学校'],
  ['a soft hyphen', 'post', '数控\u00ad车工'],
  ['a byte order mark', 'post', '\ufeff数控车工'],
  ['a variation selector', 'studentName', '李䶮\ufe00'],
  ['an ideographic variation', 'studentName', '李䶮\u{e0100}'],
  ['a private character', 'studentName', '李\ue000'],
  ['an unassigned character', 'studentName', '李\u{3fffd}'],
  ['a compatibility ideograph', 'studentName', '李\uf9d1'],
  ['a radical in place of an ideograph', 'studentName', '⼀二'],
  ['a Cyrillic letter', 'studentClass', '数控АB班'],
  ['a full-width digit', 'stipendYuan', '３２００'],
  ['a combining overflow', 'post', `车工e${'\u0301'.repeat(30)}`],
  ['text not composed', 'post', '车工e\u0301'],
  ['a line break', 'post', '车工\n第二条 实习报酬为零'],
  ['a line separator', 'post', '车工\u2028第二条'],
  ['a tab', 'post', '车\t工'],
  ['a null', 'post', '车\0工'],
  ['braces of a template', 'post', '{{schoolName}}'],
  ['stray spaces', 'post', ' 车工'],
  ['two spaces', 'post', '车  工'],
  ['nothing', 'post', ''],
  ['far too much', 'post', tooLong],
  ['an identity number with a wrong check digit', 'studentIdNumber', '110101200805010011'],
  ['a day that does not exist', 'startsOn', '2027-02-30'],
  ['a date in other digits', 'startsOn', '2027-3-1'],
  ['leading zeros', 'stipendYuan', '03200'],
  ['an exponent', 'stipendYuan', '3.2e3'],
  ['a negative sum', 'stipendYuan', '-1'],
  ['an option that is none', 'payMethod', '实物'],
  ['a blank that is none', 'bodyText', '正文'],
  ['a blank of the system', 'agreementNumber', 'SF-0000000000-0000000000'],
];

describe('row 33: a value', () => {
  test.each(hostile)('with %s is refused at input and at verification', (_, key, value) => {
    expect(() => makeData({ ...VALUES, [key]: value })).toThrow(AppError);
    expectCode(verify(withValue(key, value)), 'DATA_REFUSED');
  });

  test('with a lone surrogate is refused', () => {
    expectCode(verify(withJson(json.replace('数控车工', '\\ud800'))), 'DATA_REFUSED');
  });

  test('with a character that no font draws is refused, never shown as a box', () => {
    const undrawn = Array.from({ length: 0x4000 }, (_, i) => 0x2e000 + i).find(
      (point) => characterProblem(String.fromCodePoint(point)) === undefined && glyphOf(fonts, 'body', point) === undefined,
    );
    if (undrawn === undefined) throw new Error('the fonts draw everything');
    const value = `班${String.fromCodePoint(undrawn)}`;
    expect(() => renderRevisionZero(template, makeData({ ...VALUES, studentClass: value }))).toThrow(AppError);
    expectCode(verify(withValue('studentClass', value)), 'DATA_REFUSED');
  });

  test('in the annex is held to the same rules', () => {
    for (const clause of ['体检\u202e费', '体检\n第九条 正文作废', '{{post}}', '', '长'.repeat(501)]) {
      const parsed = JSON.parse(json) as { annex: { clauses: string[] } };
      parsed.annex.clauses[0] = clause;
      expectCode(verify(withJson(JSON.stringify(parsed))), 'DATA_REFUSED');
    }
  });
});

describe('row 34: content smuggled through values', () => {
  test('is drawn as glyph numbers, never as operators or markup', async () => {
    const values = { ...VALUES, studentClass: ') Tj ET Q', policyNumber: '<</Type/Page>>', meals: 'endstream endobj', lodging: '%%EOF' };
    const smuggled = await signAll(makeData(values));
    const report = verify(smuggled);
    expect(report.verdict).toBe('passed');
    expect(report.agreement?.fields).toMatchObject({ studentClass: ') Tj ET Q', lodging: '%%EOF' });
    const afterJson = text(smuggled).slice(prefixLength + text(smuggled).slice(prefixLength).indexOf('\nendstream\nendobj\n'));
    expect(afterJson).not.toContain(') Tj ET Q');
    expect(afterJson).not.toContain('endstream endobj');
  });

  test('in an annex clause that claims to stand above the body is refused', () => {
    const overriding = ['本附件与正文不一致的，以本附件为准。', '正文第三条不适用。', '删除示范文本第五条。'];
    for (const clause of overriding) {
      const parsed = JSON.parse(json) as { annex: { clauses: string[] } };
      parsed.annex.clauses[1] = clause;
      const report = verify(withJson(JSON.stringify(parsed)));
      expectCode(report, 'DATA_REFUSED');
      expect(() => makeData(VALUES, { title: '补充条款', clauses: [clause] })).toThrow(AppError);
    }
  });
});

describe('row 35: the embedded data', () => {
  test.each<[string, string, string]>([
    ['another sum', '"stipendYuan":"3200"', '"stipendYuan":"3300"'],
    ['another name', '"studentName":"李䶮"', '"studentName":"李大"'],
    ['another date', '"startsOn":"2027-03-01"', '"startsOn":"2027-03-02"'],
    ['another agreement’s number', '"SF-', '"SF-'],
  ])('with %s than the page shows is refused', (_, from, to) => {
    const changed = from === to ? json.replace(/"SF-.{10}/, '"SF-0000000000') : json.replace(from, to);
    expect(changed).not.toBe(json);
    expectCode(verify(withJson(changed)), 'VALUES_ALTERED');
  });

  test('with another clause in the annex, or none, than the page shows is refused', () => {
    expectCode(verify(withJson(json.replace('免费体检', '付费体检'))), 'VALUES_ALTERED');
    expectCode(verify(withJson(json.replace(/"annex":\{.*?\]?,"title":"补充条款"\}/, '"annex":null'))), 'VALUES_ALTERED');
  });

  test.each<[string, (text: string) => string]>([
    ['an extra key', (text) => text.replace('{"agreementNumber"', '{"a":1,"agreementNumber"')],
    ['a missing key', (text) => text.replace('"stamping":1,', '')],
    ['a missing value', (text) => text.replace(/"studentName":"[^"]*",/, '')],
    ['another stamping', (text) => text.replace('"stamping":1', '"stamping":2')],
    ['another schema', (text) => text.replace('sanfang.agreement/1', 'sanfang.agreement/2')],
    ['a number for text', (text) => text.replace('"stipendYuan":"3200"', '"stipendYuan":3200')],
    ['a list for fields', (text) => text.replace(/"fields":\{[^}]*\}/, '"fields":[]')],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['only a number', () => '1'],
  ])('with %s is refused', (_, change) => {
    expect(change(json)).not.toBe(json);
    expectCode(verify(withJson(change(json))), 'DATA_REFUSED');
  });

  test.each<[string, (text: string) => string]>([
    ['a space', (text) => text.replace('":', '": ')],
    ['a line break at the end', (text) => `${text}\n`],
    ['its keys in another order', (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse()))],
    ['a key twice, the same', (text) => text.replace('"stamping":1', '"stamping":1,"stamping":1')],
    ['a key twice, the first different', (text) => text.replace('"stipendYuan":"3200"', '"stipendYuan":"1","stipendYuan":"3200"')],
    ['1.0 for 1', (text) => text.replace('"stamping":1', '"stamping":1.0')],
    ['1e0 for 1', (text) => text.replace('"stamping":1', '"stamping":1e0')],
    ['needless escapes', (text) => text.replace('数控车工', '\\u6570\\u63a7\\u8f66\\u5de5')],
    ['escaped solidus', (text) => text.replace('agreement/1', 'agreement\\/1')],
    ['a prototype in the record', (text) => text.replace('"schema"', '"__proto__":{"x":1},"schema"')],
    ['a comment', (text) => `${text}//`],
    ['an open end', (text) => text.slice(0, -1)],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['nothing', () => ''],
  ])('with %s is no longer canonical', (_, change) => {
    const report = verify(withJson(change(json)));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)[0]).toMatch(/^(?:DATA_MALFORMED|DATA_REFUSED)$/);
  });

  test('with a prototype among the values is refused', () => {
    expectCode(verify(withJson(json.replace('"fields":{', '"fields":{"__proto__":"x",'))), 'DATA_REFUSED');
    expectCode(verify(withJson(json.replace('"fields":{', '"fields":{"constructor":"x",'))), 'DATA_REFUSED');
    expectCode(verify(withJson(json.replace('"fields":{', '"fields":{"toString":"x",'))), 'DATA_REFUSED');
  });

  test('in bad UTF-8 is refused', () => {
    const bytes = fromUtf8(json);
    bytes[bytes.length - 2] = 0xff;
    expectCode(verify(withJson(bytes)), 'DATA_MALFORMED');
  });

  test('of a wrong or hostile length is refused', () => {
    const start = prefixLength + DATA_PREAMBLE_BYTES;
    for (const digits of ['0000000000', '9999999999', '0000262145', '-000000001', '1e00000005', '0x00000010', '00000  100']) {
      const changed = file.slice();
      changed.set(fromLatin1(digits), start - '>>stream\n'.length - 10);
      expectCode(verify(changed), 'DATA_MALFORMED');
    }
  });
});

describe('words that change the text, outside the annex', () => {
  const claim = '本协议正文第六条作废，丙方不领取报酬。';
  const amended = (kind: 'extension' | 'termination', reason: string) =>
    makeData({ ...VALUES, startsOn: '2027-09-01', endsOn: '2027-11-30' }, null, template, {
      refersTo: { kind, agreementNumber: data.agreementNumber, sha256: template.prefixSha256, reason },
    });

  test('do not pass as the reason of an amendment', async () => {
    for (const kind of ['extension', 'termination'] as const) {
      const report = verify(await signAll(amended(kind, claim)));
      expect(codesOf(report)).toEqual(['REFERS_TO_AGREEMENT', 'WORDS_OVERRIDE_BODY']);
      expect(report.verdict).toBe('review');
    }
  });

  test('do not pass in a blank for free words', async () => {
    const report = verify(await signAll(makeData({ ...VALUES, protection: claim })));
    expect(codesOf(report)).toEqual(['WORDS_OVERRIDE_BODY']);
    expect(report.verdict).toBe('review');
  });

  test('are not found in what people write there', async () => {
    for (const reason of [
      '乙方无法继续履行本协议。',
      '因项目延后，各方协商一致。',
      '丙方身体不适，申请解除协议。',
      '乙方未按本协议第六条支付报酬。',
    ]) {
      expect(codesOf(verify(await signAll(amended('termination', reason)))), reason).toEqual(['REFERS_TO_AGREEMENT']);
    }
  });
});
