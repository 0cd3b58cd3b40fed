/** One foreign signature at a time: what it covers, whether it fits, whose it is; every doubt has its own finding. */
import { describe, expect, test } from 'vitest';
import { toLatin1 } from '../../../src/bytes.ts';
import { derOctetString, derOid, derSequence } from '../../../src/pki/der.ts';
import { attribute, craftCms, makeLeaf } from '../../pki/support.ts';
import { append, check, codes, leaf, opensslCms, sign, signed, tamper, unsigned } from './foreign-pdf.ts';

const SHA1 = derSequence(derOid('1.3.14.3.2.26'));
const SM3 = derSequence(derOid('1.2.156.10197.1.401'));
const SM2_WITH_SM3 = derSequence(derOid('1.2.156.10197.1.501'));
const ED25519 = derSequence(derOid('1.3.101.112'));
const TIMESTAMP_TOKEN = '1.2.840.113549.1.9.16.2.14';

describe('signatures of other programs', () => {
  test.each<[string, string, readonly string[], string]>([
    ['adbe.pkcs7.detached', 'adbe.pkcs7.detached', [], 'FOREIGN_SIGNER_UNTRUSTED'],
    ['SHA-512', 'adbe.pkcs7.detached', ['-md', 'sha512'], 'FOREIGN_SIGNER_UNTRUSTED'],
    ['RSA-PSS', 'adbe.pkcs7.detached', ['-keyopt', 'rsa_padding_mode:pss'], 'FOREIGN_SIGNER_UNTRUSTED'],
    ['a key identifier for the signer', 'ETSI.CAdES.detached', ['-keyid', '-cades'], 'FOREIGN_SIGNER_UNTRUSTED'],
    ['no signed attributes', 'adbe.pkcs7.detached', ['-noattr'], 'FOREIGN_SIGNER_UNTRUSTED'],
    ['SHA-1', 'adbe.pkcs7.detached', ['-md', 'sha1'], 'FOREIGN_ALGORITHM_WEAK'],
    ['BER', 'adbe.pkcs7.detached', ['-stream', '-nodetach'], 'FOREIGN_SIGNATURE_IS_BER'],
  ])('%s is read and fits', (_, subFilter, options, code) => {
    const cms = (_digest: Uint8Array, covered: Uint8Array): Uint8Array => opensslCms(covered, ...options);
    const report = check(signed({ subFilter, cms }).file);
    expect(report.foreign?.signatures).toMatchObject([{ integrity: 'intact', signer: 'Elsewhere', trust: 'untrusted' }]);
    expect(codes(report)).toContain(code);
    expect(report.verdict).toBe('review');
  });

  test.each([['-md', 'sha256'], ['-md', 'sha1'], ['-keyopt', 'rsa_padding_mode:pss'], ['-noattr']])(
    'does not fit other bytes: %s %s',
    (...options) => {
      const file = signed({ subFilter: 'adbe.pkcs7.detached', cms: (_, covered) => opensslCms(covered, ...options.filter(Boolean)) }).file;
      const report = check(tamper(file, 'pay 3200', 'pay 1200'));
      expect(report.foreign?.signatures[0]?.integrity).toBe('broken');
      expect(report.verdict).toBe('failed');
    },
  );
});

describe('whose certificate', () => {
  test('a chain to an anchor of this verifier is said', () => {
    expect(codes(check(signed().file))).toContain('FOREIGN_SIGNER_TRUSTED');
  });

  test('without the anchor the signer is unknown', () => {
    expect(codes(check(signed().file, { trustAnchors: [] }))).toContain('FOREIGN_SIGNER_UNTRUSTED');
  });
});

