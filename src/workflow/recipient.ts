/** Where a party of an agreement can be written to: the telephone of the agreement, and the mail address of the roster, if it has one. */
import type { PartyRole } from '../agreement/parties.ts';
import type { Recipient } from '../ports.ts';
import { displayValues } from './stored-data.ts';
import type { AgreementRecord } from './stores.ts';
import type { Ports } from './workflow.ts';

export async function recipientOf(ports: Pick<Ports, 'contacts'>, agreement: AgreementRecord, role: PartyRole): Promise<Recipient> {
  const party = agreement.parties.find((one) => one.role === role);
  const email = party && (await ports.contacts.find(agreement.tenant, party.signatoryKey));
  return { to: displayValues(agreement)[`${role}Phone`] ?? '', ...(email === undefined ? {} : { email }) };
}
