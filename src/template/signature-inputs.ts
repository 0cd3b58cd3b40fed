/** The few inputs that a signature revision is rebuilt from, besides the agreement itself and the CMS. */
import { z } from 'zod';
import { type Ink, inkSchema } from '../agreement/ink.ts';
import { PARTY_ROLES, type PartyRole } from '../agreement/parties.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { type Instant, parseRfc3339, toRfc3339 } from '../instant.ts';

export interface SignatureInputs {
  readonly role: PartyRole;
  /** The claimed time, whole seconds: /M and the date in the appearance. */
  readonly at: Instant;
  /** Null where the signatory signs with the printed name. */
  readonly ink: Ink | null;
}

const schema = z.strictObject({
  at: z.string(),
  ink: inkSchema.nullable(),
  kind: z.literal('signature'),
  role: z.enum(PARTY_ROLES),
  v: z.literal(1),
});

/** One line of ASCII. */
export const printSignatureInputs = (inputs: SignatureInputs): string =>
  toCanonicalJson({ at: toRfc3339(inputs.at), ink: inputs.ink, kind: 'signature', role: inputs.role, v: 1 });

/** Reads exactly what `printSignatureInputs` prints; anything else is undefined. */
export function parseSignatureInputs(line: string): SignatureInputs | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return undefined;
  const at = parseRfc3339(parsed.data.at);
  if (at === undefined) return undefined;
  const inputs: SignatureInputs = { role: parsed.data.role, at, ink: parsed.data.ink };
  return printSignatureInputs(inputs) === line ? inputs : undefined;
}
