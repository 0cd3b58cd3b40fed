/**
 * `npm run fuzz [-- seconds [seed]]`: spoils valid agreements and verifies what comes out, for as long as asked (60 s).
 * Fails when a file passes that is not one of the valid ones, when the verifier throws, takes over 2 s of processor time or grows over 300 MB.
 * The same seed gives the same mutations in the same order, upon agreements with fresh keys; a failing file is written to the
 * temporary folder with its trust anchors.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sha256Hex } from '../src/digest.ts';
import { printPem } from '../src/pki/pem.ts';
import { verifyFile } from '../src/verify/verify-file.ts';
import { MINOR, VALUES } from '../tests/agreement/sample-values.ts';
import { ANNEX, context, INK, layoutOf, makeData, signAll, template, trustAnchors } from '../tests/verify/signed-agreement.ts';
import { type Chance, MUTATIONS, type Mutation, makeChance, type Specimen } from './mutations.ts';

const TIME_MAX_MS = 2000;
const MEMORY_MAX_BYTES = 300 << 20;
const REPORT_EVERY_MS = 30_000;

async function specimens(): Promise<readonly Specimen[]> {
  const files = [
    await signAll(makeData(MINOR, ANNEX), { ink: INK }),
    await signAll(makeData(VALUES)),
    await signAll(makeData(VALUES)),
    await signAll(makeData(MINOR), { ink: INK }),
    await signAll(makeData({ ...VALUES, studentName: '𬱖㛃' }, ANNEX)),
  ];
  return files.map((bytes) => {
    const { zeroLength, signatures } = layoutOf(bytes);
    const prefixLength = template.prefix.length;
    const jsonLength = Number(
      /\/Length (\d{10})/.exec(new TextDecoder('latin1').decode(bytes.subarray(prefixLength, prefixLength + 120)))?.[1],
    );
    return { bytes, prefixLength, zeroLength, jsonLength, signatures };
  });
}

interface Tally {
  files: number;
  refusedByMutation: number;
  identical: number;
  slowestMs: number;
  readonly verdicts: Map<string, number>;
  readonly codes: Map<string, number>;
  readonly mutations: Map<string, number>;
}

const count = (map: Map<string, number>, key: string): void => {
  map.set(key, (map.get(key) ?? 0) + 1);
};
const listed = (map: ReadonlyMap<string, number>): string =>
  [...map]
    .sort(([, a], [, b]) => b - a)
    .map(([key, times]) => `${key} ${times}`)
    .join(', ');

function fail(reason: string, bytes: Uint8Array, story: string): never {
  const path = join(mkdtempSync(join(tmpdir(), 'sanfang-fuzz-')), 'failing.pdf');
  writeFileSync(path, bytes);
  writeFileSync(join(dirname(path), 'ca.pem'), trustAnchors.map((der) => printPem({ label: 'CERTIFICATE', der })).join(''));
  process.stderr.write(`${reason}\n  ${story}\n  ${path}\n`);
  process.exit(1);
}

/** Spoils once or twice; the second time without knowing where the parts lie now. */
function spoil(file: Specimen, chance: Chance, all: readonly Specimen[], names: readonly string[]): { bytes: Uint8Array; story: string[] } {
  const story: string[] = [];
  let bytes = file.bytes;
  for (let i = chance.below(5) === 0 ? 2 : 1; i > 0; i--) {
    const name = chance.pick(names);
    const mutation = MUTATIONS[name] as Mutation;
    story.push(name);
    bytes = mutation({ ...file, bytes }, chance, all);
  }
  return { bytes, story };
}

async function main(): Promise<void> {
  const seconds = Number(process.argv[2] ?? 60);
  const seed = Number(process.argv[3] ?? 20260301);
  if (!(seconds > 0) || !Number.isSafeInteger(seed)) throw new RangeError('usage: npm run fuzz [-- seconds [seed]]');
  const all = await specimens();
  const known = new Set(all.map((file) => sha256Hex(file.bytes)));
  for (const file of all) {
    if (verifyFile(file.bytes, context).verdict !== 'passed') fail('a valid file does not pass', file.bytes, 'before any mutation');
  }
  const names = Object.keys(MUTATIONS);
  const tally: Tally = {
    files: 0,
    refusedByMutation: 0,
    identical: 0,
    slowestMs: 0,
    verdicts: new Map(),
    codes: new Map(),
    mutations: new Map(),
  };
  const started = performance.now();
  const memoryAtStart = process.memoryUsage().rss;
  let memory = memoryAtStart;
  let reportedAt = started;
  for (let i = 0; performance.now() - started < seconds * 1000; i++) {
    const chance = makeChance(seed + i * 2_654_435_761);
    const file = chance.pick(all);
    let spoilt: ReturnType<typeof spoil>;
    try {
      spoilt = spoil(file, chance, all, names);
    } catch {
      // The second mutation looks for parts that the first has taken away.
      tally.refusedByMutation++;
      continue;
    }
    const { bytes, story } = spoilt;
    const told = `seed ${seed}, mutation ${i}: ${story.join(', then ')}`;
    const start = process.cpuUsage();
    let report: ReturnType<typeof verifyFile>;
    try {
      report = verifyFile(bytes, context);
    } catch (error) {
      fail(`the verifier threw ${error instanceof Error ? error.stack : String(error)}`, bytes, told);
    }
    // Processor time: on a busy machine the clock on the wall says nothing about the verifier.
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    tally.files++;
    tally.slowestMs = Math.max(tally.slowestMs, took);
    for (const name of story) count(tally.mutations, name);
    count(tally.verdicts, report.verdict);
    for (const { code } of report.findings) count(tally.codes, code);
    if (took > TIME_MAX_MS) fail(`${took.toFixed(0)} ms for one file`, bytes, told);
    if (report.verdict === 'passed') {
      if (known.has(sha256Hex(bytes))) tally.identical++;
      else fail('a spoilt file passes', bytes, told);
    }
    if (i % 500 === 0) memory = Math.max(memory, process.memoryUsage().rss);
    if (memory - memoryAtStart > MEMORY_MAX_BYTES) fail(`grown by ${(memory - memoryAtStart) >> 20} MB`, bytes, told);
    if (performance.now() - reportedAt > REPORT_EVERY_MS) {
      reportedAt = performance.now();
      process.stdout.write(`${((reportedAt - started) / 1000).toFixed(0)} s: ${tally.files} files, ${listed(tally.verdicts)}\n`);
    }
  }
  process.stdout.write(
    [
      `${tally.files} files in ${((performance.now() - started) / 1000).toFixed(0)} s, seed ${seed}`,
      `verdicts: ${listed(tally.verdicts)} (${tally.identical} unchanged by their mutation and rightly passed)`,
      `findings: ${listed(tally.codes)}`,
      `mutations: ${listed(tally.mutations)}; not applicable ${tally.refusedByMutation}`,
      `slowest ${tally.slowestMs.toFixed(0)} ms, memory grown by ${(memory - memoryAtStart) >> 20} MB`,
      'nothing accepted, nothing thrown',
      '',
    ].join('\n'),
  );
}

await main();
