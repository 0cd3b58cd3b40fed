/** PKCS#12 (.p12, .pfx): a private key with its certificates under a password, as authorities are handed them. */
import { toLatin1 } from '../bytes.ts';
import { parseCertificate } from './certificate.ts';
import { PkiError } from './failure.ts';
import { openPkcs12 } from './open-pkcs12.ts';
import { printPem } from './pem.ts';
import { readSigningKey, type SigningKey } from './sign.ts';

export interface KeyWithChain {
  readonly key: SigningKey;
  /** The key's certificate first, then the others of the file; DER. */
  readonly chain: readonly Uint8Array[];
}

/**
 * @param password of ASCII characters: programs disagree on how others become bytes
 * @throws PkiError PKCS12_REFUSED for a wrong password, a file that is none, and one without exactly one key and its certificate;
 *   CERTIFICATE_MALFORMED, CERTIFICATE_ALGORITHM_REFUSED, ALGORITHM_REFUSED
 * @source RFC 7292
 */
export function readPkcs12(bytes: Uint8Array, password: string): KeyWithChain {
  const { keys, certificates } = openPkcs12(bytes, password);
  const [opened] = keys;
  if (opened === undefined || keys.length !== 1) throw new PkiError('PKCS12_REFUSED', `${keys.length} keys`);
  const key = readSigningKey(printPem({ label: 'PRIVATE KEY', der: opened.pkcs8 }));
  const spki = toLatin1(key.spki);
  const leaf = certificates.find((der) => toLatin1(parseCertificate(der).spki) === spki);
  if (leaf === undefined) throw new PkiError('PKCS12_REFUSED', 'no certificate of the key');
  return { key, chain: [leaf, ...certificates.filter((der) => der !== leaf)] };
}
