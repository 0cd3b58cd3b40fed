/** Signature values as browsers give them, turned into the spelling that certificates and files use. */
import { AppError } from '../errors.ts';
import { type KeyKind, parsePublicKey } from '../pki/algorithms.ts';
import { fromP1363, toP1363 } from '../pki/ecdsa-value.ts';
import { PkiError } from '../pki/failure.ts';

/** @throws AppError CERTIFICATE_REQUEST_REFUSED for a key that is weak or of another kind */
export function keyKindOf(spki: Uint8Array): KeyKind {
  try {
    return parsePublicKey(spki).kind;
  } catch (cause) {
    if (cause instanceof PkiError) throw new AppError('CERTIFICATE_REQUEST_REFUSED', { reason: '签名密钥的类型不受支持' });
    throw cause;
  }
}

const P1363_BYTES = { p256: 64, p384: 96 } as const;

/**
 * ECDSA as DER from either spelling; RSA as it is.
 * @throws AppError SIGNATURE_VALUE_MALFORMED
 */
export function toFileSignature(value: Uint8Array, kind: KeyKind): Uint8Array {
  if (kind === 'rsa') return value;
  try {
    if (value.length === P1363_BYTES[kind]) return fromP1363(value, kind);
    toP1363(value, kind);
    return value;
  } catch (cause) {
    if (cause instanceof PkiError) throw new AppError('SIGNATURE_VALUE_MALFORMED');
    throw cause;
  }
}
