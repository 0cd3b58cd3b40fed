/** What each page is given to show: plain values, already masked and in order, so that a page only lays them out. */

import type { Evidence } from '../agreement/evidence.ts';
import type { BatchReview, CeremonyStanding, Reading, ReadingDocument } from '../workflow/ceremony-agreements.ts';
import type { ClassroomView as Classroom } from '../workflow/classroom.ts';
import type { TemplateStanding, TemplateSummary } from '../workflow/list-templates.ts';
import type { TemplatePreview } from '../workflow/preview-template.ts';
import type { OFFERED_ORDERS } from './contract/open-batch.ts';
import type { TemplateDraftJson } from './contract/template-drafts.ts';
import type { DeskFactsJson } from './contract/verification.ts';
import type { BatchJson, BoardRow, CeremonyJson, InvitationsJson, PartyRoleName, ReportJson, RosterJson } from './contract.ts';
import type { SealSectionView } from './views/seal.ts';

/** What was refused, and what to do. */
export interface RefusalView {
  readonly code: string;
  readonly zh: string;
}

export interface HomeView {
  /** Packs this service can generate and verify. */
  readonly templates: readonly TemplateSummary[];
}

export interface VerifyView {
  readonly templates: readonly TemplateSummary[];
  /** Set after a form was posted without JavaScript. */
  readonly report: ReportJson | null;
  /** Address of the desk's script and what it is told; null where the page is a form alone. */
  readonly desk: { readonly script: string; readonly facts: DeskFactsJson } | null;
}

/** What anybody may know about an agreement number: no name, no identity number. */
export interface LookupView {
  readonly agreementNumber: string;
  /** null: this service never issued the number. */
  readonly found: {
    readonly schoolName: string;
    readonly parties: readonly { readonly role: PartyRoleName; readonly signedAt: number | null }[];
    /** SHA-256 of the newest file, so that a holder can compare. */
    readonly headSha256: string | null;
    readonly voided: { readonly at: number; readonly reason: string; readonly replacedBy: string | null } | null;
    readonly replaces: string | null;
  } | null;
  readonly templates: readonly TemplateSummary[];
  /** Of the file that the visitor holds, after it was posted. */
  readonly report: ReportJson | null;
}

/** The school's door: a key in the address is handed on by a form, never used by the GET. */
export interface SchoolDoorView {
  readonly key: string | null;
  /** Null for whoever comes of their own accord. */
  readonly goOn: GoOnView | null;
  readonly refusal: RefusalView | null;
}

/** Where a person goes on who was sent to the door. */
export interface GoOnView {
  /** Path of a page, or what the kept form posts to. */
  readonly to: string;
  /** The form that was posted without a session, as it was encoded; null where there was none. */
  readonly kept: string | null;
  /** There was a form, and it could not be kept: files, passphrases. */
  readonly lost: boolean;
}

export interface SchoolHomeView {
  readonly schoolName: string;
  readonly batches: readonly {
    readonly batchId: string;
    readonly name: string;
    readonly createdAt: number;
    readonly total: number;
    readonly generated: number;
    readonly failed: number;
    readonly completed: number;
  }[];
  readonly templates: readonly TemplateSummary[];
}

export interface RosterView {
  readonly schoolName: string;
  readonly roster: RosterJson;
  /** What stands in the form: at first what the school can start from, after a refusal what was typed. */
  readonly form: {
    readonly name: string;
    readonly annexTitle: string;
    /** A clause on each line. */
    readonly clauses: string;
    readonly order: keyof typeof OFFERED_ORDERS;
    readonly consent?: 'yes' | undefined;
    readonly consentPack?: string | undefined;
    readonly acknowledgedError?: 'yes' | undefined;
    readonly acknowledgedConfirm?: 'yes' | undefined;
  };
  readonly refusal: RefusalView | null;
  readonly template: TemplateSummary;
  /** Forms of 知情同意书 that may go with it, the usual one first. */
  readonly consents: readonly TemplateSummary[];
}

export interface BatchView {
  readonly schoolName: string;
  readonly batch: BatchJson;
}

export interface ClassroomView extends Classroom {
  /** Whole URL of the door. */
  readonly link: string;
}

export interface ClassroomDoorView {
  readonly schoolName: string;
  readonly action: string;
  /** What stands in the form: after a refusal what was typed, except the code, which has changed by then. */
  readonly typed: { readonly who: string };
  readonly refusal: RefusalView | null;
}

export interface EvidenceView {
  readonly schoolName: string;
  readonly evidence: Evidence;
}

export interface ObjectionView {
  readonly role: PartyRoleName;
  readonly schoolName: string;
  readonly agreementNumber: string;
  /** Masked. */
  readonly studentName: string;
  readonly identityProved: boolean;
  readonly signed: boolean;
  readonly open: readonly Pick<BoardRow['objections'][number], 'kind' | 'reason' | 'message' | 'raisedAt'>[];
  readonly phones: readonly { readonly label: string; readonly phone: string }[];
  /** Form action. */
  readonly action: string;
  readonly back: string;
  /** Whether the form has to say which agreement is meant. */
  readonly carriesNumber: boolean;
  /** What stands in the form: after a refusal what was typed; empty where nothing is chosen. */
  readonly typed: { readonly kind: string; readonly reason: string; readonly message: string };
  readonly refusal: RefusalView | null;
}

