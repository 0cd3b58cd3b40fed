/** What the page of keys and tokens is given to show. */
import type { PartyRoleName } from '../contract.ts';

/** Keys that the server keeps and tokens of programs that sign. */
export interface SigningKeysView {
  readonly schoolName: string;
  readonly tokens: readonly {
    readonly id: string;
    readonly label: string;
    readonly role: PartyRoleName;
    readonly organisation: string;
    readonly createdAt: number;
    readonly expiresAt: number;
    readonly lastUsedAt: number | null;
    readonly state: 'good' | 'revoked' | 'expired';
  }[];
  /** Set once, after a token was made: it is never shown again. */
  readonly newToken: { readonly label: string; readonly token: string } | null;
  readonly organisations: readonly { readonly role: PartyRoleName; readonly organisation: string; readonly creditCode: string }[];
  readonly keys: readonly {
    readonly id: string;
    readonly label: string;
    /** Name of the signer of the installation, or null for a kept file. */
    readonly signer: string | null;
    readonly holder: string;
    readonly issuer: string;
    readonly notAfter: number;
    readonly assurance: 'platform' | 'licensed' | 'other';
    readonly unlockedUntil: number | null;
  }[];
  /** Signers of the installation. */
  readonly connected: readonly { readonly name: string; readonly zh: string }[];
  readonly runs: readonly {
    readonly id: string;
    readonly batch: string;
    readonly batchName: string;
    readonly key: string;
    readonly operator: string;
    readonly startedAt: number;
    /** What it stopped at, in words, or null. */
    readonly trouble: string | null;
  }[];
  readonly batches: readonly { readonly id: string; readonly name: string }[];
  readonly termsSha256: string;
  readonly refusal: { readonly code: string; readonly zh: string } | null;
}
