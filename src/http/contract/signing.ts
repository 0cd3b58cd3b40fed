/** What a signatory's page sends to have a signature prepared, and to hand it in. */
import { z } from 'zod';
import { inkSchema } from '../../agreement/ink.ts';
import { SEAL_DIAMETERS_MM } from '../../agreement/seal-size.ts';
import { base64, id } from './spellings.ts';

export const SealSizeJson = z.literal(SEAL_DIAMETERS_MM);

/** The organisation's own picture, as its page names it; `diameterMm` is the longer edge on paper. */
const SealChoiceJson = z.strictObject({ id, diameterMm: SealSizeJson });

export const PrepareRequest = z.strictObject({
  agreementNumber: id,
  certificateId: id,
  /** Handwriting (agreement/ink.ts); null signs with the printed name. */
  ink: inkSchema.nullable(),
  /** The picture of the organisation's own seal beside it; null without. */
  seal: SealChoiceJson.nullable().default(null),
  /** The signatory has read the agreement and agrees to sign electronically. */
  consent: z.literal(true),
  /** `CeremonyJson.termsSha256`: the 电子签约约定 that was shown and ticked. */
  termsSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type PrepareRequest = z.infer<typeof PrepareRequest>;

export const FinishRequest = z.strictObject({
  preparedId: id,
  /** Signature over `signedAttributes`, ECDSA r‖s or DER, or RSASSA-PKCS1-v1_5; base64. */
  signatureValue: base64,
});
export type FinishRequest = z.infer<typeof FinishRequest>;
