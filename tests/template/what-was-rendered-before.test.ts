/** What a renderer remembers of earlier agreements makes it faster and changes no byte. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFontLibrary } from '../../src/adapters/font-files.ts';
import { readPackFiles } from '../../src/adapters/pack-folder.ts';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import { parseAgreementFields } from '../../src/agreement/agreement-fields.ts';
import { idCheckCharacter } from '../../src/agreement/identifiers.ts';
import { equalBytes } from '../../src/bytes.ts';
import { AppError } from '../../src/errors.ts';
import { loadPack } from '../../src/template/load-pack.ts';
import { makeRenderer, renderRevisionZero } from '../../src/template/revision-zero.ts';
import { fixedAgreements } from './print-revisions.ts';

const root = join(import.meta.dirname, '../..');
const fonts = openFontLibrary(join(root, 'fonts'));
const open = () => loadPack(readPackFiles(join(root, 'templates'), 'sample'), fonts);

const SURNAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许';
const GIVEN =
  '一乙二十丁厂七卜人入八九几儿了力乃刀又三于干亏士工土才寸下大丈与万上小口巾山千乞川亿个勺久凡及夕丸么广亡门义之尸弓己已子卫也女飞刃习叉马乡';
const at = (text: string, index: number): string => [...text][index % [...text].length] ?? '';

/** Another student of another unit each time, more of them than any cache keeps. */
function another(data: AgreementData, i: number, specs: Parameters<typeof parseAgreementFields>[1]): AgreementData {
  const first17 = `${(data.fields['studentIdNumber'] ?? '').slice(0, 14)}${String(i % 1000).padStart(3, '0')}`;
  const parsed = parseAgreementFields(
    {
      ...data.fields,
      studentName: `${at(SURNAMES, i)}${at(GIVEN, i * 7)}${at(GIVEN, i * 13 + 1)}`,
      studentIdNumber: `${first17}${idCheckCharacter(first17)}`,
      unitName: `${at(GIVEN, i)}${at(SURNAMES, i * 3)}${at(GIVEN, i * 5)}电子科技有限公司`,
    },
    specs,
  );
  if (!parsed.ok) throw new Error(parsed.issues.map(({ code }) => code).join());
  return { ...data, fields: parsed.fields };
}

describe('an agreement', () => {
  it('has the same bytes before and after a thousand others', () => {
    const [fresh, used] = [open(), open()];
    const fixed = Object.values(fixedAgreements(fresh));
    const renderUsed = makeRenderer(used);
    const others = Array.from({ length: 1000 }, (_, i) => {
      const data = fixed[i % fixed.length];
      if (data === undefined) throw new Error('nothing to vary');
      return another(data, i, fresh.fields);
    });
    for (const data of others) renderUsed(data);
    for (const data of [...fixed, ...others.filter((_, i) => i % 100 === 0)]) {
      const whole = renderUsed(data);
      expect(equalBytes(whole, renderRevisionZero(fresh, data))).toBe(true);
    }
  });

  it('has the same bytes after one that was refused midway', () => {
    const template = open();
    const [adult] = Object.values(fixedAgreements(template));
    if (adult === undefined) throw new Error('no agreement');
    const before = renderRevisionZero(template, adult);
    const tooWide = { ...adult, fields: { ...adult.fields, unitName: '公'.repeat(400) } } as AgreementData;
    expect(() => renderRevisionZero(template, tooWide)).toThrow(AppError);
    expect(equalBytes(renderRevisionZero(template, adult), before)).toBe(true);
  });
});
