/** The data of one agreement: everything besides the locked text that its bytes are computed from. */
import { z } from 'zod';
import { concatBytes, fromUtf8 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { isSha256, type Sha256 } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type AgreementFields, parseAgreementFields } from './agreement-fields.ts';
import { isAgreementNumber } from './agreement-number.ts';
import { type Annex, parseAnnex } from './annex.ts';
import { FIELDS, type FieldSpec } from './fields.ts';

export type { Annex } from './annex.ts';

export interface AgreementData {
  readonly schema: 'sanfang.agreement/1';
  /** Version of the rules by which values become page content; old versions stay reproducible for ever. */
  readonly stamping: 1;
  readonly template: { readonly pack: string; readonly version: string; readonly prefixSha256: Sha256 };
  readonly agreementNumber: string;
  readonly fields: AgreementFields;
  readonly annex: Annex | null;
}

const shape = z.strictObject({
  schema: z.literal('sanfang.agreement/1'),
  stamping: z.literal(1),
  template: z.strictObject({
    pack: z
      .string()
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      .max(40),
    version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.-]{0,15}$/),
    prefixSha256: z.string().refine(isSha256),
  }),
  agreementNumber: z.string().refine(isAgreementNumber),
  fields: z.unknown(),
  annex: z.unknown(),
});

/**
 * Reads untrusted JSON as the data of one agreement. Extra keys are refused, not ignored; values must already be canonical.
 * @param specs the blanks of the template, where it has others than the catalogue
 * @throws AppError AGREEMENT_DATA_MALFORMED (`where`: path or field), ANNEX_OVERRIDES_BODY (`clause`)
 */
export function parseAgreementData(json: unknown, specs: readonly FieldSpec[] = FIELDS): AgreementData {
  const read = shape.safeParse(json);
  if (!read.success) throw malformed(read.error.issues[0]?.path.join('.') || '整体');
  const { schema, stamping, template, agreementNumber, fields: rawFields, annex: rawAnnex } = read.data;
  const fields = parseAgreementFields(rawFields, specs);
  if (!fields.ok) throw malformed(fields.issues[0]?.field || '字段');
  if (rawAnnex === undefined) throw malformed('annex');
  if (rawAnnex === null) return { schema, stamping, template, agreementNumber, fields: fields.fields, annex: null };
  const annex = parseAnnex(rawAnnex);
  if (!annex.ok) {
    const override = annex.issues.find((issue) => issue.code === 'ANNEX_OVERRIDES_BODY');
    throw override === undefined ? malformed('annex') : new AppError('ANNEX_OVERRIDES_BODY', { clause: override.clause ?? 0 });
  }
  return { schema, stamping, template, agreementNumber, fields: fields.fields, annex: annex.annex };
}

const malformed = (where: string) => new AppError('AGREEMENT_DATA_MALFORMED', { where });

const annexJson = new WeakMap<Annex, Uint8Array>();

/** A batch shares one annex; it is printed once. */
function printAnnex(annex: Annex): Uint8Array {
  const known = annexJson.get(annex) ?? fromUtf8(toCanonicalJson({ title: annex.title, clauses: annex.clauses }));
  annexJson.set(annex, known);
  return known;
}

const NULL = fromUtf8('null');

/** Canonical JSON as UTF-8: the bytes that are embedded in the PDF. @source RFC 8785 */
export function printAgreementData(data: AgreementData): Uint8Array<ArrayBuffer> {
  const { schema, stamping, template, agreementNumber, fields, annex } = data;
  const { pack, version, prefixSha256 } = template;
  const members = [
    `"fields":${toCanonicalJson(fields)}`,
    `"schema":${toCanonicalJson(schema)}`,
    `"stamping":${stamping}`,
    `"template":${toCanonicalJson({ pack, version, prefixSha256 })}`,
  ];
  const head = fromUtf8(`{"agreementNumber":${toCanonicalJson(agreementNumber)},"annex":`);
  return concatBytes(head, annex === null ? NULL : printAnnex(annex), fromUtf8(`,${members.join(',')}}`));
}
