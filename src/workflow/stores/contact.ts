/** Mail addresses of signatories, as the newest roster of their school has them. They stand in no agreement. */
import type { Sha256 } from '../../digest.ts';
import type { Instant } from '../../instant.ts';

export interface ContactStore {
  /** In place of what was known. */
  put(tenant: string, contacts: readonly { readonly signatoryKey: Sha256; readonly email: string }[], at: Instant): Promise<void>;
  find(tenant: string, signatoryKey: Sha256): Promise<string | undefined>;
}
