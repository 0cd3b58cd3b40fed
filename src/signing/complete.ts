/** Completes a prepared signature: checks the value, assembles the CMS and lays it into /Contents. */
import { fromLatin1, toHex } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { CONTENTS_BYTES } from '../pdf/update.ts';
import { toCanonicalToken } from '../pki/canonical.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { assembleCms } from '../pki/cms.ts';
import { withLowS } from '../pki/ecdsa-value.ts';
import { PkiError } from '../pki/failure.ts';
import { parseTimestampToken } from '../pki/timestamp.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { type PreparedSignature, preparedFile } from './prepare.ts';

declare const valueBrand: unique symbol;

/** A value that the certificate's key made over the prepared attributes. Made only by `parseSignatureValue`. */
export interface SignatureValue {
  readonly [valueBrand]: true;
  readonly prepared: PreparedSignature;
  /** As it will stand in the file, and as it is timestamped: ECDSA as DER with the smaller s, or RSA PKCS#1 v1.5. */
  readonly bytes: Uint8Array;
}

/**
 * Checks a value and brings it into the spelling of files. Comes before the timestamp, which is made over `bytes`.
 * @param value over `prepared.signedAttributes` with SHA-256: ECDSA as DER, or RSA PKCS#1 v1.5
 * @throws AppError SIGNATURE_VALUE_WRONG when the certificate's key did not make the value
 */
export function parseSignatureValue(prepared: PreparedSignature, value: Uint8Array): SignatureValue {
  const [leaf] = prepared.certificateChain;
  if (leaf === undefined) throw new RangeError('a signature needs a certificate');
  const { spki, key } = parseCertificate(leaf);
  if (!verifySignature(spki, 'sha256', prepared.signedAttributes, value)) throw new AppError('SIGNATURE_VALUE_WRONG');
  return { prepared, bytes: key.kind === 'rsa' ? value : withLowS(value, key.kind) } as unknown as SignatureValue;
}

/**
 * @param timestampToken RFC 3161 token over `value.bytes`, DER, or null for a B-B signature
 * @returns the whole signed file
 * @throws AppError TIMESTAMP_REFUSED for a token that is none, CMS_TOO_LARGE
 */
export function completeSignature(value: SignatureValue, timestampToken: Uint8Array | null): Uint8Array {
  const { prepared, bytes } = value;
  const cms = assembleCms({
    signedAttributes: prepared.signedAttributes,
    signatureValue: bytes,
    chain: prepared.certificateChain,
    timestampToken: timestampToken === null ? null : canonicalToken(timestampToken),
  });
  if (cms.length > CONTENTS_BYTES) throw new AppError('CMS_TOO_LARGE', { length: cms.length, limit: CONTENTS_BYTES });
  const file = preparedFile(prepared);
  file.set(fromLatin1(toHex(cms)), prepared.byteRange[1] + 1);
  return file;
}

/** The token in the one spelling of files. @throws AppError TIMESTAMP_REFUSED */
export function canonicalToken(token: Uint8Array): Uint8Array {
  try {
    return toCanonicalToken(parseTimestampToken(token));
  } catch (error) {
    if (error instanceof PkiError) throw new AppError('TIMESTAMP_REFUSED', { reason: '时间戳的格式不合规范' });
    throw error;
  }
}
