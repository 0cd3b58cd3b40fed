import { expect, test } from 'vitest';
import { type AgreementFields, parseAgreementFields } from '../../src/agreement/agreement-fields.ts';
import { renderReadPage } from '../../src/http/pages/read.ts';
import { readingBody } from '../../src/http/pages/reading.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import type { Block, Inline, Paragraph } from '../../src/template/template-document.ts';
import { exampleFields } from '../../src/workflow/example-values.ts';
import { readingBody as toReading } from '../../src/workflow/reading-view.ts';
import { read } from '../http/sample-views.ts';
import { TEMPLATES } from './test-service.ts';

const [TEMPLATE] = TEMPLATES;
if (TEMPLATE === undefined) throw new Error('no template');
const template: LockedTemplate = TEMPLATE;

const text = (words: string): Inline => ({ kind: 'text', text: words, bold: false, underline: false });
const paragraph = (...inlines: Inline[]): Paragraph => ({
  kind: 'paragraph',
  style: 'body',
  align: 'justify',
  firstLineEm: 2,
  leftEm: 0,
  inlines,
});
const blank = (more: { lines?: number; line?: number }): Inline => ({
  kind: 'value',
  field: 'protection',
  widthEm: 30,
  align: 'left',
  ...more,
});

const pageWith = (blocks: readonly Block[], fields: AgreementFields): string => {
  const { pack, version, prefixSha256 } = template;
  const name = { pack, version, prefixSha256 };
  const data = { schema: 'sanfang.agreement/1', stamping: 1, template: name, agreementNumber: 'SF-0', fields, annex: null } as const;
  return String(readingBody(toReading({ ...template, blocks }, data)));
};
const examples = exampleFields(template.fields);
const withValue = (key: string, value: string): AgreementFields => {
  const parsed = parseAgreementFields({ ...examples, [key]: value }, template.fields);
  if (!parsed.ok) throw new Error('no good value');
  return parsed.fields;
};

test('a value over several drawn lines is read once and whole', () => {
  const blocks = [paragraph(text('防护：'), blank({ lines: 2 })), paragraph(blank({ line: 2 })), paragraph(text('其他。'))];
  const page = pageWith(blocks, withValue('protection', '乙方提供安全帽、工作服和护目镜'));
  expect(page.match(/乙方提供安全帽/g)).toHaveLength(1);
  expect(page.match(/<p /g)).toHaveLength(2);
});

test('a value too long for its blank stands in full where the blank is', () => {
  const long = '安全防护条件'.repeat(60);
  const page = pageWith(template.blocks, withValue('protection', long));
  expect(page).toContain(`>${long}</mark>`);
  expect(page).not.toContain('见补充填写页');
});

test('a year whose century is printed is read with its last two digits', () => {
  const year: Inline = { kind: 'value', field: 'startsOn', part: 'year', shortYear: true, widthEm: 2, align: 'center' };
  expect(pageWith([paragraph(text('20'), year, text('年'))], withValue('startsOn', '2026-09-01'))).toContain(
    '20<mark data-says="startsOn:shortYear">26</mark>年',
  );
});

test('numbered paragraphs become a list, their numbers still words of the text', () => {
  const page = pageWith([paragraph(text('（一）甲')), paragraph(text('（二）乙')), paragraph(text('丙'))], examples);
  expect(page).toMatch(/<ol class="clauses"><li><p[^>]*>（一）甲<\/p><\/li><li><p[^>]*>（二）乙<\/p><\/li><\/ol><p[^>]*>丙<\/p>/);
});

test('the sample reads with headings, lists and named cells, and nothing of its text is lost', () => {
  const page = pageWith(template.blocks, examples);
  for (const tag of ['<h3 class="doc-title">', '<h4>', '<ol class="clauses">', '<th scope="row"', '<mark ']) expect(page).toContain(tag);
  const bare = (words: string): string => words.replace(/[\s＿□☐☑]/gu, '');
  const shown = bare(page.replace(/<mark [^>]*>.*?<\/mark>|<[^>]*>/gsu, ''));
  expect(shown).toBe(bare(template.lockedText));
});

test('the page of a signatory shows the digest short, and whole on request', () => {
  const page = String(renderReadPage(read));
  expect(page).toContain(`${read.prefixSha256.slice(0, 8)}…${read.prefixSha256.slice(-8)}`);
  expect(page).toContain(`<p class="code" data-says="template">${read.prefixSha256}</p>`);
});

test('a choice is read with one box, not with that of the printed page as well', () => {
  const choice: Inline = { kind: 'choice', field: 'payMethod', option: '银行转账' };
  const fields = withValue('payMethod', '银行转账');
  expect(pageWith([paragraph(text('支付方式：□'), choice, text('银行转账'))], fields)).toMatch(/支付方式：<span [^>]*>☑<\/span>银行转账/);
  expect(pageWith([paragraph(text('（　'), choice, text('）银行转账'))], fields)).toMatch(/（<span [^>]*>☑<\/span>）银行转账/);
  expect(pageWith(template.blocks, fields)).not.toContain('□');
});
