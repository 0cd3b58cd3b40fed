/** Completes a prepared signature: checks the value, assembles the CMS and lays it into /Contents. */
import { fromLatin1, toHex } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { CONTENTS_BYTES } from '../pdf/signature-revision.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { assembleCms } from '../pki/cms.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import type { PreparedSignature } from './prepare.ts';

/**
 * @param signatureValue over `prepared.signedAttributes` with SHA-256: ECDSA as DER, or RSA PKCS#1 v1.5
 * @param timestampToken RFC 3161 token over the signature value, DER, or null for a B-B signature
 * @returns the whole signed file
 * @throws AppError SIGNATURE_VALUE_WRONG when the certificate's key did not make the value, CMS_TOO_LARGE
 */
export function completeSignature(prepared: PreparedSignature, signatureValue: Uint8Array, timestampToken: Uint8Array | null): Uint8Array {
  const [leaf] = prepared.certificateChain;
  if (leaf === undefined) throw new RangeError('a signature needs a certificate');
  if (!verifySignature(parseCertificate(leaf).spki, 'sha256', prepared.signedAttributes, signatureValue)) {
    throw new AppError('SIGNATURE_VALUE_WRONG');
  }
  const cms = assembleCms({
    signedAttributes: prepared.signedAttributes,
    signatureValue,
    chain: prepared.certificateChain,
    timestampToken,
  });
  if (cms.length > CONTENTS_BYTES) throw new AppError('CMS_TOO_LARGE', { length: cms.length, limit: CONTENTS_BYTES });
  const file = prepared.bytes.slice();
  file.set(fromLatin1(toHex(cms)), prepared.byteRange[1] + 1);
  return file;
}
