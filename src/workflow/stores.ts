/** What the workflow asks of its memory: one small interface per store, records in our own types. */
import type { ObjectionKind, ObjectionReason, VoidReason } from '../agreement/endings.ts';
import type { FormKind, PartyRole, SigningOrder } from '../agreement/parties.ts';
import type { Json } from '../canonical-json.ts';
import type { Sha256 } from '../digest.ts';
import type { Instant } from '../instant.ts';
import type { PackFiles } from '../template/load-pack.ts';

/** What happened, for the audit chain of one tenant. `detail` never holds names, identity numbers or tokens. */
export interface AuditEvent {
  readonly tenant: string;
  readonly at: Instant;
  readonly kind: string;
  /** Identifier of the agreement, batch, roster or ceremony that the event is about. */
  readonly subject: string;
  readonly detail: { readonly [key: string]: Json };
}

export interface AuditEntry extends AuditEvent {
  readonly sequence: number;
  /** Hash of the entry before, or 64 zeros. */
  readonly previous: string;
  readonly hash: string;
}

export interface AuditLog {
  /** Durable when it returns, in one unforked chain per tenant. */
  append(event: AuditEvent): Promise<void>;
  list(tenant: string): Promise<readonly AuditEntry[]>;
}

/** A school. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** Unified social credit code; null for a school that is tried out, whose agreements may name any school. */
  readonly creditCode: string | null;
}

export interface TenantStore {
  /** Creates the tenant, or brings name and code up to date. */
  ensure(tenant: Tenant, at: Instant): Promise<void>;
  find(id: string): Promise<Tenant | undefined>;
  findByKey(keyHash: Sha256): Promise<Tenant | undefined>;
  /** Makes this the only key of the school. */
  replaceKey(id: string, keyHash: Sha256): Promise<void>;
}

export type SessionSubject =
  | { readonly kind: 'school'; readonly tenant: string }
  | { readonly kind: 'ceremony'; readonly ceremony: string }
  /** The first question was answered; a code is still to come. */
  | { readonly kind: 'pending'; readonly ceremony: string };

export interface SessionStore {
  open(tokenHash: Sha256, subject: SessionSubject, expiresAt: Instant): Promise<void>;
  find(tokenHash: Sha256, now: Instant): Promise<SessionSubject | undefined>;
  end(tokenHash: Sha256): Promise<void>;
}

/** A roster that was read but not yet used; `result` is the reading as JSON, `batch` the batch that was opened from it. */
export interface RosterDraft {
  readonly id: string;
  readonly tenant: string;
  readonly fileName: string;
  readonly uploadedAt: Instant;
  readonly result: Json;
  /** The text that it was read for; null in rosters of the first releases. */
  readonly template: TemplateName | null;
  readonly batch: string | null;
}

/** One version of one text, byte for byte. */
export interface TemplateName {
  readonly pack: string;
  readonly version: string;
  readonly prefixSha256: Sha256;
}

export interface RosterStore {
  /** Keeps the file as well until a batch is opened from it or the school sends the next one, whichever is first. */
  save(draft: Omit<RosterDraft, 'batch'>, file: Uint8Array): Promise<void>;
  find(id: string): Promise<RosterDraft | undefined>;
  /** Undefined once the file was let go. */
  file(id: string): Promise<Uint8Array | undefined>;
}

/** A text that a school is importing: the source in the blob store, and every decision about its blanks. */
export interface TemplateDraft {
  readonly id: string;
  readonly tenant: string;
  readonly fileName: string;
  readonly source: Sha256;
  readonly kind: FormKind;
  readonly createdAt: Instant;
  /** In the order in which they were made. */
  readonly decisions: Json;
  /** The pack that it became, or null. */
  readonly confirmed: { readonly pack: string; readonly version: string } | null;
}

export interface TemplateDraftStore {
  save(draft: TemplateDraft, event: AuditEvent): Promise<void>;
  find(id: string): Promise<TemplateDraft | undefined>;
  /** Those that are not confirmed yet, newest first. */
  listOpen(tenant: string): Promise<readonly TemplateDraft[]>;
  /** Compare-and-set on the decisions. `moved`: somebody else decided meanwhile, nothing was stored. */
  decide(id: string, expected: Json, decisions: Json): Promise<'stored' | 'moved'>;
  confirm(id: string, pack: { readonly pack: string; readonly version: string }, event: AuditEvent): Promise<void>;
  /** Forgets one that is not confirmed, and its source where no other draft has it. */
  discard(id: string, event: AuditEvent): Promise<void>;
}

/** Where texts that schools imported are kept. */
export interface PackShelf {
  /**
   * Compares, locks and keeps a pack, and makes it one of `Ports.templates` at once.
   * @throws AppError TEMPLATE_EXISTS; TEMPLATE_… as `loadPack`, and for anything but a sample
   */
  add(files: PackFiles): Promise<TemplateName>;
  /** Undefined for what is no import of a school. */
  find(pack: string, version: string): PackFiles | undefined;
}

