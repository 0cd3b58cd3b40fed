/** The evidence of one agreement: who was asked, how identity was proved, what was shown and agreed to, and every digest. */
import { z } from 'zod';
import { fromUtf8, toUtf8 } from '../bytes.ts';
import { type Json, toCanonicalJson } from '../canonical-json.ts';
import { isSha256, type Sha256 } from '../digest.ts';
import { parseRfc3339, toInstant } from '../instant.ts';
import { PARTY_ROLES } from './parties.ts';

const time = z.custom<string>((value) => typeof value === 'string' && parseRfc3339(value) !== undefined);
const sha256 = z.custom<Sha256>((value) => typeof value === 'string' && isSha256(value));
const role = z.enum(PARTY_ROLES);
const text = z.string().max(2000);
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
);

const certificate = z.strictObject({
  sha256,
  serial: text,
  subject: text,
  issuer: text,
  notBefore: time,
  notAfter: time,
});

/** What the signatory had before them, and ticked, when this signature was prepared. */
const consent = z.strictObject({
  at: time,
  termsSha256: sha256,
  templateSha256: sha256,
  annexSha256: sha256.nullable(),
  /** The file as it was shown. */
  documentSha256: sha256,
  /** Network address, masked. */
  from: text,
  /** Class of device, nothing closer. */
  device: text,
});

const party = z.strictObject({
  role,
  name: text,
  organisation: text.nullable(),
  invitations: z.array(z.strictObject({ ceremony: text, at: time, expiresAt: time })).max(200),
  identityProofs: z.array(z.strictObject({ ceremony: text, at: time, method: text, from: text, device: text })).max(2000),
  signature: z
    .strictObject({
      at: time,
      ceremony: text,
      revision: z.int(),
      consent: consent.nullable(),
      /** Made in the page, opened in it from the signatory's file, outside with the signatory, or kept by the server of the organisation. */
      keyPlace: z.enum(['page', 'file', 'external', 'server']),
      /** The picture of the organisation's seal beside the signature: handed in when and by which link, after proof of identity. */
      seal: z.strictObject({ sha256, diameterMm: z.int().positive(), ceremony: text, storedAt: time }).exactOptional(),
      /** The signatory's first, then its issuers. */
      certificates: z.array(certificate).max(8),
      timestamp: time.nullable(),
      timestampAuthority: text.nullable(),
      assurance: text.nullable(),
    })
    .nullable(),
  /** An additional signature with SM2 and SM3 beside the ordinary one; the key was with the organisation. */
  sm2: z.strictObject({ at: time, revision: z.int(), certificates: z.array(certificate).max(10) }).exactOptional(),
});

const auditEntry = z.strictObject({
  tenant: text,
  sequence: z.int().positive(),
  previous: text,
  at: z.number().transform(toInstant),
  kind: text,
  subject: text,
  detail: z.record(z.string(), json),
  hash: text,
});

const evidence = z.strictObject({
  schema: z.literal('sanfang.evidence/1'),
  madeAt: time,
  agreementNumber: text,
  state: z.enum(['signing', 'declined', 'completed', 'voided']),
  voided: z.strictObject({ at: time, reason: text, replacedBy: text.nullable() }).nullable(),
  replaces: text.nullable(),
  template: z.strictObject({ pack: text, version: text, status: text, prefixSha256: sha256 }),
  annexSha256: sha256.nullable(),
  /** Of the canonical JSON of the values. */
  dataSha256: sha256,
  terms: z.strictObject({ version: text, title: text, clauses: z.array(text).max(50), sha256 }),
  parties: z.array(party).min(1).max(4),
  revisions: z
    .array(z.strictObject({ number: z.int().nonnegative(), sha256, lengthBytes: z.int(), role: role.nullable(), at: time }))
    .min(1)
    .max(50),
  /** What the verifier said of the newest revision when this was made. */
  report: z.strictObject({ verdict: text, level: text.nullable(), findings: z.array(z.strictObject({ code: text, zh: text })).max(500) }),
  audit: z.strictObject({
    /** Entries about this agreement, its batch and its links, in order; between them stand others. */
    entries: z.array(auditEntry).max(5000),
    /** The newest entry of the whole chain. */
    head: z.strictObject({ sequence: z.int(), hash: text }),
  }),
});

export type Evidence = z.infer<typeof evidence>;

/** Canonical JSON in UTF-8. @source RFC 8785 */
export const printEvidence = (value: Evidence): Uint8Array<ArrayBuffer> => fromUtf8(toCanonicalJson(json.parse(value)));

/** Undefined for anything but what `printEvidence` writes. */
export function parseEvidence(bytes: Uint8Array): Evidence | undefined {
  try {
    const read = evidence.safeParse(JSON.parse(toUtf8(bytes)));
    return read.success && toUtf8(printEvidence(read.data)) === toUtf8(bytes) ? read.data : undefined;
  } catch {
    return undefined;
  }
}
