import fc from 'fast-check';
import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { toLatin1 } from '../../src/bytes.ts';
import { drawQrCode, type QrCode, qrCodesFor } from '../../src/pdf/qr-code.ts';

const HEAD = 'https://verify.example.edu.cn/v/';
const make = qrCodesFor(HEAD, 24);
const text = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ-'), minLength: 24, maxLength: 24 });

const isDark = ({ words, wordsPerRow }: QrCode, x: number, y: number): boolean =>
  (((words[y * wordsPerRow + (x >> 5)] ?? 0) >>> (x & 31)) & 1) === 1;

const modulesOf = (code: QrCode): boolean[][] =>
  Array.from({ length: code.size }, (_, y) => Array.from({ length: code.size }, (__, x) => isDark(code, x, y)));

/** Fills the rectangles of a path; twice the same module is a mistake. */
function filled(path: string, size: number): boolean[][] {
  const modules = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  for (const [, x, y, width, height] of path.matchAll(/(\d+) (\d+) (\d+) (\d+) re\n/g)) {
    for (let row = Number(y); row < Number(y) + Number(height); row++) {
      for (let column = Number(x); column < Number(x) + Number(width); column++) {
        const line = modules[row] ?? [];
        expect(line[column], `${column},${row}`).toBe(false);
        line[column] = true;
      }
    }
  }
  return modules;
}

describe('a QR code', () => {
  it('is the one that its library makes of the whole text, although it is put together from patterns', () => {
    fc.assert(
      fc.property(text, (number) => {
        const whole = encode(HEAD + number, { ecc: 'M', border: 0, maskPattern: 3, boostEcc: false });
        expect(modulesOf(make(number))).toEqual(whole.data);
      }),
      { numRuns: 25 },
    );
  });

  it('is drawn as rectangles that cover each dark module once and no other', () => {
    fc.assert(
      fc.property(text, (number) => {
        const code = make(number);
        const path = toLatin1(drawQrCode(code));
        expect(path.replace(/(\d+ ){4}re\n/g, '')).toBe('');
        expect(filled(path, code.size)).toEqual(modulesOf(code));
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    [62, 33],
    [84, 37],
    [106, 41],
  ])('of %i characters has %i modules to an edge', (length, size) => {
    const code = qrCodesFor('h'.repeat(length - 24), 24)('S'.repeat(24));
    expect(code.size).toBe(size);
    expect(filled(toLatin1(drawQrCode(code)), size)).toEqual(modulesOf(code));
  });

  it('is refused for more than 106 bytes, for another length than was said, and for more than ASCII', () => {
    expect(() => qrCodesFor('h'.repeat(83), 24)).toThrow(RangeError);
    expect(() => make('S'.repeat(23))).toThrow(RangeError);
    expect(() => make(`${'S'.repeat(23)}章`)).toThrow(RangeError);
  });
});
