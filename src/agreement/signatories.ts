/** Who must sign one agreement, in which order, and what ties a certificate to the person named in it. */
import { fromUtf8 } from '../bytes.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import type { BeijingDate } from '../instant.ts';
import type { AgreementData } from './agreement-data.ts';
import { type AgreementFields, dateIn } from './agreement-fields.ts';
import { dateOf, monthsOfAge } from './calendar.ts';
import { type IdNumber, parseIdNumber } from './identifiers.ts';
import { PARTY_ROLES, type PartyRole, type Signatory, type SigningForm } from './parties.ts';

/** The student's identity number, read. @throws Error when the template has no such blank */
export function studentOf(fields: Readonly<Record<string, string>>): IdNumber {
  const read = parseIdNumber(fields['studentIdNumber'] ?? '');
  if (typeof read === 'string') throw new Error('no identity number in blank studentIdNumber');
  return read;
}

/** Whether the student is under 18 on that day. @source 民法典第十七条 */
export const isMinorOn = (fields: AgreementFields, on: BeijingDate): boolean => monthsOfAge(studentOf(fields).bornOn, on) < 18 * 12;

/** The eighteenth birthday; of a leap day the first of March. @source 民法典第十七条、第一千二百五十九条 */
export function adultOn(fields: AgreementFields): BeijingDate {
  const { bornOn } = studentOf(fields);
  const [year, month, day] = [Number(bornOn.slice(0, 4)) + 18, Number(bornOn.slice(5, 7)), Number(bornOn.slice(8))];
  const birthday = dateOf(year, month, day) ?? dateOf(year, 3, 1);
  if (birthday === undefined) throw new Error('no such birthday');
  return birthday;
}

/** What decides who signs. */
export type Signing = Pick<AgreementData, 'fields' | 'guardianSigns'>;

/**
 * Whether a guardian has to agree: the student is under 18 on the first day, hence on some day of the internship, or was when the agreement was made.
 * @source 教职成〔2021〕4号第九条第一款；民法典第十七条、第十九条、第一百四十五条
 */
export const needsGuardian = ({ fields, guardianSigns }: Signing): boolean =>
  guardianSigns === true || isMinorOn(fields, dateIn(fields, 'startsOn'));

/**
 * Who must sign, in the order of `PARTY_ROLES`: those for whom the form has a box, the guardian where one is needed. A consent form is the guardian's
 * own, whatever the student's age.
 * @source 教职成〔2021〕4号第九条第一款、第十四条
 */
export const requiredRoles = (form: SigningForm, data: Signing): readonly PartyRole[] =>
  PARTY_ROLES.filter((role) => form.boxes.includes(role) && (role !== 'guardian' || form.kind === 'consent' || needsGuardian(data)));

/** A guardian has to agree and the form has no place for it: the consent is a document of its own. */
export const consentsApart = (form: SigningForm, data: Signing): boolean =>
  form.kind === 'agreement' && !form.boxes.includes('guardian') && needsGuardian(data);

/** What a person's certificate is bound to: the agreement, for its consent form as well, since both are signed in one act. */
export const boundNumber = ({ agreementNumber, refersTo }: Pick<AgreementData, 'agreementNumber' | 'refersTo'>): string =>
  refersTo?.kind === 'consent' ? refersTo.agreementNumber : agreementNumber;

/** Who signs for a role, as the values name them. @throws Error when the agreement has no such signatory */
export function signatoryOf(fields: AgreementFields, role: PartyRole): Signatory {
  const value = (key: string): string => {
    const text = fields[key];
    if (text === undefined) throw new Error(`no signatory for ${role}: blank ${key} is empty`);
    return text;
  };
  switch (role) {
    case 'student':
      return { role, name: value('studentName') };
    case 'guardian':
      return { role, name: value('guardianName') };
    case 'unit':
      return { role, name: value('unitSignatory'), organisation: value('unitName'), creditCode: value('unitCreditCode') };
    case 'school':
      return { role, name: value('schoolSignatory'), organisation: value('schoolName'), creditCode: value('schoolCreditCode') };
  }
}

/** Digest that a certificate may carry instead of an identity number: it says nothing without the agreement. */
export const identityDigest = (agreementNumber: string, role: PartyRole, idNumber: string): Sha256 =>
  sha256Hex(fromUtf8(`sanfang.identity/1\n${agreementNumber}\n${role}\n${idNumber}`));

/**
 * What a person's certificate for this agreement must carry: the student by identity number, the guardian by telephone.
 * Null for organisations, which are known by their credit code.
 */
export function identityDigestOf(agreementNumber: string, fields: AgreementFields, role: PartyRole): Sha256 | null {
  if (role === 'unit' || role === 'school') return null;
  return identityDigest(agreementNumber, role, fields[role === 'student' ? 'studentIdNumber' : 'guardianPhone'] ?? '');
}

/** What a certificate of another authority has to say of its holder: the person, or the organisation, and its number where there is one. */
export function expectedHolder(fields: AgreementFields, role: PartyRole): { readonly name: string; readonly number: string | null } {
  const signatory = signatoryOf(fields, role);
  if ('organisation' in signatory) return { name: signatory.organisation, number: signatory.creditCode };
  return { name: signatory.name, number: role === 'student' ? (fields['studentIdNumber'] ?? null) : null };
}
