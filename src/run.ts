/** The command: builds the adapters and hands them to the command line or to the service. */
import { join } from 'node:path';
import { readTemplateAuthorities } from './adapters/authority-certificates.ts';
import { systemClock } from './adapters/clock.ts';
import { openFontLibrary } from './adapters/font-files.ts';
import { packNames, readPackFiles, rewritePackFiles, writePackFiles, writeReleaseFiles } from './adapters/pack-folder.ts';
import { systemRandom } from './adapters/random.ts';
import { softwareVersion } from './adapters/software-version.ts';
import { runCommand } from './cli/command-line.ts';
import type { Surroundings } from './cli/surroundings.ts';
import { AppError } from './errors.ts';

const root = join(import.meta.dirname, '..');
const templates = join(root, 'templates');
const certificates = process.env['SANFANG_CERTS'] ?? join(root, 'certs');

/** What a command does not need is not loaded. */
const surroundings: Surroundings = {
  clock: systemClock,
  random: systemRandom,
  fonts: openFontLibrary(join(root, 'fonts')),
  root,
  packNames: () => packNames(templates),
  readPack: (name) => readPackFiles(templates, name),
  writePack: (name, files) => writePackFiles(templates, name, files),
  rewritePack: (folder, files) => rewritePackFiles(templates, folder, files),
  readSpreadsheet: async (bytes) => (await import('./adapters/spreadsheet.ts')).readSpreadsheet(bytes),
  renderToFolder: async (task) => (await import('./adapters/render-pool.ts')).renderToFolder({ root, certs: certificates, ...task }),
  software: softwareVersion(root),
  verifyPaths: async (paths, setup, onVerified) => {
    const { spreadSources } = await import('./adapters/verify-sources.ts');
    const { verifySources } = await import('./adapters/verify-pool.ts');
    const sources = spreadSources(paths);
    return verifySources({ root, certs: certificates, ...setup }, sources, (verified, index) =>
      onVerified(verified, index, sources.length),
    );
  },
  printWorkbook: async (tables) => (await import('./adapters/verify-workbook.ts')).printWorkbook(tables),
  writeRelease: (folder, files) => writeReleaseFiles(templates, folder, files),
  templateAuthorities: () => readTemplateAuthorities(join(certificates, 'authorities')),
  secret: (name) => process.env[name],
  trustAnchors: async () => (await import('./adapters/trust-anchors.ts')).loadTrustAnchors(certificates),
  namedRoots: async () => (await import('./adapters/trust-anchors.ts')).loadNamedRoots(certificates),
  trustAnchorFile: async (path) => (await import('./adapters/trust-anchors.ts')).loadTrustAnchorFile(path),
  openAuthority: async () =>
    (await import('./adapters/dev-authority.ts')).openDevAuthority(join(certificates, 'dev'), { clock: systemClock, random: systemRandom }),
  timestampAuthority: async (name) => {
    const around = { fetch, clock: systemClock, random: systemRandom };
    if (name === 'dev') return (await import('./adapters/dev-authority.ts')).openDevAuthority(join(certificates, 'dev'), around);
    if (!/^https?:\/\//.test(name) || !URL.canParse(name))
      throw new AppError('COMMAND_MALFORMED', { what: '--timestamp 要写 dev 或时间戳服务的网址' });
    const { tsaClient } = await import('./adapters/tsa-client.ts');
    const trustAnchors = await (await import('./adapters/trust-anchors.ts')).loadTrustAnchors(certificates);
    return tsaClient({ name: new URL(name).host, url: name, trustAnchors, timeoutMs: 10_000 }, around);
  },
  auditChains: async () => {
    const { dataFolder } = (await import('./config.ts')).readConfig({ SANFANG_DATA: process.env['SANFANG_DATA'] });
    return (await import('./adapters/audit-check.ts')).checkAuditChains(dataFolder);
  },
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
  complain: (line) => {
    process.stderr.write(`${line}\n`);
  },
};

// A reader that closes early (`| head`) is no failure of ours: what is to be written to files and the exit code stay as they would be.
process.stdout.on('error', (error: Error & { readonly code?: string }) => {
  if (error.code !== 'EPIPE') throw error;
});

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  surroundings.complain(`需要 Node.js 24 以上（现在是 ${process.version}）。请用 npm start 或 npm run sanfang 启动。`);
  process.exitCode = 2;
} else if (process.argv[2] === 'serve') {
  const { serve } = await import('./serve.ts');
  await serve(root);
} else {
  process.exitCode = await runCommand(surroundings, process.argv.slice(2));
}