describe('a signature that does not fit', () => {
  test('covered text changed', () => {
    const report = check(tamper(signed().file, 'pay 3200', 'pay 1200'));
    expect(codes(report)).toContain('FOREIGN_DIGEST_WRONG');
    expect(report.verdict).toBe('failed');
  });

  test('signed by another key than the certificate’s', () => {
    const other = makeLeaf();
    const cms = (digest: Uint8Array): Uint8Array => craftCms({ key: other.key, certificate: leaf.certificate }, digest);
    expect(codes(check(signed({ cms }).file))).toContain('FOREIGN_VALUE_WRONG');
  });

  test('an empty shell', () => {
    const report = check(signed({ cms: () => new Uint8Array() }).file);
    expect(codes(report)).toContain('FOREIGN_CONTENTS_EMPTY');
    expect(report.verdict).toBe('failed');
  });

  test('data that is no signature', () => {
    const report = check(signed({ cms: () => Uint8Array.of(0x30, 3, 2, 1, 5) }).file);
    expect(codes(report)).toContain('FOREIGN_SIGNATURE_UNREADABLE');
    expect(report.verdict).toBe('indeterminate');
  });

  test.each<[string, (range: string) => string]>([
    ['no ByteRange', () => ''],
    ['a negative number', (range) => range.replace('[0 ', '[0 -')],
    ['one range', (range) => `${range.split(' ').slice(0, 2).join(' ')}]`],
    ['six numbers', (range) => range.replace(']', ' 0 1]')],
    ['a start that is not zero', (range) => range.replace('[0', '[1')],
    ['an end behind the file', (range) => range.replace(/(\d+)\s*\]/, '9$1]')],
    ['an overlap', (range) => range.replace(/\[0 (\d+) (\d+)/, '[0 $2 $1')],
    ['a gap that is too large', (range) => range.replace(/\[0 (\d+)/, (_, length) => `[0 ${Number(length) - 40}`)],
    ['a gap elsewhere', (range) => range.replace(/\[0 (\d+) (\d+)/, (_, a, b) => `[0 ${Number(a) - 90} ${Number(b) - 90}`)],
  ])('coverage with %s', (_, change) => {
    const { file } = signed();
    const range = /\/ByteRange(\[[^\]]*\])/.exec(toLatin1(file))?.[1] ?? '';
    const report = check(
      tamper(
        file,
        range,
        change(range)
          .padEnd(range.length)
          .slice(0, Math.max(range.length, change(range).length)),
      ),
    );
    expect(codes(report)).toContain('FOREIGN_COVERAGE_WRONG');
    expect(report.verdict).toBe('failed');
  });

  test('contents that are no string of hexadecimal digits', () => {
    const { file } = signed();
    expect(codes(check(tamper(file, '000000>', '0000/A>')))).toContain('FOREIGN_COVERAGE_WRONG');
  });
});

describe('a signature that raises doubts', () => {
  test.each<[string, Parameters<typeof craftCms>[2]]>([
    ['SM3', { digestAlgorithm: SM3 }],
    ['SM2 with SM3', { signatureAlgorithm: SM2_WITH_SM3 }],
  ])('%s is named and never called wrong', (_, craft) => {
    const report = check(signed({ cms: (digest) => craftCms(leaf, digest, craft) }).file);
    expect(codes(report)).toContain('SIGNATURE_IS_SM2');
    expect(report.verdict).toBe('review');
  });

  test('a Chinese seal in a structure of its own', () => {
    const seal = derSequence(derOctetString(new Uint8Array(8)), derOid('1.2.156.10197.1.501'));
    const report = check(signed({ subFilter: 'GBT.38540', cms: () => seal }).file);
    expect(codes(report)).toContain('SIGNATURE_IS_SM2');
    expect(codes(report)).toContain('FOREIGN_FORMAT_UNKNOWN');
    expect(report.verdict).toBe('review');
  });

  test('Ed25519 is named', () => {
    const report = check(signed({ cms: (digest) => craftCms(leaf, digest, { signatureAlgorithm: ED25519 }) }).file);
    expect(report.findings.find((each) => each.code === 'FOREIGN_ALGORITHM_UNKNOWN')?.zh).toContain('Ed25519');
    expect(report.foreign?.signatures[0]?.integrity).toBe('unchecked');
  });

  test('a digest that is too weak to prove anything', () => {
    const report = check(signed({ cms: (digest) => craftCms(leaf, digest, { digestAlgorithm: SHA1 }) }).file);
    expect(codes(report)).toContain('FOREIGN_ALGORITHM_WEAK');
  });

  test('something behind the CMS', () => {
    expect(codes(check(signed({ padding: 'deadbeef' }).file))).toContain('FOREIGN_PADDING_NOT_ZERO');
  });

  test('several signers in one CMS', () => {
    const cms = (digest: Uint8Array): Uint8Array => craftCms(leaf, digest, { signers: (signer) => [signer, signer] });
    expect(codes(check(signed({ cms }).file))).toContain('FOREIGN_SIGNERS_SEVERAL');
  });

  test('a timestamp over something else', () => {
    const unsignedAttributes = [attribute(TIMESTAMP_TOKEN, derSequence(derOid('1.2.840.113549.1.7.2')))];
    const report = check(signed({ cms: (digest) => craftCms(leaf, digest, { unsigned: unsignedAttributes }) }).file);
    expect(codes(report)).toContain('FOREIGN_TIMESTAMP_WRONG');
    expect(report.verdict).toBe('review');
  });

  test('one signature in two fields', () => {
    const draft = signed();
    const value = Math.max(...draft.objects.keys()) - 1;
    const twice = unsigned([[1, '<</Type/Catalog/Pages 2 0 R>>']]);
    const again = sign(twice, {
      also: [
        [40, `<</FT/Sig/T(other)/V ${value} 0 R>>`],
        [1, `<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[${value + 1} 0 R 40 0 R]>>>>`],
      ],
    });
    expect(codes(check(again.file))).toContain('FOREIGN_SIGNATURE_REPEATED');
  });

  test('a true signature that no field leads to any more', () => {
    const draft = signed();
    const report = check(append(draft, [[1, '<</Type/Catalog/Pages 2 0 R>>']]).file);
    expect(codes(report)).toContain('FOREIGN_SIGNATURE_UNREACHABLE');
    expect(report.verdict).toBe('failed');
  });

  test('angle brackets that are signed as well', () => {
    const report = check(signed({ inset: 1 }).file);
    expect(report.foreign?.signatures[0]?.integrity).toBe('intact');
    expect(codes(report)).toContain('FOREIGN_COVERAGE_ODD');
  });

  test('coverage that stops before the end of a revision', () => {
    const report = check(signed({ short: 6 }).file);
    expect(codes(report)).toContain('FOREIGN_COVERAGE_SHORT');
    expect(report.verdict).toBe('failed');
  });
});
