/** Refusals of the template room that stand between a text and its pages. */
import { describe, expect, test } from 'vitest';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { wizardSource } from '../http/wizard-source.ts';
import { makeData, template } from '../verify/signed-agreement.ts';
import { importCase, p, r, refusalOf, tbl, tc, u } from './docx-builder.ts';
import { compilePack, valuesFor } from './imported-pack.ts';

describe('what cannot be set on a page is refused', () => {
  test('a table row higher than a page', () => {
    const tall = Array.from({ length: 90 }, () => p(r('一行'))).join('');
    const source = wizardSource(tbl([1, 1], tc(tall) + tc(p(r('右')))));
    expect(refusalOf(() => compilePack(importCase(source), source))).toMatchObject({ code: 'TEMPLATE_TOO_TALL' });
  });

  test('a value too long for its blank, by its name and its limit', () => {
    const source = wizardSource(p(r('乙方统一社会信用代码：') + u('  ') + r('。')));
    const narrow = compilePack(importCase(source), source);
    const refused = refusalOf(() => renderRevisionZero(narrow, makeData(valuesFor(narrow), null, narrow)));
    expect(refused.code).toBe('VALUE_TOO_WIDE');
    expect(refused.zh).toMatch(/最多约 \d+ 个汉字，现在有 18 个/);
  });

  test('data made for another prefix of the same pack', () => {
    const data = makeData();
    const other = { ...data, template: { ...data.template, version: '9' } };
    expect(refusalOf(() => renderRevisionZero(template, other)).code).toBe('AGREEMENT_TEMPLATE_MISMATCH');
  });
});

describe('what holds no text is refused', () => {
  test.each([
    ['a document without a body', '', 'TEMPLATE_SOURCE_EMPTY'],
    ['a table without rows', tbl([1]), 'TEMPLATE_SOURCE_TABLE_RAGGED'],
    ['a row without cells', tbl([1], ''), 'TEMPLATE_SOURCE_TABLE_RAGGED'],
  ])('%s', (_, body, code) => {
    expect(refusalOf(() => importCase({ body })).code).toBe(code);
  });
});
