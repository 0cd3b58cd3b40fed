/** The one spelling of a CMS and of a timestamp token that files hold: whatever no signature covers is fixed by writing it again. */
import { equalBytes } from '../bytes.ts';
import { derRsaShorthand } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { buildSignedAttributes, CMS_OID, writeSignedData } from './cms.ts';
import type { Cms } from './cms-parse.ts';
import { withLowS } from './ecdsa-value.ts';
import type { SignedData } from './signed-data.ts';
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
  const written = writeSignedData(cms.signer, {
    version: 1,
    contentType: CMS_OID.data,
    content: null,
    signedAttributes: buildSignedAttributes(cms.messageDigest, cms.signer.der, CMS_OID.data, others),
    signatureValue: lowValue(cms),
    chain: [cms.signer.der, ...others],
    timestampToken: cms.timestampToken,
  });
  return equalBytes(written, cms.der);
}

/**
 * The same token without anything its signature leaves open: absent digest parameters, rsaEncryption for RSA, the smaller of the
 * two ECDSA values. What its authority signed stays as it is.
 * @param without certificates that the token brings along and nobody needs, such as cross-certificates of other roots
 * @throws PkiError DER_MALFORMED for an ECDSA value that is none
 */
export const toCanonicalToken = ({ signedData }: TimestampToken, without: readonly Certificate[] = []): Uint8Array =>
  writeSignedData(signedData.signer, {
    version: 3,
    contentType: signedData.contentType,
    content: signedData.content,
    signedAttributes: signedData.signedAttributes,
    signatureValue: lowValue(signedData),
    chain: [signedData.signer.der, ...othersOf(signedData).filter((der) => !without.some((each) => each.der === der))],
    timestampToken: null,
    digest: signedData.digestAlgorithm,
    ...(signedData.signer.key.kind === 'rsa' ? { signatureAlgorithm: derRsaShorthand() } : {}),
  });

export const isCanonicalToken = (token: TimestampToken): boolean => equalBytes(toCanonicalToken(token), token.der);
