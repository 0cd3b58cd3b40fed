/** Every port on its adapter, over one data folder. */
import { join } from 'node:path';
import { agreementStore } from './adapters/agreement-store.ts';
import { annotateRoster } from './adapters/annotate-roster.ts';
import { archiveStore } from './adapters/archive-store.ts';
import { auditLog } from './adapters/audit-log.ts';
import { readTemplateAuthorities } from './adapters/authority-certificates.ts';
import { batchStore } from './adapters/batch-store.ts';
import { openBlobFolder } from './adapters/blob-folder.ts';
import { ceremonyStore } from './adapters/ceremony-store.ts';
import { classroomStore } from './adapters/classroom-store.ts';
import { contactStore } from './adapters/contact-store.ts';
import { databaseIn, openDatabase } from './adapters/database.ts';
import { endingStore } from './adapters/ending-store.ts';
import { evidenceStore } from './adapters/evidence-store.ts';
import { openFontLibrary } from './adapters/font-files.ts';
import { housekeeping } from './adapters/housekeeping.ts';
import { idempotencyStore } from './adapters/idempotency-store.ts';
import { jobs } from './adapters/jobs.ts';
import { openKeyKeeper } from './adapters/key-keeper.ts';
import { loginCodeStore } from './adapters/login-code-store.ts';
import { organisationKeyStore } from './adapters/organisation-key-store.ts';
import { packNames, readPackFiles } from './adapters/pack-folder.ts';
import { openPackShelf } from './adapters/pack-shelf.ts';
import { rosterStore } from './adapters/roster-store.ts';
import { sealStore } from './adapters/seal-store.ts';
import type { SignerConnection } from './adapters/signer-connection.ts';
import { signerTokenStore } from './adapters/signer-token-store.ts';
import { signingStore } from './adapters/signing-store.ts';
import { sm2Store } from './adapters/sm2-store.ts';
import { readSpreadsheet } from './adapters/spreadsheet.ts';
import { templateDraftStore } from './adapters/template-draft-store.ts';
import { sessionStore, tenantStore } from './adapters/tenant-store.ts';
import { sha256Hex } from './digest.ts';
import type {
  CertificateAuthority,
  Clock,
  CodeSender,
  Messenger,
  PlatformSigner,
  Publisher,
  Random,
  RevocationSource,
  TimestampAuthority,
} from './ports.ts';
import type { FontLibrary } from './template/font-library.ts';
import type { LockedTemplate } from './template/locked-template.ts';
import { loadTemplates as lockTemplates } from './workflow/load-templates.ts';
import type { Ports } from './workflow/workflow.ts';

/**
 * Every pack of `templates/`, locked; the national text first, a sample last.
 * @param root folder of this package
 * @param certs folder with `authorities`
 * @throws AppError TEMPLATE_… when a pack was altered, or is not signed for by an authority of `certs/authorities/`
 */
export function loadTemplates(
  root: string,
  fonts: FontLibrary = openFontLibrary(join(root, 'fonts')),
  certs: string = join(root, 'certs'),
): readonly LockedTemplate[] {
  const folder = join(root, 'templates');
  const packs = packNames(folder).map((name) => readPackFiles(folder, name));
  return lockTemplates(packs, fonts, readTemplateAuthorities(join(certs, 'authorities')));
}

export interface Outside {
  readonly messenger: Messenger | null;
  readonly codes: CodeSender | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly certificates: CertificateAuthority;
  readonly platform: PlatformSigner;
  readonly publisher: Publisher | null;
  readonly timestamps: TimestampAuthority;
  readonly revocation: RevocationSource;
  /** Those of the installation; what schools imported is found below the data folder. */
  readonly templates: readonly LockedTemplate[];
  readonly fonts: FontLibrary;
  /** Roots beside the authority's own under which signatures count as trusted; DER. */
  readonly trustAnchors: readonly Uint8Array[];
  /** What the installation says of some of them. */
  readonly namedRoots?: Ports['namedRoots'];
  /** Days that a prepared signature waits for its value, 7 where left out. */
  readonly preparedDays?: number;
  /** Devices and services that sign for the school. */
  readonly signers?: readonly SignerConnection[];
}

const PREPARED_DAYS = 7;

export interface OpenPorts {
  readonly ports: Ports;
  close(): Promise<void>;
}

/**
 * Opens database, blobs and imported packs below the folder, making all on first use.
 * @throws Error when the database is damaged or newer
 * @throws AppError TEMPLATE_… when an imported pack was altered
 */
export async function openPorts(dataFolder: string, outside: Outside): Promise<OpenPorts> {
  const { clock, random, certificates, platform, publisher, timestamps, revocation, messenger, fonts, trustAnchors } = outside;
  const templates = [...outside.templates];
  const packShelf = openPackShelf(join(dataFolder, 'packs'), fonts, templates);
  const db = openDatabase(databaseIn(dataFolder));
  // Its own authority's root is the platform's, whatever else is installed.
  const own = await certificates.trustAnchors();
  const blobs = await openBlobFolder(join(dataFolder, 'blobs'));
  const ports: Ports = {
    clock,
    random,
    blobs,
    certificates,
    timestamps,
    revocation,
    platform,
    publisher,
    messenger,
    codes: outside.codes,
    trustAnchors: [...own, ...trustAnchors],
    namedRoots: [...own.map((der) => ({ sha256: sha256Hex(der), is: 'platform' as const })), ...(outside.namedRoots ?? [])],
    preparedLastsMs: (outside.preparedDays ?? PREPARED_DAYS) * 86_400_000,
    spreadsheets: readSpreadsheet,
    annotateRoster,
    fonts,
    templates,
    tenants: tenantStore(db),
    sessions: sessionStore(db),
    rosters: rosterStore(db),
    templateDrafts: templateDraftStore(db, blobs),
    packShelf,
    batches: batchStore(db),
    agreements: agreementStore(db),
    ceremonies: ceremonyStore(db),
    classrooms: classroomStore(db),
    contacts: contactStore(db),
    endings: endingStore(db),
    evidence: evidenceStore(db),
    signings: signingStore(db),
    sm2: sm2Store(db),
    seals: sealStore(db),
    loginCodes: loginCodeStore(db),
    signerTokens: signerTokenStore(db),
    organisationKeys: organisationKeyStore(db),
    keeper: openKeyKeeper(join(dataFolder, 'keys'), { clock, random, signers: outside.signers ?? [] }),
    jobs: jobs(db),
    archives: archiveStore(db),
    housekeeping: housekeeping(db, blobs),
    audit: auditLog(db),
    idempotency: idempotencyStore(db),
  };
  return { ports, close: () => db.destroy() };
}
