import fc from 'fast-check';
import { PDFContext, PDFName, PDFRef } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { utf16Hex } from '../../src/pdf/font-subset.ts';
import { asciiString, mpt, printTextString, printValue, reference, xrefEntry } from '../../src/pdf/objects.ts';

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
    expect(printTextString('李𬱖')).toBe('<FEFF674ED873DC56>');
    expect(utf16Hex(0x2cc56)).toBe('D873DC56');
    expect(utf16Hex(0x674e)).toBe('674E');
  });
});

describe('printValue beside pdf-lib', () => {
  const context = PDFContext.create();
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);
  const leaf = fc.oneof(name, fc.integer(), fc.boolean());
  const { value } = fc.letrec<{ value: Parameters<typeof printValue>[0] }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));

  it('prints what its object model prints, on one line', () => {
    fc.assert(
      fc.property(value, (literal) => {
        const theirs = context.obj(literal as Parameters<typeof context.obj>[0]).toString();
        expect(printValue(literal)).toBe(theirs.replace(/\s*\n\s*/g, ' '));
      }),
    );
    expect(printValue(reference(12))).toBe(PDFRef.of(12).toString());
    expect(printValue('Type')).toBe(PDFName.of('Type').toString());
  });

  it('refuses what would need an escape', () => {
    expect(() => printValue('A B')).toThrow(RangeError);
    expect(() => printValue('')).toThrow(RangeError);
    expect(() => printValue(1.5)).toThrow(RangeError);
    expect(() => asciiString('a(b')).toThrow(RangeError);
    expect(() => asciiString('字')).toThrow(RangeError);
  });
});

describe('xrefEntry', () => {
  it('is always twenty bytes', () => {
    expect(xrefEntry(15)).toBe('0000000015 00000 n \n');
    expect(xrefEntry(9_999_999_999)).toHaveLength(20);
  });
});
