import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readRoster } from '../../src/agreement/roster.ts';
import { renameBlank } from '../../src/template/confirm-import.ts';
import { describeBlanks } from '../../src/template/describe-blanks.ts';
import { importTemplate } from '../../src/template/import-template.ts';
import { parseManifest } from '../../src/template/manifest.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { sheetOf, VALUES } from '../agreement/sample-values.ts';
import { context, makeData, packFiles, signAll } from '../verify/signed-agreement.ts';
import { p, r } from './docx-builder.ts';
import { compilePack } from './imported-pack.ts';

/** The sample with two blanks of no catalogue before its last section. */
function oddSource(): Uint8Array {
  const parts = unzipSync(packFiles.source);
  const xml = strFromU8(parts['word/document.xml'] ?? new Uint8Array());
  const odd = p(r('（样张）班组图腾：________，幸运数字：________。'));
  const at = xml.indexOf('<w:tbl>');
  return zipSync({ ...parts, 'word/document.xml': strToU8(xml.slice(0, at) + odd + xml.slice(at)) });
}

describe('a template with fields that nobody has heard of', () => {
  const source = oddSource();
  const imported = importTemplate(source, { pack: 'odd', version: '1', status: 'sample' });
  const idOf = (label: string): string => describeBlanks(imported).find((row) => row.label === label)?.id ?? '';
  const named = renameBlank(imported, idOf('班组图腾'), { newField: { zh: '车间吉祥物', type: 'text', required: 'always' } });
  const confirmed = renameBlank(named, idOf('幸运数字'), { newField: { zh: '幸运号码', type: 'integer' } });

  it('works from the roster column to the verified agreement', async () => {
    const template = compilePack(confirmed, source);
    const labels = template.fields.filter((spec) => VALUES[spec.key] !== undefined);
    const roster = readRoster(
      [
        sheetOf([
          [...labels.map((spec) => spec.zh), '车间吉祥物', '幸运号码'],
          [...labels.map((spec) => VALUES[spec.key] ?? ''), '铁皮老虎', '88'],
        ]),
      ],
      template.fields,
    );
    expect(roster.rows.map((row) => row.issues.filter((issue) => issue.level === 'error'))).toEqual([[]]);
    const fields = roster.rows[0]?.fields ?? {};
    expect(Object.values(fields)).toEqual(expect.arrayContaining(['铁皮老虎', '88']));
    const signed = await signAll(makeData(fields, null, template), {}, template);
    const report = verifyFile(signed, { ...context, templates: [template] });
    expect(report.verdict).toBe('passed');
    expect(report.agreement?.fields).toMatchObject(fields);
  });

  it('refuses a roster without the column that the template needs, and an agreement with a wrong value', () => {
    const { fields } = parseManifest(confirmed.manifest);
    const roster = readRoster(
      [
        sheetOf([
          ['姓名', '身份证号'],
          ['李䶮', VALUES['studentIdNumber'] ?? ''],
        ]),
      ],
      compilePack(confirmed, source).fields,
    );
    expect(roster.issues).toContainEqual(expect.objectContaining({ code: 'ROSTER_COLUMN_MISSING', field: fields[0]?.key }));
    const own = Object.fromEntries(fields.map((field) => [field.key, '很多']));
    expect(() => makeData({ ...VALUES, ...own }, null, compilePack(confirmed, source))).toThrow();
  });
});
