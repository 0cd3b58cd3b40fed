/**
 * The interface for programs that sign outside the browser: USB keys, licensed authorities, remote signing. Bearer token of an organisation.
 *   GET  /api/signer/agreements                              → SignerTaskJson: what there is to sign, and the terms to agree to
 *   GET  /api/signer/agreements/:agreementNumber/document    → application/pdf as it stands now
 *   POST /api/signer/preparations         PreparationsRequest → 201 PreparationsJson, one result for each number in the same order
 *   GET  /api/signer/preparations/:preparedId                → PreparationJson, the same bytes every time until it expires
 *   GET  /api/signer/preparations/:preparedId/document       → application/pdf, the whole file with a zero /Contents
 *   POST /api/signer/signatures           SignaturesRequest  → SignaturesJson, one result for each value in the same order
 * A value is over the DER of `signedAttributes`, base64-decoded, with SHA-256.
 *   POST /api/signer/sm2-preparations[/:preparedId[/document]], POST /api/signer/sm2-signatures: the same for an additional SM2 signature of an
 *   organisation that has signed; its values are over `signedAttributes` with SM3 and the default identity
 */
import { z } from 'zod';
import type { FinishedJson } from '../contract.ts';
import { SealSizeJson } from './signing.ts';
import { id, base64 as spelled } from './spellings.ts';

const base64 = spelled.min(4).max(12_000);

/** A PNG of at most 1 MB, base64. */
const picture = z
  .string()
  .min(4)
  .max(1_400_000)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/)
  .refine((text) => text.length % 4 === 0);

/** Most agreements in one request. */
const SIGNER_ITEMS_MAX = 500;

export const PreparationsRequest = z.strictObject({
  agreementNumbers: z.array(id).min(1).max(SIGNER_ITEMS_MAX),
  /** The signing certificate first, then its issuers; the root may be left out. DER, base64. */
  certificateChain: z.array(base64).min(1).max(10),
  /** Whoever is entitled to sign for the organisation has read the agreements and agrees to sign electronically. */
  consent: z.literal(true),
  /** `SignerTaskJson.terms.sha256`. */
  termsSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Draws the organisation's own seal beside its signatures: the PNG given here, else the one that it has handed in before. */
  seal: z
    .strictObject({
      png: picture.optional(),
      /** The longer edge on paper; as wished before, or 42, when left out. */
      diameterMm: SealSizeJson.optional(),
    })
    .optional(),
});
export type PreparationsRequest = z.infer<typeof PreparationsRequest>;

/** The same for an additional SM2 signature, which has no picture. */
export const Sm2PreparationsRequest = PreparationsRequest.omit({ seal: true });

export const SignaturesRequest = z.strictObject({
  signatures: z
    .array(
      z.strictObject({
        preparedId: id,
        /** RSASSA-PKCS1-v1_5, or ECDSA as DER or r‖s; base64. */
        signatureValue: base64,
      }),
    )
    .min(1)
    .max(SIGNER_ITEMS_MAX),
});
export type SignaturesRequest = z.infer<typeof SignaturesRequest>;

export interface SignerTaskJson {
  readonly role: 'unit' | 'school';
  readonly organisation: string;
  readonly terms: { readonly title: string; readonly clauses: readonly string[]; readonly sha256: string };
  readonly items: readonly {
    readonly agreementNumber: string;
    readonly batchId: string;
    /** `ready` to sign now · `signed` by this organisation · `waiting` for an earlier party · `declined` by somebody, so signing rests. */
    readonly state: 'ready' | 'signed' | 'waiting' | 'declined';
    /** Of the file as it stands, lower-case hex. */
    readonly headSha256: string;
  }[];
}

/** One refused item; the others of the request stand. */
export interface SignerRefusalJson {
  readonly refused: { readonly code: string; readonly zh: string };
}

export interface PreparationJson {
  readonly preparedId: string;
  readonly agreementNumber: string;
  /** DER SET OF signed attributes, base64: exactly the bytes to sign. */
  readonly signedAttributes: string;
  /** SHA-256 of those bytes, base64: for signers that take a digest. */
  readonly signedAttributesSha256: string;
  /** SHA-256 of the document's two ranges, lower-case hex; it stands inside the attributes as messageDigest. */
  readonly digestSha256: string;
  readonly byteRange: readonly [number, number, number, number];
  readonly prefix: { readonly lengthBytes: number; readonly sha256: string };
  readonly documentUrl: string;
  /** Milliseconds since 1970; a value that comes later is refused. */
  readonly expiresAt: number;
  /** `ready`: waiting for a value · `signed` · `moved` or `expired`: prepare again · `paused`: somebody declined. */
  readonly state: 'ready' | 'signed' | 'moved' | 'expired' | 'paused';
}

/** An additional SM2 signature, prepared. */
export interface Sm2PreparationJson {
  readonly preparedId: string;
  readonly agreementNumber: string;
  /** DER SET OF attributes, base64: what the key signs, with SM3 and the default identity 1234567812345678. */
  readonly signedAttributes: string;
  /** SM3 of the document's two ranges, lower-case hex; it stands inside the attributes. */
  readonly digestSm3: string;
  readonly documentUrl: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly state: PreparationJson['state'];
}

export interface Sm2PreparationsJson {
  readonly preparations: readonly (Sm2PreparationJson | (SignerRefusalJson & { readonly agreementNumber: string }))[];
}

export interface Sm2SignaturesJson {
  readonly signatures: readonly (
    | { readonly preparedId: string; readonly agreementNumber: string; readonly revisionSha256: string }
    | (SignerRefusalJson & { readonly preparedId: string })
  )[];
}

export interface PreparationsJson {
  readonly preparations: readonly (PreparationJson | (SignerRefusalJson & { readonly agreementNumber: string }))[];
}

export interface SignaturesJson {
  readonly signatures: readonly (
    | (FinishedJson & { readonly preparedId: string })
    | (SignerRefusalJson & { readonly preparedId: string })
  )[];
}
