/** The inputs that a sealing revision is rebuilt from, besides the objects that it carries. */
import { z } from 'zod';
import { toCanonicalJson } from '../canonical-json.ts';
import type { ValidationData } from '../pdf/seal-revision.ts';
import { readInputsLine } from './inputs-line.ts';

/** Lengths of the DER objects that a revision of validation data brings, in bytes, in the order of the file. */
export interface ValidationInputs {
  readonly kind: 'dss';
  readonly certificates: readonly number[];
  readonly crls: readonly number[];
  readonly ocsps: readonly number[];
}

export interface ArchiveInputs {
  readonly kind: 'archive';
}

const OBJECT_MAX_BYTES = 1 << 20;
const OBJECTS_MAX = 64;
const lengths = z.array(z.int().min(1).max(OBJECT_MAX_BYTES)).max(OBJECTS_MAX);
const schema = z.discriminatedUnion('kind', [
  z.strictObject({ certs: lengths, crls: lengths, kind: z.literal('dss'), ocsps: lengths, v: z.literal(1) }),
  z.strictObject({ kind: z.literal('archive'), v: z.literal(1) }),
]);

/** One line of ASCII. */
export const printSealInputs = (inputs: ValidationInputs | ArchiveInputs): string =>
  inputs.kind === 'archive'
    ? toCanonicalJson({ kind: 'archive', v: 1 })
    : toCanonicalJson({ certs: inputs.certificates, crls: inputs.crls, kind: 'dss', ocsps: inputs.ocsps, v: 1 });

export const inputsOfData = ({ certificates, crls, ocsps }: ValidationData): ValidationInputs => {
  const lengthsOf = (ders: readonly Uint8Array[]): number[] => ders.map(({ length }) => length);
  return { kind: 'dss', certificates: lengthsOf(certificates), crls: lengthsOf(crls), ocsps: lengthsOf(ocsps) };
};

/** Reads exactly what `printSealInputs` prints; anything else is undefined. */
export function parseSealInputs(line: string): ValidationInputs | ArchiveInputs | undefined {
  const data = readInputsLine(schema, line);
  if (data === undefined) return undefined;
  const inputs: ValidationInputs | ArchiveInputs =
    data.kind === 'archive' ? { kind: 'archive' } : { kind: 'dss', certificates: data.certs, crls: data.crls, ocsps: data.ocsps };
  return printSealInputs(inputs) === line ? inputs : undefined;
}
