/**
 * What goes over the wire: every JSON body in and out, strict, and what each page is given to show.
 *
 * Pages (HTML; `render…` live in http/pages, one file each, named in brackets). A GET never changes anything.
 *   GET  /                                   HomeView                 [pages/home.ts renderHomePage]
 *   GET  /verify                             VerifyView               [pages/verify.ts renderVerifyPage]
 *   POST /verify                             multipart `file`         → VerifyView with a report (works without JavaScript)
 *   GET  /v/:agreementNumber                 LookupView               [pages/lookup.ts renderLookupPage]
 *   GET  /school?key=…                       SchoolDoorView           [pages/school-door.ts renderSchoolDoorPage] when there is no session
 *   POST /school/session                     form `key`               → 303 /school with a session cookie; `to` and `kept`: school-door.ts
 *   POST /school/session/end                 (empty form)             → 303 /school, the session is over
 *   GET  /school                             SchoolHomeView           [pages/school-home.ts renderSchoolHomePage]
 *   GET  /school/roster-template.xlsx        the blank workbook to fill in, no session needed; `?pack=` for another text than the usual one
 *   POST /school/rosters                     multipart `roster`, optional `pack` → 303 /school/rosters/:rosterId
 *   GET  /school/rosters/:rosterId/annotated.xlsx  the roster as it came, with what each row needs beside it
 *   GET  /school/rosters/:rosterId           RosterView               [pages/roster.ts renderRosterPage]
 *   POST /school/batches                     form of the page         → 303 /school/batches/:batchId; generation starts by itself
 *   GET  /school/batches/:batchId            BatchView                [pages/batch.ts renderBatchPage]
 *   POST /school/batches/:batchId/generation (empty form)             → 303 back; tries failed and unfinished ones again
 *   POST /school/batches/:batchId/invitations (empty form, or `agreementNumber` + `role` for one new link; optional `days`) → LinksView
 *                                                                     [pages/links.ts renderLinksPage] shown this once, never again
 *   GET  /school/batches/:batchId/agreements.zip · GET /school/agreements/:agreementNumber/agreement.pdf      files
 *   POST /school/batches/:batchId/reminders  (empty form)             → 303 back, or LinksView where no messenger is connected
 *   POST /school/batches/:batchId/classroom  (empty form)             → 303 /school/classrooms/:classroomId
 *   GET  /school/classrooms/:classroomId     ClassroomView            [pages/classroom.ts renderClassroomPage] for the wall; …/list for the teacher
 *   POST /school/classrooms/:classroomId/closing (empty form)         → 303 /school/batches/:batchId
 *   GET  /c/:classroomId                     ClassroomDoorView        [pages/classroom-door.ts renderClassroomDoorPage]
 *   POST /c/:classroomId                     form `who`, `code`       → 303 /s/:token (student number) or /s/:token/read (end of the ID number)
 *   GET  /school/agreements/:agreementNumber AgreementView            [pages/agreement.ts renderAgreementPage]
 *   GET  /school/agreements/:agreementNumber/evidence      EvidenceView  [pages/evidence.ts renderEvidencePage]
 *   POST /school/agreements/:agreementNumber/evidence.zip  (empty form) → ZIP of evidence.json, evidence.json.p7s, 证据说明.html, the PDF
 *   POST /school/agreements/:agreementNumber/voiding    form `reason` (VOID_REASONS), `message` → 303 back; links end, the file stays
 *   POST /school/agreements/:agreementNumber/reissue    the same and `v.<blank>` for each value → 303 to the page of the new number
 *   POST /school/agreements/:agreementNumber/amendment  form `kind` (AMENDMENT_KINDS), `endsOn`, `reason` → 303 to the page of the new number
 *   POST /school/agreements/:agreementNumber/objections/closing (empty form)     → 303 back; signing goes on
 *   GET  /school/templates                   TemplatesView            [pages/templates.ts renderTemplatesPage]
 *   GET  /school/templates/:pack/:version/preview   TemplatePreviewView [pages/template-preview.ts renderTemplatePreviewPage]; …/preview.pdf, …/pack.zip
 *   POST /school/template-drafts             multipart `source`, a .docx → 303 /school/template-drafts/:draftId, or TemplatesView with the refusal
 *   GET  /school/template-drafts/:draftId    TemplateDraftView        [pages/template-draft.ts renderTemplateDraftPage]; …/preview, …/preview.pdf
 *   POST /school/template-drafts/:draftId/blanks        form of one row   → 303 back to the row; the text itself has no input anywhere
 *   POST /school/template-drafts/:draftId/undo, …/discard  (empty form), …/signers form `signer`, `as` → 303 back
 *   POST /school/template-drafts/:draftId/confirmation  form `pack`, `version`, `title`, `looked` → 303 /school/templates
 *   GET  /s/:token                           ArriveView               [pages/arrive.ts renderArrivePage]  student, guardian
 *   POST /s/:token/start                     form of StartRequest     → 303 /s/:token/read; a wrong answer shows ArriveView again
 *   GET  /s/:token/read                      ReadView                 [pages/read.ts renderReadPage]
 *   GET  /s/:token/sign                      SignView                 [pages/sign.ts renderSignPage]
 *   GET  /s/:token/done                      DoneView                 [pages/done.ts renderDonePage]
 *   GET  /s/:token/objection                 ObjectionView            [pages/objection.ts renderObjectionPage]; /b/:token/objection?agreement=…
 *   POST /s/:token/objection                 form `kind`, `reason` (OBJECTION_REASONS), `message` → 303 back; `decline` only after identity
 *   POST /s/:token/objection/withdrawal      (empty form)             → 303 to reading; under /b both with `agreementNumber`
 *   GET  /b/:token                           ArriveView               same page, unit and school
 *   POST /b/:token/start                     form of StartRequest     → 303 /b/:token/list
 *   GET  /b/:token/list                      BatchSignView            [pages/batch-sign.ts renderBatchSignPage]; its own seal: seals.ts
 *   any refusal                              ErrorView                [pages/error.ts renderErrorPage]
 *   GET  /assets/<digest>/…                  style sheet, icon and browser modules (assets.ts)
 *
 * JSON (a refusal is ErrorJson with the status of its code; writes take an optional `Idempotency-Key` header, 8–64 of [A-Za-z0-9_-]).
 *   POST /api/school/rosters                             multipart `roster`, optional `pack` → 201 RosterJson
 *   GET  /api/school/rosters/:rosterId                                                     → RosterJson
 *   POST /api/school/batches                             OpenBatchRequest                  → 201 BatchJson
 *   POST /api/school/batches/:batchId/generation         {}                                → 202 ProgressJson
 *   GET  /api/school/batches/:batchId/progress                                             → ProgressJson  (poll every second)
 *   GET  /api/school/batches/:batchId                                                      → BatchJson
 *   GET  /api/school/classrooms/:classroomId                                               → ClassroomJson (poll every second)
 *   POST /api/school/batches/:batchId/invitations        InviteRequest                     → 201 InvitationsJson
 *   POST /api/s/:token/start                             StartRequest                      → StartJson and a session cookie
 *   POST /api/s/:token/code[/again]                      CodeRequest [nothing]             → StartJson [{ to, againAt }], where `next` of start is …/code
 *   GET  /api/s/:token                                                                     → CeremonyJson  (after start)
 *   POST /api/s/:token/certificate[/own]                 CertificateRequest [OwnCertificateRequest] → 201 CertificateJson
 *   POST /api/s/:token/prepare                           PrepareRequest (contract/signing.ts) → 201 PreparedJson
 *   GET  /api/s/:token/prepared/:preparedId/document                                       → application/pdf, the whole file with a zero /Contents
 *   POST /api/s/:token/finish                            FinishRequest                     → FinishedJson
 *   GET  /api/s/:token/agreements/:agreementNumber/document                                → application/pdf as it stands now
 *   POST /api/verify                                     application/pdf (≤ 30 MB)         → ReportJson; more in contract/verification.ts
 *   /api/signer/…                                        for programs that sign: contract/signer.ts; /api/school/template-drafts/… imports a text: contract/template-drafts.ts
 * `/api/s/:token` serves all four roles; a unit or school signs each agreement of its list with one certificate.
 * REVISION_MOVED (409) from finish: another party signed meanwhile; call prepare again with the same certificate, silently.
 */
