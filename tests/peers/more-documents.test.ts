/** What poppler and qpdf say of consent forms, other orders of signing, and amendments. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readPackFiles } from '../../src/adapters/pack-folder.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';
import { fonts, makeData, signAll, template } from '../verify/signed-agreement.ts';
import { outputOf } from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'sanfang-documents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const consent = loadPack(readPackFiles(join(import.meta.dirname, '../../templates'), 'sample-consent'), fonts);
const first = makeData(MINOR);
const sha256 = template.prefixSha256;
const { agreementNumber } = first;
const known = new Set(consent.fields.map(({ key }) => key));
const consentValues = Object.fromEntries(Object.entries(MINOR).filter(([key]) => known.has(key)));
const EXTENDED = { ...VALUES, startsOn: '2027-09-01', endsOn: '2027-11-30' };

function keep(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('pdfsig and qpdf', () => {
  test.each<[string, number, () => Promise<Uint8Array>]>([
    [
      'a consent form',
      2,
      () => signAll(makeData(consentValues, null, consent, { refersTo: { kind: 'consent', agreementNumber, sha256 } }), {}, consent),
    ],
    [
      'parties that sign in another order, the unit certifying',
      4,
      () =>
        signAll(makeData(MINOR, null, template, { order: [['student', 'guardian', 'unit', 'school']] }), {
          roles: ['unit', 'guardian', 'school', 'student'],
        }),
    ],
  ])('find every signature valid: %s', async (_, count, make) => {
    const path = keep(`${count}.pdf`, await make());
    expect(outputOf('pdfsig', ['-nocert', path]).match(/Signature is Valid/g)).toHaveLength(count);
    expect(outputOf('qpdf', ['--check', path])).toContain('No syntax or stream encoding errors');
  });
});

test('poppler reads the whole page of an amendment, footer included, and the number of the agreement on its consent form', async () => {
  const refersTo = { kind: 'extension', agreementNumber, sha256, reason: '项目延后，各方协商一致' } as const;
  const path = keep('extension.pdf', await signAll(makeData(EXTENDED, null, template, { refersTo })));
  const page = outputOf('pdftotext', ['-f', String(template.pageCount + 1), '-layout', path, '-']).replace(/\s+/g, '');
  expect(page).toContain(`本协议是编号${agreementNumber}的岗位实习三方协议的延期协议。`);
  expect(page).toContain('自2027年9月1日起至2027年11月30日止');
  expect(page).toContain(sha256);
  expect(page).toContain('附件第1页，共1页');
  const form = keep(
    'consent.pdf',
    await signAll(makeData(consentValues, null, consent, { refersTo: { kind: 'consent', agreementNumber, sha256 } }), {}, consent),
  );
  expect(outputOf('pdftotext', [form, '-']).replace(/\s+/g, '')).toContain(agreementNumber);
});
