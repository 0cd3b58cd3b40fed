/** Rows 36–38: encryption, junk, polyglots, files made to exhaust the verifier, and files that viewers read differently. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import { concatBytes, fromLatin1, fromUtf8 } from '../../src/bytes.ts';
import { derSequence, derValue } from '../../src/pki/der.ts';
import { dataPreamble } from '../../src/template/revision-zero.ts';
import { baseOfRevisionZero } from '../../src/template/signature-layout.ts';
import type { FileReport } from '../../src/verify/report.ts';
import { FILE_MAX_BYTES } from '../../src/verify/verify-file.ts';
import { codesOf, credentialFor, endOf, layoutOf, makeData, signAll, template, verify } from '../verify/signed-agreement.ts';
import { appendUpdate, forge, layRevision, makeCms, putCms, sizeOf, splice, startxrefOf } from './forgery.ts';

let data: AgreementData;
let file: Uint8Array;
beforeAll(async () => {
  data = makeData();
  file = await signAll(data);
});

const SECOND_MS = 1000;
const MEMORY_MAX_BYTES = 300 << 20;

/** Verifies within the limits that a stranger's file is given. */
function verifyBounded(bytes: Uint8Array): FileReport {
  const before = process.memoryUsage().rss;
  const start = process.cpuUsage();
  const report = verify(bytes);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000, 'milliseconds of processor time').toBeLessThan(2 * SECOND_MS);
  expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_MAX_BYTES);
  expect(report.verdict).not.toBe('passed');
  return report;
}

const filled = (length: number, pattern: string): Uint8Array => {
  const bytes = new Uint8Array(length);
  const unit = fromLatin1(pattern);
  bytes.set(unit);
  for (let done = unit.length; done < length; done *= 2) bytes.copyWithin(done, 0, Math.min(done, length - done));
  return bytes;
};

describe('row 36: what is no plain agreement', () => {
  test('an encryption dictionary added behind the signatures is refused', () => {
    const report = verify(
      appendUpdate(file, [[sizeOf(file), '<</Filter/Standard/V 1/R 2/P -1/O()/U()>>']], `/Encrypt ${sizeOf(file)} 0 R`),
    );
    expect(codesOf(report)).toEqual(['CONTENT_APPENDED']);
    expect(report.verdict).toBe('failed');
  });

  test('a foreign encrypted PDF is not judged', () => {
    const report = verify(fromLatin1('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R/Encrypt 2 0 R>>\n%%EOF\n'));
    expect(codesOf(report)).toEqual(['FILE_ENCRYPTED']);
    expect(report.verdict).toBe('indeterminate');
  });

  test.each<[string, string]>([
    ['one byte', '\n'],
    ['a byte order mark', '\xef\xbb\xbf'],
    ['a comment', '% junk\n'],
    ['a script', '<script>alert(1)</script>'],
    ['an archive’s head', 'PK\x03\x04'],
    ['another PDF header', '%PDF-1.4\n'],
  ])('%s before the header is refused', (_, junk) => {
    const report = verify(concatBytes(fromLatin1(junk), file));
    expect(codesOf(report)).toEqual(['BODY_ALTERED']);
    expect(report.verdict).toBe('failed');
  });

  test('a kilobyte before the header is no PDF', () => {
    expect(codesOf(verify(concatBytes(filled(1100, 'PK\x03\x04junk'), file)))).toEqual(['FILE_NOT_PDF']);
  });

  test.each<[string, string]>([
    ['an archive', 'PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'],
    ['a page of HTML', '<html><body>other text</body></html>'],
    ['a picture', '\xff\xd8\xff\xe0'],
  ])('%s behind the end, so that another program reads another file, is refused', (_, tail) => {
    expect(codesOf(verify(concatBytes(file, fromLatin1(tail))))).toEqual(['CONTENT_APPENDED']);
  });

  test.each<[string, string]>([
    ['an archive', 'PK\x03\x04'],
    ['a photograph', '\xff\xd8\xff\xe0'],
    ['nothing', ''],
    ['text', '{"a":1}'],
    ['a web page', '<html>'],
  ])('%s is not judged', (_, bytes) => {
    const report = verify(fromLatin1(bytes));
    expect(codesOf(report)).toEqual(['FILE_NOT_PDF']);
    expect(report.verdict).toBe('indeterminate');
  });

  test('another PDF, signed or not, never gets better than a person’s judgement', () => {
    expect(verify(fromLatin1('%PDF-1.7\n/ByteRange [0 1 2 3]')).verdict).toBe('review');
    expect(codesOf(verify(fromLatin1('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')))).toEqual(['FILE_NOT_SIGNED']);
  });
});

