/**
 * The test command: makes sure of the outside programs, checks types and style, runs every test, prints one closing line.
 * What is missing is installed (Debian, as root) or named with the way to get it; nothing is ever skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

/** Programs we did not write, and the Debian packages that bring them. */
const PROGRAMS = [
  { program: 'pdfsig', debian: 'poppler-utils' },
  { program: 'pdftotext', debian: 'poppler-utils' },
  { program: 'pdftoppm', debian: 'poppler-utils' },
  { program: 'qpdf', debian: 'qpdf' },
  { program: 'zbarimg', debian: 'zbar-tools' },
  { program: 'mutool', debian: 'mupdf-tools' },
  { program: 'openssl', debian: 'openssl' },
  { program: 'certutil', debian: 'libnss3-tools' },
  { program: 'curl', debian: 'curl' },
  { program: 'jq', debian: 'jq' },
  { program: 'softhsm2-util', debian: 'softhsm2' },
  { program: 'pkcs11-tool', debian: 'opensc' },
  { program: 'chromium', debian: 'chromium' },
] as const;

const found = (program: string): boolean =>
  (program === 'chromium' && existsSync(process.env['CHROMIUM'] ?? '')) ||
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));

function run(command: string, args: readonly string[], env: Record<string, string> = {}): number {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

function ensurePrograms(): void {
  const missing = PROGRAMS.filter(({ program }) => !found(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ debian }) => debian))];
  if (process.getuid?.() === 0 && found('apt-get')) {
    process.stdout.write(`installing ${packages.join(' ')}\n`);
    run('apt-get', ['update', '-qq'], { DEBIAN_FRONTEND: 'noninteractive' });
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { DEBIAN_FRONTEND: 'noninteractive' });
  }
  const still = PROGRAMS.filter(({ program }) => !found(program));
  if (still.length === 0) return;
  process.stderr.write(
    `The tests compare with programs that are not on this machine: ${still.map(({ program }) => program).join(', ')}.\n` +
      `Install them (Debian/Ubuntu: sudo apt-get install ${packages.join(' ')}); for another Chromium set CHROMIUM=/path/to/chromium.\n`,
  );
  process.exit(1);
}

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

ensurePrograms();
for (const [name, args] of [
  ['tsc', ['-p', 'tsconfig.json']],
  ['biome', ['check', '.']],
] as const) {
  if (run(bin(name), args) !== 0) {
    process.stdout.write('\n0 passed, 1 failed\n');
    process.exit(1);
  }
}
const folder = mkdtempSync(join(tmpdir(), 'sanfang-test-'));
const report = join(folder, 'report.json');
const status = run(bin('vitest'), [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const counts: Counts = existsSync(report)
  ? (JSON.parse(readFileSync(report, 'utf8')) as Counts)
  : { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 1 };
rmSync(folder, { recursive: true, force: true });
const failed = Math.max(counts.numFailedTests, status === 0 ? 0 : 1);
process.stdout.write(`\n${counts.numPassedTests} passed, ${failed} failed\n`);
process.exit(status === 0 && failed === 0 && counts.numPassedTests > 0 ? 0 : 1);
