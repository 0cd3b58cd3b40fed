/** The command line in this process over a temporary installation: real packs and fonts, a clock that can be set, output caught. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { checkAuditChains } from '../../src/adapters/audit-check.ts';
import { readTemplateAuthorities } from '../../src/adapters/authority-certificates.ts';
import { packNames, readPackFiles, rewritePackFiles, writePackFiles, writeReleaseFiles } from '../../src/adapters/pack-folder.ts';
import { renderToFolder } from '../../src/adapters/render-pool.ts';
import { readSpreadsheet } from '../../src/adapters/spreadsheet.ts';
import { loadTrustAnchorFile } from '../../src/adapters/trust-anchors.ts';
import { verifySources } from '../../src/adapters/verify-pool.ts';
import { spreadSources } from '../../src/adapters/verify-sources.ts';
import { printWorkbook } from '../../src/adapters/verify-workbook.ts';
import { runCommand } from '../../src/cli/command-line.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';
import { sha256Hex } from '../../src/digest.ts';
import { type Instant, parseRfc3339 } from '../../src/instant.ts';
import type { NamedRoot } from '../../src/pki/anchors.ts';
import { makeMemoryAuthority } from '../adapters/memory-authority.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { fonts, namedRoots as OURS, seededRandom } from '../verify/signed-agreement.ts';
import { LICENSED } from '../workflow/licensed-authority.ts';

export const REPOSITORY = join(import.meta.dirname, '../..');

export interface Installation {
  readonly root: string;
  readonly templates: string;
  readonly around: Surroundings;
  /** Runs one command. `out` is what it printed, `errors` what it complained of. */
  run(...args: readonly string[]): Promise<{ readonly exit: number; readonly out: string; readonly errors: string }>;
  setClock(rfc3339: string): void;
  readonly secrets: Map<string, string>;
}

/** What this installation says of roots: whose licence it names, and which is the platform's. */
export const NAMED_ROOTS: readonly NamedRoot[] = [{ sha256: sha256Hex(LICENSED.root), is: 'licensed' }, ...OURS];

export function install(): Installation {
  const root = temporaryFolder();
  const templates = join(root, 'templates');
  const certificates = join(root, 'certs');
  mkdirSync(templates);
  cpSync(join(REPOSITORY, 'templates/sample'), join(templates, 'sample'), { recursive: true });
  symlinkSync(join(REPOSITORY, 'fonts'), join(root, 'fonts'));
  let now: Instant;
  const setClock = (text: string): void => {
    const at = parseRfc3339(text);
    if (at === undefined) throw new Error(text);
    now = at;
  };
  setClock('2026-03-01T01:00:00Z');
  const clock = { now: () => now };
  const random = seededRandom('installation');
  const authority = makeMemoryAuthority({ clock, random });
  const secrets = new Map<string, string>();
  const [out, errors]: [string[], string[]] = [[], []];
  const around: Surroundings = {
    clock,
    random,
    fonts,
    root,
    packNames: () => packNames(templates),
    readPack: (name) => readPackFiles(templates, name),
    writePack: (name, files) => writePackFiles(templates, name, files),
    rewritePack: (folder, files) => rewritePackFiles(templates, folder, files),
    readSpreadsheet,
    renderToFolder: (task) => renderToFolder({ root, certs: join(root, 'certs'), ...task }),
    software: 'sanfang test',
    verifyPaths: async (paths, setup, onVerified) => {
      const sources = spreadSources(paths);
      return verifySources({ root, ...setup }, sources, (verified, index) => onVerified(verified, index, sources.length));
    },
    printWorkbook,
    writeRelease: (folder, files) => writeReleaseFiles(templates, folder, files),
    templateAuthorities: () => readTemplateAuthorities(join(certificates, 'authorities')),
    secret: (name) => secrets.get(name),
    trustAnchors: () => authority.trustAnchors(),
    namedRoots: async () => [
      ...NAMED_ROOTS,
      ...(await authority.trustAnchors()).map((der) => ({ sha256: sha256Hex(der), is: 'platform' as const })),
    ],
    trustAnchorFile: loadTrustAnchorFile,
    openAuthority: async () => authority,
    timestampAuthority: async () => authority,
    auditChains: async () => checkAuditChains(join(root, 'data')),
    print: (line) => out.push(line),
    complain: (line) => errors.push(line),
  };
  return {
    root,
    templates,
    around,
    secrets,
    setClock,
    run: async (...args) => {
      out.length = 0;
      errors.length = 0;
      const exit = await runCommand(around, args);
      return { exit, out: out.join('\n'), errors: errors.join('\n') };
    },
  };
}
