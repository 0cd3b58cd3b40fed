import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AgreementData, printAgreementData } from '../../src/agreement/agreement-data.ts';
import { shownValue } from '../../src/agreement/shown-value.ts';
import { fromHex, fromLatin1, toUtf8 } from '../../src/bytes.ts';
import { sha256, sha256Hex } from '../../src/digest.ts';
import { isLegibleInk, toInk } from '../../src/http/client/ink.ts';
import { assertOwnAct } from '../../src/http/client/own-act.ts';
import { parsePastedTable, printCsv } from '../../src/http/client/pasted-table.ts';
import {
  assertListed,
  assertSays,
  assertSaysToo,
  assertSignatory,
  readValues,
  type ShownList,
} from '../../src/http/client/shown-values.ts';
import { assertAttributesCover, coveredBytes, messageDigestOf } from '../../src/http/client/signed-attributes.ts';
import { makeSigningKey } from '../../src/http/client/signing-key.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { VALUES } from '../agreement/sample-values.ts';
import { ANNEX, makeData, template } from '../verify/signed-agreement.ts';

const der = (tag: number, ...parts: readonly (readonly number[])[]): number[] => {
  const content = parts.flat();
  return [tag, ...(content.length > 0x7f ? [0x81, content.length] : [content.length]), ...content];
};
const oid = (hex: string): number[] => der(0x06, [...fromHex(hex)]);
const attribute = (type: string, value: readonly number[]): number[] => der(0x30, oid(type), der(0x31, value));
const CONTENT_TYPE = attribute('2a864886f70d010903', oid('2a864886f70d010701'));
const CERTIFICATE = attribute('2a864886f70d010910022f', der(0x30, der(0x30, der(0x30, der(0x04, [...new Uint8Array(32)])))));
const digestAttribute = (digest: Uint8Array): number[] => attribute('2a864886f70d010904', der(0x04, [...digest]));
const attributesFor = (digest: Uint8Array): Uint8Array => Uint8Array.from(der(0x31, CONTENT_TYPE, digestAttribute(digest), CERTIFICATE));

const pdf = fromLatin1(`%PDF-1.7 before /Contents <${'0'.repeat(64)}> after %%EOF`);
const open = 26;
const range = [0, open, open + 66, pdf.length - open - 66] as const;
const digest = sha256(pdf.subarray(0, open), pdf.subarray(open + 66));

describe('what the page checks before it signs', () => {
  it('accepts attributes that carry the digest of the file it hashed itself', async () => {
    expect(await assertAttributesCover(pdf, range, attributesFor(digest))).toEqual(digest);
  });

  it('refuses attributes for another file', async () => {
    await expect(assertAttributesCover(pdf, range, attributesFor(sha256(pdf)))).rejects.toMatchObject({ reason: 'DIGEST_DIFFERS' });
  });

  it('refuses a file of which any covered byte was changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(pdf.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = pdf.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        await expect(assertAttributesCover(changed, range, attributesFor(digest))).rejects.toThrow();
      }),
    );
  });

  it('refuses a range that leaves out anything but zeros', () => {
    for (const bad of [
      [0, open, open + 67, pdf.length - open - 67],
      [0, open - 1, open + 66, pdf.length - open - 66],
      [1, open, open + 66, pdf.length - open - 66],
      [0, open, open + 66, pdf.length - open - 67],
      [0, open, open, pdf.length - open],
      [0, open, open + 66],
    ])
      expect(() => coveredBytes(pdf, bad)).toThrow('BYTE_RANGE_WRONG');
  });

  it('refuses two digests, an unknown attribute, a missing one, and bytes after the set', () => {
    const other = attribute('2a864886f70d010905', der(0x17, [...fromLatin1('260301010000Z')]));
    for (const bytes of [
      der(0x31, CONTENT_TYPE, digestAttribute(digest), digestAttribute(digest)),
      der(0x31, CONTENT_TYPE, digestAttribute(digest), CERTIFICATE, other),
      der(0x31, CONTENT_TYPE, digestAttribute(digest)),
      [...attributesFor(digest), 0],
      der(0x30, CONTENT_TYPE, digestAttribute(digest), CERTIFICATE),
      der(0x31, CONTENT_TYPE, digestAttribute(digest.subarray(1)), CERTIFICATE),
    ])
      expect(() => messageDigestOf(Uint8Array.from(bytes))).toThrow('ATTRIBUTES_MALFORMED');
  });

  it('never reads past the end of cut or random bytes', () => {
    const whole = attributesFor(digest);
    for (let length = 0; length < whole.length; length++)
      expect(() => messageDigestOf(whole.subarray(0, length))).toThrow('ATTRIBUTES_MALFORMED');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => messageDigestOf(bytes)).toThrow('ATTRIBUTES_MALFORMED');
      }),
    );
  });
});

