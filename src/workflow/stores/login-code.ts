/** What is kept of a code that was sent to a signatory's telephone. */
import type { Sha256 } from '../../digest.ts';
import type { Instant } from '../../instant.ts';

export interface NewLoginCode {
  readonly codeHash: Sha256;
  readonly sentAt: Instant;
  readonly expiresAt: Instant;
  /** How often it may be entered wrongly. */
  readonly tries: number;
}

export interface LoginCodeStore {
  /** In place of the code before. `again`: one was sent a moment ago, nothing was stored; `too-many`: enough were sent today (UTC). */
  put(
    ceremony: string,
    code: NewLoginCode,
    limits: { readonly cooldownMs: number; readonly perDay: number },
  ): Promise<'stored' | 'too-many' | { readonly again: Instant }>;
  /** Takes one try before the answer is looked at. `none`: never sent, used, or expired. */
  take(ceremony: string, now: Instant): Promise<'none' | 'locked' | { readonly codeHash: Sha256; readonly left: number }>;
  /** It was right, and is right no more. `false`: it was spent, or another sent, since it was taken. */
  spend(ceremony: string, codeHash: Sha256): Promise<boolean>;
  /** It could not be sent: another may be sent at once. */
  retract(ceremony: string): Promise<void>;
}