export interface Batch {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly roster: string;
  readonly template: TemplateName;
  readonly annexTitle: string | null;
  readonly order: SigningOrder;
  readonly createdAt: Instant;
}

export interface BatchSummary extends Batch {
  readonly total: number;
  readonly generated: number;
  readonly failed: number;
  /** Signed by all and not voided. */
  readonly completed: number;
  readonly voided: number;
  readonly generating: boolean;
  readonly invitedAt: Instant | null;
  readonly remindedAt: Instant | null;
}

/** An agreement as it is handed to `open`: canonical JSON text and the parties that will sign it. */
export interface NewAgreement {
  readonly number: string;
  readonly dataText: string;
  readonly parties: readonly { readonly role: PartyRole; readonly signatoryKey: Sha256 }[];
  /** Of a consent form: the agreement that it goes with. */
  readonly accompanies: string | null;
}

export interface BatchStore {
  /** One commit: batch, agreements, audit. A roster opens one batch: asked again, the id of the first is returned and nothing is stored. */
  open(batch: Batch, agreements: readonly NewAgreement[], event: AuditEvent): Promise<string>;
  find(id: string): Promise<BatchSummary | undefined>;
  list(tenant: string): Promise<readonly BatchSummary[]>;
  /** Takes the right to remind. @returns when it was done last, if that was after `notAfter` and nothing was stored; null when taken */
  remind(id: string, at: Instant, notAfter: Instant, event: AuditEvent): Promise<Instant | null>;
}

export interface PartyRecord {
  readonly role: PartyRole;
  /** SHA-256 over the canonical JSON of the signatory: the same person or organisation has the same key. */
  readonly signatoryKey: Sha256;
  readonly signedAt: Instant | null;
}

interface AgreementCore {
  readonly number: string;
  readonly batch: string;
  readonly tenant: string;
  readonly dataText: string;
  /** In signing order. */
  readonly parties: readonly PartyRecord[];
  /** Those that nobody closed yet, oldest first. */
  readonly objections: readonly Objection[];
  /** Number of the voided agreement in whose place this one was issued, or null. */
  readonly replaces: string | null;
  /** Of a consent form: the agreement that it goes with, signed in the same ceremonies. */
  readonly accompanies: string | null;
  /** Of an agreement: its consent form, or null. */
  readonly consent: string | null;
}

/** Somebody does not want to sign, or has a question. */
export interface Objection {
  readonly id: string;
  readonly role: PartyRole;
  readonly kind: ObjectionKind;
  readonly reason: ObjectionReason;
  /** In the person's own words, may be empty. */
  readonly message: string;
  /** False for somebody who only held the link. */
  readonly identityProved: boolean;
  readonly raisedAt: Instant;
}

export interface Voiding {
  readonly reason: VoidReason;
  /** In the school's own words, for its own board; may be empty. */
  readonly message: string;
  readonly at: Instant;
  /** Number of the agreement issued instead, or null. */
  readonly replacedBy: string | null;
}

export interface Head {
  /** 0 is the agreement before any signature. */
  readonly number: number;
  readonly sha256: Sha256;
}

export type IssuedAgreement = AgreementCore & { readonly state: 'signing' | 'completed'; readonly head: Head };
/** A party does not sign; signing rests until that is withdrawn or closed. */
export type DeclinedAgreement = AgreementCore & { readonly state: 'declined'; readonly head: Head };
/** Taken back by the school; the file stays as it was. */
export type VoidedAgreement = AgreementCore & { readonly state: 'voided'; readonly head: Head; readonly voiding: Voiding };
export type OpenAgreement = IssuedAgreement | DeclinedAgreement;
export type AgreementRecord =
  | IssuedAgreement
  | DeclinedAgreement
  | VoidedAgreement
  | (AgreementCore & { readonly state: 'pending' })
  | FailedAgreement;
/** Could not be made; `replacedBy` names the one issued in its place, or null. */
export type FailedAgreement = AgreementCore & {
  readonly state: 'failed';
  readonly failure: { readonly code: string; readonly zh: string };
  readonly replacedBy: string | null;
};

export interface NewRevision {
  readonly agreement: string;
  /** What the writer believes to be the newest revision; null for revision 0. */
  readonly expected: Head | null;
  readonly sha256: Sha256;
  readonly lengthBytes: number;
  /** The signature that this revision adds, and the preparation that it redeems; null for revision 0 and for a seal. */
  readonly signature: { readonly role: PartyRole; readonly prepared: string } | null;
  /** The additional SM2 signature that this revision adds, by the preparation that it redeems. */
  readonly additional?: { readonly prepared: string };
  readonly at: Instant;
  readonly event: AuditEvent;
}

