import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8, toHex } from '../../src/bytes.ts';
import { certificatesIn, parsePem, printPem } from '../../src/pki/pem.ts';
import { codeOf, material } from './support.ts';

describe('PEM', () => {
  it('survives printing and parsing, comments and CRLF included', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 4 }), fc.boolean(), (list, windows) => {
        const text = `注释\n${list.map((der) => printPem({ label: 'CERTIFICATE', der })).join('说明\n')}`;
        const read = parsePem(windows ? text.replaceAll('\n', '\r\n') : text);
        expect(read.map((block) => toHex(block.der))).toEqual(list.map(toHex));
      }),
      { numRuns: 50 },
    );
  });

  it('of a certificate is found whether the file is PEM or DER', () => {
    const { der } = material.root.certificate;
    expect(certificatesIn(der)).toEqual([der]);
    expect(certificatesIn(fromUtf8(printPem({ label: 'CERTIFICATE', der }))).map(toHex)).toEqual([toHex(der)]);
  });

  it.each([
    ['a block that does not end', '-----BEGIN CERTIFICATE-----\nAA==\n'],
    ['a block that ends under another label', '-----BEGIN CERTIFICATE-----\nAA==\n-----END KEY-----\n'],
    ['a block inside a block', '-----BEGIN A-----\n-----BEGIN A-----\n'],
    ['something that is not base64', '-----BEGIN A-----\n三方\n-----END A-----\n'],
  ])('with %s is refused', (_what, text) => {
    expect(codeOf(() => parsePem(text))).toBe('PEM_MALFORMED');
  });
});
