import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/agreement/fields.ts';
import { toUtf8 } from '../../src/bytes.ts';
import { SAMPLE_MARK } from '../../src/template/docx-margins.ts';
import { readSourceCharacters } from '../../src/template/docx-plain-text.ts';
import { checkSourceText } from '../../src/template/docx-text.ts';
import { importTemplate } from '../../src/template/import-template.ts';
import { lockedText, parseManifest, readPackDocument } from '../../src/template/manifest.ts';
import { docx, importCase, p, r, refusalOf, u } from './docx-builder.ts';

const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../templates/sample/${name}`, import.meta.url)));
const source = read('source.docx');
const { pack, version, status, title } = parseManifest(read('manifest.json'));
const imported = importTemplate(source, { pack, version, title, status });

describe('the sample pack', () => {
  it('is what the importer makes of its source', () => {
    expect(toUtf8(imported.body)).toBe(toUtf8(read('body.hbs')));
    expect({ ...parseManifest(imported.manifest), prefix: undefined }).toEqual({
      ...parseManifest(read('manifest.json')),
      prefix: undefined,
    });
  });

  /** Facts that only some texts ask for; the verifier judges them where one does. */
  const ASKED_ELSEWHERE = new Set([
    'crossProvinceApproval',
    'crossProvinceFiling',
    'insuranceEndsOn',
    'insuranceStartsOn',
    'postInternCount',
    'postStaffCount',
    'samePostPayYuan',
    'unitInternCount',
    'unitStaffCount',
  ]);

  it('asks for every field of the catalogue but those of some other texts, and for none of its own, each in the right place', () => {
    const manifest = parseManifest(imported.manifest);
    expect(manifest.fields).toEqual([]);
    expect(new Set(manifest.blanks.map((blank) => blank.field).filter((field) => !field.startsWith('signedOn.')))).toEqual(
      new Set(FIELDS.map((spec) => spec.key).filter((key) => !ASKED_ELSEWHERE.has(key))),
    );
    expect(imported.report).toMatchObject({ missingFields: [], missingSignatures: [], notes: [] });
  });

  it('has the nine chapters of Article 15, says that it is a sample, and never claims to be national', () => {
    const lines = lockedText(readPackDocument({ manifest: imported.manifest, body: imported.body })).split('\n');
    expect(lines.filter((line) => /^[一二三四五六七八九十]+、/.test(line))).toHaveLength(9);
    expect(lines[1]).toContain('（样张）');
    expect(imported.report.margins.map((margin) => margin.text)).toContain(SAMPLE_MARK);
    expect(lines.join('').replaceAll('非国家示范文本', '')).not.toContain('示范文本');
  });

  it('keeps to few enough characters for a small prefix', () => {
    expect(new Set(toUtf8(imported.body).replace(/\{\{.*?\}\}/g, '')).size).toBeLessThan(900);
  });

  it('accounts for every character of its source, by a second reading', () => {
    const document = readPackDocument({ manifest: imported.manifest, body: imported.body });
    const account = checkSourceText(source, document);
    expect(account.body + account.blanks + account.spaces + account.phonetic).toBe(account.source);
    expect(account.spaces).toBeGreaterThanOrEqual(0);
  });

  it('is refused as a source when its header would have to go', () => {
    expect(refusalOf(() => importTemplate(source, { pack, version, status: 'national' })).code).toBe('TEMPLATE_SOURCE_HEADER_TEXT');
  });
});

describe('checkSourceText', () => {
  it('notices a character that the importer would have lost', () => {
    const document = importCase(docx({ body: p(r('甲乙丙')) })).pack;
    expect(refusalOf(() => checkSourceText(docx({ body: p(r('甲丁乙丙')) }), document)).code).toBe('TEMPLATE_SOURCE_TEXT_DIFFERS');
    expect(refusalOf(() => checkSourceText(docx({ body: p(r('甲乙丙丁')) }), document)).code).toBe('TEMPLATE_SOURCE_TEXT_DIFFERS');
  });

  it('reads plain characters with entities, tabs, breaks and symbols', () => {
    const body = p(`${r('&lt;&#20013;')}<w:r><w:tab/><w:t>a</w:t><w:br/><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>`);
    const characters = readSourceCharacters(docx({ body }));
    expect(characters.map(({ char }) => char).join('')).toBe('<中\ta\n\uFFFD');
    expect(characters.every(({ kind }) => kind === 'text')).toBe(true);
  });
});

describe('importTemplate', () => {
  it('loses no character of any paragraph it accepts', () => {
    const unit = fc.constantFrom(
      ...'甲乙方：，。（）□年月日元每自至 　__＿20签字姓名A-',
      '    ',
      '____',
      '盖章',
      '[ ]',
      '（ ）',
      '：      ',
      '20   年',
      '☐',
      '\u200b',
      '________________________',
    );
    const run = fc
      .tuple(fc.array(unit, { minLength: 1, maxLength: 12 }), fc.boolean())
      .map(([words, line]) => (line ? u : r)(words.join('')));
    const body = fc.array(
      fc.array(run, { maxLength: 4 }).map((runs) => p(runs.join(''))),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(body, (paragraphs) => {
        const outcome = refusalOf(() => importCase({ body: p(r('始')) + paragraphs.join('') }));
        expect(outcome.code).toBe('ACCEPTED');
      }),
      { numRuns: 300 },
    );
  });
});
