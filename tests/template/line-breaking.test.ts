import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakLines, characterClass, type Line, type LineItem, type LineStyle } from '../../src/template/line-breaking.ts';

const HAN = [...'学生实习单位协议甲乙丙方䶮'];
const CLOSING = [...'，。、；：？！）》”’'];
const OPENING = [...'（《“‘【'];
const OTHER = [...'—…％%ab12-. □'];

const glyph = (character: string): LineItem => {
  const codePoint = character.codePointAt(0) ?? 0;
  return { kind: 'glyph', codePoint, advance: codePoint < 0x2000 ? 500 : 1000, face: 'body', underline: false };
};
const glyphs = (text: string): LineItem[] => [...text].map(glyph);

const character = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...HAN) },
  { weight: 3, arbitrary: fc.constantFrom(...CLOSING) },
  { weight: 2, arbitrary: fc.constantFrom(...OPENING) },
  { weight: 3, arbitrary: fc.constantFrom(...OTHER) },
);
const anyItems = fc.array(
  fc.oneof(
    { weight: 30, arbitrary: character.map(glyph) },
    { weight: 1, arbitrary: fc.integer({ min: 500, max: 6000 }).map((width): LineItem => ({ kind: 'box', width, blank: 0, fill: false })) },
    { weight: 1, arbitrary: fc.constant<LineItem>({ kind: 'break' }) },
  ),
  { maxLength: 160 },
);
const anyStyle: fc.Arbitrary<LineStyle> = fc.record({
  measure: fc.integer({ min: 12_000, max: 37_000 }),
  firstLineIndent: fc.constantFrom(0, 2000),
  align: fc.constantFrom('left' as const, 'center' as const, 'right' as const, 'justify' as const),
});

const textOf = (items: readonly LineItem[]): string =>
  items.map((item) => (item.kind === 'glyph' ? String.fromCodePoint(item.codePoint) : item.kind === 'box' ? '▭' : '')).join('');
const textsOf = (lines: readonly Line[]): string[] => lines.map((line) => textOf(line.items.map(({ item }) => item)));
const isSpace = (text: string): boolean => text === ' ';
const classes = (text: string) => [...text].map((c) => characterClass(c.codePointAt(0) ?? 0));

describe('breakLines', () => {
  it('loses no character and keeps their order; only spaces at a line end disappear', () => {
    fc.assert(
      fc.property(anyItems, anyStyle, (items, style) => {
        const drop = (text: string): string => [...text].filter((c) => !isSpace(c)).join('');
        expect(drop(textsOf(breakLines(items, style)).join(''))).toBe(drop(textOf(items)));
      }),
      { numRuns: 300 },
    );
  });

  it('never goes beyond the measure by more than the half em that a closing mark may hang', () => {
    fc.assert(
      fc.property(anyItems, anyStyle, (items, style) => {
        for (const line of breakLines(items, style)) expect(line.width).toBeLessThanOrEqual(style.measure + 500);
      }),
      { numRuns: 300 },
    );
  });

  it('begins no line with a closing mark and ends none with an opening one, as long as there is another place to break', () => {
    const sentence = fc
      .array(fc.tuple(fc.array(fc.constantFrom(...HAN), { minLength: 2, maxLength: 6 }), fc.constantFrom(...CLOSING, ...OPENING)), {
        minLength: 4,
        maxLength: 30,
      })
      .map((parts) => parts.map(([han, mark]) => han.join('') + mark).join(''));
    fc.assert(
      fc.property(sentence, anyStyle, (text, style) => {
        const lines = textsOf(breakLines(glyphs(text), style));
        for (const [i, line] of lines.entries()) {
          const own = classes(line);
          if (i > 0) expect(own[0], `${line[0]} first`).not.toBe('closing');
          if (i < lines.length - 1) expect(own.at(-1), `${line.at(-1)} last`).not.toBe('opening');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never splits …… and ——, numbers and Latin words', () => {
    const runs = fc.constantFrom('……', '——', '2027', 'III', '80%', 'SLZR2027');
    const text = fc.array(
      fc.tuple(fc.constantFrom('学生实', '习协议书', '甲方'), runs).map((pair) => pair.join('')),
      { minLength: 6, maxLength: 40 },
    );
    fc.assert(
      fc.property(text, anyStyle, (parts, style) => {
        const joined = parts.join('');
        const whole = textsOf(breakLines(glyphs(joined), style)).join('\n');
        expect(whole).not.toMatch(/…\n…|—\n—|[0-9A-Za-z]\n[0-9A-Za-z%]/);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves items from left to right without overlap beyond the half em of two marks', () => {
    fc.assert(
      fc.property(anyItems, anyStyle, (items, style) => {
        for (const line of breakLines(items, style)) {
          line.items.forEach((placed, i) => {
            const next = line.items[i + 1];
            if (next !== undefined) expect(next.x).toBeGreaterThanOrEqual(placed.x + placed.width - 500);
          });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('fills every justified line but the last, unless the gaps would look torn', () => {
    const style: LineStyle = { measure: 10_500, firstLineIndent: 2000, align: 'justify' };
    const lines = breakLines(glyphs('学生实习单位协议甲乙丙方学生实习单位协议甲乙丙方'), style);
    expect(lines.map((line) => line.width)).toEqual([10_500, 10_500, 8000 - 2000]);
  });

  it('breaks an empty paragraph into one empty line', () => {
    expect(breakLines([], { measure: 37_000, firstLineIndent: 2000, align: 'justify' })).toHaveLength(1);
  });

  it('takes half an em out between two marks and lets one hang into the margin', () => {
    const style: LineStyle = { measure: 4_500, firstLineIndent: 0, align: 'left' };
    expect(breakLines(glyphs('学》（'), { ...style, measure: 10_000 })[0]?.width).toBe(2500);
    expect(textsOf(breakLines(glyphs('学生实习，协议'), style))).toEqual(['学生实习，', '协议']);
  });
});
