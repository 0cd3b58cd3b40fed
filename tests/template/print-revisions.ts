/** Prints the digests of three fixed agreements: run as a process of its own in other time zones and locales. */
import { join } from 'node:path';
import { openFontLibrary } from '../../src/adapters/font-files.ts';
import { readPackFiles } from '../../src/adapters/pack-folder.ts';
import { type AgreementData, parseAgreementData } from '../../src/agreement/agreement-data.ts';
import { sha256Hex } from '../../src/digest.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import type { LockedTemplate } from '../../src/template/locked-template.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { MINOR, VALUES } from '../agreement/sample-values.ts';

const root = join(import.meta.dirname, '../..');

const ANNEX = { title: '附件：补充条款', clauses: ['乙方免费提供工作服两套和劳动防护用品，丙方按要求穿戴。', '甲方为丙方往返提供班车。'] };

/** Three agreements that between them use an annex, a guardian, rare characters, and values that shrink or wrap. */
export function fixedAgreements(template: LockedTemplate): Readonly<Record<string, AgreementData>> {
  const make = (serial: number, values: Readonly<Record<string, string>>, annex: typeof ANNEX | null, more: object = {}): AgreementData =>
    parseAgreementData(
      {
        schema: 'sanfang.agreement/1',
        stamping: 1,
        template: { pack: template.pack, version: template.version, prefixSha256: template.prefixSha256 },
        agreementNumber: `SF-GTKDEN0000-000000000${serial}`,
        fields: values,
        annex,
        ...more,
      },
      template.fields,
    );
  return {
    'an adult, no annex': make(1, VALUES, null),
    'a minor with a guardian and an annex': make(2, MINOR, ANNEX),
    'rare characters and long values': make(
      3,
      {
        ...VALUES,
        studentName: '欧阳㛃𬱖𠮷',
        restArrangement: '每周六、周日及法定节假日休息，生产旺季需要调整时由乙方提前三日告知甲方和丙方并安排补休',
      },
      ANNEX,
      { verifyOrigin: 'https://verify.example.edu.cn' },
    ),
  };
}

export interface Golden {
  readonly pack: string;
  readonly version: string;
  readonly stamping: 1;
  readonly prefix: { readonly lengthBytes: number; readonly sha256: string };
  readonly revisionZero: Readonly<Record<string, { readonly lengthBytes: number; readonly sha256: string }>>;
}

export function printGolden(): Golden {
  const template = loadPack(readPackFiles(join(root, 'templates'), 'sample'), openFontLibrary(join(root, 'fonts')));
  const { pack, version, prefix, prefixSha256 } = template;
  const revisionZero = Object.entries(fixedAgreements(template)).map(([what, data]) => {
    const bytes = renderRevisionZero(template, data);
    return [what, { lengthBytes: bytes.length, sha256: sha256Hex(bytes) }] as const;
  });
  return {
    pack,
    version,
    stamping: 1,
    prefix: { lengthBytes: prefix.length, sha256: prefixSha256 },
    revisionZero: Object.fromEntries(revisionZero),
  };
}

if (import.meta.main) process.stdout.write(JSON.stringify(printGolden()));
