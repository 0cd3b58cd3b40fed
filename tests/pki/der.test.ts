import fc from 'fast-check';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex, toLatin1 } from '../../src/bytes.ts';
import { type DerNode, derOid, derSetOf, derValue, parseDer, readNamedBits, readOid, readPositiveInteger } from '../../src/pki/der.ts';
import { codeOf } from './support.ts';

const primitive = fc
  .tuple(fc.constantFrom(0x04, 0x0c, 0x13, 0x80, 0x86), fc.uint8Array({ maxLength: 300 }))
  .map(([tag, content]) => derValue(tag, content));
const { tree } = fc.letrec<{ tree: Uint8Array }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    primitive,
    fc
      .tuple(fc.constantFrom(0x30, 0x31, 0xa0, 0xa3), fc.array(tie('tree'), { maxLength: 5 }))
      .map(([tag, parts]) => derValue(tag, ...parts)),
  ),
}));

const print = (node: DerNode): Uint8Array =>
  node.children.length === 0 ? derValue(node.tag, node.content) : derValue(node.tag, ...node.children.map(print));

/** node-forge reads [2] as an INTEGER and [30] as a BMPString, whatever their class. */
const isReadByNumberAlone = ({ tag, children }: DerNode): boolean =>
  ((tag & 0xe0) !== 0 && ((tag & 0x1f) === 0x02 || (tag & 0x1f) === 0x1e)) || children.some(isReadByNumberAlone);

describe('strict DER', () => {
  it('prints what it parsed, octet for octet', () => {
    fc.assert(
      fc.property(tree, (der) => {
        expect(toHex(print(parseDer(der)))).toBe(toHex(der));
      }),
      { numRuns: 200 },
    );
  });

  it('never accepts octets that it would print differently', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.integer({ min: 1, max: 255 }), (der, position, change) => {
        const altered = Uint8Array.from(der);
        const at = position % altered.length;
        altered[at] = (altered[at] ?? 0) ^ change;
        if (codeOf(() => parseDer(altered)) === 'accepted') expect(toHex(print(parseDer(altered)))).toBe(toHex(altered));
      }),
      { numRuns: 300 },
    );
  });

  it('accepts nothing that node-forge refuses, or would write otherwise', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat({ max: 255 }), (der, position, octet) => {
        const altered = Uint8Array.from(der);
        altered[position % altered.length] = octet;
        if (codeOf(() => parseDer(altered)) !== 'accepted' || isReadByNumberAlone(parseDer(altered))) return;
        const text = toLatin1(altered);
        // The published types know only the older boolean argument.
        const read = Reflect.apply(forge.asn1.fromDer, forge.asn1, [text, { strict: true, decodeBitStrings: false }]);
        expect(forge.asn1.toDer(read).getBytes()).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws anything but its own refusal on noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => void codeOf(() => parseDer(noise))),
      { numRuns: 500 },
    );
  });

  it.each([
    ['an indefinite length', '30800201010000'],
    ['a padded long length', '30810302010 1'.replace(' ', '')],
    ['a padded length of two octets', '3082000302010 1'.replace(' ', '')],
    ['a padded positive integer', '02020001'],
    ['a padded negative integer', '0202ff80'],
    ['an empty integer', '0200'],
    ['trailing octets', '020101ff'],
    ['a length beyond the end', '0405aa'],
    ['a multi-octet tag', '1f8101 00'.replace(' ', '')],
    ['end-of-contents octets', '30020000'],
    ['nothing', ''],
    ['a constructed octet string of indefinite length', '248004010a0000'],
  ])('refuses %s', (_what, hex) => {
    expect(codeOf(() => parseDer(fromHex(hex)))).toBe('DER_MALFORMED');
  });

  it('refuses nesting deeper than any structure of ours', () => {
    let deep: Uint8Array = derValue(0x05);
    for (let i = 0; i < 40; i++) deep = derValue(0x30, deep);
    expect(codeOf(() => parseDer(deep))).toBe('DER_MALFORMED');
  });

  it('reads and writes object identifiers alike, the example arc 2.999 included', () => {
    for (const oid of ['1.2.840.113549.1.7.2', '2.999.2021.4.1', '2.5.4.97', '0.4.0.2023.1.1', '1.3.101.112'])
      expect(readOid(parseDer(derOid(oid)))).toBe(oid);
  });

  it('reads arcs larger than 2^53 exactly', () => {
    expect(readOid(parseDer(fromHex('06126982e7f8a8b3a2d1c0ffa183d2c8b6a1f45d')))).toMatch(/^2\.25\.\d{30,}$/);
  });

  it('writes object identifiers as node-forge does, and refuses what is none', () => {
    const arcs = fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.nat({ max: 1 }), fc.nat({ max: 39 }), arcs, (top, second, rest) => {
        const dotted = [top, second, ...rest].join('.');
        expect(toLatin1(derOid(dotted).subarray(2))).toBe(forge.asn1.oidToDer(dotted).getBytes());
        expect(readOid(parseDer(derOid(dotted)))).toBe(dotted);
      }),
    );
    for (const none of ['', '1', '3.1', '1.40', '1.02', '1.2.', 'a.b']) expect(() => derOid(none)).toThrow(RangeError);
  });

  it('refuses a padded arc and an unfinished arc', () => {
    expect(codeOf(() => readOid(parseDer(fromHex('06032a8001'))))).toBe('DER_MALFORMED');
    expect(codeOf(() => readOid(parseDer(fromHex('06022a86'))))).toBe('DER_MALFORMED');
  });

  it('sorts the members of a SET OF by their octets', () => {
    const [a, b] = [derValue(0x04, fromHex('02')), derValue(0x04, fromHex('01'))];
    expect(toHex(derSetOf([a, b]))).toBe(toHex(derSetOf([b, a])));
    expect(toHex(parseDer(derSetOf([a, b])).content)).toBe(toHex(concatBytes(b, a)));
  });

  it('refuses zero and negative numbers where a positive one is due', () => {
    expect(codeOf(() => readPositiveInteger(parseDer(fromHex('020100')), 20))).toBe('DER_MALFORMED');
    expect(codeOf(() => readPositiveInteger(parseDer(fromHex('0201ff')), 20))).toBe('DER_MALFORMED');
  });

  it('refuses a named-bit list with trailing zero bits or set unused bits', () => {
    expect(readNamedBits(parseDer(fromHex('030206c0')))).toEqual([0, 1]);
    expect(codeOf(() => readNamedBits(parseDer(fromHex('030200c0'))))).toBe('DER_MALFORMED');
    expect(codeOf(() => readNamedBits(parseDer(fromHex('030206c1'))))).toBe('DER_MALFORMED');
  });
});