describe('the key made in the page', () => {
  it('signs, and shows its public half as SubjectPublicKeyInfo', async () => {
    const key = await makeSigningKey();
    const known = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' });
    expect(key.publicKeySpki.length).toBe(known.length);
    expect((await key.sign(fromLatin1('x'))).length).toBe(64);
    expect(Object.keys(key).sort()).toEqual(['publicKeySpki', 'sign']);
  });
});

describe('handwriting', () => {
  const stroke = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 300 })
    .map((numbers) => numbers.slice(0, numbers.length & ~1));

  it('always fits the limits of the signature box', () => {
    fc.assert(
      fc.property(fc.array(stroke, { minLength: 1, maxLength: 90 }), (strokes) => {
        const ink = toInk(strokes);
        expect(ink.length).toBeLessThanOrEqual(64);
        expect(ink.flat().length).toBeLessThanOrEqual(4096);
        for (const line of ink) {
          expect(line.length % 2).toBe(0);
          expect(line.length).toBeGreaterThanOrEqual(2);
          line.forEach((value, i) => {
            expect(Number.isInteger(value) && value >= 0 && value <= (i % 2 === 0 ? 1000 : 400)).toBe(true);
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the proportions of what was written', () => {
    const [line = []] = toInk([[0, 0, 0.5, 0, 0.5, 0.1]]);
    expect((line[2] ?? 0) - (line[0] ?? 0)).toBeCloseTo(5 * ((line[5] ?? 0) - (line[1] ?? 0)), -1);
  });

  it('is not legible when blank, a dot or a short tick', () => {
    expect(isLegibleInk([])).toBe(false);
    expect(isLegibleInk([[0.5, 0.2, 0.503, 0.2]])).toBe(false);
    expect(isLegibleInk([[0.5, 0.2, 0.6, 0.2]])).toBe(false);
    expect(isLegibleInk([[0.1, 0.1, 0.5, 0.3, 0.2, 0.3]])).toBe(true);
  });
});

describe('a table pasted from a spreadsheet', () => {
  it('keeps quoted tabs, line breaks and quotes inside their cell', () => {
    expect(parsePastedTable('姓名\t备注\r\n张某\t"两行\n""引号""\t制表"\r\n')).toEqual([
      ['姓名', '备注'],
      ['张某', '两行\n"引号"\t制表'],
    ]);
  });

  it('gives back the cells of any table of plain text', () => {
    const cell = fc.string().map((text) => text.replace(/["\t\r\n]/g, ''));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (rows) => {
        expect(parsePastedTable(rows.map((row) => row.join('\t')).join('\r\n'))).toEqual(rows);
      }),
    );
  });

  it('prints CSV with every cell quoted', () => {
    expect(
      printCsv([
        ['a', 'b"c'],
        ['1,2', ''],
      ]),
    ).toBe('"a","b""c"\r\n"1,2",""');
  });
});

describe('what you see is what you sign', () => {
  const data = makeData(VALUES, ANNEX);
  const values = readValues(renderRevisionZero(template, data), template.prefix.length);
  const facts = ['unitName', 'post', 'place', 'startsOn:words', 'endsOn:words', 'stipendYuan', 'template'];
  const clauses = ['annex:title', ...(data.annex?.clauses.map((_, i) => `annex:${i + 1}`) ?? [])];
  const says = (source: AgreementData, references: readonly string[]) =>
    references.map((reference) => [reference, shownValue(source, reference)] as const);
  const truth = says(data, [...facts, ...clauses]);

  it('reads the values out of the file itself', () => {
    expect(values).toEqual(JSON.parse(toUtf8(printAgreementData(data))));
  });

  it('accepts a page that said what the file says', () => {
    expect(() => assertSays(values, truth)).not.toThrow();
  });

  it.each(truth.map(([reference]) => reference))('refuses a page that said something else of %s, or nothing', (reference) => {
    const others = truth.filter(([name]) => name !== reference);
    expect(() => assertSays(values, others)).toThrow('VALUES_DIFFER');
    expect(() => assertSays(values, [...truth, [reference, '别的']])).toThrow('VALUES_DIFFER');
  });

  it('refuses a page that showed a clause more than the file has', () => {
    expect(() => assertSays(values, [...truth, [`annex:${clauses.length}`, '乙方另行支付奖金。']])).toThrow('VALUES_DIFFER');
  });

  it('refuses a file whose values do not stand behind the locked text', () => {
    const file = renderRevisionZero(template, data);
    expect(() => readValues(file, template.prefix.length + 4)).toThrow('VALUES_DIFFER');
    file[template.prefix.length + 120] = 0xff;
    expect(() => readValues(file, template.prefix.length)).toThrow('VALUES_DIFFER');
  });

  const termination = (reason: string): AgreementData =>
    makeData(VALUES, null, template, {
      refersTo: { kind: 'termination', agreementNumber: data.agreementNumber, sha256: template.prefixSha256, reason },
    });

  it('refuses a page that kept back that an agreement ends another, or gave another reason', () => {
    const ending = termination('单位停产');
    const told = says(ending, [...facts, 'amendment']);
    expect(() => assertSays(ending, told)).not.toThrow();
    expect(() => assertSays(ending, says(ending, facts))).toThrow('VALUES_DIFFER');
    expect(() => assertSays(termination('学生违纪'), told)).toThrow('VALUES_DIFFER');
  });

  it('refuses a document signed together that says another thing, or whose text was not shown', () => {
    const other = { ...makeData(VALUES, null), agreementNumber: 'X' };
    const agreement = says(other, facts);
    expect(() => assertSaysToo(other, agreement, says(other, ['template']))).not.toThrow();
    expect(() => assertSaysToo(other, agreement, [])).toThrow('VALUES_DIFFER');
    expect(() => assertSaysToo(other, agreement, [['template', '0'.repeat(64)]])).toThrow('VALUES_DIFFER');
    expect(() => assertSaysToo({ ...other, fields: { ...other.fields, stipendYuan: '1' } }, agreement, says(other, ['template']))).toThrow(
      'VALUES_DIFFER',
    );
  });

  it('refuses a file that names another signatory than the page', () => {
    const { studentName = '', unitSignatory = '' } = VALUES;
    expect(() => assertSignatory(data, 'student', studentName)).not.toThrow();
    expect(() => assertSignatory(data, 'unit', unitSignatory)).not.toThrow();
    for (const [role, name] of [
      ['student', unitSignatory],
      ['unit', studentName],
      ['guardian', ''],
      ['nobody', studentName],
    ] as const)
      expect(() => assertSignatory(data, role, name)).toThrow('VALUES_DIFFER');
  });

  describe('in a list of many', () => {
    const keys = template.fields.filter(({ owner }) => !['student', 'guardian', 'system'].includes(owner));
    const shown: ShownList = {
      line: says(data, ['studentName:masked', 'post', 'stipendYuan']),
      groups: new Map<string, readonly string[]>([
        ...keys.map(({ key, type }) => {
          const reference = type === 'date' ? `${key}:words` : key;
          return [reference, [shownValue(data, reference), '别的']] as const;
        }),
        ['template', [template.prefixSha256]],
      ]),
      annexes: [[], says(data, clauses)],
    };
    const without = (key: string): ShownList => ({ ...shown, groups: new Map([...shown.groups].filter(([name]) => name !== key)) });

    it('accepts a file of which everything was shown', () => {
      expect(() => assertListed(data, shown)).not.toThrow();
      expect(() => assertListed({ ...data, annex: null }, shown)).not.toThrow();
    });

    it('refuses a file with a value that stands nowhere, also where the page showed one and the file has none', () => {
      for (const { key } of keys) {
        if (data.fields[key] === undefined) continue;
        expect(() => assertListed({ ...data, fields: { ...data.fields, [key]: '没有给人看过' } }, shown)).toThrow('VALUES_DIFFER');
        const { [key]: _, ...others } = data.fields;
        expect(() => assertListed({ ...data, fields: others }, shown)).toThrow('VALUES_DIFFER');
      }
    });

    it('refuses a list that kept something back: a group, the line, the annex, the text', () => {
      const given = keys.filter(
        ({ key, type }) => data.fields[key] !== undefined && type !== 'date' && key !== 'post' && key !== 'stipendYuan',
      );
      for (const { key } of given) expect(() => assertListed(data, without(key))).toThrow('VALUES_DIFFER');
      expect(() => assertListed(data, without('template'))).toThrow('VALUES_DIFFER');
      expect(() => assertListed(data, { ...shown, line: [] })).toThrow('VALUES_DIFFER');
      expect(() => assertListed(data, { ...shown, annexes: [[]] })).toThrow('VALUES_DIFFER');
      expect(() => assertListed({ ...data, annex: null }, { ...shown, annexes: [says(data, clauses)] })).toThrow('VALUES_DIFFER');
      expect(() => assertListed(data, { ...shown, annexes: [says(data, clauses.slice(0, -1))] })).toThrow('VALUES_DIFFER');
    });

    it('refuses another student, another text, and an agreement that ends another without saying so', () => {
      expect(() => assertListed({ ...data, fields: { ...data.fields, studentName: '欧阳某某' } }, shown)).toThrow('VALUES_DIFFER');
      expect(() => assertListed({ ...data, template: { ...data.template, prefixSha256: sha256Hex(new Uint8Array()) } }, shown)).toThrow(
        'VALUES_DIFFER',
      );
      const ending = termination('单位停产');
      expect(() => assertListed(ending, shown)).toThrow('VALUES_DIFFER');
      expect(() => assertListed(ending, { ...shown, line: [...shown.line, ...says(ending, ['amendment'])] })).not.toThrow();
    });
  });
});

describe('what a signatory does on the page', () => {
  const SEAL = { id: 'one', diameterMm: 40, sha256: 'a'.repeat(64) };
  const INK = [[1, 2, 3, 4]];
  const line = (more: object): string => `%Sanfang revision ${JSON.stringify({ ink: null, kind: 'signature', role: 'unit', ...more })}\n`;
  const file = (...lines: readonly string[]): Uint8Array => fromLatin1(`%PDF-1.7 prefix\n${lines.join('\x80%%EOF\n')}\xff rest`);
  const drawn = { seal: { sha256: SEAL.sha256, diameterMm: 40, widthPx: 260 } };
  const act = { role: 'unit', ink: null, seal: null };

  it('is what the revision to be signed says, whatever earlier ones say', () => {
    expect(() => assertOwnAct(file(line({}), line(drawn)), 9, { ...act, seal: SEAL })).not.toThrow();
    expect(() => assertOwnAct(file(line(drawn), line({})), 9, act)).not.toThrow();
    expect(() => assertOwnAct(file(line({ role: 'student', ink: INK })), 9, { role: 'student', ink: INK, seal: null })).not.toThrow();
  });

  it.each([
    ['another seal', [line({ seal: { ...drawn.seal, sha256: 'b'.repeat(64) } })], SEAL],
    ['another size', [line({ seal: { ...drawn.seal, diameterMm: 45 } })], SEAL],
    ['no seal', [line({})], SEAL],
    ['the seal of the revision before', [line(drawn), line({})], SEAL],
    ['a seal that was not asked for', [line(drawn)], null],
  ] as const)('stops a page that is given a file with %s', (_, lines, seal) => {
    expect(() => assertOwnAct(file(...lines), 9, { ...act, seal })).toThrow('SEAL_DIFFERS');
  });

  it.each([
    ['another party’s place', [line({ role: 'guardian' })]],
    ['handwriting that nobody wrote', [line({ ink: INK })]],
    ['a key said to be elsewhere', [line({ custody: 'external' })]],
    ['something that is no signature', [line({ kind: 'archive' })]],
    ['inputs that cannot be read', ['%Sanfang revision {\n']],
    ['no inputs', ['nothing']],
  ] as const)('stops a page that is given a file with %s', (_, lines) => {
    expect(() => assertOwnAct(file(...lines), 9, act)).toThrow('ACT_DIFFERS');
  });

  it('stops a page whose handwriting was exchanged or left out', () => {
    for (const ink of [[[1, 2, 3, 5]], null])
      expect(() => assertOwnAct(file(line({ ink })), 9, { ...act, ink: INK })).toThrow('ACT_DIFFERS');
  });
});
