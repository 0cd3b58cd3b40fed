/** `generate` as users run it: a roster file in, agreements on the disk, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineResult } from './engine.ts';
import { median, nth } from './measure.ts';
import { openScene, root, type Scene } from './scene.ts';

function rosterFile({ template, agreements }: Scene, rows: number): string {
  const specs = template.fields.filter(
    (spec) => spec.owner !== 'system' && agreements.some(({ fields }) => fields[spec.key] !== undefined),
  );
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const line = (cells: readonly string[]): string => `${cells.map(quote).join(',')}\r\n`;
  const body = Array.from({ length: rows }, (_, i) => line(specs.map((spec) => nth(agreements, i).fields[spec.key] ?? '')));
  return `\ufeff${line(specs.map((spec) => spec.zh))}${body.join('')}`;
}

interface Run {
  readonly milliseconds: number;
  readonly made: number;
  readonly meanBytes: number;
  readonly rssMB: number;
}

/**
 * Runs the command once. The peak resident set is read from /proc by the child's own exit hook, where there is one.
 * What was made is emptied, and removed only when the whole bench has ended: before ext4 without a journal gives a new file its inode it
 * looks at each that was removed in the last minutes, half a millisecond a file after a run of ten thousand.
 */
function generate(folder: string, roster: string): Run {
  const out = mkdtempSync(join(folder, 'out-'));
  const hook = join(folder, 'rss.mjs');
  const rssFile = join(folder, 'rss');
  writeFileSync(
    hook,
    `import { writeFileSync } from 'node:fs';\nprocess.on('exit', () => writeFileSync(${JSON.stringify(rssFile)}, String(process.resourceUsage().maxRSS)));\n`,
  );
  const annex = join(root, 'templates/sample/demo-annex.txt');
  const args = ['--import', hook, join(root, 'src/main.ts'), 'generate', roster, '--pack', 'sample', '--annex', annex, '--out', out];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const milliseconds = performance.now() - start;
  const files = existsSync(out) ? readdirSync(out) : [];
  if (files.length === 0) throw new Error(`generate made nothing (exit ${status}): ${stderr.slice(0, 300)}`);
  const sizes = files.slice(0, 50).map((file) => statSync(join(out, file)).size);
  for (const file of files) truncateSync(join(out, file));
  const rssMB = Math.round(Number(readFileSync(rssFile, 'utf8')) / 1024);
  return { milliseconds, made: files.length, meanBytes: sizes.reduce((a, b) => a + b, 0) / sizes.length, rssMB };
}

const ROWS = { many: 1_000, large: 10_000, first: 1 } as const;
const RUNS = { many: 3, large: 2, first: 5 } as const;

const EMPTY_FILES = 300;

/** What the file system asks for a file before anything is written to it, in microseconds. */
function emptyFileMicroseconds(folder: string): number {
  const out = mkdtempSync(join(folder, 'empty-'));
  const start = performance.now();
  for (let i = 0; i < EMPTY_FILES; i++) writeFileSync(join(out, `${i}`), '');
  return Math.round(((performance.now() - start) * 1000) / EMPTY_FILES);
}

/**
 * @param what `many` for agreements/s to disk, `large` for the memory of a large school's day, `first` for the cold start to the first PDF
 * @param folder whoever runs the bench removes it
 */
export async function measureDisk(what: keyof typeof ROWS, folder: string): Promise<EngineResult> {
  const scene = await openScene(ROWS[what]);
  const roster = join(folder, `roster-${what}.csv`);
  writeFileSync(roster, rosterFile(scene, ROWS[what]));
  const empty = emptyFileMicroseconds(folder);
  const runs = Array.from({ length: RUNS[what] }, () => generate(folder, roster));
  const rates = runs.map((run) => (run.made * 1000) / run.milliseconds);
  return {
    perSecond: median(rates),
    spread: Math.max(...rates) / Math.min(...rates),
    kb: (runs[0]?.meanBytes ?? 0) / 1000,
    rssMB: Math.max(...runs.map((run) => run.rssMB)),
    notes: [`${runs[0]?.made ?? 0} files a run, process start and roster included; an empty file takes ${empty} µs here`],
  };
}
