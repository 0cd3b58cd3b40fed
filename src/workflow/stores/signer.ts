/** What is kept of programs that sign: the tokens of external signers, the keys that this server keeps, and what it was told to sign with them. */
import type { Sha256 } from '../../digest.ts';
import type { Instant } from '../../instant.ts';
import type { AuditEvent } from '../stores.ts';
import type { Visitor } from './evidence.ts';

/** Lets a program of one organisation prepare and hand in its signatures. */
export interface SignerToken {
  readonly id: string;
  readonly tenant: string;
  /** What the school calls it. */
  readonly label: string;
  readonly role: 'unit' | 'school';
  readonly organisation: string;
  readonly creditCode: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
}

export interface SignerTokenStore {
  save(token: SignerToken & { readonly tokenHash: Sha256 }, event: AuditEvent): Promise<void>;
  findByToken(tokenHash: Sha256): Promise<SignerToken | undefined>;
  list(tenant: string): Promise<readonly SignerToken[]>;
  /** Keeps that it was used, and for what. */
  recordUse(id: string, event: AuditEvent): Promise<void>;
  /** `false`: there is none of that name in this school, or it was revoked before. */
  revoke(id: string, tenant: string, at: Instant, event: AuditEvent): Promise<boolean>;
}

/** A key of the school that is not in anybody's hand. */
export interface OrganisationKey {
  readonly id: string;
  readonly tenant: string;
  readonly label: string;
  /** `file`: encrypted below the data folder; otherwise the name of a signer of the installation. */
  readonly keeper: string;
  /** Leaf first, DER. */
  readonly chain: readonly Uint8Array[];
  readonly createdAt: Instant;
}

/** The school told this server to sign a batch with a key, whenever it is the school's turn. */
export interface KeyRun {
  readonly id: string;
  readonly tenant: string;
  readonly batch: string;
  readonly key: string;
  /** Staff number of who said so. */
  readonly operator: string;
  readonly termsSha256: Sha256;
  /** Whether the school's own seal is drawn beside its signatures. */
  readonly seal: 'own' | 'none';
  readonly visitor: Visitor;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  /** Code of what it last stopped at, or null. */
  readonly trouble: string | null;
}

export interface OrganisationKeyStore {
  save(key: OrganisationKey, event: AuditEvent): Promise<void>;
  /** Undefined once removed. */
  find(id: string): Promise<OrganisationKey | undefined>;
  list(tenant: string): Promise<readonly OrganisationKey[]>;
  /** Ends its runs as well. */
  remove(id: string, at: Instant, event: AuditEvent): Promise<void>;
  /** `false`: another run of the batch is open. */
  startRun(run: Omit<KeyRun, 'endedAt' | 'trouble'>, event: AuditEvent): Promise<boolean>;
  findRun(id: string): Promise<KeyRun | undefined>;
  openRuns(of: { readonly tenant: string } | { readonly key: string } | { readonly batch: string }): Promise<readonly KeyRun[]>;
  /** What it stopped at, or null where it is going on. */
  noteRun(id: string, trouble: string | null): Promise<void>;
  endRun(id: string, at: Instant, event: AuditEvent): Promise<void>;
}
