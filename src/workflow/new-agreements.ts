/** What is made for one student: the agreement, and the 知情同意书 where one goes with it. */
import { type AgreementData, printAgreementData } from '../agreement/agreement-data.ts';
import { type AgreementFields, hasGuardian, isMinorOnFirstDay, parseAgreementFields } from '../agreement/agreement-fields.ts';
import { agreementNumberFrom } from '../agreement/agreement-number.ts';
import type { SigningForm } from '../agreement/parties.ts';
import { consentsApart, isMinorOn, requiredRoles, signatoryOf } from '../agreement/signatories.ts';
import { toUtf8 } from '../bytes.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { beijingDateOf, type Instant } from '../instant.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { renderTail } from '../template/revision-zero.ts';
import { chooseConsentForm } from './choose-template.ts';
import { type BesideAgreement, consentValues } from './consent-fields.ts';
import { signatoryKeyOf } from './signatory-key.ts';
import type { NewAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

/** Canonical text and the parties that must sign it. */
const toNewAgreement = (form: SigningForm, data: AgreementData, accompanies: string | null = null): NewAgreement => ({
  number: data.agreementNumber,
  dataText: toUtf8(printAgreementData(data)),
  parties: requiredRoles(form, data).map((role) => ({ role, signatoryKey: signatoryKeyOf(signatoryOf(data.fields, role)) })),
  accompanies,
});

export const nameOf = ({ pack, version, prefixSha256 }: LockedTemplate): AgreementData['template'] => ({ pack, version, prefixSha256 });

/**
 * The guardian signs although the student is 18 on the first day: the student is 17 today, and may sign today. Where none is named the student
 * signs from the eighteenth birthday on.
 * @source 民法典第十九条、第一百四十五条
 */
export const guardianToday = (fields: AgreementFields, now: Instant): Pick<AgreementData, 'guardianSigns'> =>
  !isMinorOnFirstDay(fields) && isMinorOn(fields, beijingDateOf(now)) && hasGuardian(fields) ? { guardianSigns: true } : {};

/** SHA-256 of the unsigned agreement. @throws AppError as `renderRevisionZero` */
const digestOf = (template: LockedTemplate, data: AgreementData): Sha256 => sha256Hex(template.prefix, renderTail(template, data));

/** Which 知情同意书 goes with an agreement, and when. */
export interface ConsentWish {
  readonly wanted: 'wanted' | 'where needed';
  /** The usual one when absent. */
  readonly pack?: string;
  readonly beside: BesideAgreement;
}

/**
 * The agreement with its consent form: where the school wants one, and always where a guardian has to agree and the text has no place for it.
 * An agreement that cannot be made gets none: its failure is reported when it is generated, and another is issued in its place.
 * @returns null where a consent form is needed and no guardian is named, neither in the agreement nor beside it
 * @throws AppError CONSENT_FORM_MISSING, CONSENT_FORM_UNFIT; TEMPLATE_NOT_FOUND for a pack that is no consent form in force
 */
export function withConsent(
  ports: Pick<Ports, 'clock' | 'random' | 'templates'>,
  template: LockedTemplate,
  data: AgreementData,
  { wanted, pack, beside }: ConsentWish,
): readonly NewAgreement[] | null {
  const agreement = toNewAgreement(template, data);
  if (wanted !== 'wanted' && !consentsApart(template, data)) return [agreement];
  if (!hasGuardian({ ...beside, ...data.fields })) return null;
  const form = chooseConsentForm(ports.templates, ports.clock.now(), pack);
  const read = parseAgreementFields(consentValues(form, template, data.fields, beside), form.fields);
  if (!read.ok) throw new AppError('CONSENT_FORM_UNFIT', { field: read.issues[0]?.zh ?? '' });
  const sha256 = digestOrNothing(template, data);
  if (sha256 === undefined) return [agreement];
  const consent: AgreementData = {
    schema: 'sanfang.agreement/1',
    stamping: 1,
    template: nameOf(form),
    agreementNumber: agreementNumberFrom(ports.random.bytes(13)),
    fields: read.fields,
    annex: null,
    ...(data.order === undefined ? {} : { order: data.order }),
    ...(data.verifyOrigin === undefined ? {} : { verifyOrigin: data.verifyOrigin }),
    refersTo: { kind: 'consent', agreementNumber: data.agreementNumber, sha256 },
  };
  return [agreement, toNewAgreement(form, consent, data.agreementNumber)];
}

function digestOrNothing(template: LockedTemplate, data: AgreementData): Sha256 | undefined {
  try {
    return digestOf(template, data);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
