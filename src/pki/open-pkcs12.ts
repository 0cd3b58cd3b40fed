/** Opens PKCS#12 with nothing but bytes and a password: on the server, and in the page, where file and password stay. */
import forge from 'node-forge';
import { fromLatin1, toLatin1 } from '../bytes.ts';
import type { KeyKind } from './algorithms.ts';
import { PkiError } from './failure.ts';

export interface OpenedKey {
  /** PrivateKeyInfo, DER. */
  readonly pkcs8: Uint8Array<ArrayBuffer>;
  /** Null for a key that is not on the allow-list. */
  readonly kind: KeyKind | null;
}

export interface OpenedPkcs12 {
  readonly keys: readonly OpenedKey[];
  /** In the order of the file, DER. */
  readonly certificates: readonly Uint8Array<ArrayBuffer>[];
}

const refuse = (detail: 'password' | 'format' | 'empty'): PkiError => new PkiError('PKCS12_REFUSED', detail);
const toDer = (node: forge.asn1.Asn1): Uint8Array<ArrayBuffer> => fromLatin1(forge.asn1.toDer(node).getBytes());

/**
 * Both the old encryption (RC2, 3DES) and PBES2 with AES.
 * @param password of ASCII characters: programs disagree on how others become bytes
 * @throws PkiError PKCS12_REFUSED with `password`, `format` (no PKCS#12, or a way of encrypting it that is unknown) or `empty` as detail
 * @source RFC 7292
 */
export function openPkcs12(bytes: Uint8Array, password: string): OpenedPkcs12 {
  const bags = openBags(bytes, password);
  return {
    keys: bags.flatMap((bag) => (isKeyBag(bag) ? [keyOf(bag)] : [])),
    certificates: bags.flatMap((bag) => (bag.type === forge.pki.oids['certBag'] ? [certificateDer(bag)] : [])),
  };
}

function openBags(bytes: Uint8Array, password: string): forge.pkcs12.Bag[] {
  const outer = parse(bytes);
  try {
    return forge.pkcs12.pkcs12FromAsn1(outer, password).safeContents.flatMap(({ safeBags }) => safeBags);
  } catch (error) {
    // The library says which only in words.
    throw refuse(error instanceof Error && /password|decrypt/i.test(error.message) ? 'password' : 'format');
  }
}

function parse(bytes: Uint8Array): forge.asn1.Asn1 {
  try {
    return forge.asn1.fromDer(toLatin1(bytes));
  } catch {
    throw refuse('format');
  }
}

const isKeyBag = ({ type }: forge.pkcs12.Bag): boolean =>
  type === forge.pki.oids['keyBag'] || type === forge.pki.oids['pkcs8ShroudedKeyBag'];

/** RSA keys come parsed, keys of curves as they stand. */
function keyOf({ key, asn1 }: forge.pkcs12.Bag): OpenedKey {
  if (key) {
    const bits = 'n' in key ? key.n.bitLength() : 0;
    return { pkcs8: toDer(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key))), kind: bits >= 2048 ? 'rsa' : null };
  }
  if (!asn1) throw refuse('empty');
  return { pkcs8: toDer(asn1), kind: curveOf(asn1) };
}

const CURVES: Readonly<Record<string, KeyKind>> = { '1.2.840.10045.3.1.7': 'p256', '1.3.132.0.34': 'p384' };

/** PrivateKeyInfo ::= SEQUENCE { version, SEQUENCE { id-ecPublicKey, curve }, … }. @source RFC 5208 §5; RFC 5915 */
function curveOf(info: forge.asn1.Asn1): KeyKind | null {
  const members = Array.isArray(info.value) ? info.value : [];
  const algorithm = members[1];
  const parameters = algorithm && Array.isArray(algorithm.value) ? algorithm.value[1] : undefined;
  if (parameters === undefined || parameters.type !== forge.asn1.Type.OID || typeof parameters.value !== 'string') return null;
  return CURVES[forge.asn1.derToOid(forge.util.createBuffer(parameters.value))] ?? null;
}

function certificateDer({ cert, asn1 }: forge.pkcs12.Bag): Uint8Array<ArrayBuffer> {
  if (cert) return toDer(forge.pki.certificateToAsn1(cert));
  if (!asn1) throw refuse('empty');
  return toDer(asn1);
}
