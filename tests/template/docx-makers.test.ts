import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importTemplate } from '../../src/template/import-template.ts';
import { readPackDocument } from '../../src/template/manifest.ts';
import { prefixText } from '../../src/template/prefix-text.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { makeData } from '../verify/signed-agreement.ts';
import { refusalOf } from './docx-builder.ts';
import { compilePack, valuesFor } from './imported-pack.ts';

const folder = new URL('../fixtures/templates/', import.meta.url);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`${name}.docx`, folder)));
const importNamed = (name: string) => importTemplate(read(name), { pack: name, version: '1', status: 'sample' });
const bodyOf = (name: string): readonly string[] => {
  const { manifest, body } = importNamed(name);
  return readPackDocument({ manifest, body, source: read(name) })
    .bodyText.split('\n')
    .slice(0, -1);
};

const IMPORTED: Readonly<
  Record<string, { readonly own: readonly string[]; readonly notes: readonly number[]; readonly generated: number }>
> = {
  'word-controls': { own: ['是否住校', '第6段空格', '丙方实习报酬（元/月）大写'], notes: [10], generated: 0 },
  'word-nested-tables': { own: [], notes: [15], generated: 0 },
  'wps-quirks': { own: ['宿舍', '体检', '班次', '甲方签订于', '甲方地点', '其他说明'], notes: [19, 20], generated: 22 },
  'docx-library-form': { own: ['丙方工位编号', '丙方更衣柜号'], notes: [], generated: 11 },
  'libreoffice-borderless': { own: ['是否自备工具', '丙方吉祥数字'], notes: [], generated: 17 },
  'libreoffice-sections': { own: ['宿舍楼栋'], notes: [], generated: 0 },
  'libreoffice-rewritten': { own: ['丙方工位编号', '丙方更衣柜号'], notes: [], generated: 11 },
};

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['word-ticked', 'TEMPLATE_SOURCE_BOX_TICKED', '第 2 段'],
  ['wps-text-box', 'TEMPLATE_SOURCE_PICTURE', '第 3 段（空段，约第 2 页）有图片、文本框或图形（文本框“文本框 7”，内有“框内条款”）'],
  ['docx-library-tracked', 'TEMPLATE_SOURCE_TRACKED_CHANGES', '第 2 段（“报酬为每月”）'],
  ['docx-library-footnote', 'TEMPLATE_SOURCE_FOOTNOTE', '第 2 段（“岗位实习”）'],
];

/** A page with a letterhead and nowhere to sign. */
const LETTERHEAD = 'word-letterhead';
const NESTED_BESIDE = 'word-nested-beside';

describe('templates of different makers', () => {
  it('are all spoken for', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.docx'));
    expect(files.sort()).toEqual(
      [...Object.keys(IMPORTED), LETTERHEAD, NESTED_BESIDE, ...REFUSED.map(([name]) => name)].map((name) => `${name}.docx`).sort(),
    );
  });

  it.each(Object.entries(IMPORTED))('%s is imported with every character accounted for', (name, wanted) => {
    const { manifest, body, report } = importNamed(name);
    const { source, body: text, blanks, spaces, phonetic, generated } = report.characters;
    expect(text + blanks + spaces + phonetic).toBe(source);
    expect(report.missingSignatures).toEqual([]);
    const pack = readPackDocument({ manifest, body });
    expect({
      own: pack.manifest.fields.map((field) => field.zh),
      notes: report.notes.map((note) => note.paragraph),
      generated,
    }).toEqual(wanted);
  });

  it.each(Object.keys(IMPORTED))('%s compiles to pages with its own text and can be filled in', (name) => {
    const source = read(name);
    const template = compilePack(importNamed(name), source);
    expect(prefixText(template)).toBe(template.lockedText.replace(/[＿\s]/g, ''));
    const file = renderRevisionZero(template, makeData(valuesFor(template), null, template));
    expect(file.length).toBeGreaterThan(template.prefix.length);
  });

  it('let one long value run over the lines that the source draws for it', () => {
    const template = compilePack(importNamed('wps-quirks'), read('wps-quirks'));
    const lines = template.blanks.filter(({ blank }) => blank.kind === 'value' && blank.field === 'post');
    expect(lines).toHaveLength(3);
    const values = { ...valuesFor(template), post: '测'.repeat(30) };
    expect(() => renderRevisionZero(template, makeData(values, null, template))).not.toThrow();
  });

  it('keep their letterhead on every page', () => {
    const { manifest, body, report } = importNamed(LETTERHEAD);
    expect(readPackDocument({ manifest, body }).margins?.usual.header).toEqual([['某某省某某学校']]);
    expect(report.signatures).toEqual([]);
  });

  it('keep the header of each section on its own pages', () => {
    const template = compilePack(importNamed('libreoffice-sections'), read('libreoffice-sections'));
    const [cover = '', text = ''] = template.pagedText.split('\n\n');
    expect([cover.includes('某某学校实习处'), cover.includes('正文首页')]).toEqual([true, false]);
    expect([text.includes('某某学校实习处'), text.includes('正文首页')]).toEqual([false, true]);
  });

  it('spread a table inside a cell over rows and columns of the table around it', () => {
    const { manifest, body, report } = importNamed(NESTED_BESIDE);
    const table = readPackDocument({ manifest, body }).blocks.find(({ kind }) => kind === 'table');
    expect(table?.kind === 'table' && table.columns).toEqual([500, 250, 250]);
    expect(bodyOf(NESTED_BESIDE)).toEqual(['测试样张', '左', '内一', '内二']);
    expect(report.notes.map(({ paragraph }) => paragraph)).toEqual([3]);
  });

  it.each(REFUSED)('%s is refused with %s', (name, code, words) => {
    const refusal = refusalOf(() => importNamed(name));
    expect(refusal.code).toBe(code);
    expect(refusal.zh).toContain(words);
  });

  it('read the same after LibreOffice has rewritten them', () => {
    expect(bodyOf('libreoffice-rewritten')).toEqual(bodyOf('docx-library-form'));
  });

  it('have their blanks where a reader sees them', () => {
    expect(bodyOf('wps-quirks').slice(2, 19)).toEqual([
      '第一条甲方：',
      '{{schoolName}}',
      '1.1 签订于20{{extra4.yy}}年{{extra4.month}}月{{extra4.day}}日，地点：{{extra5}}。',
      '1.2 实习期20{{startsOn.yy}}年{{startsOn.month}}月{{startsOn.day}}日至20{{endsOn.yy}}年{{endsOn.month}}月{{endsOn.day}}日',
      '第二条住宿',
      '甲、宿舍：是□{{extra1.是}}　否□{{extra1.否}}；',
      '乙、（ 　{{arrangement.学校安排}}）学校安排 （ 　{{arrangement.学生自行选择}}）学生自行选择',
      '丙、体检：[　{{extra2.已做}}]已做、[　{{extra2.未做}}]未做',
      '丁、班次：A.□{{extra3.白班}}白班 B.□{{extra3.夜班}}夜班',
      '实习内容：',
      '{{post}}',
      '{{post.line2}}',
      '{{post.line3}}。',
      '其他说明：',
      '{{extra6}}',
      '{{extra6.line2}}',
      '实习单位名称：{{unitName}}。',
    ]);
  });
});