describe('row 37: a file made to exhaust', () => {
  test('by size is not even read', () => {
    expect(codesOf(verifyBounded(new Uint8Array(100 << 20)))).toEqual(['FILE_TOO_LARGE']);
  });

  test.each<[string, (length: number) => Uint8Array]>([
    ['zeros', (length) => new Uint8Array(length)],
    ['PDF headers', (length) => filled(length, '%PDF-1.7 ')],
    ['spaces behind a key', (length) => concatBytes(fromLatin1('%PDF-1.7 /Encrypt'), filled(length - 17, ' '))],
    ['digits behind a key', (length) => concatBytes(fromLatin1('%PDF-1.7 /Encrypt 1'), filled(length - 19, '1'))],
    ['keys', (length) => concatBytes(fromLatin1('%PDF-1.7 '), filled(length - 9, '/Encrypt 1 1 '))],
    ['byte ranges', (length) => concatBytes(fromLatin1('%PDF-1.7 '), filled(length - 9, '/ByteRange '))],
    [
      'our own mark',
      (length) => concatBytes(fromLatin1('%PDF-1.7 "schema":"sanfang.agreement/1"'), filled(length - 39, '"template":{"pack":"a')),
    ],
    ['our own prefix and rubbish', (length) => concatBytes(template.prefix, filled(length - template.prefix.length, 'x'))],
    ['a signed file and rubbish', (length) => concatBytes(file, filled(length - file.length, '%Sanfang revision '))],
    [
      'a signed file and an endless line',
      (length) => concatBytes(file, fromLatin1('%Sanfang revision '), filled(length - file.length - 18, '[')),
    ],
  ])('by %s as long as is allowed is answered in time', (_, make) => {
    verifyBounded(make(FILE_MAX_BYTES));
  });

  test.each<[string, string]>([
    ['lists', '['],
    ['records', '{"a":'],
    ['lists that end', ''],
  ])('by nested %s is answered in time', (_, unit) => {
    const deep = unit === '' ? '['.repeat(100_000) + ']'.repeat(100_000) : unit.repeat(Math.floor(200_000 / unit.length));
    const json = fromLatin1(deep);
    const report = verifyBounded(concatBytes(template.prefix, fromLatin1(dataPreamble(json.length)), json));
    expect(codesOf(report)[0]).toMatch(/^DATA_(?:MALFORMED|REFUSED)$/);
    const line = concatBytes(file.subarray(0, endOf(file, 0)), fromLatin1(`%Sanfang revision ${deep.slice(0, 30_000)}\n`));
    expect(codesOf(verifyBounded(line))).toContain('REVISION_ALTERED');
  });

  test('by the largest data that is allowed is answered in time', () => {
    const clauses = Array.from({ length: 40 }, (_, i) => String.fromCodePoint(0x4e00 + i * 500).repeat(500));
    const distinct = clauses.map((clause, i) =>
      [...clause].map((_, k) => String.fromCodePoint(0x4e00 + ((i * 500 + k) % 20_000))).join(''),
    );
    for (const list of [clauses, distinct]) {
      const json = fromUtf8(
        JSON.stringify({
          agreementNumber: data.agreementNumber,
          annex: { clauses: list, title: '补充条款' },
          fields: data.fields,
          schema: data.schema,
          stamping: 1,
          template: data.template,
        }),
      );
      verifyBounded(concatBytes(template.prefix, fromLatin1(dataPreamble(json.length)), json));
    }
  });

  test('by thousands of repeated signatures is answered in time', () => {
    const { zero } = layoutOf(file);
    if (zero === null) throw new Error('no agreement');
    let base = baseOfRevisionZero(zero);
    let many: Uint8Array = file.slice(0, base.lengthBytes);
    for (let i = 0; i < 12; i++) {
      const open = layRevision(many, data, 'student', undefined, base);
      many = open.file;
      base = {
        ...base,
        lengthBytes: many.length,
        startxref: startxrefOf(many),
        size: base.size + 2,
        certification: base.certification ?? base.size,
      };
    }
    const report = verifyBounded(many);
    expect(codesOf(report)[0]).toBe('CONTENT_APPENDED');
    expect(report.findings[0]?.revision).toBe(8);
    expect(codesOf(report)).toContain('PARTY_SIGNED_TWICE');
  });

  test('by a deeply nested or overlong CMS is answered in time', async () => {
    const two = file.slice(0, endOf(file, 2));
    const open = layRevision(two, data, 'school');
    let deep: Uint8Array = derSequence();
    while (deep.length < 8000) deep = derSequence(deep);
    const flat = derSequence(...Array.from({ length: 4000 }, () => Uint8Array.of(5, 0)));
    const sets = derValue(0x31, ...Array.from({ length: 2600 }, () => Uint8Array.of(0x30, 1, 0)));
    for (const cms of [deep, flat, derSequence(sets)]) {
      expect(codesOf(verifyBounded(putCms(open, cms)))).toContain('SIGNATURE_MALFORMED');
    }
    const good = await makeCms(open, await credentialFor(data, 'school'));
    for (const length of ['ffff', '0000', '2000', '1fff']) {
      const lying = good.slice();
      lying.set([Number.parseInt(length.slice(0, 2), 16), Number.parseInt(length.slice(2), 16)], 2);
      verifyBounded(putCms(open, lying));
    }
  });
});

