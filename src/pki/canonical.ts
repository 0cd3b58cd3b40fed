/** The one spelling of a CMS and of a timestamp token that files hold: whatever no signature covers is fixed by writing it again. */
import { equalBytes, fromHex } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { derRsaShorthand } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { buildSignedAttributes, CMS_OID, writeCms, writeSignedData } from './cms.ts';
import type { Cms } from './cms-parse.ts';
import { derBitString, derSequence, membersOf, parseDer, TAG } from './der.ts';
import { withLowS } from './ecdsa-value.ts';
import { isNamed, type SignedData } from './signed-data.ts';
import type { TimestampToken } from './timestamp.ts';

const lowValue = ({ signer, signatureValue }: Pick<SignedData, 'signer' | 'signatureValue'>): Uint8Array =>
  signer.key.kind === 'rsa' ? signatureValue : withLowS(signatureValue, signer.key.kind);

const othersOf = ({ certificates, signer }: Pick<SignedData, 'certificates' | 'signer'>): Uint8Array[] =>
  certificates.filter((certificate) => certificate !== signer).map((certificate) => certificate.der);

/**
 * Whether a CMS is octet for octet what `assembleCms` writes: SHA-256, all certificates named in signing-certificate-v2, the
 * smaller of the two ECDSA values, no optional parameters.
 * @throws PkiError DER_MALFORMED for an ECDSA value that is none
 */
export function isCanonicalCms(cms: Cms): boolean {
  if (cms.digestAlgorithm !== 'sha256') return false;
  const others = othersOf(cms);
  const known = new Map(cms.certificates.map(({ der, sha256 }) => [der, sha256]));
  const sha256Of = (der: Uint8Array): Uint8Array => fromHex(known.get(der) ?? sha256Hex(der));
  const written = writeCms(cms.signer, {
    signedAttributes: buildSignedAttributes(cms.messageDigest, cms.signer.der, CMS_OID.data, others, sha256Of),
    signatureValue: lowValue(cms),
    chain: [cms.signer.der, ...others],
    timestampToken: cms.timestampToken,
  });
  return equalBytes(written, cms.der);
}

/**
 * The same token without anything its signature leaves open: absent digest parameters, rsaEncryption for RSA, the smaller of the
 * two ECDSA values, in the certificates as well. What its authority signed stays as it is.
 * @param path from the authority's certificate to the anchor, as judged: other certificates, such as cross-certificates of other
 *   roots, and those that vouch for themselves are left out. Without it the certificates stay as they are.
 * @throws PkiError DER_MALFORMED for an ECDSA value that is none
 */
export const toCanonicalToken = ({ signedData }: TimestampToken, path?: readonly Certificate[]): Uint8Array =>
  writeSignedData(signedData.signer, {
    version: 3,
    contentType: signedData.contentType,
    content: signedData.content,
    signedAttributes: signedData.signedAttributes,
    signatureValue: lowValue(signedData),
    chain: [signedData.signer.der, ...(path === undefined ? othersOf(signedData) : intermediatesOf(signedData, path))],
    timestampToken: null,
    digest: signedData.digestAlgorithm,
    ...(signedData.signer.key.kind === 'rsa' ? { signatureAlgorithm: derRsaShorthand() } : {}),
  });

export const isCanonicalToken = (token: TimestampToken, path: readonly Certificate[]): boolean =>
  equalBytes(toCanonicalToken(token, path), token.der);

function intermediatesOf({ certificates, certificateHashes }: SignedData, path: readonly Certificate[]): Uint8Array[] {
  return path.slice(1).flatMap((certificate, i) => {
    const present = certificates.some((each) => each.sha256 === certificate.sha256);
    if (!present || equalBytes(certificate.subjectDer, certificate.issuerDer)) return [];
    const issuer = path[i + 2];
    const fixed = issuer === undefined || certificateHashes.some((hash) => isNamed(certificate, hash));
    return [fixed ? certificate.der : withLowSignature(certificate, issuer)];
  });
}

/** The same certificate with the smaller of the two values by which an ECDSA issuer may have signed it. @source RFC 5280 §4.1 */
function withLowSignature({ der, tbs, signatureValue }: Certificate, { key }: Certificate): Uint8Array {
  if (key.kind === 'rsa') return der;
  const members = membersOf(parseDer(der));
  members.next(TAG.sequence);
  return derSequence(tbs, members.next(TAG.sequence).der, derBitString(withLowS(signatureValue, key.kind)));
}
