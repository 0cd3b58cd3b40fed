import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, toCanonicalJson } from '../src/canonical-json.ts';

const { json: anyJson } = fc.letrec<{ json: Json; list: Json; record: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger().map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('record'),
  ),
  list: fc.array(tie('json'), { maxLength: 4 }),
  record: fc.dictionary(fc.string({ maxLength: 6 }), tie('json'), { maxKeys: 5, noNullPrototype: true }),
}));

const shuffled = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
};

describe('toCanonicalJson', () => {
  it('prints what parses back to the value', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(toCanonicalJson(value))).toEqual(value);
      }),
    );
  });

  it('prints the same text whatever the order of the keys, and again after parsing', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = toCanonicalJson(value);
        expect(toCanonicalJson(shuffled(value))).toBe(text);
        expect(toCanonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
    );
  });

  it('prints the example of RFC 8785 §3.2.3 by UTF-16 units of the keys', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(toCanonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it.each([
    ['a fraction', 0.5],
    ['minus zero', -0],
    ['an unsafe integer', 2 ** 53],
    ['NaN', Number.NaN],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate as a key', { '\udc00': 1 }],
  ])('refuses %s', (_what, value) => {
    expect(() => toCanonicalJson(value)).toThrow(RangeError);
  });
});
