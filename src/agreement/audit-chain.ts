/** The audit chain as anybody can recompute it: each entry names the hash of the one before. */
import { fromUtf8 } from '../bytes.ts';
import { type Json, toCanonicalJson } from '../canonical-json.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import type { Instant } from '../instant.ts';

export interface ChainedEntry {
  readonly tenant: string;
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Hash of the entry before, or 64 zeros. */
  readonly previous: string;
  readonly at: Instant;
  readonly kind: string;
  readonly subject: string;
  readonly detail: { readonly [key: string]: Json };
  readonly hash: string;
}

/** SHA-256 over the canonical JSON of the entry without the hash itself. */
export const auditHash = ({ tenant, sequence, previous, at, kind, subject, detail }: Omit<ChainedEntry, 'hash'>): Sha256 =>
  sha256Hex(fromUtf8(toCanonicalJson({ tenant, sequence, previous, at, kind, subject, detail })));

/** What the first entry names as the one before. */
export const CHAIN_START = '0'.repeat(64);

export interface ChainCheck {
  /** Entries from the first on that are whole: every link and hash holds. */
  readonly whole: number;
  /** Hash of the last of them, 64 zeros where there is none. Entries cut off at the end are noticed only by who noted a later one. */
  readonly head: string;
  /** Number of the entry that was changed, dropped or put in; null for an unbroken chain. */
  readonly brokenAt: number | null;
}

/** Follows the chain of one tenant to its first break. @param entries by sequence, null in place of one that cannot be read */
export function checkChain(entries: Iterable<ChainedEntry | null>): ChainCheck {
  let [whole, head] = [0, CHAIN_START];
  for (const entry of entries) {
    const follows = entry !== null && entry.previous === head && entry.sequence === whole + 1 && entry.hash === auditHash(entry);
    if (!follows) return { whole, head, brokenAt: whole + 1 };
    [whole, head] = [entry.sequence, entry.hash];
  }
  return { whole, head, brokenAt: null };
}
