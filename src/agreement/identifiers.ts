/** Identity numbers, credit codes, telephone numbers and names: their one canonical form and their check digits. */
import { type BeijingDate, parseBeijingDate } from '../instant.ts';
import { isHan, lengthInCharacters } from './characters.ts';

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const ID_CHECK = '10X98765432';
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** What an identity number says of its holder. */
export interface IdNumber {
  readonly bornOn: BeijingDate;
}

export type IdNumberFault = 'ID_NUMBER_MALFORMED' | 'ID_NUMBER_BIRTH_DATE_UNREAL' | 'ID_NUMBER_CHECK_WRONG';

/** The last character that belongs to the first 17 digits. @source GB 11643-1999, ISO/IEC 7064 MOD 11-2 */
export function idCheckCharacter(first17: string): string {
  let sum = 0;
  ID_WEIGHTS.forEach((weight, i) => {
    sum += weight * (first17.charCodeAt(i) - 48);
  });
  return ID_CHECK.charAt(sum % 11);
}

/**
 * Reads the canonical form: 17 digits and a digit or capital X. Numbers of residence permits begin with 8 or 9 and are good.
 * @source GB 11643-1999
 */
export function parseIdNumber(text: string): IdNumber | IdNumberFault {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return 'ID_NUMBER_MALFORMED';
  const bornOn = parseBeijingDate(`${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`);
  if (bornOn === undefined) return 'ID_NUMBER_BIRTH_DATE_UNREAL';
  if (idCheckCharacter(text) !== text.charAt(17)) return 'ID_NUMBER_CHECK_WRONG';
  return { bornOn };
}

/** First three and last two characters; the rest as `*`. */
export const maskIdNumber = (text: string): string =>
  text.length < 8 ? '*'.repeat(text.length) : `${text.slice(0, 3)}${'*'.repeat(text.length - 5)}${text.slice(-2)}`;

/** First character and a star for each other: `李*`, `欧**`. */
export function maskName(name: string): string {
  const [first = '', ...rest] = name;
  return first + '*'.repeat(rest.length);
}

/** The last character that belongs to the first 17. @source GB 32100-2015: 31 characters, weights 3^(i-1) mod 31 */
export function creditCheckCharacter(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const char of first17.slice(0, 17)) {
    sum += weight * CREDIT_ALPHABET.indexOf(char);
    weight = (weight * 3) % 31;
  }
  return CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31);
}

export type CreditCodeFault = 'CREDIT_CODE_MALFORMED' | 'CREDIT_CODE_CHECK_WRONG';

/** Fault of a unified social credit code in canonical form (capitals), or undefined. @source GB 32100-2015 */
export function creditCodeFault(text: string): CreditCodeFault | undefined {
  if (!/^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/.test(text)) return 'CREDIT_CODE_MALFORMED';
  return creditCheckCharacter(text) === text.charAt(17) ? undefined : 'CREDIT_CODE_CHECK_WRONG';
}

/** Mainland mobile, landline with area code (and extension), 95/96/12345-like service numbers, 400/800, or `+` and a country code. */
export const isPhone = (text: string): boolean =>
  /^(?:1[3-9]\d{9}|0\d{2,3}-[2-9]\d{6,7}(?:-\d{1,6})?|[48]00-?\d{3}-?\d{4}|1[12]\d{3}|9[56]\d{3,6}|\+[1-9]\d{0,2}-?\d{4,12})$/.test(text);

export const isMobile = (text: string): boolean => /^1[3-9]\d{9}$/.test(text);

/**
 * A person's name: ideographs or Latin letters, parts joined by `·` (U+00B7); a part never mixes the two scripts.
 * Says whether a text that has no character fault has the shape of a name.
 */
export function isPersonName(text: string): boolean {
  if (lengthInCharacters(text) < 2) return false;
  return text.split('·').every((part) => {
    const han = [...part].every(isHan);
    return part !== '' && (han || /^\p{Script=Latin}+(?:[ '-]\p{Script=Latin}+)*$/u.test(part));
  });
}

/** All but the first three and the last four digits hidden: 138****5678; of a short number all but the last two. */
export function maskPhone(text: string): string {
  const digits = text.replace(/\D/g, '');
  return digits.length >= 9 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : `****${digits.slice(-2)}`;
}
