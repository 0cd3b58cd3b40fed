import { expect, it } from 'vitest';
import { fromLatin1 } from '../../src/bytes.ts';
import { encryptPkcs8 } from '../../src/pki/encrypted-key.ts';
import { printPem } from '../../src/pki/pem.ts';
import { makeKeyPair, readSigningKey } from '../../src/pki/sign.ts';
import { openssl, scratch, seededRandom } from './support.ts';

const pem = (der: Uint8Array): string => printPem({ label: 'ENCRYPTED PRIVATE KEY', der });
const random = seededRandom('encrypted keys').bytes(32);

it.each(['p256', 'p384', 'rsa2048'] as const)(
  'encrypts a %s key so that openssl opens it with the passphrase and with no other',
  (kind) => {
    const key = makeKeyPair(kind);
    const encrypted = encryptPkcs8(key.toPkcs8(), '口令 correct horse', random);
    const path = scratch(`${kind}.enc.pem`, pem(encrypted));
    expect(openssl('pkcs8', '-in', path, '-passin', 'pass:口令 correct horse')).toBe(key.toPem());
    expect(() => openssl('pkcs8', '-in', path, '-passin', 'pass:wrong')).toThrow();
    expect(openssl('asn1parse', '-in', path)).toMatch(/scrypt|1\.3\.6\.1\.4\.1\.11591\.4\.11/);
    expect(readSigningKey(pem(encrypted), '口令 correct horse').spki).toEqual(key.spki);
    expect(() => readSigningKey(pem(encrypted), 'wrong')).toThrow();
  },
);

it('holds nothing of the key in the clear, and other bytes for another salt', () => {
  const key = makeKeyPair('p256');
  const once = encryptPkcs8(key.toPkcs8(), 'p', random);
  expect(encryptPkcs8(key.toPkcs8(), 'p', random)).toEqual(once);
  expect(encryptPkcs8(key.toPkcs8(), 'p', seededRandom('other').bytes(32))).not.toEqual(once);
  const secret = key.toPkcs8().subarray(36, 68);
  expect(Buffer.from(once).includes(Buffer.from(secret))).toBe(false);
  expect(() => encryptPkcs8(fromLatin1('x'), 'p', random.subarray(1))).toThrow(RangeError);
});
