import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf16Hex } from '../../src/pdf/font-subset.ts';
import { mpt, printValue, reference, textString, xrefEntry } from '../../src/pdf/objects.ts';

describe('mpt', () => {
  it('prints thousandths without needless digits, exponents or minus zero', () => {
    expect([0, 1000, 75_640, 500, 1, -1, -75_600, 10, 595_280].map(mpt)).toEqual([
      '0',
      '1',
      '75.64',
      '0.5',
      '0.001',
      '-0.001',
      '-75.6',
      '0.01',
      '595.28',
    ]);
  });

  it('prints a number that reads back to the same thousandths', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), (thousandths) => {
        const text = mpt(thousandths);
        expect(text).toMatch(/^-?\d+(?:\.\d{0,2}[1-9])?$/);
        expect(Math.round(Number(text) * 1000)).toBe(thousandths);
      }),
    );
  });
});

describe('printValue', () => {
  it('prints dictionaries, arrays, names and references on one line', () => {
    const text = printValue({ Type: 'Page', Kids: [reference(3), 1, true], Inner: { A: 2 } });
    expect(text.replace(/\s+/g, ' ')).toBe('<< /Type /Page /Kids [ 3 0 R 1 true ] /Inner << /A 2 >> >>');
    expect(text).not.toContain('\n');
  });

  it('prints text as UTF-16 with a byte order mark, beyond the BMP as surrogates', () => {
    expect(printValue(textString('李𬱖'))).toBe('<FEFF674ED873DC56>');
    expect(utf16Hex(0x2cc56)).toBe('D873DC56');
    expect(utf16Hex(0x674e)).toBe('674E');
  });
});

describe('xrefEntry', () => {
  it('is always twenty bytes', () => {
    expect(xrefEntry(15)).toBe('0000000015 00000 n \n');
    expect(xrefEntry(9_999_999_999)).toHaveLength(20);
  });
});