export interface LinksView {
  readonly schoolName: string;
  readonly batchName: string;
  readonly links: InvitationsJson;
}

/** Every text that this service has, and those being imported. */
export interface TemplatesView {
  readonly schoolName: string;
  readonly templates: readonly TemplateStanding[];
  readonly drafts: readonly { readonly draftId: string; readonly fileName: string; readonly createdAt: number }[];
  /** After a file that could not be imported. */
  readonly refusal: RefusalView | null;
}

interface BoxView {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One page of a text as shapes, in points from its upper left corner, with the words of the source that begin on it. */
export interface PageView {
  readonly widthPt: number;
  readonly heightPt: number;
  readonly texts: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly sizePt: number;
    readonly face: 'body' | 'head';
    readonly text: string;
  }[];
  readonly rules: readonly BoxView[];
  readonly blanks: readonly (BoxView & { readonly id: string })[];
  readonly signatures: readonly (BoxView & { readonly words: string })[];
  readonly source: readonly { readonly number: number; readonly text: string }[];
}

type BlankJson = TemplateDraftJson['blanks'][number];

/** `ids`: the first names the row. */
export interface BlankView extends BlankJson {
  readonly clause: string;
}

/** `signers`: who has a place to sign, in the order of the text. */
export interface TemplateDraftView
  extends Pick<TemplateDraftJson, 'draftId' | 'fileName' | 'kind' | 'suggested' | 'problems' | 'decisionCount' | 'confirmed'> {
  readonly schoolName: string;
  readonly report: {
    readonly paragraphs: number;
    /** `source` = the others together, but for `generated`, which the source has no characters for. */
    readonly characters: { readonly source: number; readonly body: number; readonly blanks: number; readonly generated: number };
    readonly margins: readonly { readonly part: string; readonly text: string }[];
    readonly notes: readonly { readonly paragraph: number; readonly zh: string }[];
  };
  readonly pages: readonly PageView[];
  readonly blanks: readonly BlankView[];
  readonly signers: readonly PartyRoleName[];
  /** Labels that a blank may be given, by what kind of blank it is. */
  readonly labels: Readonly<Record<'value' | 'date' | 'choice', readonly string[]>>;
  readonly refusal: RefusalView | null;
  /** The row that was refused. */
  readonly refusedRow: string | null;
}

/** A text with made-up values. */
export interface TemplatePreviewView extends TemplatePreview {
  /** Null while the text is being imported: its name is part of what is locked. */
  readonly digest: { readonly prefixLengthBytes: number; readonly prefixSha256: string } | null;
  readonly pdfUrl: string;
  /** Where to go back to. */
  readonly back: { readonly url: string; readonly words: string };
}

export interface LoginCodeView {
  /** 138****5678, or wa***@example.cn */
  readonly to: string;
  readonly way: 'phone' | 'mail';
  /** False for a unit or school. */
  readonly person: boolean;
  readonly action: string;
  readonly refusal: RefusalView | null;
}

/** Before identity is proved: nothing that a stranger holding the link should not see. */
export interface ArriveView {
  readonly token: string;
  /** Form action: `/s/:token/start` or `/b/:token/start`. */
  readonly action: string;
  readonly role: PartyRoleName;
  readonly schoolName: string;
  /** 张* for persons; the organisation's name for unit and school. */
  readonly maskedName: string;
  readonly agreementCount: number;
  /** In this browser, not long ago: the way in stands open. */
  readonly identityProved: boolean;
  /** Whether anything can be signed now. */
  readonly turn: 'ready' | 'signed' | 'waiting' | 'declined';
  readonly expiresAt: number;
  /** What stands in the form by the name of the input: after a wrong answer what was typed. */
  readonly typed: Readonly<Record<string, string>>;
  /** After a wrong answer: what was wrong and how many tries are left. */
  readonly refusal: RefusalView | null;
}

/** The agreement for a phone: key points first, then the whole text. */
export interface ReadView extends Omit<Reading, 'documents' | 'headSha256'> {
  readonly token: string;
  readonly documentUrl: string;
  /** Signed in the same act: the 知情同意书. */
  readonly others?: readonly (Omit<ReadingDocument, 'state' | 'headSha256'> & { readonly documentUrl: string })[];
}

/** The client script reads `ceremony` from a `<script type="application/json" id="ceremony">` block or `GET /api/s/:token`. */
export interface SignView {
  readonly token: string;
  readonly ceremony: CeremonyJson;
  readonly agreementNumber: string;
  /** Last eight hex digits of the document as it stands. */
  readonly documentFingerprint: string;
  /** What is signed in one act; the one text alone where absent. */
  readonly documents?: readonly { readonly agreementNumber: string; readonly title: string }[];
}

export interface DoneView extends CeremonyStanding {
  readonly token: string;
  readonly documentUrl: string;
  readonly accompanying: readonly (CeremonyStanding['accompanying'][number] & { readonly documentUrl: string })[];
}

/** One confirmation for many agreements: what is the same once, what differs in groups. */
export interface BatchSignView extends Omit<BatchReview, 'ceremony'> {
  readonly token: string;
  readonly ceremony: CeremonyJson;
  readonly seal: SealSectionView;
}

export interface ErrorView {
  readonly status: number;
  readonly code: string;
  readonly zh: string;
  readonly requestId: string;
  /** Where to go on; null when there is nothing but going back. */
  readonly home: string | null;
}
