/** The few inputs that a signature revision is rebuilt from, besides the agreement itself and the CMS. */
import { z } from 'zod';
import { type Ink, inkSchema } from '../agreement/ink.ts';
import { PARTY_ROLES, type PartyRole } from '../agreement/parties.ts';
import { SEAL_DIAMETERS_MM, type SealDiameter } from '../agreement/seal-size.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { isSha256, type Sha256 } from '../digest.ts';
import { type Instant, parseRfc3339, toRfc3339 } from '../instant.ts';
import { SEAL_EDGE_MAX_PX, SEAL_MAX_BYTES, type SealImage } from '../pdf/seal-image.ts';
import { readInputsLine } from './inputs-line.ts';

export interface SignatureInputs {
  readonly role: PartyRole;
  /** The claimed time, whole seconds: /M and the date in the appearance. */
  readonly at: Instant;
  /** Null where the signatory signs with the printed name. */
  readonly ink: Ink | null;
  /** Absent where the key was in the signatory's own browser while signing. */
  readonly custody?: KeyCustody;
  /** Absent where no picture of a seal is drawn; only organisations have one. */
  readonly seal?: SealInputs;
}

/** The picture itself stands in the revision, as a stream of so many bytes for its colours and one for its opacity. */
export interface SealInputs {
  /** The longer edge on paper. */
  readonly diameterMm: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colourBytes: number;
  readonly opacityBytes: number;
  /** Of both streams, colours first. */
  readonly sha256: Sha256;
}

export const inputsOfSeal = (image: SealImage, diameterMm: SealDiameter): SealInputs => ({
  diameterMm,
  widthPx: image.widthPx,
  heightPx: image.heightPx,
  colourBytes: image.colour.length,
  opacityBytes: image.opacity.length,
  sha256: image.sha256,
});

const positive = z.int().min(1);
const seal = z.strictObject({
  colourBytes: positive.max(SEAL_MAX_BYTES),
  diameterMm: z.literal(SEAL_DIAMETERS_MM),
  heightPx: positive.max(SEAL_EDGE_MAX_PX),
  opacityBytes: positive.max(SEAL_MAX_BYTES),
  sha256: z.string().refine(isSha256),
  widthPx: positive.max(SEAL_EDGE_MAX_PX),
});

/** `server`: 机构服务器保管 · `external`: a device or service of the signatory, which may have answered days after `at`. */
export const KEY_CUSTODIES = ['server', 'external'] as const;
export type KeyCustody = (typeof KEY_CUSTODIES)[number];

const schema = z.strictObject({
  at: z.string(),
  custody: z.enum(KEY_CUSTODIES).optional(),
  ink: inkSchema.nullable(),
  kind: z.literal('signature'),
  role: z.enum(PARTY_ROLES),
  seal: seal.exactOptional(),
  v: z.literal(1),
});

/** One line of ASCII. */
export const printSignatureInputs = (inputs: SignatureInputs): string =>
  toCanonicalJson({
    at: toRfc3339(inputs.at),
    ...(inputs.custody === undefined ? {} : { custody: inputs.custody }),
    ink: inputs.ink,
    kind: 'signature',
    role: inputs.role,
    ...(inputs.seal === undefined ? {} : { seal: { ...inputs.seal } }),
    v: 1,
  });

/** Reads exactly what `printSignatureInputs` prints; anything else is undefined. */
export function parseSignatureInputs(line: string): SignatureInputs | undefined {
  const read = readInputsLine(schema, line);
  const at = read && parseRfc3339(read.at);
  if (read === undefined || at === undefined) return undefined;
  const { role, ink, custody, seal: drawn } = read;
  const inputs: SignatureInputs = {
    role,
    at,
    ink,
    ...(custody === undefined ? {} : { custody }),
    ...(drawn === undefined ? {} : { seal: drawn }),
  };
  return printSignatureInputs(inputs) === line ? inputs : undefined;
}
