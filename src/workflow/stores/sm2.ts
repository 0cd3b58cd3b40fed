/** What is kept of an additional SM2 signature between its attributes and its value. */
import type { PartyRole } from '../../agreement/parties.ts';
import type { Sha256 } from '../../digest.ts';
import type { Instant } from '../../instant.ts';
import type { AuditEvent } from '../stores.ts';

/** The inputs from which a preparation is rebuilt byte for byte. */
export interface PreparedSm2Inputs {
  readonly id: string;
  /** Of the program that asked for it. */
  readonly signerToken: string;
  readonly agreement: string;
  readonly role: PartyRole;
  /** SM2 certificates, leaf first, DER. */
  readonly chain: readonly Uint8Array[];
  readonly base: { readonly number: number; readonly sha256: Sha256 };
  readonly at: Instant;
}

export interface Sm2Store {
  save(inputs: PreparedSm2Inputs, event: AuditEvent): Promise<void>;
  /** `revision`: the one that redeemed it, or null. */
  find(id: string): Promise<(PreparedSm2Inputs & { readonly revision: number | null }) | undefined>;
}
