import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../src/bytes.ts';
import { printPem } from '../../src/pki/pem.ts';
import { readPkcs12 } from '../../src/pki/pkcs12.ts';
import { readSigningKey } from '../../src/pki/sign.ts';
import { verifySignature } from '../../src/pki/verify-signature.ts';
import { codeOf, type Leaf, makeLeaf, material, openssl, scratch } from './support.ts';

const pem = (der: Uint8Array): string => printPem({ label: 'CERTIFICATE', der });

/** A .p12 as openssl writes it: PBES2 with AES, HMAC-SHA-256. */
function makeP12(leaf: Leaf, name: string, ...options: readonly string[]): Uint8Array {
  const key = scratch(`${name}.key.pem`, leaf.key.toPem());
  const certificate = scratch(`${name}.cert.pem`, pem(leaf.certificate.der));
  const out = scratch(`${name}.p12`, '');
  openssl('pkcs12', '-export', '-inkey', key, '-in', certificate, '-out', out, '-passout', 'pass:word-123 ', ...options);
  return new Uint8Array(readFileSync(out));
}

describe('readPkcs12', () => {
  it.each(['p256', 'rsa2048'] as const)('reads the key and the certificates of a %s file as they were put in', (kind) => {
    const leaf = makeLeaf(kind);
    const above = scratch(`${kind}.chain.pem`, pem(material.issuing.certificate.der));
    const read = readPkcs12(makeP12(leaf, kind, '-certfile', above), 'word-123 ');
    expect(read.chain).toEqual([leaf.certificate.der, material.issuing.certificate.der].map((der) => Uint8Array.from(der)));
    expect(verifySignature(leaf.certificate.spki, 'sha256', fromUtf8('text'), read.key.sign(fromUtf8('text')))).toBe(true);
  });

  it('refuses a wrong password, other bytes, and a file without a key', () => {
    const leaf = makeLeaf();
    const file = makeP12(leaf, 'refused');
    expect(codeOf(() => readPkcs12(file, 'word'))).toBe('PKCS12_REFUSED');
    expect(codeOf(() => readPkcs12(file.subarray(0, 100), 'word-123 '))).toBe('PKCS12_REFUSED');
    expect(codeOf(() => readPkcs12(fromUtf8('no p12'), ''))).toBe('PKCS12_REFUSED');
    expect(codeOf(() => readPkcs12(makeP12(leaf, 'keyless', '-nokeys'), 'word-123 '))).toBe('PKCS12_REFUSED');
  });
});

describe('readSigningKey', () => {
  it('reads an encrypted PKCS#8 key with its passphrase only', () => {
    const leaf = makeLeaf();
    const plain = scratch('plain.key.pem', leaf.key.toPem());
    const encrypted = openssl('pkcs8', '-topk8', '-in', plain, '-passout', 'pass:secret');
    expect(encrypted).toContain('ENCRYPTED PRIVATE KEY');
    expect(readSigningKey(encrypted, 'secret').spki).toEqual(leaf.key.spki);
    expect(() => readSigningKey(encrypted, 'wrong')).toThrow();
    expect(() => readSigningKey(encrypted, '')).toThrow();
  });
});
