/** What the commands need of the outside, handed in by `main`: the command line builds no adapter of its own. */
import type { ChainCheck } from '../agreement/audit-chain.ts';
import type { SheetData } from '../agreement/sheet-data.ts';
import type { Instant } from '../instant.ts';
import type { NamedRoot } from '../pki/anchors.ts';
import type { CertificateAuthority, Clock, Random, RevocationSource, TimestampAuthority } from '../ports.ts';
import type { FontLibrary } from '../template/font-library.ts';
import type { PackFiles } from '../template/load-pack.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import type { ReleaseFiles } from '../template/release.ts';
import type { ReportTable } from '../verify/report-tables.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import type { TemplateAuthorities } from '../workflow/load-templates.ts';
import type { PlannedAgreement } from '../workflow/plan-agreements.ts';
import type { RenderOutcome } from '../workflow/render-files.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly fonts: FontLibrary;
  /** Folder of the installation: templates/, certs/ and fonts/ lie in it. */
  readonly root: string;
  /** Folders below templates/, each with one version of a template. */
  packNames(): readonly string[];
  readPack(name: string): PackFiles;
  /** @returns the folder written */
  writePack(name: string, files: PackFiles): string;
  /** Replaces what confirming blanks changes, unless an authority has signed it. @returns the folder */
  rewritePack(folder: string, files: Pick<PackFiles, 'manifest' | 'body'>): string;
  readSpreadsheet(bytes: Uint8Array): Promise<{ readonly sheets: readonly SheetData[] }>;
  /** Renders one file an agreement, on every core where that pays. */
  renderToFolder(task: {
    /** Folder of the pack below templates/. */
    readonly pack: string;
    readonly template: LockedTemplate;
    readonly out: string;
    /** Called when the workers are on their way, which start while a large roster is being read. */
    readonly agreements: () => Promise<Iterable<PlannedAgreement>>;
    readonly rosterBytes: number;
  }): Promise<readonly RenderOutcome[]>;
  /** Name and version of this software, as a report names it. */
  readonly software: string;
  /**
   * Verifies files, archives and everything in folders, on every core; each within limits of time and memory.
   * @param onVerified called as soon as a file is done; `index` is its place among `total`
   * @returns in the order of the paths, empty when there is nothing to verify
   * @throws AppError PATH_UNREADABLE, TEMPLATE_…
   */
  verifyPaths(
    paths: readonly string[],
    setup: { readonly trustAnchors: readonly Uint8Array[]; readonly namedRoots: readonly NamedRoot[]; readonly checkedAt: Instant },
    onVerified: (verified: VerifiedFile, index: number, total: number) => void,
  ): Promise<readonly VerifiedFile[]>;
  /** The bytes of an .xlsx. */
  printWorkbook(tables: readonly ReportTable[]): Promise<Uint8Array>;
  /** Puts a release into the folder of a pack. @returns the folder */
  writeRelease(folder: string, files: ReleaseFiles): string;
  /** Template authorities that this installation trusts. */
  templateAuthorities(): TemplateAuthorities;
  /** Value of an environment variable that holds a password. */
  secret(name: string): string | undefined;
  /** Certificates of the installation's own trusted roots, DER. */
  trustAnchors(): Promise<readonly Uint8Array[]>;
  /** SHA-256 of the roots of licensed authorities. @throws Error naming a root without its statement */
  namedRoots(): Promise<readonly NamedRoot[]>;
  /** Roots in one file. */
  trustAnchorFile(path: string): Promise<readonly Uint8Array[]>;
  /** The development authority, made on first use; refused in production. */
  openAuthority(): Promise<CertificateAuthority & TimestampAuthority & RevocationSource>;
  /**
   * `dev` or the address of an RFC 3161 service whose root this installation trusts.
   * @throws AppError COMMAND_MALFORMED, DEV_KEYS_IN_PRODUCTION
   */
  timestampAuthority(name: string): Promise<TimestampAuthority>;
  /**
   * The audit chain of every school in the service's database, which is read and not written to.
   * @throws AppError PATH_UNREADABLE without a database
   */
  auditChains(): Promise<readonly (ChainCheck & { readonly tenant: string; readonly name: string })[]>;
  /** Prints one line. */
  print(line: string): void;
  /** Prints one line to the error stream. */
  complain(line: string): void;
}

/** 0 all well · 1 something was found wrong · 2 the input could not be used. */
export type ExitCode = 0 | 1 | 2;