export interface AgreementStore {
  find(number: string): Promise<AgreementRecord | undefined>;
  /** In the order of the roster. */
  listOfBatch(batch: string): Promise<readonly AgreementRecord[]>;
  /** Compare-and-set, one commit with its audit entry. `moved`: the newest revision is another, or signing has ended; nothing was stored. */
  appendRevision(revision: NewRevision): Promise<'stored' | 'moved'>;
  /** Adds an agreement, with its consent form, behind the last of a batch. */
  add(batch: { readonly id: string; readonly tenant: string }, agreements: readonly NewAgreement[], event: AuditEvent): Promise<void>;
  /** Keeps why revision 0 could not be made; ignored once it exists. */
  recordFailure(number: string, failure: { readonly code: string; readonly zh: string }): Promise<void>;
}

/** Somebody asked to sign: a person for one agreement, an organisation for its agreements of a batch. */
export interface Ceremony {
  readonly id: string;
  readonly tenant: string;
  readonly batch: string;
  readonly role: PartyRole;
  /** null when all agreements of the batch with this signatory are meant. */
  readonly agreement: string | null;
  readonly signatoryKey: Sha256;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly failedAttempts: number;
  readonly revoked: boolean;
}

export type NewCeremony = Omit<Ceremony, 'failedAttempts' | 'revoked'> & { readonly tokenHash: Sha256 };

export interface CeremonyStore {
  /**
   * One commit: older ceremonies of the same signatory for the same thing are revoked, the new ones stored.
   * @param tries `kept`: what was answered wrongly under the older ones still counts
   */
  replace(ceremonies: readonly NewCeremony[], event: AuditEvent, tries: 'afresh' | 'kept'): Promise<void>;
  /** Opens the ceremony of a program beside those of people, unless one with that token hash is open already. @returns the open one */
  join(ceremony: NewCeremony, events: readonly AuditEvent[]): Promise<Ceremony>;
  findByToken(tokenHash: Sha256): Promise<Ceremony | undefined>;
  /** Takes one try before the answer is looked at. `false`: none was left. */
  takeAttempt(id: string, limit: number): Promise<boolean>;
  /** The answer was right, and something else is still to be proved. */
  returnAttempt(id: string): Promise<void>;
  /** The answer was right: tries are given back and the event is kept. */
  recordProof(id: string, event: AuditEvent): Promise<void>;
}

/** A claim on a job: only the newest attempt may finish it. */
export interface JobClaim {
  readonly kind: string;
  readonly subject: string;
  readonly attempt: number;
  /** How often it has failed since it last succeeded or was asked for anew. */
  readonly failures: number;
}

/** How many jobs of a kind are in that state. `code`: why the last try failed or was refused, null where none did. */
export interface JobStanding {
  readonly kind: string;
  readonly state: 'queued' | 'running' | 'done' | 'refused';
  readonly code: string | null;
  readonly count: number;
}

export interface Jobs {
  /** Queues the job unless it is queued already; one that runs is queued to run once more. One that waits after a failure goes on waiting. */
  enqueue(kind: string, subject: string, at: Instant): Promise<void>;
  /** The job that has been due longest, queued or with a lease that has run out. */
  claim(now: Instant, leaseUntil: Instant): Promise<JobClaim | undefined>;
  /** `false`: another worker has taken over, stop. */
  renew(claim: JobClaim, leaseUntil: Instant): Promise<boolean>;
  finish(claim: JobClaim): Promise<boolean>;
  /** Keeps why, and lets the job rest until then. */
  fail(claim: JobClaim, code: string, dueAt: Instant): Promise<void>;
  /** Keeps why, and does not try again unless it is asked for. */
  refuse(claim: JobClaim, code: string): Promise<void>;
  standing(): Promise<readonly JobStanding[]>;
}

/** When archive timestamps have to be renewed, and what fell between two steps. */
export interface ArchiveStore {
  /** Completed agreements without a seal that nobody is working on, and none was refused; oldest first. */
  listUnsealed(limit: number): Promise<readonly string[]>;
  /** Sealed agreements of which it is not known when they are due. */
  listUnscheduled(limit: number): Promise<readonly string[]>;
  schedule(agreement: string, renewAt: Instant): Promise<void>;
  listDue(now: Instant, limit: number): Promise<readonly string[]>;
}

/** What is no longer needed and therefore no longer kept. */
export interface Housekeeping {
  /** Rows let go, by what they were. */
  purge(now: Instant): Promise<Readonly<Record<string, number>>>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly bodyText: string;
}

export interface IdempotencyStore {
  /** Reserves the key, or says what became of it. */
  begin(scope: string, key: string, requestSha256: Sha256, at: Instant): Promise<'begun' | 'running' | 'other-request' | StoredAnswer>;
  complete(scope: string, key: string, answer: StoredAnswer): Promise<void>;
  /** The request was refused or failed: the key may be used again. */
  release(scope: string, key: string): Promise<void>;
}
