/** What is kept to prove, later, how an agreement was signed. */
import type { PartyRole } from '../../agreement/parties.ts';
import type { Sha256 } from '../../digest.ts';
import type { Instant } from '../../instant.ts';
import type { AuditEntry, Ceremony } from '../stores.ts';
import type { OrganisationSeal } from './seal.ts';
import type { KeyPlace } from './signing.ts';

/** What is kept of a visit: never a whole address, never what a browser says of itself. */
export interface Visitor {
  /** Network address without its last part, such as `203.0.113.*`. */
  readonly from: string;
  /** `wechat`, `phone`, `tablet`, `computer` or `other`. */
  readonly device: string;
}

/** What the signatory had read and ticked when a signature was prepared. */
export interface Consent {
  readonly termsSha256: Sha256;
  readonly templateSha256: Sha256;
  readonly annexSha256: Sha256 | null;
  readonly documentSha256: Sha256;
  readonly at: Instant;
  readonly visitor: Visitor;
}

/** What was kept about one agreement, for its evidence. */
export interface EvidenceRecords {
  readonly ceremonies: readonly Pick<Ceremony, 'id' | 'role' | 'createdAt' | 'expiresAt'>[];
  readonly revisions: readonly {
    readonly number: number;
    readonly sha256: Sha256;
    readonly lengthBytes: number;
    readonly role: PartyRole | null;
    readonly at: Instant;
  }[];
  readonly signatures: readonly {
    readonly revision: number;
    readonly ceremony: string;
    readonly chain: readonly Uint8Array[];
    readonly keyPlace: KeyPlace;
    /** The picture of the organisation's seal that stands beside it, or null. */
    readonly seal: (Pick<OrganisationSeal, 'ceremony' | 'storedAt'> & { readonly sha256: Sha256; readonly diameterMm: number }) | null;
    /** Null for signatures of the first releases. */
    readonly consent: Consent | null;
  }[];
  /** Additional SM2 signatures. */
  readonly additional: readonly {
    readonly revision: number;
    readonly role: PartyRole;
    readonly at: Instant;
    readonly chain: readonly Uint8Array[];
  }[];
  /** About the agreement, its batch and its links. */
  readonly entries: readonly AuditEntry[];
  readonly head: { readonly sequence: number; readonly hash: string };
}

export interface EvidenceStore {
  /** One reading at one moment. @throws Error for an agreement that does not exist */
  read(agreement: string): Promise<EvidenceRecords>;
}