import { z } from 'zod';
import { PARTY_ROLES } from '../agreement/parties.ts';
import type { RelatedFiles } from './contract/related.ts';
import { base64, id } from './contract/spellings.ts';

const role = z.enum(PARTY_ROLES);

/** Six characters: the end of the ID number, where the last may be X. */
const idLastSix = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^\d{5}[\dX]$/);
const phoneLastFour = z
  .string()
  .trim()
  .regex(/^\d{4}$/);

/** What a signatory must know before the page opens; the fields differ by role. */
export const StartRequest = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('student'), idLastSix }),
  z.strictObject({ role: z.literal('guardian'), studentName: z.string().trim().min(1).max(60), phoneLastFour }),
  z.strictObject({ role: z.literal('unit'), creditCode: z.string().trim().toUpperCase().length(18), phoneLastFour }),
  z.strictObject({ role: z.literal('school'), creditCode: z.string().trim().toUpperCase().length(18), phoneLastFour }),
]);
export type StartRequest = z.infer<typeof StartRequest>;

/** `{}` makes a link for every signatory who has not signed; one agreement and role makes one new link. Older links of the same person stop working. */
export const InviteRequest = z.strictObject({
  only: z.strictObject({ agreementNumber: id, role }).optional(),
  /** How long the links last; 15 when left out. */
  days: z.int().min(1).max(90).optional(),
});
export type InviteRequest = z.infer<typeof InviteRequest>;

