/** Why a certificate, a CMS or a timestamp is not acceptable: stable codes that findings and refusals build on. */

export const PKI_FAILURES = [
  'DER_MALFORMED',
  'ALGORITHM_REFUSED',
  'PEM_MALFORMED',
  'PKCS12_REFUSED',
  'CERTIFICATE_MALFORMED',
  'CERTIFICATE_ALGORITHM_REFUSED',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_NOT_YET_VALID',
  'CERTIFICATE_UNTRUSTED',
  'CERTIFICATE_SIGNATURE_WRONG',
  'CERTIFICATE_NOT_CA',
  'CERTIFICATE_IS_CA',
  'CERTIFICATE_PATH_TOO_LONG',
  'CERTIFICATE_KEY_USAGE_WRONG',
  'CERTIFICATE_PURPOSE_WRONG',
  'CERTIFICATE_EXTENSION_UNKNOWN',
  'CMS_MALFORMED',
  'CMS_ALGORITHM_REFUSED',
  'CMS_CONTENT_NOT_DETACHED',
  'CMS_SIGNER_COUNT',
  'CMS_SIGNER_UNKNOWN',
  'CMS_ATTRIBUTES_WRONG',
  'CMS_ESS_MISMATCH',
  'CMS_DIGEST_WRONG',
  'CMS_SIGNATURE_WRONG',
  'CMS_NOT_CANONICAL',
  'TIMESTAMP_MALFORMED',
  'TIMESTAMP_ALGORITHM_REFUSED',
  'TIMESTAMP_STATUS_REJECTED',
  'TIMESTAMP_IMPRINT_WRONG',
  'TIMESTAMP_NONCE_WRONG',
  'TIMESTAMP_SIGNER_WRONG',
  'TIMESTAMP_SIGNATURE_WRONG',
  'TIMESTAMP_NOT_CANONICAL',
  'TIMESTAMP_UNTRUSTED',
  'CRL_MALFORMED',
  'CRL_ALGORITHM_REFUSED',
  'CRL_ISSUER_WRONG',
  'CRL_SIGNATURE_WRONG',
  'OCSP_MALFORMED',
  'OCSP_ALGORITHM_REFUSED',
  'OCSP_STATUS_REJECTED',
  'OCSP_RESPONDER_WRONG',
  'OCSP_SIGNATURE_WRONG',
] as const;

export type PkiFailureCode = (typeof PKI_FAILURES)[number];

/** Untrusted bytes that a `parse…` of this room refused. `detail` is for engineers and logs; it quotes no value from the bytes. */
export class PkiError extends Error {
  readonly code: PkiFailureCode;
  readonly detail: string;

  constructor(code: PkiFailureCode, detail: string) {
    super(`${code}: ${detail}`);
    this.name = 'PkiError';
    this.code = code;
    this.detail = detail;
  }
}

export interface PkiFailure {
  readonly ok: false;
  readonly code: PkiFailureCode;
  readonly detail: string;
}

/** What a `verify…` of this room answers. */
export type Judgement<T extends object> = ({ readonly ok: true } & Readonly<T>) | PkiFailure;

export const failure = (code: PkiFailureCode, detail: string): PkiFailure => ({ ok: false, code, detail });

/** Runs a parser and turns its `PkiError` into an answer; any other error is a bug and passes through. */
export function judge<T extends object>(parse: () => Judgement<T>): Judgement<T> {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PkiError) return failure(error.code, error.detail);
    throw error;
  }
}

/** Runs a parser and gives its general refusals the code of the thing being parsed. @throws PkiError */
export function renaming<T>(names: Partial<Record<PkiFailureCode, PkiFailureCode>>, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PkiError) {
      const code = names[error.code];
      if (code !== undefined) throw new PkiError(code, error.detail);
    }
    throw error;
  }
}
