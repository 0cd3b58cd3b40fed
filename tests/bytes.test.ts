import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  equalBytes,
  firstDifference,
  fromBase64,
  fromHex,
  fromLatin1,
  fromUtf8,
  isAllZero,
  repeatedFrom,
  toBase64,
  toHex,
  toLatin1,
  toUtf8,
} from '../src/bytes.ts';

const anyBytes = fc.uint8Array({ maxLength: 300 });
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

describe('bytes and text', () => {
  it('come back from Latin-1, hexadecimal and base64 as they went in', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(plain(fromLatin1(toLatin1(bytes)))).toEqual(plain(bytes));
        expect(plain(fromHex(toHex(bytes)))).toEqual(plain(bytes));
        expect(plain(fromHex(toHex(bytes).toUpperCase()))).toEqual(plain(bytes));
        expect(plain(fromBase64(toBase64(bytes)))).toEqual(plain(bytes));
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
    );
  });

  it('come back from UTF-8, a byte order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toUtf8(fromUtf8(text))).toBe(text);
      }),
    );
    expect(toUtf8(fromUtf8('\ufeff李'))).toBe('\ufeff李');
  });

  it('read a stretch of a long run as Latin-1', () => {
    const bytes = new Uint8Array(20_000).map((_, i) => i & 0xff);
    expect(toLatin1(bytes, 8190, 8195)).toBe('\u00fe\u00ff\u0000\u0001\u0002');
  });

  it.each([
    ['a character above U+00FF as Latin-1', () => fromLatin1('李')],
    ['an odd number of hexadecimal digits', () => fromHex('abc')],
    ['a letter that is no hexadecimal digit', () => fromHex('0g')],
    ['a character beyond ASCII in hexadecimal', () => fromHex('0０')],
    ['base64 without padding', () => fromBase64('YQ')],
    ['base64 with a line break', () => fromBase64('YWJj\nYWJj')],
    ['UTF-8 of a lone surrogate', () => toUtf8(Uint8Array.of(0xed, 0xa0, 0x80))],
    ['UTF-8 that ends early', () => toUtf8(Uint8Array.of(0xe6, 0x9d))],
  ])('refuse %s', (_what, read) => {
    expect(read).toThrow();
  });
});

describe('comparing', () => {
  it('finds the first byte that differs', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(), (bytes, where) => {
        expect(equalBytes(bytes, bytes.slice())).toBe(true);
        if (bytes.length === 0) return;
        const at = where % bytes.length;
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(firstDifference(bytes, changed)).toBe(at);
        expect(equalBytes(bytes, changed)).toBe(false);
        expect(equalBytes(bytes, bytes.subarray(1))).toBe(false);
      }),
    );
  });

  it('joins parts end to end', () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 6 }), (parts) => {
        expect(plain(concatBytes(...parts))).toEqual(plain(Buffer.concat(parts)));
      }),
    );
  });
});

describe('a run of one byte at the end', () => {
  it('begins behind the last other byte, wherever the bytes lie in memory', () => {
    const padded = fc.tuple(fc.uint8Array({ maxLength: 12 }), fc.nat(40), fc.constantFrom(0, 0x30, 0xff), fc.nat(7));
    fc.assert(
      fc.property(padded, ([head, count, byte, shift]) => {
        const room = new Uint8Array(shift + head.length + count).fill(byte);
        room.set(head, shift);
        const bytes = room.subarray(shift);
        expect(repeatedFrom(bytes, byte)).toBe(head.findLastIndex((each) => each !== byte) + 1);
        expect(isAllZero(bytes, head.length)).toBe(byte === 0 || count === 0);
      }),
    );
  });
});
