/** Writes the CMS of a signature: the attributes that are signed, and the whole around the signature value. */

import { fromHex } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import { type DigestName, derDigestAlgorithm, derSignatureAlgorithm } from './algorithms.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import {
  compareOctets,
  constructedContextTag,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derSmallInteger,
  derValue,
  parseDer,
  TAG,
} from './der.ts';
import { toP1363 } from './ecdsa-value.ts';

export const CMS_OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timestampToken: '1.2.840.113549.1.9.16.2.14',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
} as const;

const attribute = (oid: string, value: Uint8Array): Uint8Array => derSequence(derOid(oid), derValue(TAG.set, value));

/**
 * signing-certificate-v2 with the SHA-256 default left out: the signer's certificate, then the others in DER order, so that not
 * even an authority's certificate can be exchanged afterwards.
 * @source RFC 5035 §3
 */
export const derSigningCertificate = (
  certificateDer: Uint8Array,
  others: readonly Uint8Array[] = [],
  sha256Of: (der: Uint8Array) => Uint8Array = sha256,
): Uint8Array =>
  derSequence(
    derSequence(...[certificateDer, ...[...others].sort(compareOctets)].map((der) => derSequence(derOctetString(sha256Of(der))))),
  );

/**
 * The attributes a signatory signs: contentType, messageDigest and signing-certificate-v2, as a DER SET OF; no signing-time.
 * @param digest SHA-256 of the bytes that the ByteRange covers
 * @param contentType what the digest is of
 * @param others further certificates that will stand in the CMS, in any order
 * @param sha256Of of these certificates, where it is known
 * @throws RangeError unless the digest has 32 bytes
 * @source ETSI EN 319 122-1 §6.3 (CAdES-B-B as used by PAdES, ETSI EN 319 142-1 §6.3)
 */
export function buildSignedAttributes(
  digest: Uint8Array,
  certificateDer: Uint8Array,
  contentType: string = CMS_OID.data,
  others: readonly Uint8Array[] = [],
  sha256Of: (der: Uint8Array) => Uint8Array = sha256,
): Uint8Array<ArrayBuffer> {
  if (digest.length !== 32) throw new RangeError('not a SHA-256 digest');
  return derSetOf([
    attribute(CMS_OID.contentType, derOid(contentType)),
    attribute(CMS_OID.messageDigest, derOctetString(digest)),
    attribute(CMS_OID.signingCertificateV2, derSigningCertificate(certificateDer, others, sha256Of)),
  ]);
}

export interface CmsParts {
  /** As made by `buildSignedAttributes`. */
  readonly signedAttributes: Uint8Array;
  /** Over `signedAttributes` with SHA-256: ECDSA as DER, or RSA PKCS#1 v1.5. */
  readonly signatureValue: Uint8Array;
  /** Leaf first, then intermediates; DER. */
  readonly chain: readonly Uint8Array[];
  readonly timestampToken: Uint8Array | null;
}

interface SignedDataForm {
  readonly version: 1 | 3;
  readonly contentType: string;
  /** Octets of the content, or null when it is detached. */
  readonly content: Uint8Array | null;
  /** Digest algorithm of the signer; SHA-256 where absent. */
  readonly digest?: DigestName;
  /** AlgorithmIdentifier of the signature; where absent, the one that names the digest as well. */
  readonly signatureAlgorithm?: Uint8Array;
}

/**
 * The complete detached CMS of an agreement's signature. The value is not verified here: see `verifyCms`.
 * @throws RangeError for an empty chain; PkiError for a malformed certificate, token or ECDSA value
 * @source RFC 5652 §5.1
 */
export const assembleCms = (parts: CmsParts): Uint8Array<ArrayBuffer> =>
  assembleSignedData({ ...parts, version: 1, contentType: CMS_OID.data, content: null });

/** The same of parts that have been read before. */
export const writeCms = (leaf: Certificate, parts: CmsParts): Uint8Array<ArrayBuffer> =>
  writeSignedData(leaf, { ...parts, version: 1, contentType: CMS_OID.data, content: null });

/** A ContentInfo holding a SignedData with one signer. @throws as `assembleCms` */
export function assembleSignedData(parts: CmsParts & SignedDataForm): Uint8Array<ArrayBuffer> {
  const [leafDer] = parts.chain;
  if (leafDer === undefined) throw new RangeError('no certificate');
  const leaf = parseCertificate(leafDer);
  if (leaf.key.kind !== 'rsa') toP1363(parts.signatureValue, leaf.key.kind);
  parseDer(parts.signedAttributes);
  if (parts.timestampToken !== null) parseDer(parts.timestampToken);
  return writeSignedData(leaf, parts);
}

/** The same of parts that have been read before. */
export function writeSignedData(leaf: Certificate, parts: CmsParts & SignedDataForm): Uint8Array<ArrayBuffer> {
  const digestAlgorithm = derDigestAlgorithm(parts.digest ?? 'sha256');
  const unsigned =
    parts.timestampToken === null ? [] : [derValue(constructedContextTag(1), attribute(CMS_OID.timestampToken, parts.timestampToken))];
  // The SET OF under another tag: only its identifier octet differs.
  const attributes = Uint8Array.from(parts.signedAttributes);
  attributes[0] = constructedContextTag(0);
  const signer = derSequence(
    derSmallInteger(1),
    derSequence(leaf.issuerDer, derInteger(fromHex(leaf.serialHex))),
    digestAlgorithm,
    attributes,
    parts.signatureAlgorithm ?? derSignatureAlgorithm(leaf.key.kind, parts.digest ?? 'sha256'),
    derOctetString(parts.signatureValue),
    ...unsigned,
  );
  const content = parts.content === null ? [] : [derValue(constructedContextTag(0), derOctetString(parts.content))];
  const signedData = derSequence(
    derSmallInteger(parts.version),
    derSetOf([digestAlgorithm]),
    derSequence(derOid(parts.contentType), ...content),
    derSetOf(parts.chain, constructedContextTag(0)),
    derSetOf([signer]),
  );
  return derSequence(derOid(CMS_OID.signedData), derValue(constructedContextTag(0), signedData));
}