/** The public key of a key pair made in the browser, with a signature by it over the UTF-8 of `CeremonyJson.possessionText`. */
export const CertificateRequest = z.strictObject({
  /** SubjectPublicKeyInfo DER, base64: ECDSA P-256 or RSA ≥ 2048. */
  publicKeySpki: base64,
  /** ECDSA with SHA-256 as WebCrypto gives it (r‖s, 64 bytes) or as DER; RSASSA-PKCS1-v1_5 with SHA-256 for RSA. */
  proofOfPossession: base64,
});
export type CertificateRequest = z.infer<typeof CertificateRequest>;

export type PartyRoleName = z.infer<typeof role>;

export interface ErrorJson {
  readonly code: string;
  readonly zh: string;
  readonly requestId: string;
}

/** What is wrong with, or was changed in, one cell or row. Identity numbers never appear in full. */
export interface RosterIssueJson {
  /** `error` must be put right in the sheet · `confirm` a person has to look · `tidied` was rewritten: `from` and `to` say how. */
  readonly level: 'error' | 'confirm' | 'tidied';
  /** Row number as the spreadsheet shows it; null for a problem of the whole sheet. */
  readonly row: number | null;
  /** Column letter such as `C`; null when the column is missing or the whole row is meant. */
  readonly column: string | null;
  /** Plain Chinese label of the field, or null. */
  readonly field: string | null;
  readonly code: string;
  /** The sentence without its place: put `第 6 行 C 列：` in front. */
  readonly zh: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface RosterJson {
  readonly rosterId: string;
  readonly fileName: string;
  readonly uploadedAt: number;
  /** Rows that can become agreements. */
  readonly acceptedCount: number;
  /** Rows held back because of `issues`. */
  readonly refusedCount: number;
  readonly minorCount: number;
  /**
   * Rows that can become agreements, but for a 知情同意书 lack the guardian's name, relation or telephone; `rows` such as `2–27、31`.
   * `minors`: those among them that need one in any case, since the text has no place for the guardian.
   */
  readonly withoutGuardian: { readonly count: number; readonly rows: string; readonly minors: string };
  /** First rows, and every row with an issue to look at, by whole name: only the school that sent the roster gets this. */
  readonly sample: readonly {
    readonly row: number;
    readonly studentName: string;
    /** Empty where the roster has none. */
    readonly studentNumber: string;
    readonly unitName: string;
    readonly post: string;
  }[];
  readonly issues: readonly RosterIssueJson[];
  /** How the sheet was read, in plain Chinese: which rows are the heading, which were skipped (titles, totals, blank). */
  readonly notes: readonly string[];
  /** Whether `/school/rosters/:rosterId/annotated.xlsx` can be had. */
  readonly annotatable: boolean;
}

export interface ProgressJson {
  readonly batchId: string;
  /** `open`: not started; `generating`; `ready`: nothing is left to do (there may be failures). */
  readonly state: 'open' | 'generating' | 'ready';
  readonly total: number;
  readonly generated: number;
  readonly failed: number;
}

/** One party of one agreement: `none` = this agreement has no such party; `turn` = it is their turn now. */
export type CellState = 'none' | 'waiting' | 'turn' | 'signed';

export interface BoardRow extends RelatedFiles {
  readonly agreementNumber: string;
  /** Whole: only the school itself gets this. */
  readonly studentName: string;
  /** Empty where the roster has none. */
  readonly studentNumber: string;
  readonly studentClass: string;
  readonly unitName: string;
  /** `declined`: somebody does not sign, signing rests · `voided`: taken back by the school, the file stays. */
  readonly state: 'pending' | 'failed' | 'signing' | 'declined' | 'completed' | 'voided';
  /** Open ones, oldest first; codes as in agreement/endings.ts. */
  readonly objections: readonly {
    readonly role: PartyRoleName;
    readonly kind: 'decline' | 'question';
    readonly reason: string;
    readonly message: string;
    readonly identityProved: boolean;
    readonly raisedAt: number;
  }[];
  readonly voided: { readonly reason: string; readonly message: string; readonly at: number; readonly replacedBy: string | null } | null;
  /** Number of the voided agreement in whose place this one was issued. */
  readonly replaces: string | null;
  /** Why it could not be generated, and what to do. */
  readonly failure: { readonly code: string; readonly zh: string } | null;
  readonly cells: Readonly<Record<PartyRoleName, { readonly state: CellState; readonly at: number | null }>>;
  readonly next: PartyRoleName | null;
}

export interface BatchJson {
  readonly batchId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly progress: ProgressJson;
  readonly template: {
    readonly pack: string;
    readonly version: string;
    readonly title: string;
    readonly status: string;
    readonly prefixSha256: string;
  };
  readonly annexTitle: string | null;
  /** Groups in order, roles of one group in any order. */
  readonly order: readonly (readonly PartyRoleName[])[];
  readonly invitedAt: number | null;
  readonly remindedAt: number | null;
  /** Agreements waiting for each role, and how many are complete. */
  readonly waiting: Readonly<Record<PartyRoleName, number>>;
  readonly completed: number;
  readonly voided: number;
  readonly rows: readonly BoardRow[];
}

export interface InvitationJson {
  readonly role: PartyRoleName;
  /** Whom to send it to: the person, or the organisation for unit and school. */
  readonly recipient: string;
  /** The student, for student and guardian; null for organisations. */
  readonly studentName: string | null;
  readonly studentNumber: string | null;
  readonly studentClass: string | null;
  readonly agreementNumber: string | null;
  /** Whole URL with the token; it is never shown again. */
  readonly link: string;
  readonly expiresAt: number;
}

export interface InvitationsJson {
  readonly batchId: string;
  readonly invitations: readonly InvitationJson[];
}

export interface StartJson {
  /** Where the browser goes next: `/s/:token/read`, `/s/:token/done`, `/b/:token/list`, or `…/code` for a code by message. */
  readonly next: string;
}

/** One agreement on the list of a ceremony. */
export interface CeremonyItem {
  readonly agreementNumber: string;
  /** Masked for units and schools, whole for the student and the guardian. */
  readonly studentName: string;
  readonly post: string;
  readonly stipendYuan: string;
  /** Which agreement it extends or ends, and why; empty for one that does neither. */
  readonly amends: string;
  /** `ready` to sign now · `signed` by this role · `waiting` for an earlier party · `declined` by somebody, so signing rests. */
  readonly state: 'ready' | 'signed' | 'waiting' | 'declined';
  /** For `waiting`: the role that must sign first. */
  readonly waitingFor: PartyRoleName | null;
}

export interface CeremonyJson {
  readonly role: PartyRoleName;
  readonly signatoryName: string;
  readonly organisation: string | null;
  /** UTF-8 text that the fresh key signs to prove possession. */
  readonly possessionText: string;
  /** SHA-256 of the 电子签约约定 that must be ticked before signing. */
  readonly termsSha256: string;
  readonly items: readonly CeremonyItem[];
}

export interface CertificateJson {
  readonly certificateId: string;
}

/** What the page must check before it signs: SHA-256 of the two ranges of the document = `digestSha256` = messageDigest inside `signedAttributes`. */
export interface PreparedJson {
  readonly preparedId: string;
  readonly agreementNumber: string;
  /** Path of the prepared document on this server. */
  readonly documentUrl: string;
  readonly byteRange: readonly [number, number, number, number];
  /** Lower-case hex. */
  readonly digestSha256: string;
  /** DER SET OF signed attributes, base64: exactly the bytes to sign. */
  readonly signedAttributes: string;
  /** First bytes of the document that are the locked template, and their SHA-256 as `/school` and `/verify` show it. */
  readonly prefix: { readonly lengthBytes: number; readonly sha256: string };
}

export interface FinishedJson {
  readonly agreementNumber: string;
  readonly revisionSha256: string;
  readonly signed: readonly PartyRoleName[];
  readonly next: PartyRoleName | null;
}

export type Verdict = 'passed' | 'review' | 'failed' | 'indeterminate';

export interface FindingJson {
  readonly code: string;
  readonly zh: string;
  readonly revision?: number;
  readonly party?: string;
}

/** The same shape that `sanfang verify --json` prints for one file. */
export interface ReportJson {
  readonly file: string;
  readonly verdict: Verdict;
  readonly findings: readonly FindingJson[];
  readonly template: { readonly pack: string; readonly status: string } | null;
  readonly signatures: readonly {
    readonly party: string;
    readonly name: string;
    readonly signedAt: string;
    /** RFC 3339; proven by the timestamp authority named. */
    readonly timestamp?: string;
    readonly timestampAuthority?: string;
    readonly assurance: string;
    readonly seal?: { readonly diameterMm: number; readonly sha256: string };
    readonly custody?: 'server' | 'external';
  }[];
  /** Parties whose signature is still missing. */
  readonly missing: readonly PartyRoleName[];
  /** Known to this service only, never from the file: the school took the agreement back. */
  readonly voided?: { readonly at: number; readonly reason: string; readonly replacedBy: string | null } | null;
  /** Only for a reproduced agreement: a few values to compare with the paper in hand; ID number masked. */
  readonly agreement: {
    readonly agreementNumber: string;
    /** Of the version of the template that it was made on. */
    readonly prefixSha256: string;
    readonly values: readonly { readonly label: string; readonly value: string }[];
  } | null;
  readonly sha256: string;
  readonly lengthBytes: number;
}
