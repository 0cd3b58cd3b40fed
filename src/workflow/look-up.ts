/** What anybody may know about an agreement number: that it exists, who has signed, and the fingerprint of the newest file. */
import { VOID_REASONS } from '../agreement/endings.ts';
import type { PartyRole } from '../agreement/parties.ts';
import type { Instant } from '../instant.ts';
import { dataOf, hasFile } from './stored-data.ts';
import type { AgreementRecord } from './stores.ts';
import type { Ports } from './workflow.ts';

/** The school took the agreement back; what it wrote beside the reason is not told. */
export interface VoidedNotice {
  readonly at: Instant;
  readonly reason: string;
  readonly replacedBy: string | null;
}

/** Null for an agreement that was not voided. */
export const voidedNotice = (agreement: AgreementRecord | undefined): VoidedNotice | null =>
  agreement?.state === 'voided'
    ? { at: agreement.voiding.at, reason: VOID_REASONS[agreement.voiding.reason], replacedBy: agreement.voiding.replacedBy }
    : null;

export interface Lookup {
  readonly schoolName: string;
  readonly parties: readonly { readonly role: PartyRole; readonly signedAt: Instant | null }[];
  readonly headSha256: string | null;
  /** Set when the school took it back. */
  readonly voided: VoidedNotice | null;
  /** Number of the voided agreement in whose place this one was issued. */
  readonly replaces: string | null;
}

export async function lookUp(ports: Pick<Ports, 'agreements' | 'templates'>, number: string): Promise<Lookup | null> {
  const agreement = await ports.agreements.find(number);
  if (agreement === undefined || !hasFile(agreement)) return null;
  return {
    schoolName: dataOf(agreement, ports.templates).fields['schoolName'] ?? '',
    parties: agreement.parties.map(({ role, signedAt }) => ({ role, signedAt })),
    headSha256: agreement.head.sha256,
    voided: voidedNotice(agreement),
    replaces: agreement.replaces,
  };
}
