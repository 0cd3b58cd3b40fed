/** The readers of unknown PDFs: syntax as viewers take it, filters within limits, two readings that agree on sound files. */
import fc from 'fast-check';
import pako from 'pako';
import { PDFDocument } from 'pdf-lib';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1, toLatin1 } from '../../src/bytes.ts';
import { makeBudget, ReaderLimit } from '../../src/pdf/reader-budget.ts';
import { decodeFilters } from '../../src/pdf/reader-filters.ts';
import { entry, openSource } from '../../src/pdf/reader-objects.ts';
import { openStrict } from '../../src/pdf/reader-strict.ts';
import { isDict, isString, openCursor, type PdfValue, readObject, stringBytes, textOf } from '../../src/pdf/reader-syntax.ts';
import { openTolerant, scanObjects } from '../../src/pdf/reader-tolerant.ts';

const read = (text: string): ReturnType<typeof readObject> => readObject(openCursor(fromLatin1(text), 0, makeBudget()));

describe('values', () => {
  test.each<[string, PdfValue]>([
    ['12', 12],
    ['-0.5', -0.5],
    ['+3.', 3],
    ['--4', -4],
    ['true', true],
    ['null', null],
    ['/A#42c', { kind: 'name', name: 'ABc' }],
    ['7 0 R', { kind: 'ref', number: 7, generation: 0 }],
    ['% comment\n 5', 5],
    ['[1 2 0 R 3]', { kind: 'array', items: [1, { kind: 'ref', number: 2, generation: 0 }, 3] }],
  ])('%s', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each([
    ['(a(b)c)', 'a(b)c'],
    ['(a\\)\\101\\n\\\r\nb)', 'a)A\nb'],
    ['<414 2\n43>', 'ABC'],
    ['<4>', '@'],
  ])('the string %j', (text, expected) => {
    const value = read(text);
    expect(typeof value === 'object' && value !== null && value.kind === 'string' ? toLatin1(stringBytes(value)) : null).toBe(expected);
  });

  test('text strings in UTF-16 and UTF-8', () => {
    for (const text of ['(\xfe\xff\x4e\x09)', '(\xef\xbb\xbf\xe4\xb8\x89)']) {
      const value = read(text);
      expect(typeof value === 'object' && value !== null && value.kind === 'string' ? textOf(value) : null).toBe('三');
    }
  });

  test('a key that stands twice is counted', () => {
    expect(read('<</A 1/A 2>>')).toMatchObject({ hasDuplicates: true });
    expect(read('<</A 1/B 2>>')).toMatchObject({ hasDuplicates: false });
  });

  test.each(['[[[[', '<<<<', '(((', '<</A', '<</A/B/C', '[1 2 endobj', ')', '>>', `${'['.repeat(5000)}`])('unfinished %s ends', (text) => {
    expect(() => read(text)).not.toThrow();
  });

  test('no bytes at all make it throw, but for the budget', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const cursor = openCursor(bytes, 0, makeBudget());
        for (let i = 0; i < 500 && cursor.at < bytes.length; i++) readObject(cursor);
        expect(cursor.at).toBe(bytes.length);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test('the budget ends it', () => {
    expect(() => readObject(openCursor(fromLatin1('[1 2 3 4 5 6 7 8 9]'), 0, makeBudget(40)))).toThrow(ReaderLimit);
  });
});

describe('filters', () => {
  const decode = (raw: Uint8Array, name: string, parameters: Record<string, number> = {}): string | null => {
    const bytes = decodeFilters(raw, [{ name, parameters }], makeBudget());
    return bytes === null ? null : toLatin1(bytes);
  };

  test.each<[string, string, string]>([
    ['ASCIIHexDecode', '48 65 6C6c 6f>', 'Hello'],
    ['ASCII85Decode', '87cURDZ~>', 'Hello'],
    ['RunLengthDecode', '\x01ab\xfec\x80', 'abccc'],
    ['LZWDecode', '\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01', '-----A---B'],
  ])('%s', (name, raw, expected) => {
    expect(decode(fromLatin1(raw), name)).toBe(expected);
  });

  test('Flate, cut off as well', () => {
    const deflated = pako.deflate(fromLatin1('text '.repeat(50)));
    expect(decode(deflated, 'FlateDecode')).toBe('text '.repeat(50));
    expect(decode(deflated.subarray(0, -6), 'FlateDecode')).toMatch(/^(?:text )*/);
  });

  test('every PNG predictor is undone', () => {
    const rows = fromLatin1('\x00\x01\x02\x03\x01\x01\x01\x01\x02\x01\x01\x01\x03\x01\x01\x01\x04\x01\x01\x01');
    const text = decode(pako.deflate(rows), 'FlateDecode', { Predictor: 15, Columns: 3 });
    expect([...(text ?? '')].map((each) => each.charCodeAt(0))).toEqual([1, 2, 3, 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5]);
  });

  test('image codecs are left alone', () => {
    expect(decode(new Uint8Array(4), 'DCTDecode')).toBeNull();
  });

  test('a bomb is cut off', () => {
    const bomb = pako.deflate(new Uint8Array(30 << 20));
    expect(decodeFilters(bomb, [{ name: 'FlateDecode', parameters: {} }], makeBudget(1e9, 1e9))).toBeNull();
    expect(() => decodeFilters(bomb, [{ name: 'FlateDecode', parameters: {} }], makeBudget(1e9, 1 << 20))).toThrow(ReaderLimit);
  });
});

describe('two readings', () => {
  test.each([true, false])('agree on a sound file, object streams: %s', async (useObjectStreams) => {
    const made = await PDFDocument.create();
    for (let i = 0; i < 3; i++) made.addPage();
    made.setTitle('agreement');
    const bytes = await made.save({ useObjectStreams });
    const source = openSource(bytes);
    const strict = openStrict(source, bytes.length);
    const tolerant = openTolerant(scanObjects(source), bytes.length);
    expect([...strict.oddities]).toEqual([]);
    for (const number of strict.view?.numbers() ?? []) expect(tolerant?.placeOf(number)).toBe(strict.view?.placeOf(number));
    const root = strict.view === null ? null : entry(strict.view, strict.view.trailer, 'Root');
    expect(isDict(root ?? undefined)).toBe(true);
    expect(isString(root ?? undefined)).toBe(false);
  });

  test('junk before the header shifts the offsets', () => {
    const body =
      '%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n42\n%%EOF\n';
    const bytes = concatBytes(fromLatin1('junk\n'), fromLatin1(body));
    const strict = openStrict(openSource(bytes), bytes.length);
    expect(strict.view?.placeOf(1)).toBe(14);
    expect([...strict.oddities]).toEqual(['HEADER_NOT_FIRST']);
  });

  test('a chain of sections that goes in circles ends', () => {
    const body =
      '%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R/Prev 42>>\nstartxref\n42\n%%EOF\n';
    const strict = openStrict(openSource(fromLatin1(body)), body.length);
    expect(strict.oddities.has('CHAIN_LOOPS')).toBe(true);
  });

  test('no bytes at all make either throw, but for the budget', () => {
    const parts = [
      '1 0 obj',
      'endobj',
      '<</Type/Catalog>>',
      'stream\n',
      'endstream',
      'xref\n0 1\n',
      'trailer',
      '<</Root 1 0 R/Prev 9>>',
      'startxref\n9\n',
      '%%EOF',
      '/ObjStm',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 6, unit: 'binary-ascii' })), { maxLength: 40 }),
        (pieces) => {
          const bytes = fromLatin1(`%PDF-1.4\n${pieces.join('\n')}`);
          const source = openSource(bytes);
          openStrict(source, bytes.length);
          openTolerant(scanObjects(source), bytes.length);
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });
});
