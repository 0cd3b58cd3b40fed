/** PKCS#12 (.p12, .pfx): a private key with its certificates under a password, as authorities are handed them. */
import forge from 'node-forge';
import { fromLatin1, toLatin1 } from '../bytes.ts';
import { parseCertificate } from './certificate.ts';
import { PkiError } from './failure.ts';
import { printPem } from './pem.ts';
import { readSigningKey, type SigningKey } from './sign.ts';

export interface KeyWithChain {
  readonly key: SigningKey;
  /** The key's certificate first, then the others of the file; DER. */
  readonly chain: readonly Uint8Array[];
}

const refuse = (detail: string): PkiError => new PkiError('PKCS12_REFUSED', detail);
const toDer = (node: forge.asn1.Asn1): Uint8Array => fromLatin1(forge.asn1.toDer(node).getBytes());

/**
 * @param password of ASCII characters: programs disagree on how others become bytes
 * @throws PkiError PKCS12_REFUSED for a wrong password, a file that is none, and one without exactly one key and its certificate;
 *   CERTIFICATE_MALFORMED, CERTIFICATE_ALGORITHM_REFUSED, ALGORITHM_REFUSED
 * @source RFC 7292
 */
export function readPkcs12(bytes: Uint8Array, password: string): KeyWithChain {
  const bags = openBags(bytes, password);
  const keys = bags.flatMap((bag) => (isKeyBag(bag) ? [readSigningKey(printPem({ label: 'PRIVATE KEY', der: keyDer(bag) }))] : []));
  const certificates = bags.flatMap((bag) => (bag.type === forge.pki.oids['certBag'] ? [certificateDer(bag)] : []));
  const [key] = keys;
  if (key === undefined || keys.length !== 1) throw refuse(`${keys.length} keys`);
  const spki = toLatin1(key.spki);
  const leaf = certificates.find((der) => toLatin1(parseCertificate(der).spki) === spki);
  if (leaf === undefined) throw refuse('no certificate of the key');
  return { key, chain: [leaf, ...certificates.filter((der) => der !== leaf)] };
}

/** The library throws plain errors over a wrong password as over bytes that are no PKCS#12. */
function openBags(bytes: Uint8Array, password: string): forge.pkcs12.Bag[] {
  try {
    const file = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(toLatin1(bytes)), password);
    return file.safeContents.flatMap(({ safeBags }) => safeBags);
  } catch {
    throw refuse('password or format');
  }
}

const isKeyBag = ({ type }: forge.pkcs12.Bag): boolean =>
  type === forge.pki.oids['keyBag'] || type === forge.pki.oids['pkcs8ShroudedKeyBag'];

/** RSA keys come parsed, keys of curves as they stand. */
function keyDer({ key, asn1 }: forge.pkcs12.Bag): Uint8Array {
  if (key) return toDer(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)));
  if (!asn1) throw refuse('key bag without a key');
  return toDer(asn1);
}

function certificateDer({ cert, asn1 }: forge.pkcs12.Bag): Uint8Array {
  if (cert) return toDer(forge.pki.certificateToAsn1(cert));
  if (!asn1) throw refuse('certificate bag without a certificate');
  return toDer(asn1);
}
