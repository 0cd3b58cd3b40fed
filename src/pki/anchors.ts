/** Roots that an installation trusts: those that vouch for signatures, and beside them SM2 roots, which vouch for additional ones only. */
import { type Certificate, parseCertificate } from './certificate.ts';
import { PkiError } from './failure.ts';
import { parseSm2Certificate, type Sm2Certificate } from './sm2-certificate.ts';

export interface Anchors {
  readonly ordinary: readonly Certificate[];
  readonly sm2: readonly Sm2Certificate[];
}

/**
 * What whoever installed a root says of it: that its authority holds the licence for electronic certification, or that it is the platform's own.
 * Of other trusted roots nothing is said.
 * @source 电子签名法第十六条、第十七条
 */
export interface NamedRoot {
  readonly sha256: string;
  readonly is: 'licensed' | 'platform';
}

/** What a certificate that leads to this root may be called, whatever it says of itself. */
export const assuranceUnder = (sha256: string | undefined, named: readonly NamedRoot[]): NamedRoot['is'] | 'other' =>
  named.find((one) => one.sha256 === sha256)?.is ?? 'other';

/** Reads a root of either kind. @throws PkiError CERTIFICATE_MALFORMED, CERTIFICATE_ALGORITHM_REFUSED */
export function parseAnchor(der: Uint8Array): Certificate | Sm2Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof PkiError && error.code === 'CERTIFICATE_ALGORITHM_REFUSED') return parseSm2Certificate(der);
    throw error;
  }
}

const isSm2 = (anchor: Certificate | Sm2Certificate): anchor is Sm2Certificate => anchor.key.kind === 'sm2';

/** @throws PkiError as `parseAnchor` */
export function parseAnchors(ders: readonly Uint8Array[]): Anchors {
  const [ordinary, sm2]: [Certificate[], Sm2Certificate[]] = [[], []];
  for (const anchor of ders.map(parseAnchor)) {
    if (isSm2(anchor)) sm2.push(anchor);
    else ordinary.push(anchor);
  }
  return { ordinary, sm2 };
}
