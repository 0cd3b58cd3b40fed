/** Reads and judges the CMS of an agreement's signature: the strict profile of ETSI.CAdES.detached that this product writes. */
import { equalBytes } from '../bytes.ts';
import { CMS_OID } from './cms.ts';
import { failure, type Judgement, PkiError, renaming } from './failure.ts';
import { isSignedBySigner, readSignedData, type SignedData } from './signed-data.ts';

export interface Cms extends Omit<SignedData, 'unsignedAttributes' | 'content' | 'attributeTypes'> {
  readonly der: Uint8Array;
  /** RFC 3161 token over `signatureValue`, DER, or null. */
  readonly timestampToken: Uint8Array | null;
}

const SIGNED_ATTRIBUTES: ReadonlySet<string> = new Set([CMS_OID.contentType, CMS_OID.messageDigest, CMS_OID.signingCertificateV2]);

/**
 * Reads a CMS that fills the input: version 1, detached data, one signer, exactly the three signed attributes, and no unsigned
 * attribute but one timestamp token.
 * @throws PkiError CMS_MALFORMED, CMS_ALGORITHM_REFUSED, CMS_CONTENT_NOT_DETACHED, CMS_SIGNER_COUNT, CMS_SIGNER_UNKNOWN,
 *   CMS_ATTRIBUTES_WRONG, CMS_ESS_MISMATCH, CERTIFICATE_MALFORMED, CERTIFICATE_ALGORITHM_REFUSED
 * @source ETSI EN 319 142-1 §6.3; ETSI EN 319 122-1 §5
 */
export function parseCms(der: Uint8Array): Cms {
  return renaming({ DER_MALFORMED: 'CMS_MALFORMED', ALGORITHM_REFUSED: 'CMS_ALGORITHM_REFUSED' }, () => {
    const { unsignedAttributes, content, attributeTypes, ...data } = readSignedData(der, 'exact');
    if (content !== null) throw new PkiError('CMS_CONTENT_NOT_DETACHED', 'content inside');
    if (data.version !== 1 || data.contentType !== CMS_OID.data) throw new PkiError('CMS_MALFORMED', 'version or content type');
    if (attributeTypes.length !== SIGNED_ATTRIBUTES.size || !attributeTypes.every((type) => SIGNED_ATTRIBUTES.has(type))) {
      throw new PkiError('CMS_ATTRIBUTES_WRONG', 'signed attributes are not the three');
    }
    const timestamp = unsignedAttributes.get(CMS_OID.timestampToken);
    if (unsignedAttributes.size !== (timestamp === undefined ? 0 : 1)) throw new PkiError('CMS_ATTRIBUTES_WRONG', 'unsigned attributes');
    return { ...data, der, timestampToken: timestamp?.der ?? null };
  });
}

/**
 * Judges whether the signer signed that digest. Says nothing of the signer's chain, nor of the timestamp.
 * @param expectedDigest digest of the covered bytes by `cms.digestAlgorithm`
 */
export function verifyCms(cms: Cms, expectedDigest: Uint8Array): Judgement<object> {
  if (!equalBytes(cms.messageDigest, expectedDigest)) return failure('CMS_DIGEST_WRONG', 'message digest of other bytes');
  if (!isSignedBySigner(cms)) {
    return failure('CMS_SIGNATURE_WRONG', 'signature value');
  }
  return { ok: true };
}

/** Length of the DER value at the start of `padded`, so that the zero padding of /Contents can be told from it. @throws PkiError CMS_MALFORMED */
export function cmsLength(padded: Uint8Array): number {
  const [tag, form, high, low] = padded;
  if (tag !== 0x30 || form !== 0x82 || high === undefined || low === undefined)
    throw new PkiError('CMS_MALFORMED', 'no CMS of 256 to 65535 bytes');
  const length = 4 + high * 256 + low;
  if (length > padded.length) throw new PkiError('CMS_MALFORMED', 'cut off');
  return length;
}
