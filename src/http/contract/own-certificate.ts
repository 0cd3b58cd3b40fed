/** A certificate that the signatory brings to a signing page. */
import { z } from 'zod';

const base64 = z
  .string()
  .max(20_000)
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

/** The certificates of the signatory's own file, which the page opened; key and passphrase stay in the page. */
export const OwnCertificateRequest = z.strictObject({
  /** In any order; DER, base64. */
  certificates: z.array(base64).min(1).max(10),
  /** By the key of one of them over the UTF-8 of `CeremonyJson.possessionText`, as in CertificateRequest. */
  proofOfPossession: base64,
});
export type OwnCertificateRequest = z.infer<typeof OwnCertificateRequest>;
