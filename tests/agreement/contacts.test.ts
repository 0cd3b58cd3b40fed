import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contactOfHeading, isMailAddress, maskMailAddress, readMailAddress } from '../../src/agreement/contacts.ts';
import { FIELDS } from '../../src/agreement/fields.ts';
import { readRoster } from '../../src/agreement/roster.ts';
import { sheetOf, VALUES } from './sample-values.ts';

const SPECS = FIELDS.filter(({ owner }) => owner !== 'system');
const cell = (text: string) => ({ kind: 'text' as const, text });

test.each([
  ['邮箱', 'student'],
  ['学生电子邮箱', 'student'],
  ['学生信息/邮箱', 'student'],
  ['监护人信息/邮箱', 'guardian'],
  ['家长邮箱', 'guardian'],
  ['企业 E-mail', 'unit'],
  ['甲方邮箱地址', 'school'],
  ['邮政编码', undefined],
  ['保险公司/邮箱', undefined],
])('the heading %s means the address of %s', (heading, role) => {
  expect(contactOfHeading(heading)).toBe(role);
});

test('width, spaces and the case of the domain are put right; what is no address is none', () => {
  expect(readMailAddress(cell('ｗａｎｇ＠Example.CN '))).toBe('wang@example.cn');
  for (const bad of [
    '',
    'wang',
    'wang@',
    '@example.cn',
    'a@b',
    'a b@c@d.cn',
    'a..b@c.cn',
    'a@c.cn\r\nBcc: x@y.cn',
    '王@例子.中国',
    '"a"@b.cn',
  ])
    expect(readMailAddress(cell(bad)), bad).toBeUndefined();
});

test('an address that is taken can neither break a header nor name a second recipient', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const address = readMailAddress(cell(text));
      return address === undefined || (isMailAddress(address) && !/[\s<>,;:"()[\]\\]/.test(address) && address.split('@').length === 2);
    }),
  );
  expect(maskMailAddress('wangxiao@example.cn')).toBe('wa***@example.cn');
});

test('a roster may have addresses of everybody beside the values; they are no values, and a wrong one holds nobody back', () => {
  const head = [...SPECS.map(({ zh }) => zh), '学生邮箱', '监护人邮箱'];
  const row = SPECS.map(({ key }) => VALUES[key] ?? '');
  const batch = sheetOf(
    [
      ['甲方邮箱', 'office@school.example'],
      ['乙方邮箱', 'hr@unit.example'],
    ],
    { name: '批次信息' },
  );
  const good = readRoster([sheetOf([head, [...row, 'li@example.cn', '']]), batch]);
  expect(good.rows[0]).toMatchObject({
    contacts: { student: 'li@example.cn', unit: 'hr@unit.example', school: 'office@school.example' },
  });
  expect(Object.values(good.rows[0]?.fields ?? {}).join()).not.toContain('@');
  expect(good.issues.map(({ code }) => code)).not.toContain('ROSTER_COLUMN_UNKNOWN');
  const bad = readRoster([sheetOf([head, [...row, '没有', 'x@']])]);
  expect(bad.rows[0]?.fields).toBeDefined();
  expect(bad.rows[0]?.contacts).toEqual({});
  expect(bad.rows[0]?.issues.map(({ code }) => code)).toEqual(['EMAIL_MALFORMED', 'EMAIL_MALFORMED']);
});
