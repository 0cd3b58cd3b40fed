/** Completes a prepared signature: checks the value, assembles the CMS and lays it into /Contents. */
import { equalBytes, fromLatin1, toHex } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { CONTENTS_BYTES } from '../pdf/update.ts';
import { toCanonicalToken } from '../pki/canonical.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { writeCms } from '../pki/cms.ts';
import { withLowS } from '../pki/ecdsa-value.ts';
import { PkiError } from '../pki/failure.ts';
import type { SigningKey } from '../pki/sign.ts';
import { parseTimestampToken } from '../pki/timestamp.ts';
import { verifySignature } from '../pki/verify-signature.ts';
import { type PreparedSignature, preparedFile } from './prepare.ts';

declare const valueBrand: unique symbol;

/** A value that the certificate's key made over the prepared attributes. Made only by `parseSignatureValue` and `makeSignatureValue`. */
export interface SignatureValue {
  readonly [valueBrand]: true;
  readonly prepared: PreparedSignature;
  readonly leaf: Certificate;
  /** As it will stand in the file, and as it is timestamped: ECDSA as DER with the smaller s, or RSA PKCS#1 v1.5. */
  readonly bytes: Uint8Array;
}

/**
 * Checks a value and brings it into the spelling of files. Comes before the timestamp, which is made over `bytes`.
 * @param value over `prepared.signedAttributes` with SHA-256: ECDSA as DER, or RSA PKCS#1 v1.5
 * @throws AppError SIGNATURE_VALUE_WRONG when the certificate's key did not make the value
 */
export function parseSignatureValue(prepared: PreparedSignature, value: Uint8Array): SignatureValue {
  const leaf = leafOf(prepared);
  if (!verifySignature(leaf.spki, 'sha256', prepared.signedAttributes, value)) throw new AppError('SIGNATURE_VALUE_WRONG');
  return spelled(prepared, leaf, value);
}

/**
 * Makes the value with a key that this process holds. Nobody can have changed it on its way, so that comparing the key is enough.
 * @throws AppError SIGNATURE_VALUE_WRONG when the certificate is another key's
 */
export function makeSignatureValue(prepared: PreparedSignature, key: SigningKey): SignatureValue {
  const leaf = leafOf(prepared);
  if (!equalBytes(leaf.spki, key.spki)) throw new AppError('SIGNATURE_VALUE_WRONG');
  return spelled(prepared, leaf, key.sign(prepared.signedAttributes));
}

function leafOf({ certificateChain: [der] }: PreparedSignature): Certificate {
  if (der === undefined) throw new RangeError('a signature needs a certificate');
  return parseCertificate(der);
}

const spelled = (prepared: PreparedSignature, leaf: Certificate, value: Uint8Array): SignatureValue =>
  ({ prepared, leaf, bytes: leaf.key.kind === 'rsa' ? value : withLowS(value, leaf.key.kind) }) as unknown as SignatureValue;

/**
 * @param timestampToken RFC 3161 token over `value.bytes`, DER, or null for a B-B signature
 * @returns the whole signed file
 * @throws AppError TIMESTAMP_REFUSED for a token that is none, CMS_TOO_LARGE
 */
export function completeSignature(value: SignatureValue, timestampToken: Uint8Array | null): Uint8Array {
  const { prepared, leaf, bytes } = value;
  const cms = writeCms(leaf, {
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
