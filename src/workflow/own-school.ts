/** A school makes agreements in its own name: whoever signs as the school is certified by what they say of it. */
import { AppError } from '../errors.ts';
import type { Tenant } from './stores.ts';

/**
 * @param fields of a roster's row or of an agreement; a blank that the text does not have is not compared
 * @throws AppError SCHOOL_IS_ANOTHER (`named`, `own`)
 */
export function assertOwnSchool({ name, creditCode }: Tenant, fields: Readonly<Record<string, string>>): void {
  if (creditCode === null) return;
  const { schoolName = name, schoolCreditCode = creditCode } = fields;
  if (schoolName !== name || schoolCreditCode !== creditCode)
    throw new AppError('SCHOOL_IS_ANOTHER', { named: `${schoolName}（${schoolCreditCode}）`, own: `${name}（${creditCode}）` });
}
