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
