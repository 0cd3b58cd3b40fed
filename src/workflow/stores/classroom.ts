/** What is kept of signing in a classroom. */
import type { Sha256 } from '../../digest.ts';
import type { Instant } from '../../instant.ts';
import type { AuditEvent } from '../stores.ts';

/** The school lets students of a batch come in with a code on the wall. */
export interface Classroom {
  readonly id: string;
  readonly batch: string;
  readonly tenant: string;
  /** 32 bytes, hexadecimal: from it and the clock comes the code. */
  readonly secret: string;
  readonly openedAt: Instant;
  readonly expiresAt: Instant;
  readonly closedAt: Instant | null;
}

/** Counts tries under a name of which nothing can be read. */
export interface TryCounter {
  readonly hash: Sha256;
  readonly limit: number;
}

export interface ClassroomStore {
  /** One commit: older sessions of the batch are closed. @param classroom `tries`: how many there are for all together */
  open(classroom: Omit<Classroom, 'closedAt'> & { readonly tries: number }, event: AuditEvent): Promise<void>;
  find(id: string): Promise<Classroom | undefined>;
  /** Takes one try of the session and one of each counter, before the answer is looked at. `false`: none was left. */
  takeTry(id: string, counters: readonly TryCounter[]): Promise<boolean>;
  /** Nothing was guessed: gives back what that counter counted. */
  returnTry(id: string, counter: TryCounter): Promise<void>;
  close(id: string, at: Instant, event: AuditEvent): Promise<void>;
}