describe('row 38: a file that viewers read differently', () => {
  test('by two starts, two tables or a body that masks another is refused', async () => {
    const stranger = concatBytes(fromLatin1('%PDF-1.3\n'), file.subarray(9));
    expect(codesOf(verify(stranger))).toEqual(['BODY_ALTERED']);
    const masked = splice(file, endOf(file, 0), endOf(file, 0), '1 0 obj\n<</Type/Catalog/Pages 99 0 R>>\nendobj\n');
    expect(codesOf(verify(masked))).toContain('CONTENT_APPENDED');
    const twoTables = concatBytes(file, fromLatin1(`xref\n0 0\ntrailer\n<</Root 99 0 R>>\nstartxref\n${startxrefOf(file)}\n%%EOF\n`));
    expect(codesOf(verify(twoTables))).toEqual(['CONTENT_APPENDED']);
    const credential = await credentialFor(data, 'school');
    const upon = { ...baseOfRevisionZero(layoutOf(file).zero ?? missing()), lengthBytes: masked.length };
    const resigned = await forge(masked, data, 'school', credential, upon);
    expect(verify(resigned).verdict).toBe('failed');
  });

  test('by other line ends or other white space is refused', () => {
    const latin = new TextDecoder('latin1').decode(file.subarray(endOf(file, 2)));
    for (const other of [latin.replaceAll(' obj\n', ' obj\r'), latin.replace('\nendobj\n', '\n endobj\n'), latin.replace('>>', '> >')]) {
      expect(verify(concatBytes(file.subarray(0, endOf(file, 2)), fromLatin1(other))).verdict).toBe('failed');
    }
  });
});

function missing(): never {
  throw new Error('no agreement');
}
