/** Who must sign one agreement, in which order, and what ties a certificate to the person named in it. */
import { fromUtf8 } from '../bytes.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import type { BeijingDate } from '../instant.ts';
import { type AgreementFields, dateIn } from './agreement-fields.ts';
import { monthsOfAge } from './calendar.ts';
import { type IdNumber, parseIdNumber } from './identifiers.ts';
import type { PartyRole, Signatory } from './parties.ts';

/** The student's identity number, read. @throws Error when the template has no such blank */
export function studentOf(fields: Readonly<Record<string, string>>): IdNumber {
  const read = parseIdNumber(fields['studentIdNumber'] ?? '');
  if (typeof read === 'string') throw new Error('no identity number in blank studentIdNumber');
  return read;
}

/** Whether the student is under 18 on that day. @source 民法典第十七条 */
export const isMinorOn = (fields: AgreementFields, on: BeijingDate): boolean => monthsOfAge(studentOf(fields).bornOn, on) < 18 * 12;

/**
 * Signing order: student, guardian of a minor, unit, school. A student under 18 on the first day is a minor for the whole agreement.
 * @source 教职成〔2021〕4号第九条第一款、第十四条；民法典第十九条
 */
export function requiredRoles(fields: AgreementFields): readonly PartyRole[] {
  return isMinorOn(fields, dateIn(fields, 'startsOn')) ? ['student', 'guardian', 'unit', 'school'] : ['student', 'unit', 'school'];
}

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
