/** The data of a stored agreement and the template that it was made on. */
import { type AgreementData, parseAgreementData, type Reference } from '../agreement/agreement-data.ts';
import { fromUtf8 } from '../bytes.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import type { AgreementRecord, IssuedAgreement, OpenAgreement, VoidedAgreement } from './stores.ts';

/** Generated, and signing neither rests nor has ended otherwise than by signing. */
export const isIssued = (agreement: AgreementRecord): agreement is IssuedAgreement =>
  agreement.state === 'signing' || agreement.state === 'completed';

/** Generated and not taken back. */
export const isOpen = (agreement: AgreementRecord): agreement is OpenAgreement => isIssued(agreement) || agreement.state === 'declined';

/** Whether there is a file. */
export const hasFile = (agreement: AgreementRecord): agreement is OpenAgreement | VoidedAgreement =>
  isOpen(agreement) || agreement.state === 'voided';

/** The agreement, also of its consent form: what a person's link, key and certificate are for. */
export const caseOf = ({ number, accompanies }: AgreementRecord): string => accompanies ?? number;

/** SHA-256 over the canonical JSON of title and clauses; null without an annex. */
export const annexDigest = ({ annex }: AgreementData): Sha256 | null =>
  annex === null ? null : sha256Hex(fromUtf8(toCanonicalJson({ title: annex.title, clauses: annex.clauses })));

type TemplateName = AgreementData['template'];

/** @throws AppError TEMPLATE_NOT_LOADED (`pack`) unless exactly this version, byte for byte, is loaded */
export function templateFor(templates: readonly LockedTemplate[], name: TemplateName): LockedTemplate {
  const template = templates.find(
    (loaded) => loaded.pack === name.pack && loaded.version === name.version && loaded.prefixSha256 === name.prefixSha256,
  );
  if (template === undefined) throw new AppError('TEMPLATE_NOT_LOADED', { pack: `${name.pack} ${name.version}` });
  return template;
}

/**
 * The values for lists and file names, as stored and not judged again: a board of thousands is read in one go.
 * What is rendered, signed or compared goes through `dataOf`.
 */
export const displayValues = (agreement: AgreementRecord): Readonly<Record<string, string>> =>
  (JSON.parse(agreement.dataText) as { readonly fields: Readonly<Record<string, string>> }).fields;

/** The agreement that one refers to, for lists, as stored and not judged again. */
export const displayReference = (agreement: AgreementRecord): Reference | null =>
  agreement.dataText.includes('"refersTo":')
    ? ((JSON.parse(agreement.dataText) as { readonly refersTo?: Reference }).refersTo ?? null)
    : null;

/** @throws AppError AGREEMENT_DATA_MALFORMED when the stored text was changed behind our back */
export function dataOf(agreement: AgreementRecord, templates: readonly LockedTemplate[]): AgreementData {
  const json: unknown = JSON.parse(agreement.dataText);
  const data = parseAgreementData(json, templates.find((template) => agreement.dataText.includes(template.prefixSha256))?.fields);
  if (data.agreementNumber !== agreement.number) throw new AppError('AGREEMENT_DATA_MALFORMED', { where: 'agreementNumber' });
  return data;
}
