/** Headers and footers of a .docx: carried on every page, page numbers set anew, what differs from section to section refused. */
import { describe, expect, it } from 'vitest';
import { publishPrefix } from '../../src/template/load-pack.ts';
import { readPackDocument } from '../../src/template/manifest.ts';
import { lockForPreview } from '../../src/workflow/preview-template.ts';
import { fonts } from '../verify/signed-agreement.ts';
import { type DocxCase, docx, importCase, NAMESPACES, p, r, refusalOf } from './docx-builder.ts';

const SIGNED = ['丙方（签字）', '丙方监护人（签字）', '乙方（盖章）', '甲方（盖章）'].map((words) => p(r(words))).join('');
const field = (name: string): string => `<w:fldSimple w:instr="${name}">${r('1')}</w:fldSimple>`;
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const part = (tag: 'hdr' | 'ftr', words: string): string => `<w:${tag} ${NAMESPACES}>${p(r(words))}</w:${tag}>`;
const linked = (names: readonly string[]): string =>
  names
    .map((name) => `<Relationship Id="${name}" Type="${OFFICE}/${name.startsWith('f') ? 'footer' : 'header'}" Target="${name}.xml"/>`)
    .join('');
const section = (...references: readonly string[]): string => `<w:sectPr>${references.join('')}</w:sectPr>`;
const header = (type: string, id: string): string => `<w:headerReference w:type="${type}" r:id="${id}"/>`;

/** The words of each page, the margins included. */
const pagesOf = (file: DocxCase, status: 'sample' | 'national' = 'sample'): readonly string[] => {
  const bytes = docx({ ...file, body: `${file.body}${SIGNED}` });
  const { manifest, body } = importCase(bytes, status);
  expect(publishPrefix({ manifest, body, source: bytes }, fonts).prefix).not.toBeNull();
  return lockForPreview(readPackDocument({ manifest, body }), fonts).pagedText.split('\n\n');
};
const codeOf = (file: DocxCase, status: 'sample' | 'national' = 'sample'): string =>
  refusalOf(() => importCase(docx({ ...file, body: file.body === '' ? p(r('甲')) : file.body }), status)).code;

const TWO_PAGES = `${p(r('甲'))}${p(r('乙'), '<w:pageBreakBefore/>')}`;

describe('headers and footers of a .docx', () => {
  it('stand on every page, between our own mark and our own page number', () => {
    const pages = pagesOf({ body: TWO_PAGES, header: p(r('某某学校实习管理中心')), footer: p(r('地址：某某路1号')) });
    expect(pages).toHaveLength(2);
    for (const [at, page] of pages.entries()) {
      const lines = page.trim().split('\n');
      expect(lines.slice(0, 2)).toEqual(['样张，非国家示范文本', '某某学校实习管理中心']);
      expect(lines.slice(-2)).toEqual(['地址：某某路1号', `第 ${at + 1} 页，共 2 页`]);
    }
  });

  it('give way where they are nothing but page numbers or the mark of a sample', () => {
    const { manifest } = importCase({
      body: p(r('甲')),
      header: p(r('样张，非国家示范文本')),
      footer: p(`${r('第')}${field('PAGE')}${r('页')}`),
    }).pack;
    expect(manifest.margins).toBeUndefined();
  });

  it('count pages anew where a number stands among words', () => {
    const [first = '', second = ''] = pagesOf({
      body: TWO_PAGES,
      header: p(`${r('合同编号 A-7　')}${field('PAGE')}${r('/')}${field('NUMPAGES')}`),
    });
    expect(first).toContain('合同编号 A-7　1/2');
    expect(second).toContain('合同编号 A-7　2/2');
  });

  it('are counted: what is carried by the account, what was read by the report', () => {
    const { report } = importCase({ body: p(r('甲')), header: p(r('某校 2026 版')), footer: p(`${r('第')}${field('PAGE')}${r('页')}`) });
    expect(report.characters.margins).toBe('某校2026版'.length);
    expect(report.margins.map(({ text }) => text)).toEqual(['某校 2026 版', '第1页']);
    expect(report.characters.source).toBe(1);
  });

  it('may differ on the first page and on even pages', () => {
    const parts = { 'word/h1.xml': part('hdr', '封面'), 'word/h2.xml': part('hdr', '偶页'), 'word/h3.xml': part('hdr', '奇页') };
    const settings = { 'word/settings.xml': `<w:settings ${NAMESPACES}><w:evenAndOddHeaders/></w:settings>` };
    const rels = `${linked(['h1', 'h2', 'h3'])}<Relationship Id="set" Type="${OFFICE}/settings" Target="settings.xml"/>`;
    const last = section(header('first', 'h1'), header('even', 'h2'), header('default', 'h3'), '<w:titlePg/>');
    const body = ['一', '二', '三'].map((words) => p(r(words), '<w:pageBreakBefore/>')).join('') + SIGNED + last;
    const pages = pagesOf({ body, parts: { ...parts, ...settings }, rels });
    expect(pages.map((page) => /封面|偶页|奇页/u.exec(page)?.[0])).toEqual(['封面', '偶页', '奇页']);
  });

  it('that Word does not show are left out', () => {
    const rels = linked(['h1', 'h3']);
    const parts = { 'word/h1.xml': part('hdr', '封面'), 'word/h3.xml': part('hdr', '各页') };
    const { manifest } = importCase({ body: p(r('甲')) + section(header('first', 'h1'), header('default', 'h3')), parts, rels }).pack;
    expect(manifest.margins).toEqual({ usual: { header: [['各页']], footer: [] } });
  });

  it('are refused where sections say different things, naming both', () => {
    const parts = { 'word/h1.xml': part('hdr', '第一部分'), 'word/h2.xml': part('hdr', '第二部分') };
    const body = p(r('甲'), section(header('default', 'h1'))) + p(r('乙')) + section(header('default', 'h2'));
    const file = { body, parts, rels: linked(['h1', 'h2']) };
    expect(codeOf(file)).toBe('TEMPLATE_SOURCE_HEADER_VARIES');
    expect(refusalOf(() => importCase(file)).zh).toMatch(/第一部分.*第二部分/u);
  });

  it('are refused where they are longer than the margin, or mark a sample on another text', () => {
    expect(codeOf({ body: '', header: p(r('长'.repeat(48 * 3))) })).toBe('ACCEPTED');
    expect(codeOf({ body: '', header: p(r('长'.repeat(48 * 3 + 1))) })).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
    expect(codeOf({ body: '', footer: ['一', '二', '三', '四'].map((line) => p(r(line))).join('') })).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
    expect(codeOf({ body: '', header: p(r('样张，非国家示范文本')) }, 'national')).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
  });
});
