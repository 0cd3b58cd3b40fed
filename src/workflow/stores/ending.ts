/** What is kept of signing that ends without a signature. */
import type { PartyRole } from '../../agreement/parties.ts';
import type { Instant } from '../../instant.ts';
import type { AuditEvent, Head, NewAgreement, Objection, Voiding } from '../stores.ts';

/** How signing ends without a signature. Each is one commit with its audit entries. */
export interface EndingStore {
  /** `ended`: the agreement was voided or the party has signed meanwhile (for `decline`); `full`: too many are open; nothing was stored. */
  raise(
    objection: Objection & { readonly agreement: string; readonly ceremony: string },
    limit: number,
    event: AuditEvent,
  ): Promise<'stored' | 'ended' | 'full'>;
  /** @param role whose objections, null for all @returns how many were open; with none nothing is stored */
  close(agreement: string, role: PartyRole | null, by: 'signatory' | 'school', at: Instant, event: AuditEvent): Promise<number>;
  /**
   * Voids the agreement at that revision and its consent form, ends its links, and stores the agreement issued instead, with its consent form.
   * `moved`: somebody signed, or it was voided, meanwhile.
   * @param expected null for an agreement that could not be made
   */
  void(
    agreement: string,
    expected: Head | null,
    voiding: Omit<Voiding, 'replacedBy'>,
    replacement: readonly NewAgreement[],
    events: readonly AuditEvent[],
  ): Promise<'stored' | 'moved'>;
}
