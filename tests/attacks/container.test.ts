/** Rows 13–17: /ByteRange and /Contents; the container of a signature taken apart. */
import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, fromHex, fromLatin1, toHex } from '../../src/bytes.ts';
import { CONTENTS_BYTES } from '../../src/pdf/update.ts';
import { cmsLength } from '../../src/pki/cms-parse.ts';
import { derOctetString } from '../../src/pki/der.ts';
import type { ReproducedSignature } from '../../src/template/reproduce.ts';
import { codesOf, credentialFor, endOf, layoutOf, makeData, signAll, verify } from '../verify/signed-agreement.ts';
import { appendUpdate, layRevision, makeCms, objectBody, putCms, sizeOf, splice, text } from './forgery.ts';

let file: Uint8Array;
let last: ReproducedSignature;
let byteRange: { readonly at: number; readonly words: string };
beforeAll(async () => {
  file = await signAll(makeData());
  const signature = layoutOf(file).signatures.at(-1);
  if (signature === undefined) throw new Error('not signed');
  last = signature;
  const at = text(file).lastIndexOf('/ByteRange[');
  byteRange = { at, words: text(file).slice(at, text(file).indexOf(']', at) + 1) };
});

const withRange = (words: string): Uint8Array => splice(file, byteRange.at, byteRange.at + byteRange.words.length, words);
const withContents = (words: string): Uint8Array => splice(file, last.contentsStart, last.contentsEnd, words);
const hexOf = (signature: ReproducedSignature): string => toHex(signature.contents);
const cmsOf = (signature: ReproducedSignature): Uint8Array => signature.contents.subarray(0, cmsLength(signature.contents));
const padded = (bytes: Uint8Array): string => `<${toHex(bytes).padEnd(CONTENTS_BYTES * 2, '0')}>`;

describe('row 13: a byte range', () => {
  const pad = (value: number): string => String(value).padStart(10, '0');
  test.each([
    ['that does not start at 0', () => byteRange.words.replace('[0 ', '[9 ')],
    [
      'with a larger gap',
      () => `/ByteRange[0 ${pad(last.contentsStart - 100)} ${pad(last.contentsEnd)} ${pad(file.length - last.contentsEnd)}]`,
    ],
    [
      'that ends early',
      () => `/ByteRange[0 ${pad(last.contentsStart)} ${pad(last.contentsEnd)} ${pad(file.length - last.contentsEnd - 10)}]`,
    ],
    [
      'whose parts overlap',
      () => `/ByteRange[0 ${pad(last.contentsEnd)} ${pad(last.contentsStart)} ${pad(file.length - last.contentsStart)}]`,
    ],
    ['of one part', () => `/ByteRange[0 ${pad(file.length)}                      ]`],
    ['of three parts', () => '/ByteRange[0 10 20 10 40 0000000010 00]'.padEnd(byteRange.words.length, ' ')],
    ['of the same numbers with other zeros', () => byteRange.words.replace('[0 ', '[0 00').slice(0, byteRange.words.length)],
    ['of negative numbers', () => byteRange.words.replace(/ 0/, ' -')],
  ])('%s is refused', (_, words) => {
    expect(words()).not.toBe(byteRange.words);
    const report = verify(withRange(words()));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toContain('REVISION_ALTERED');
    expect(report.findings[0]?.revision).toBe(3);
  });
});

describe('row 14: the padding of /Contents', () => {
  const stuffings: readonly (readonly [string, (signature: ReproducedSignature) => string])[] = [
    ['holds one bit', () => `${hexOf(last).slice(0, -1)}1`],
    ['holds text', () => hexOf(last).slice(0, -40) + toHex(fromLatin1('another agreement...'))],
    ['begins with text', () => `${toHex(cmsOf(last))}ff`.padEnd(CONTENTS_BYTES * 2, '0')],
    ['holds a second CMS', () => padded(concatBytes(cmsOf(last), cmsOf(last))).slice(1, -1)],
  ];
  test.each(stuffings)('is refused where it %s', (_, stuffing) => {
    const report = verify(withContents(`<${stuffing(last)}>`));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toContain('SIGNATURE_PADDING_NOT_ZERO');
    expect(report.findings[0]).toMatchObject({ revision: 3, party: 'school' });
  });

  test('is refused where the CMS claims it for itself', () => {
    const cms = cmsOf(last);
    const longer = padded(cms).replace(/^<3082..../, `<3082${(CONTENTS_BYTES - 4).toString(16)}`);
    expect(codesOf(verify(withContents(longer)))).toContain('SIGNATURE_MALFORMED');
  });
});

