/** The data of one agreement: everything besides the locked text that its bytes are computed from. */
import { z } from 'zod';
import { concatBytes, fromUtf8 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { isSha256, type Sha256 } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type AgreementFields, hasGuardian, isMinorOnFirstDay, parseAgreementFields } from './agreement-fields.ts';
import { isAgreementNumber } from './agreement-number.ts';
import { type Annex, parseAnnex } from './annex.ts';
import { characterProblem, lengthInCharacters } from './characters.ts';
import { FIELDS, type FieldSpec } from './fields.ts';
import { DEFAULT_ORDER, PARTY_ROLES, type SigningOrder, sameOrder, toSigningOrder } from './parties.ts';

export type { Annex } from './annex.ts';

export interface AgreementData {
  readonly schema: 'sanfang.agreement/1';
  /** Version of the rules by which values become page content; old versions stay reproducible for ever. */
  readonly stamping: 1;
  readonly template: { readonly pack: string; readonly version: string; readonly prefixSha256: Sha256 };
  readonly agreementNumber: string;
  readonly fields: AgreementFields;
  readonly annex: Annex | null;
  /** Only where the guardian signs although the student is 18 on the first day: the student was not yet when the agreement was made. */
  readonly guardianSigns?: true;
  /** Only where it is not the default order. */
  readonly order?: SigningOrder;
  readonly refersTo?: Reference;
  /** Where the code on the last page leads; without it there is no code. */
  readonly verifyOrigin?: string;
}

/** An agreement that changes or ends one that all have signed: its own first and last day say when. */
export const AMENDMENT_KINDS = ['extension', 'termination'] as const;
export type AmendmentKind = (typeof AMENDMENT_KINDS)[number];

interface Referred {
  readonly agreementNumber: string;
  /** Of the whole file: for a consent the unsigned agreement, otherwise the revision that was the last when this one was made. */
  readonly sha256: Sha256;
}

export type Amendment = Referred & { readonly kind: AmendmentKind; readonly reason: string };
/** The agreement that this one belongs to; `consent` is the 知情同意书 to it. */
export type Reference = Amendment | (Referred & { readonly kind: 'consent' });

/** Longest reason of an amendment, in characters. */
export const AMENDMENT_REASON_MAX = 200;

const referred = { agreementNumber: z.string().refine(isAgreementNumber), sha256: z.string().refine(isSha256) };
const reason = z
  .string()
  .min(1)
  .refine((text) => text.trim() === text && characterProblem(text) === undefined && lengthInCharacters(text) <= AMENDMENT_REASON_MAX);
const reference = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('consent'), ...referred }),
  z.strictObject({ kind: z.enum(AMENDMENT_KINDS), ...referred, reason }),
]);

const order = z
  .array(z.array(z.enum(PARTY_ROLES)))
  .max(PARTY_ROLES.length)
  .refine((groups) => sameOrder(toSigningOrder(groups) ?? DEFAULT_ORDER, groups) && !sameOrder(groups, DEFAULT_ORDER));

const ORIGIN_MAX = 60;

/** `https://host` with an optional port: lower case, no path, at most 60 characters, so that the code stays coarse enough for any telephone. */
export const isVerifyOrigin = (text: string): boolean =>
  text.length <= ORIGIN_MAX && /^https?:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?$/.test(text);

/** The page that says how far an agreement is and asks for its file; a number is random and says nothing about anybody. */
export const verifyAddress = (origin: string, agreementNumber: string): string => `${origin}/v/${agreementNumber}`;

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
  guardianSigns: z.literal(true).exactOptional(),
  order: order.exactOptional(),
  refersTo: reference.exactOptional(),
  verifyOrigin: z.string().refine(isVerifyOrigin).exactOptional(),
});

/**
 * Reads untrusted JSON as the data of one agreement. Extra keys are refused, not ignored; values must already be canonical.
 * @param specs the blanks of the template, where it has others than the catalogue
 * @throws AppError AGREEMENT_DATA_MALFORMED (`where`: path or field), ANNEX_OVERRIDES_BODY (`clause`)
 */
export function parseAgreementData(json: unknown, specs: readonly FieldSpec[] = FIELDS): AgreementData {
  const read = shape.safeParse(json);
  if (!read.success) throw malformed(read.error.issues[0]?.path.join('.') || '整体');
  const { fields: rawFields, annex: rawAnnex, ...rest } = read.data;
  if (rest.refersTo?.agreementNumber === rest.agreementNumber) throw malformed('refersTo.agreementNumber');
  const fields = parseAgreementFields(rawFields, specs);
  if (!fields.ok) throw malformed(fields.issues[0]?.field || '字段');
  if (rest.guardianSigns === true && !mayCallGuardian(fields.fields)) throw malformed('guardianSigns');
  if (rawAnnex === undefined) throw malformed('annex');
  if (rawAnnex === null) return { ...rest, fields: fields.fields, annex: null };
  const annex = parseAnnex(rawAnnex);
  if (!annex.ok) {
    const override = annex.issues.find((issue) => issue.code === 'ANNEX_OVERRIDES_BODY');
    throw override === undefined ? malformed('annex') : new AppError('ANNEX_OVERRIDES_BODY', { clause: override.clause ?? 0 });
  }
  return { ...rest, fields: fields.fields, annex: annex.annex };
}

/** A guardian is named, and would not sign anyway. */
const mayCallGuardian = (fields: AgreementFields): boolean => hasGuardian(fields) && !isMinorOnFirstDay(fields);

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
  const { schema, stamping, template, agreementNumber, fields, annex, guardianSigns, order, refersTo, verifyOrigin } = data;
  const { pack, version, prefixSha256 } = template;
  const members = [
    `"fields":${toCanonicalJson(fields)}`,
    ...(guardianSigns === undefined ? [] : ['"guardianSigns":true']),
    ...(order === undefined ? [] : [`"order":${toCanonicalJson(order)}`]),
    ...(refersTo === undefined ? [] : [`"refersTo":${toCanonicalJson({ ...refersTo })}`]),
    `"schema":${toCanonicalJson(schema)}`,
    `"stamping":${stamping}`,
    `"template":${toCanonicalJson({ pack, version, prefixSha256 })}`,
    ...(verifyOrigin === undefined ? [] : [`"verifyOrigin":${toCanonicalJson(verifyOrigin)}`]),
  ];
  const head = fromUtf8(`{"agreementNumber":${toCanonicalJson(agreementNumber)},"annex":`);
  return concatBytes(head, annex === null ? NULL : printAnnex(annex), fromUtf8(`,${members.join(',')}}`));
}
