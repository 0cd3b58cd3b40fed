/** What each page is given to show: plain values, already masked and in order, so that a page only lays them out. */

import type { Evidence } from '../agreement/evidence.ts';
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
  readonly templates: readonly TemplateView[];
}

export interface TemplateView {
  readonly pack: string;
  readonly version: string;
  readonly title: string;
  readonly status: string;
  readonly kind: 'agreement' | 'consent';
  readonly prefixLengthBytes: number;
  readonly prefixSha256: string;
}

export interface VerifyView {
  readonly templates: readonly TemplateView[];
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
  readonly templates: readonly TemplateView[];
  /** Of the file that the visitor holds, after it was posted. */
  readonly report: ReportJson | null;
}

/** The school's door: a key in the address is handed on by a form, never used by the GET. */
export interface SchoolDoorView {
  readonly key: string | null;
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
  readonly templates: readonly TemplateView[];
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
  readonly template: TemplateView;
  /** Forms of 知情同意书 that may go with it, the usual one first. */
  readonly consents: readonly TemplateView[];
}

export interface BatchView {
  readonly schoolName: string;
  readonly batch: BatchJson;
}

export interface ClassroomView {
  readonly classroomId: string;
  readonly batchId: string;
  readonly batchName: string;
  readonly schoolName: string;
  readonly expiresAt: number;
  readonly code: { readonly code: string; readonly leftMs: number } | null;
  readonly signed: number;
  readonly total: number;
  readonly seats: readonly {
    readonly agreementNumber: string;
    readonly studentName: string;
    readonly studentNumber: string;
    readonly state: 'ready' | 'signed' | 'waiting' | 'declined';
  }[];
  /** Whole URL of the door. */
  readonly link: string;
}

export interface ClassroomDoorView {
  readonly schoolName: string;
  readonly action: string;
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
  readonly templates: readonly (TemplateView & {
    readonly standing: 'inForce' | 'notYet' | 'ended' | 'withdrawn';
    /** The dates in words. */
    readonly inForce: string;
    readonly pageCount: number;
    /** By a school: its files can be had. */
    readonly imported: boolean;
  })[];
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
export interface TemplatePreviewView {
  readonly title: string;
  readonly status: string;
  readonly pageCount: number;
  /** Null while the text is being imported: its name is part of what is locked. */
  readonly digest: { readonly prefixLengthBytes: number; readonly prefixSha256: string } | null;
  readonly body: readonly ReadingBlock[];
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
  /** Whether anything can be signed now. */
  readonly turn: 'ready' | 'signed' | 'waiting' | 'declined';
  readonly expiresAt: number;
  /** After a wrong answer: what was wrong and how many tries are left. */
  readonly refusal: RefusalView | null;
}

export type ReadingInline =
  | { readonly kind: 'text'; readonly text: string; readonly bold: boolean; readonly underline: boolean }
  /** A filled-in blank; an empty string is a blank left open. */
  | { readonly kind: 'value'; readonly text: string; readonly says: string }
  | { readonly kind: 'choice'; readonly ticked: boolean; readonly says: string };

export interface ReadingParagraph {
  readonly kind: 'paragraph';
  readonly style: 'title' | 'heading' | 'body';
  readonly align: 'left' | 'center' | 'right' | 'justify';
  readonly inlines: readonly ReadingInline[];
}

export type ReadingBlock =
  | ReadingParagraph
  | {
      readonly kind: 'table';
      readonly rows: readonly {
        readonly cells: readonly { readonly columnSpan: number; readonly paragraphs: readonly ReadingParagraph[] }[];
      }[];
    };

/** The agreement for a phone: key points first, then the whole text. */
export interface ReadView {
  readonly token: string;
  readonly role: PartyRoleName;
  readonly signatoryName: string;
  readonly agreementNumber: string;
  readonly schoolName: string;
  readonly templateStatus: string;
  /** Of the locked text, as `/verify` shows it. */
  readonly prefixLengthBytes: number;
  readonly prefixSha256: string;
  /** In the order to be shown: label and value as the agreement has them. */
  readonly keyPoints: readonly { readonly key: string; readonly label: string; readonly value: string }[];
  /** Telephone numbers that can be tapped. */
  readonly hotlines: readonly { readonly label: string; readonly phone: string }[];
  readonly body: readonly ReadingBlock[];
  readonly annex: { readonly title: string; readonly clauses: readonly string[]; readonly priorityClause: string } | null;
  readonly documentUrl: string;
  /** Of an extension or termination: what it says of the agreement that it changes. */
  readonly amendment?: readonly string[];
  /** Signed in the same act: the 知情同意书. */
  readonly others?: readonly {
    readonly title: string;
    readonly body: readonly ReadingBlock[];
    readonly documentUrl: string;
    readonly agreementNumber: string;
  }[];
  /** `ready`: may go on to sign. Otherwise who must sign first, or that it is signed. */
  readonly state: 'ready' | 'signed' | 'waiting' | 'declined';
  readonly waitingFor: PartyRoleName | null;
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

export interface DoneView {
  readonly token: string;
  readonly role: PartyRoleName;
  readonly agreementNumber: string;
  readonly parties: readonly { readonly role: PartyRoleName; readonly signedAt: number | null }[];
  readonly next: PartyRoleName | null;
  readonly documentUrl: string;
  /** What was signed in the same act. */
  readonly accompanying: readonly {
    readonly agreementNumber: string;
    readonly title: string;
    readonly missing: readonly PartyRoleName[];
    readonly documentUrl: string;
  }[];
}

/** One confirmation for many agreements: what is the same once, what differs in groups. */
export interface BatchSignView {
  readonly token: string;
  readonly schoolName: string;
  readonly batchName: string;
  readonly template: TemplateView;
  readonly annex: { readonly title: string; readonly clauses: readonly string[]; readonly priorityClause: string } | null;
  readonly ceremony: CeremonyJson;
  /** Grouped differences: label, then each value with the number of agreements that have it, most frequent first. */
  readonly differences: readonly {
    readonly label: string;
    /** Reference of the values, for the page to check against each file. */
    readonly says: string;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
  readonly minorCount: number;
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
