/** What every engine is measured on: the sample pack, the demo annex, and many students who differ. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFontLibrary } from '../src/adapters/font-files.ts';
import { readPackFiles } from '../src/adapters/pack-folder.ts';
import { readSpreadsheet } from '../src/adapters/spreadsheet.ts';
import type { AgreementData } from '../src/agreement/agreement-data.ts';
import { parseAgreementFields } from '../src/agreement/agreement-fields.ts';
import { agreementNumberFrom } from '../src/agreement/agreement-number.ts';
import { idCheckCharacter } from '../src/agreement/identifiers.ts';
import { fromUtf8 } from '../src/bytes.ts';
import { sha256 } from '../src/digest.ts';
import { loadPack } from '../src/template/load-pack.ts';
import type { LockedTemplate } from '../src/template/locked-template.ts';
import { planAgreements } from '../src/workflow/plan-agreements.ts';

export const root = join(import.meta.dirname, '..');

export interface Scene {
  readonly template: LockedTemplate;
  readonly agreements: readonly AgreementData[];
}

/** @param count how many different students; names mix those of the demo roster, rare characters among them */
export async function openScene(count = 300): Promise<Scene> {
  const template = loadPack(readPackFiles(join(root, 'templates'), 'sample'), openFontLibrary(join(root, 'fonts')));
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(root, 'templates/sample', file)));
  const ports = { spreadsheets: readSpreadsheet };
  const plan = await planAgreements(ports, template, read('demo-roster.xlsx'), read('demo-annex.txt'));
  const agreements = [...plan.agreements];
  const names = agreements.map(({ data }) => [...(data.fields['studentName'] ?? '')]);
  const at = <T>(list: readonly T[], index: number): T => {
    const value = list[index % list.length];
    if (value === undefined) throw new Error('the demo roster is empty');
    return value;
  };
  const varied = Array.from({ length: count }, (_, i) => {
    const { data } = at(agreements, i);
    const given = at(names, i * 7 + 3).slice(1);
    const studentName = `${at(names, i)[0] ?? ''}${given.join('')}`;
    const studentPhone = `1390000${String(i % 10_000).padStart(4, '0')}`;
    const studentNumber = `2025${String(i).padStart(6, '0')}`;
    const studentIdNumber = anotherIdNumber(data.fields['studentIdNumber'] ?? '', Math.floor(i / agreements.length));
    const own = { studentName, studentPhone, studentNumber, studentIdNumber };
    const { guardianName } = data.fields;
    const guardian =
      guardianName === undefined
        ? {}
        : {
            guardianName: `${at(names, i)[0] ?? ''}${at(names, i * 11 + 5).at(-1) ?? ''}`,
            guardianPhone: `1380000${String(i % 10_000).padStart(4, '0')}`,
          };
    const parsed = parseAgreementFields({ ...data.fields, ...own, ...guardian }, template.fields);
    if (!parsed.ok) throw new Error(`varied values refused: ${parsed.issues.map((issue) => `${issue.field} ${issue.code}`).join(', ')}`);
    return { ...data, fields: parsed.fields, agreementNumber: agreementNumberFrom(sha256(fromUtf8(`bench ${i}`))) };
  });
  return { template, agreements: varied };
}

/** The same birthday and sex with another serial number. */
function anotherIdNumber(idNumber: string, step: number): string {
  const serial = (Number(idNumber.slice(14, 17)) + step * 2) % 1000;
  const first17 = idNumber.slice(0, 14) + String(serial).padStart(3, '0');
  return first17 + idCheckCharacter(first17);
}
