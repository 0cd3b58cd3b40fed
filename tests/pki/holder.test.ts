import { describe, expect, it } from 'vitest';
import { hasPlatformProfile, judgeHolder } from '../../src/pki/holder.ts';
import type { NameAttributes } from '../../src/pki/names.ts';
import { makeLeaf } from './support.ts';

const NAME = '示例精密机械有限公司';
const CODE = '91350100M000100Y43';
const holder = (subject: Partial<NameAttributes>) => makeLeaf('p256', { subject }).certificate;
const judge = (subject: Partial<NameAttributes>, name = NAME, number: string | null = CODE) =>
  judgeHolder(holder(subject), { name, number });

describe('whose certificate it is', () => {
  it.each([
    ['the name as O and the code', { organisation: NAME, commonName: '李经理', organisationIdentifier: `NTRCN-${CODE}` }, 'number'],
    ['the name as CN and the code as serial number', { commonName: NAME, serialNumber: CODE }, 'number'],
    ['name and code joined by @', { commonName: `051@${NAME}@N${CODE}@00000001` }, 'number'],
    ['the name alone', { organisation: NAME, commonName: '公章' }, 'name'],
    ['a serial number that is no code', { commonName: NAME, serialNumber: '20260301000017' }, 'name'],
    ['another name', { organisation: '示例精密机械有限公司一分厂', commonName: '公章' }, 'other'],
    ['a name that only contains it', { commonName: `${NAME}（测试）` }, 'other'],
    ['the name and another code', { organisation: NAME, organisationIdentifier: 'NTRCN-91110000100000000Q' }, 'other'],
    ['two codes of which one is another', { commonName: `051@${NAME}@N${CODE}@1`, serialNumber: '91110000100000000Q' }, 'other'],
    ['no name', { country: 'CN' }, 'other'],
  ] as const)('%s', (_, subject, expected) => {
    expect(judge(subject)).toBe(expected);
  });

  it('compares a person by name, and by the identity number where both sides have one', () => {
    const number = '11010519491231002X';
    expect(judge({ commonName: `041@${number}@张三@1` }, '张三', number)).toBe('number');
    expect(judge({ commonName: `041@Z${number}@张三@1` }, '张三', '350102200601011234')).toBe('other');
    expect(judge({ commonName: '张三' }, '张三', number)).toBe('name');
    expect(judge({ commonName: `041@${number}@张三@1` }, '张三', null)).toBe('name');
    expect(judge({ commonName: '张三丰' }, '张三', null)).toBe('other');
  });

  it('knows the platform by the role in its subject, and its own certificate by the unit', () => {
    expect(hasPlatformProfile(holder({ commonName: NAME, organisationalUnit: 'unit' }))).toBe(true);
    expect(hasPlatformProfile(holder({ commonName: NAME, organisationalUnit: 'sanfang-platform' }))).toBe(true);
    expect(hasPlatformProfile(holder({ commonName: NAME, organisationalUnit: '财务部' }))).toBe(false);
    expect(hasPlatformProfile(holder({ commonName: NAME }))).toBe(false);
  });
});
