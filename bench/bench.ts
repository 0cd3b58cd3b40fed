/**
 * `npm run bench [-- render | sign | verify] [-- --json]`: rates, sizes and memory of the product and of its peers in the same run.
 * Every engine runs alone in a fresh process, so that memory is its own and nobody warms anybody else up.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineResult } from './engine.ts';
import { load } from './measure.ts';
import { type Measured, print, printClosing, printHead, printRow, toJson } from './report.ts';

interface Engine {
  readonly id: string;
  readonly group: 'render' | 'sign' | 'verify';
  readonly name: string;
  /** @param folder with the content for peers, and room for files until the bench ends */
  run(folder: string): Promise<EngineResult>;
}

const peers = async (folder: string) => (await import('./peer-content.ts')).readPeerContent(folder);
const disk = async (what: 'many' | 'large' | 'first', folder: string) => (await import('./engine-disk.ts')).measureDisk(what, folder);
const signing = async () => import('./engine-signing.ts');
const libpdf = async (kind: 'p256' | 'rsa2048') => (await import('./engine-libpdf.ts')).measureLibpdf(kind);

const render = (id: string, name: string, run: Engine['run']): Engine => ({ id, group: 'render', name, run });
const verifying = async () => import('./engine-verify.ts');
const sign = (id: string, name: string, run: Engine['run']): Engine => ({ id, group: 'sign', name, run });
const verify = (id: string, name: string, run: Engine['run']): Engine => ({ id, group: 'verify', name, run });

const ENGINES: readonly Engine[] = [
  render('sanfang', 'sanfang, in memory', async () => (await import('./engine-sanfang.ts')).measureSanfang()),
  render('disk', 'sanfang generate, to disk', (folder) => disk('many', folder)),
  render('disk-10000', 'sanfang generate, 10,000 to disk', (folder) => disk('large', folder)),
  render('cold', 'sanfang, cold start to first PDF', (folder) => disk('first', folder)),
  render('typst', 'typst (node compiler 0.6.0, warm)', async (folder) =>
    (await import('./engine-typst.ts')).measureTypst(await peers(folder)),
  ),
  render('pdf-lib', 'pdf-lib 1.17.1 (kept font)', async (folder) =>
    (await import('./engine-pdf-lib.ts')).measurePdfLib(await peers(folder)),
  ),
  render('pdfkit', 'pdfkit 0.20.2', async (folder) => (await import('./engine-pdfkit.ts')).measurePdfkit(await peers(folder))),
  sign('p256', 'sanfang, P-256', async () => (await signing()).measureSigning('p256')),
  sign('p256-checked', 'sanfang, P-256, value from outside', async () => (await signing()).measureSigning('p256', { checked: true })),
  sign('p256-unseen', 'sanfang, P-256, unseen agreement', async () => (await signing()).measureSigning('p256', { unseen: true })),
  sign('p256-timestamp', 'sanfang, P-256 and timestamp', async () => (await signing()).measureSigning('p256', { timestamp: true })),
  sign('rsa', 'sanfang, RSA-2048', async () => (await signing()).measureSigning('rsa2048')),
  sign('rsa-checked', 'sanfang, RSA-2048, value from outside', async () => (await signing()).measureSigning('rsa2048', { checked: true })),
  sign('rsa-unseen', 'sanfang, RSA-2048, unseen agreement', async () => (await signing()).measureSigning('rsa2048', { unseen: true })),
  sign('rsa-timestamp', 'sanfang, RSA-2048 and timestamp', async () => (await signing()).measureSigning('rsa2048', { timestamp: true })),
  sign('libpdf', '@libpdf/core 0.4.2, P-256', () => libpdf('p256')),
  sign('libpdf-rsa', '@libpdf/core 0.4.2, RSA-2048', () => libpdf('rsa2048')),
  sign('unit-list', 'unit signs 200 in Chromium', async () => (await import('./engine-unit-list.ts')).measureUnitList()),
  verify('verify', 'sanfang, four signatures', async () => (await verifying()).measureVerifying('B-T')),
  verify('verify-archive', 'sanfang, four signatures, B-LTA', async () => (await verifying()).measureVerifying('B-LTA')),
  verify('verify-zip', 'sanfang verify, ZIP and workbook', async () => (await verifying()).measureVerifyingZip()),
  verify('offline-page', 'offline page in Chromium', async () => (await import('./engine-offline-page.ts')).measureOfflinePage()),
  verify('pyhanko', 'pyHanko', async () => (await verifying()).measurePyHanko()),
];

const ENGINE = '--engine=';
const FOLDER = '--folder=';
const PREPARE = 'prepare';
const option = (name: string): string | undefined => process.argv.find((argument) => argument.startsWith(name))?.slice(name.length);

/** Runs one engine in a process of its own. @returns what it printed, or why it failed */
function runApart(id: string, folder: string): { readonly printed: string } | { readonly why: string } {
  const args = ['--no-warnings', import.meta.filename, `${ENGINE}${id}`, `${FOLDER}${folder}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0) return { printed: stdout };
  return { why: stderr.split('\n').find((line) => /error/i.test(line)) ?? `exit ${status}` };
}

function measureAll(args: readonly string[]): void {
  const json = args.includes('--json');
  const group = args.find((argument) => !argument.startsWith('--'));
  const chosen = ENGINES.filter((engine) => group === undefined || engine.group === group);
  if (chosen.length === 0) {
    process.stderr.write('usage: npm run bench [-- render | sign | verify] [-- --json]\n');
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), 'sanfang-bench-'));
  const busy = load() > availableParallelism() * 0.5;
  try {
    if (!json) printHead();
    const prepared = chosen.some((engine) => engine.group === 'render') ? runApart(PREPARE, folder) : undefined;
    if (prepared !== undefined && 'why' in prepared) process.stderr.write(`the peers have no content: ${prepared.why}\n`);
    const rows = chosen.map(({ id, name }): Measured => {
      const ran = runApart(id, folder);
      const row = 'why' in ran ? { id, name, why: ran.why } : { id, name, result: JSON.parse(ran.printed) as EngineResult };
      if (!json) printRow(row);
      return row;
    });
    if (json) print(JSON.stringify(toJson(rows), null, 2));
    printClosing(rows, busy, json ? (line) => process.stderr.write(`${line}\n`) : print);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const child = option(ENGINE);
if (child === undefined) measureAll(process.argv.slice(2));
else if (child === PREPARE) await (await import('./peer-content.ts')).writePeerContent(option(FOLDER) ?? '');
else process.stdout.write(JSON.stringify(await ENGINES.find(({ id }) => id === child)?.run(option(FOLDER) ?? '')));
