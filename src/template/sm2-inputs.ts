/** The inputs that an additional SM2 signature is rebuilt from, besides the agreement itself and the CMS. */
import { z } from 'zod';
import { PARTY_ROLES, type PartyRole } from '../agreement/parties.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { type Instant, parseRfc3339, toRfc3339 } from '../instant.ts';
import { readInputsLine } from './inputs-line.ts';

export interface Sm2Inputs {
  readonly kind: 'sm2';
  /** Who has signed already, and signs once more. */
  readonly role: PartyRole;
  /** The claimed time, whole seconds: /M. */
  readonly at: Instant;
}

const schema = z.strictObject({ at: z.string(), kind: z.literal('sm2'), role: z.enum(PARTY_ROLES), v: z.literal(1) });

/** One line of ASCII. */
export const printSm2Inputs = ({ role, at }: Sm2Inputs): string => toCanonicalJson({ at: toRfc3339(at), kind: 'sm2', role, v: 1 });

/** Reads exactly what `printSm2Inputs` prints; anything else is undefined. */
export function parseSm2Inputs(line: string): Sm2Inputs | undefined {
  const read = readInputsLine(schema, line);
  const at = read && parseRfc3339(read.at);
  if (read === undefined || at === undefined) return undefined;
  const inputs: Sm2Inputs = { kind: 'sm2', role: read.role, at };
  return printSm2Inputs(inputs) === line ? inputs : undefined;
}