describe('row 15: the spelling of /Contents', () => {
  test.each([
    ['capital digits', () => `<${hexOf(last).toUpperCase()}>`],
    ['one capital digit', () => `<${hexOf(last).replace(/[a-f]/, (digit) => digit.toUpperCase())}>`],
    ['a space among the digits', () => `<${hexOf(last).slice(0, -2)} 0>`],
    ['a line break', () => `<${hexOf(last).slice(0, -1)}\n>`],
    ['an earlier end', () => `<${hexOf(last).slice(0, -12)}>/A 12345678>`],
    ['a literal string', () => `(${hexOf(last)})`],
    ['further keys in the gap', () => `<${hexOf(last).slice(0, -20)}>/Reason(xxx) /X <00>`],
  ])('with %s is refused', (_, words) => {
    expect(words()).toHaveLength(CONTENTS_BYTES * 2 + 2);
    const report = verify(withContents(words()));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toContain('CONTENTS_ALTERED');
  });

  test('of another length is refused', () => {
    for (const words of [`<${hexOf(last)}00>`, `<${hexOf(last).slice(2)}>`]) {
      const report = verify(withContents(words));
      expect(report.verdict).toBe('failed');
      expect(codesOf(report)[0]).toMatch(/^(?:REVISION|CONTENTS)_ALTERED$/);
    }
  });
});

describe('row 16: a universal signature forgery', () => {
  test.each([
    ['no /Contents', (body: string) => body.replace(/\/Contents<[0-9a-f]*>/, '')],
    ['null for /Contents', (body: string) => body.replace(/\/Contents<[0-9a-f]*>/, '/Contents null')],
    ['zeros for /Contents', (body: string) => body.replace(/<[0-9a-f]{99,}>/, '<00>')],
    ['no /ByteRange', (body: string) => body.replace(/\/ByteRange\[[^\]]*\]/, '')],
    ['null for /ByteRange', (body: string) => body.replace(/\/ByteRange\[[^\]]*\]/, '/ByteRange null')],
    ['an empty /ByteRange', (body: string) => body.replace(/\/ByteRange\[[^\]]*\]/, '/ByteRange[]')],
  ])('with %s, written over the signature, is refused', (_, change) => {
    const start = text(file).lastIndexOf('<</Type/Sig/');
    const end = text(file).indexOf('\nendobj', start);
    const body = text(file).slice(start, end);
    expect(change(body)).not.toBe(body);
    const report = verify(splice(file, start, end, change(body)));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toContain('REVISION_ALTERED');
  });

  test('appended as an update is refused', () => {
    const number = sizeOf(file) - 2;
    const body = objectBody(file, number).replace(/\/ByteRange\[[^\]]*\]/, '/ByteRange null');
    expect(codesOf(verify(appendUpdate(file, [[number, body]])))).toEqual(['CONTENT_APPENDED']);
  });

  test('with an empty /Contents, never filled in, is refused', async () => {
    const data = makeData();
    const two = await signAll(data, { roles: ['student', 'unit'] });
    const report = verify(layRevision(two, data, 'school').file);
    expect(codesOf(report)).toEqual(['SIGNATURE_MALFORMED']);
    expect(report.verdict).toBe('failed');
  });

  test('with a CMS that is a bare octet string or one byte is refused', async () => {
    const data = makeData();
    const open = layRevision(await signAll(data, { roles: ['student', 'unit'] }), data, 'school');
    for (const cms of [
      derOctetString(new Uint8Array(400)),
      fromHex('30820000'),
      fromHex('30'),
      new Uint8Array(CONTENTS_BYTES).fill(0x30),
    ]) {
      const report = verify(putCms(open, cms));
      expect(report.verdict).toBe('failed');
      expect(codesOf(report)).toEqual(['SIGNATURE_MALFORMED']);
    }
  });
});

describe('row 17: a signature wrapped around other content', () => {
  test('is refused where the signed end is moved behind what was put in', () => {
    const inserted = '3 0 obj\n<</Type/Page>>\nendobj\n';
    const { contentsEnd } = last;
    const range = `/ByteRange[0 ${String(last.contentsStart).padStart(10, '0')} ${String(contentsEnd + inserted.length).padStart(10, '0')} ${String(file.length - contentsEnd).padStart(10, '0')}]`;
    const wrapped = splice(withRange(range), contentsEnd, contentsEnd, inserted);
    const report = verify(wrapped);
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toContain('REVISION_ALTERED');
  });

  test('is refused where the whole revision is moved back and another body stands before it', async () => {
    const data = makeData();
    const two = await signAll(data, { roles: ['student', 'unit'] });
    const open = layRevision(two, data, 'school');
    const signed = putCms(open, await makeCms(open, await credentialFor(data, 'school')));
    expect(verify(signed).verdict).toBe('passed');
    const end = endOf(signed, 2);
    const report = verify(concatBytes(signed.subarray(0, end), fromLatin1('%\n'), signed.subarray(end)));
    expect(codesOf(report)).toContain('CONTENT_APPENDED');
    expect(report.verdict).toBe('failed');
  });
});
