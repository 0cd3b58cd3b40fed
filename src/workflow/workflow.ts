/**
 * What the service can do, one use case per file beside this one, and everything they may ask for.
 *
 * School: enter-school · import-roster · download-roster · import-template-pack · list-templates · preview-template · open-batch · generate-batch · invite · board ·
 *   download · school-agreement · end-agreement (void, reissue, close objections) · amend-agreement · make-evidence · classroom · remind · organisation-key · signer-token
 * Signatory: open-ceremony (arrive, prove identity) · login-code · ceremony-agreements (list, read, done) · issue-certificate, present-certificate ·
 *   start-signature · finish-signature · object-to-agreement · organisation-seal
 * Programs that sign: external-signing · external-sm2
 * Nobody in particular: seal-agreement · renew-archive · sign-with-key · sweep
 * Anybody: verify-upload · look-up
 * Command line: plan-agreements · render-files · release-template · make-trial-authority · sign-in-process · add-sm2
 */

import type { NamedRoot } from '../pki/anchors.ts';
import type {
  BlobStore,
  CertificateAuthority,
  Clock,
  CodeSender,
  KeyKeeper,
  Messenger,
  PlatformSigner,
  Publisher,
  Random,
  RevocationSource,
  TimestampAuthority,
} from '../ports.ts';
import type { FontLibrary } from '../template/font-library.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import type { RosterAnnotator } from './download-roster.ts';
import type { RosterReader } from './import-roster.ts';
import type { ClassroomStore } from './stores/classroom.ts';
import type { ContactStore } from './stores/contact.ts';
import type { EndingStore } from './stores/ending.ts';
import type { EvidenceStore } from './stores/evidence.ts';
import type { LoginCodeStore } from './stores/login-code.ts';
import type { SealStore } from './stores/seal.ts';
import type { OrganisationKeyStore, SignerTokenStore } from './stores/signer.ts';
import type { SigningStore } from './stores/signing.ts';
import type { Sm2Store } from './stores/sm2.ts';
import type {
  AgreementStore,
  ArchiveStore,
  AuditLog,
  BatchStore,
  CeremonyStore,
  Housekeeping,
  IdempotencyStore,
  Jobs,
  PackShelf,
  RosterStore,
  SessionStore,
  TemplateDraftStore,
  TenantStore,
} from './stores.ts';

export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly blobs: BlobStore;
  readonly certificates: CertificateAuthority;
  readonly timestamps: TimestampAuthority;
  readonly revocation: RevocationSource;
  readonly platform: PlatformSigner;
  /** Null where this installation has no authority of its own. */
  readonly publisher: Publisher | null;
  /** How long a prepared signature waits for its value; at most 14 days. */
  readonly preparedLastsMs: number;
  /** Null when links are handed out by the school itself. */
  readonly messenger: Messenger | null;
  /** Null where nobody has to prove to hold a telephone. */
  readonly codes: CodeSender | null;
  /** Roots under which the verifier trusts signatures and timestamps; DER. */
  readonly trustAnchors: readonly Uint8Array[];
  /** What the installation says of some of them. */
  readonly namedRoots: readonly NamedRoot[];
  readonly spreadsheets: RosterReader;
  readonly annotateRoster: RosterAnnotator;
  readonly fonts: FontLibrary;
  /** The locked templates of this service; grows when a school confirms an import. */
  readonly templates: readonly LockedTemplate[];
  readonly tenants: TenantStore;
  readonly sessions: SessionStore;
  readonly rosters: RosterStore;
  readonly templateDrafts: TemplateDraftStore;
  readonly packShelf: PackShelf;
  readonly batches: BatchStore;
  readonly agreements: AgreementStore;
  readonly ceremonies: CeremonyStore;
  readonly classrooms: ClassroomStore;
  readonly contacts: ContactStore;
  readonly endings: EndingStore;
  readonly evidence: EvidenceStore;
  readonly signings: SigningStore;
  readonly sm2: Sm2Store;
  readonly seals: SealStore;
  readonly loginCodes: LoginCodeStore;
  readonly signerTokens: SignerTokenStore;
  readonly organisationKeys: OrganisationKeyStore;
  readonly keeper: KeyKeeper;
  readonly jobs: Jobs;
  readonly archives: ArchiveStore;
  readonly housekeeping: Housekeeping;
  readonly audit: AuditLog;
  readonly idempotency: IdempotencyStore;
}
