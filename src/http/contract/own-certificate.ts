/** A certificate that the signatory brings to a signing page. */
import { z } from 'zod';
import { base64 } from './spellings.ts';

/** The certificates of the signatory's own file, which the page opened; key and passphrase stay in the page. */
export const OwnCertificateRequest = z.strictObject({
  /** In any order; DER, base64. */
  certificates: z.array(base64).min(1).max(10),
  /** By the key of one of them over the UTF-8 of `CeremonyJson.possessionText`, as in CertificateRequest. */
  proofOfPossession: base64,
});
export type OwnCertificateRequest = z.infer<typeof OwnCertificateRequest>;
