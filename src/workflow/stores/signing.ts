/** What is kept of signing: certificates, and the inputs of every prepared signature. */
import type { Ink } from '../../agreement/ink.ts';
import type { PartyRole } from '../../agreement/parties.ts';
import type { SealDiameter } from '../../agreement/seal-size.ts';
import type { Instant } from '../../instant.ts';
import type { KeyCustody } from '../../template/signature-inputs.ts';
import type { AuditEvent, Head } from '../stores.ts';
import type { Consent } from './evidence.ts';

/**
 * Where the private key is: made in the page, opened in the page from the signatory's own file, in a device or service of the
 * signatory, or kept by this server for the organisation.
 */
export type KeyPlace = 'page' | 'file' | KeyCustody;

export interface IssuedCertificate {
  readonly id: string;
  readonly ceremony: string;
  readonly keyPlace: KeyPlace;
  /** Leaf first, DER. */
  readonly chain: readonly Uint8Array[];
  readonly issuedAt: Instant;
}

/** The inputs from which a preparation is rebuilt byte for byte. */
export interface PreparedInputs {
  readonly id: string;
  readonly ceremony: string;
  readonly agreement: string;
  readonly role: PartyRole;
  readonly certificate: string;
  readonly ink: Ink | null;
  /** The picture of the organisation's seal, and how large it is on paper; null without one. */
  readonly seal: { readonly id: string; readonly diameterMm: SealDiameter } | null;
  readonly base: Head;
  readonly at: Instant;
}

export interface SigningStore {
  saveCertificate(certificate: IssuedCertificate, event: AuditEvent): Promise<void>;
  findCertificate(id: string): Promise<IssuedCertificate | undefined>;
  savePrepared(prepared: PreparedInputs, consent: Consent, event: AuditEvent): Promise<void>;
  findPrepared(id: string): Promise<PreparedInputs | undefined>;
}
