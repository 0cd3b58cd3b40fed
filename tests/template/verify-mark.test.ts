import { describe, expect, it } from 'vitest';
import { type AgreementData, isVerifyOrigin, verifyAddress } from '../../src/agreement/agreement-data.ts';
import { toLatin1 } from '../../src/bytes.ts';
import { mpt, printTextString } from '../../src/pdf/objects.ts';
import { FOOTER_BASELINE_MPT, FURNITURE_SIZE_PT, PAGE_WIDTH_MPT, TEXT_BOTTOM_MPT } from '../../src/template/page-geometry.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { hasVerifyRoom, VERIFY_CODE_AREA } from '../../src/template/verify-mark.ts';
import { openSample } from '../peers/signed-files.ts';
import { fixedAgreements } from './print-revisions.ts';

const ORIGIN = 'https://verify.example.edu.cn';
const LONG = '每周六、周日及法定节假日休息，生产旺季需要调整时由乙方提前三日告知甲方和丙方并安排补休；'.repeat(6);
const template = openSample();
const all = Object.values(fixedAgreements(template)).map(({ verifyOrigin: _, ...data }): AgreementData => data);
const plain = all.find(({ annex }) => annex === null);
const annexed = all.find(({ annex }) => annex !== null);
if (plain === undefined || annexed === undefined) throw new Error('an agreement is missing');
const overflowing: AgreementData = { ...plain, fields: { ...plain.fields, restArrangement: LONG } };

const tailOf = (data: AgreementData): string => toLatin1(renderRevisionZero(template, data).subarray(template.prefix.length));
const pagesOf = (tail: string): readonly string[] => (/\/Kids\[([\d R]+)\]/.exec(tail)?.[1] ?? '').match(/\d+(?= 0 R)/g) ?? [];

describe('the code on the last page', () => {
  it.each([
    ['the body', plain],
    ['the annex', annexed],
    ['the pages of what was too long', overflowing],
  ])('stands on the last page of %s, tagged as a figure with its address and a caption', (_, data) => {
    const tail = tailOf({ ...data, verifyOrigin: ORIGIN });
    const last = pagesOf(tail).at(-1);
    expect(tail.match(/\/QR Do\n/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(tail).toContain(`<</S/Figure/P 9 0 R/Pg ${last} 0 R/Alt`);
    expect(tail).toContain(printTextString(`验真二维码，内容是网址 ${ORIGIN}/v/${data.agreementNumber}`));
    expect(tail).toContain(`<</S/P/P 9 0 R/Pg ${last} 0 R/K[`);
    expect(tail).toContain('/Figure<</MCID 0>>BDC q ');
    const key = /\/Subtype\/Form\/BBox\[[^\]]+\]\/StructParents (\d+)\//.exec(tail)?.[1];
    expect(tail).toMatch(new RegExp(`[\\[ ]${key} \\[28 0 R 29 0 R 29 0 R\\]\\]>>`));
  });

  it('is not there, nor anything of it, without an address to lead to', () => {
    const tail = tailOf(plain);
    expect(tail).not.toContain('/QR');
    expect(tail).not.toContain('/Figure');
    expect(tail).not.toContain('verifyOrigin');
  });

  it('is part of what reproduction compares, address included', () => {
    const file = renderRevisionZero(template, { ...plain, verifyOrigin: ORIGIN });
    expect(reproduce(template, file).divergence).toBeNull();
    const at = toLatin1(file).lastIndexOf(' re\n') - 1;
    const other = file.slice();
    other[at] = (other[at] ?? 0) ^ 1;
    expect(reproduce(template, other).divergence).toMatchObject({ place: 'revisionZero', offset: at });
  });

  it('lies below every line of text and right of every page number, with its quiet zone, 20 to 25 mm wide', () => {
    const width = VERIFY_CODE_AREA.rightMpt - VERIFY_CODE_AREA.leftMpt;
    expect(width / 72_000).toBeGreaterThan(20 / 25.4);
    expect(width / 72_000).toBeLessThan(25 / 25.4);
    const quiet = Math.ceil((width / 33) * 4);
    expect(VERIFY_CODE_AREA.topMpt + quiet).toBeLessThanOrEqual(TEXT_BOTTOM_MPT);
    const widestFooter = [...'补充填写 第 99 页，共 99 页'].length * FURNITURE_SIZE_PT * 1000;
    const footerRight = (PAGE_WIDTH_MPT + widestFooter) / 2;
    expect(footerRight).toBeLessThan(VERIFY_CODE_AREA.leftMpt - quiet);
  });

  it('is left out where the source has a footer right across the last page, and stands behind it on the annex', () => {
    const line = (text: string) => ({ subtype: 'Footer', text, baselineMpt: FOOTER_BASELINE_MPT + 11_000 }) as const;
    const em = (): number => 1000;
    expect(hasVerifyRoom([line('某省教育厅监制')], em)).toBe(true);
    expect(hasVerifyRoom([line('监'.repeat(48))], em)).toBe(false);
    const crowded = { ...template, hasVerifyRoom: false };
    const tail = (data: AgreementData): string => toLatin1(renderRevisionZero(crowded, data).subarray(template.prefix.length));
    const without = tail({ ...plain, verifyOrigin: ORIGIN });
    expect(without).not.toContain('/QR');
    expect(without).not.toContain('/Figure');
    expect(tail({ ...annexed, verifyOrigin: ORIGIN })).toContain('/Figure');
  });

  it('has its caption below the page number and left of the quiet zone', () => {
    const tail = tailOf({ ...plain, verifyOrigin: ORIGIN });
    const lines = [...tail.matchAll(/\/P<<\/MCID [12]>>BDC BT\/F1 7 Tf 1 0 0 1 ([\d.]+) ([\d.]+) Tm/g)].map((found) => Number(found[2]));
    expect(lines).toHaveLength(2);
    for (const baseline of lines) expect(baseline + 7).toBeLessThan(FOOTER_BASELINE_MPT / 1000 - 2);
    expect(tail).toContain(`/BBox[`);
    expect(tail).toContain(` ${mpt(VERIFY_CODE_AREA.rightMpt)} `);
  });
});

describe('the address', () => {
  it('is made of an origin and the number, and of nothing about a person', () => {
    expect(verifyAddress(ORIGIN, plain.agreementNumber)).toBe(`${ORIGIN}/v/${plain.agreementNumber}`);
  });

  it.each([ORIGIN, 'http://localhost:3000', 'https://a.cn:8443'])('may begin with %s', (origin) => {
    expect(isVerifyOrigin(origin)).toBe(true);
  });

  it.each([
    '',
    'verify.example.edu.cn',
    'ftp://example.cn',
    'https://',
    'https://Example.cn',
    'https://example.cn/',
    'https://example.cn/path',
    'https://example.cn?x=1',
    'https://user@example.cn',
    'https://example.cn:0',
    'https://例子.中国',
    'https://example.cn\n',
    `https://${'a'.repeat(60)}.cn`,
  ])('may not begin with %j', (origin) => {
    expect(isVerifyOrigin(origin)).toBe(false);
  });
});
