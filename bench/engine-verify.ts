/** Verifying: everything from a file to its report, alone, in a ZIP through the command line, and by a peer on the same files. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { systemClock } from '../src/adapters/clock.ts';
import { systemRandom } from '../src/adapters/random.ts';
import type { AgreementData } from '../src/agreement/agreement-data.ts';
import { printPem } from '../src/pki/pem.ts';
import type { LockedTemplate } from '../src/template/locked-template.ts';
import { layOutRevisionZero, renderRevisionZero } from '../src/template/revision-zero.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { sealFile } from '../src/workflow/seal-agreement.ts';
import { enrol, signInProcess } from '../src/workflow/sign-in-process.ts';
import { makeMemoryAuthority } from '../tests/adapters/memory-authority.ts';
import type { EngineResult } from './engine.ts';
import { measure, median, nth, peakRssMB } from './measure.ts';
import { openScene, root } from './scene.ts';

/** More than the verifier remembers, so that each is reproduced afresh. */
const DISTINCT = 100;
const IN_ZIP = 500;

interface SignedFiles {
  readonly template: LockedTemplate;
  readonly trustAnchors: readonly Uint8Array[];
  readonly files: readonly Uint8Array[];
}

/** @param count of different agreements that four parties have signed */
export async function signedFiles(count: number, level: 'B-T' | 'B-LTA'): Promise<SignedFiles> {
  const { template, agreements } = await openScene(60 + count * 6);
  const authority = makeMemoryAuthority({ clock: systemClock, random: systemRandom });
  const ports = { authority, clock: systemClock };
  const trustAnchors = await authority.trustAnchors();
  const rolesOf = (data: AgreementData) => layOutRevisionZero(template, data).roles;
  const files: Uint8Array[] = [];
  for (const data of agreements.filter((each) => rolesOf(each).length === 4).slice(0, count)) {
    let file = renderRevisionZero(template, data);
    for (const role of rolesOf(data)) {
      file = await signInProcess(ports, template, file, { role, credential: await enrol(ports, data, role), ink: null });
    }
    if (level === 'B-LTA')
      file = await sealFile({ revocation: authority, timestamps: authority, clock: systemClock, trustAnchors }, template, file);
    files.push(file);
  }
  if (files.length < count) throw new Error(`only ${files.length} agreements with four parties`);
  return { template, trustAnchors, files };
}

export const meanKb = (files: readonly Uint8Array[]): number => files.reduce((sum, file) => sum + file.length, 0) / files.length / 1000;

export async function measureVerifying(level: 'B-T' | 'B-LTA'): Promise<EngineResult> {
  const { template, trustAnchors, files } = await signedFiles(DISTINCT, level);
  const rate = await measure((i) => {
    const report = verifyFile(nth(files, i), { templates: [template], trustAnchors, checkedAt: systemClock.now() });
    if (report.verdict !== 'passed') throw new Error(`not passed: ${report.findings.map((finding) => finding.code).join(', ')}`);
  });
  return { ...rate, kb: meanKb(files), rssMB: peakRssMB(), notes: ['four signatures with timestamps; every byte reproduced'] };
}

interface Verification extends Pick<SignedFiles, 'files'> {
  readonly folder: string;
  readonly anchorFile: string;
}

async function inFolder<T>(count: number, act: (verification: Verification) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sanfang-bench-'));
  try {
    const { trustAnchors, files } = await signedFiles(count, 'B-T');
    const anchorFile = join(folder, 'anchors.pem');
    writeFileSync(anchorFile, trustAnchors.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
    return act({ folder, anchorFile, files });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `verify 500.zip --xlsx` as a regulator runs it. */
export async function measureVerifyingZip(): Promise<EngineResult> {
  return inFolder(IN_ZIP, ({ folder, anchorFile, files }) => {
    const archive = join(folder, '500.zip');
    writeFileSync(archive, zipSync(Object.fromEntries(files.map((file, i) => [`${i}.pdf`, file])), { level: 1 }));
    const args = [join(root, 'src/main.ts'), 'verify', archive, '--xlsx', join(folder, '500.xlsx'), '--trust', anchorFile, '--jsonl'];
    const rates = Array.from({ length: 3 }, () => {
      const start = performance.now();
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
      const passed = stdout.split('"verdict":"passed"').length - 1;
      if (passed < IN_ZIP) throw new Error(`${passed} of ${IN_ZIP} passed: ${stderr.slice(0, 300)}`);
      return (IN_ZIP * 1000) / (performance.now() - start);
    });
    const spread = Math.max(...rates) / Math.min(...rates);
    const notes = [`${IN_ZIP} files, process start, unpacking and workbook included`];
    return { perSecond: median(rates), spread, kb: meanKb(files), rssMB: null, notes };
  });
}

/** Where Python ($PYTHON, or python3) finds pyHanko: its own validation of the same kind of file, every signature and timestamp, kept warm. */
export async function measurePyHanko(): Promise<EngineResult> {
  return inFolder(4, ({ folder, anchorFile, files }) => {
    files.forEach((file, i) => {
      writeFileSync(join(folder, `${i}.pdf`), file);
    });
    const script = join(import.meta.dirname, 'validate_pyhanko.py');
    const { status, stdout, stderr } = spawnSync(
      process.env['PYTHON'] ?? 'python3',
      [script, anchorFile, ...files.map((_, i) => join(folder, `${i}.pdf`))],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1) ?? 'pyHanko failed');
    const rates = stdout.trim().split('\n').map(Number);
    return {
      perSecond: median(rates),
      spread: Math.max(...rates) / Math.min(...rates),
      kb: meanKb(files),
      rssMB: null,
      notes: ['integrity, trust and changes after each signature'],
    };
  });
}
