/** Headers and footers of a .docx: carried on the pages that they stand on, page numbers set anew. */
import { describe, expect, it } from 'vitest';
import { publishPrefix } from '../../src/template/load-pack.ts';
import { printManifest, readPackDocument } from '../../src/template/manifest.ts';
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

const footer = (id: string): string => `<w:footerReference w:type="default" r:id="${id}"/>`;

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

  it('keep the words of a cell that is a control', () => {
    const control = `<w:sdt><w:sdtPr/><w:sdtContent><w:tc>${p(r('另行收费'))}</w:tc></w:sdtContent></w:sdt>`;
    const table = `<w:tbl><w:tblPr/><w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>${p(r('某某学校'))}</w:tc>${control}</w:tr></w:tbl>${p('')}`;
    const { manifest } = importCase({ body: p(r('甲')), header: table }).pack;
    expect(JSON.stringify(manifest.margins)).toContain('某某学校');
    expect(JSON.stringify(manifest.margins)).toContain('另行收费');
  });

  it.each([
    ['TEMPLATE_SOURCE_PICTURE', `<mc:AlternateContent><mc:Choice Requires="wps">${p(r('另行收费'))}</mc:Choice></mc:AlternateContent>`],
    ['TEMPLATE_SOURCE_ELEMENT_UNKNOWN', '<w:altChunk r:id="a"/>'],
    ['TEMPLATE_SOURCE_TRACKED_CHANGES', `<w:ins w:id="1">${p(r('另行收费'))}</w:ins>`],
  ])('%s: hold nothing that would be lost without a word', (code, inside) => {
    expect(codeOf({ body: '', header: `${p(r('某校'))}${inside}` })).toBe(code);
  });

  it('that Word does not show are left out', () => {
    const rels = linked(['h1', 'h3']);
    const parts = { 'word/h1.xml': part('hdr', '封面'), 'word/h3.xml': part('hdr', '各页') };
    const { manifest } = importCase({ body: p(r('甲')) + section(header('first', 'h1'), header('default', 'h3')), parts, rels }).pack;
    expect(manifest.margins).toEqual({ usual: { header: [['各页']], footer: [] } });
  });

  it('change where a section begins, and stay where it only goes on', () => {
    const parts = { 'word/h1.xml': part('hdr', '封面'), 'word/h2.xml': part('hdr', '正文'), 'word/f1.xml': part('ftr', '某校') };
    const body =
      p(r('甲'), section(header('default', 'h1'), footer('f1'))) +
      p(r('乙'), section()) +
      p(r('丙'), section(header('default', 'h2'))) +
      p(r('丁'), '<w:pageBreakBefore/>');
    const pages = pagesOf({ body, parts, rels: linked(['h1', 'h2', 'f1']) });
    expect(pages.map((page) => /封面|正文/u.exec(page)?.[0])).toEqual(['封面', '封面', '正文', '正文']);
    expect(pages.every((page) => page.includes('某校'))).toBe(true);
    const { margins, blocks } = importCase({ body, parts, rels: linked(['h1', 'h2', 'f1']) }).pack;
    expect(margins?.later).toEqual([{ usual: { header: [['正文']], footer: [['某校']] } }]);
    expect(blocks.filter(({ kind }) => kind === 'section')).toEqual([{ kind: 'section', number: 1 }]);
  });

  it('of a first page come again in every section that has one', () => {
    const parts = { 'word/h1.xml': part('hdr', '首页'), 'word/h2.xml': part('hdr', '续页') };
    const opening = section(header('first', 'h1'), header('default', 'h2'), '<w:titlePg/>');
    const chapter = (words: string): string => p(r(words)) + p(r(words), '<w:pageBreakBefore/>');
    const body = `${chapter('甲')}${p(r('完'), opening)}${chapter('乙')}${p(r('完'), section('<w:titlePg/>'))}${chapter('丙')}`;
    const pages = pagesOf({ body, parts, rels: linked(['h1', 'h2']) });
    expect(pages.map((page) => /首页|续页/u.exec(page)?.[0])).toEqual(['首页', '续页', '首页', '续页', '续页', '续页']);
  });

  it('of a section that begins within a page begin on the next one', () => {
    const parts = { 'word/h1.xml': part('hdr', '上'), 'word/h2.xml': part('hdr', '下') };
    const body =
      p(r('甲'), section(header('default', 'h1'))) +
      p(r('乙')) +
      p(r('丙'), '<w:pageBreakBefore/>') +
      SIGNED +
      section(header('default', 'h2'), '<w:type w:val="continuous"/>');
    const pages = pagesOf({ body, parts, rels: linked(['h1', 'h2']) });
    expect(pages.map((page) => /[上下]/u.exec(page)?.[0])).toEqual(['上', '下']);
  });

  it('are told of where they are not kept: of a last section without text, and numbers that start anew', () => {
    const parts = { 'word/h1.xml': part('hdr', '甲'), 'word/h2.xml': part('hdr', '空') };
    const rels = linked(['h1', 'h2']);
    const unseen = importCase({
      body: p(r('文'), section(header('default', 'h1'))) + p('') + section(header('default', 'h2')),
      parts,
      rels,
    });
    expect(unseen.report.notes.map(({ zh }) => zh)).toEqual(['最后面没有正文的节，它的页眉页脚没有保留。']);
    expect(unseen.pack.margins?.later).toBeUndefined();
    const counted = { 'word/h1.xml': `<w:hdr ${NAMESPACES}>${p(r('某校') + field('PAGE'))}</w:hdr>` };
    const anew = { body: p(r('文'), section(header('default', 'h1'))) + p(r('文')) + section('<w:pgNumType w:start="1"/>') };
    const again = importCase({ ...anew, parts: counted, rels: linked(['h1']) });
    expect(again.report.notes.map(({ zh }) => zh)).toEqual(['原件后面有的节重新编页码，导入后全文连续编页。']);
  });

  it('cannot be told apart a hundred times over, nor be taken from the manifest', () => {
    const parts = { 'word/h1.xml': part('hdr', '甲'), 'word/h2.xml': part('hdr', '乙') };
    const rels = linked(['h1', 'h2']);
    const body = Array.from({ length: 102 }, (_, at) => p(r('文'), section(header('default', at % 2 === 0 ? 'h1' : 'h2')))).join('');
    expect(codeOf({ body: body + p(r('完')), parts, rels })).toBe('TEMPLATE_SOURCE_TOO_LONG');
    const two = importCase({
      body: p(r('文'), section(header('default', 'h1'))) + p(r('文')) + section(header('default', 'h2')),
      parts,
      rels,
    });
    const manifest = { ...two.pack.manifest, margins: { usual: { header: [['甲']], footer: [] } } };
    expect(refusalOf(() => readPackDocument({ ...two, manifest: printManifest(manifest) })).code).toBe('TEMPLATE_ALTERED');
  });

  it('are cut between words where they are too long for a line', () => {
    const words = 'This form may be used by anybody. '.repeat(4).trim();
    const { margins } = importCase({ body: p(r('甲')), header: p(r(words)) }).pack;
    const lines = margins?.usual.header.map((line) => line.join('')) ?? [];
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join(' ').replace(/ +/g, ' ')).toBe(words);
    expect(
      lines.every((line) =>
        line
          .trimEnd()
          .split(' ')
          .every((word) => words.split(' ').includes(word)),
      ),
    ).toBe(true);
  });

  it('are refused where they are longer than the margin, or mark a sample on another text', () => {
    expect(codeOf({ body: '', header: p(r('长'.repeat(48 * 3))) })).toBe('ACCEPTED');
    expect(codeOf({ body: '', header: p(r('长'.repeat(48 * 3 + 1))) })).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
    expect(codeOf({ body: '', footer: ['一', '二', '三', '四'].map((line) => p(r(line))).join('') })).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
    expect(codeOf({ body: '', header: p(r('样张，非国家示范文本')) }, 'national')).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
  });
});
