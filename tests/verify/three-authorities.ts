/** One agreement whose parties signed under three roots: the platform's, one of a licensed authority, and one that is merely trusted. */
import { VALUES } from '../agreement/sample-values.ts';
import { LICENSED, type LicensedAuthority, type LicensedLeaf, STRANGER } from '../workflow/licensed-authority.ts';
import { makeData, signAll } from './signed-agreement.ts';

const leafOf = (authority: LicensedAuthority, role: 'unit' | 'school'): LicensedLeaf => {
  const name = VALUES[`${role}Name`] ?? '';
  return authority.issue({
    country: 'CN',
    organisation: name,
    commonName: name,
    organisationIdentifier: `NTRCN-${VALUES[`${role}CreditCode`]}`,
  });
};

export const signedByThree = (): Promise<Uint8Array> =>
  signAll(makeData(VALUES), { credentials: { unit: leafOf(LICENSED, 'unit'), school: leafOf(STRANGER, 'school') } });
