/** `verify`: files, folders and archives in, one verdict a file out; offline, trusting only this installation. */
import { PARTY_ZH } from '../agreement/parties.ts';
import { fromUtf8, toHex } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import type { TimestampAuthority } from '../ports.ts';
import { parseManifest } from '../template/manifest.ts';
import { type AcrossFiles, compareFiles } from '../verify/across-files.ts';
import { VERDICT_ZH, type Verdict, vouchedBy } from '../verify/report.ts';
import { type DrawnSample, printReports, toJson } from '../verify/report-json.ts';
import { makeReportTables, type VerificationFacts } from '../verify/report-tables.ts';
import { drawSample, SAMPLE_SEED } from '../verify/sampling.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import { malformed, readArguments } from './arguments.ts';
import { writeOver } from './files.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

type Output = 'text' | 'json' | 'jsonl';

export async function verifyCommand(around: Surroundings, args: readonly string[]): Promise<ExitCode> {
  const {
    positionals,
    values,
    json: wantsJson,
    flags,
  } = readArguments(args, ['trust', 'xlsx', 'save', 'sample', 'seed', 'timestamp'], ['jsonl']);
  if (positionals.length === 0) throw malformed('缺少要验证的文件或文件夹');
  if (wantsJson && flags.has('jsonl')) throw malformed('--json 和 --jsonl 只能用一个');
  const output: Output = wantsJson ? 'json' : flags.has('jsonl') ? 'jsonl' : 'text';
  const asked = readSample(around, values.sample, values.seed);
  const { xlsx, save } = values;
  if (values.timestamp !== undefined && xlsx === undefined && save === undefined)
    throw malformed('--timestamp 要和 --xlsx 报告.xlsx 或 --save 报告.json 一起用');
  const stamps = values.timestamp === undefined ? null : await around.timestampAuthority(values.timestamp);
  // So that a place that cannot be written to is known at once.
  for (const path of [xlsx, save]) if (path !== undefined) writeOver(path, new Uint8Array());
  const trustAnchors = values.trust === undefined ? await around.trustAnchors() : await around.trustAnchorFile(values.trust);
  const setup = { trustAnchors, namedRoots: await around.namedRoots(), checkedAt: around.clock.now() };

  const teller = tellProgress(around, output);
  const files = await around.verifyPaths(positionals, setup, teller);
  if (files.length === 0) throw malformed('文件夹里没有 PDF 文件或 ZIP');
  const sample: DrawnSample | null =
    asked === null
      ? null
      : {
          ...asked,
          files: drawSample(
            files.map(({ file }) => file),
            asked,
          ),
        };
  const json = printReports(files, sample ?? undefined);
  if (output === 'json') around.print(json);
  if (output === 'jsonl' && sample !== null) around.print(JSON.stringify({ sample }));
  if (save !== undefined) await takeAway(around, save, fromUtf8(`${json}\n`), stamps);
  if (output === 'text' || xlsx !== undefined) {
    const across = compareFiles(files);
    if (output === 'text' && files.length > 1) printSummary(around, files, across, sample);
    if (xlsx !== undefined) {
      const facts = { software: around.software, ...setup, templates: templateFacts(around), sample };
      await takeAway(around, xlsx, await around.printWorkbook(makeReportTables(files, across, facts)), stamps);
    }
  }
  return files.every(({ report }) => report.verdict === 'passed') ? 0 : 1;
}

function readSample(around: Surroundings, size: string | undefined, seed: string | undefined): { size: number; seed: string } | null {
  if (size === undefined) {
    if (seed !== undefined) throw malformed('--seed 要和 --sample 份数 一起用');
    return null;
  }
  if (!/^[1-9]\d{0,5}$/.test(size)) throw malformed('--sample 要写抽几份，例如 --sample 20');
  const chosen = seed ?? toHex(around.random.bytes(8));
  if (!SAMPLE_SEED.test(chosen)) throw malformed('--seed 只能用字母、数字、- 和 _，最多 64 个');
  return { size: Number(size), seed: chosen };
}

/** Writes a report, and beside it the timestamp over its SHA-256 where one was asked for. @throws AppError TIMESTAMP_…, PATH_UNWRITABLE */
async function takeAway(around: Surroundings, path: string, bytes: Uint8Array, stamps: TimestampAuthority | null): Promise<void> {
  writeOver(path, bytes);
  around.complain(`已写出 ${path}`);
  if (stamps === null) return;
  writeOver(`${path}.tst`, await stamps.stamp(sha256(bytes)));
  around.complain(`已写出 ${path}.tst（时间戳），核对：openssl ts -verify -data ${path} -in ${path}.tst -token_in -CAfile 根证书.pem`);
}

const TELL_EVERY = 50;

/** Results at once: a line a file as each is done (JSON lines), or in the order of the files as soon as their turn comes (text). */
function tellProgress(around: Surroundings, output: Output): (verified: VerifiedFile, index: number, total: number) => void {
  const waiting = new Map<number, VerifiedFile>();
  let [next, done, failed] = [0, 0, 0];
  return (verified, index, total) => {
    done++;
    if (verified.report.verdict === 'failed') failed++;
    if (output === 'jsonl') around.print(JSON.stringify(toJson(verified)));
    if (output === 'text') {
      waiting.set(index, verified);
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        printReport(around, ready);
        waiting.delete(next++);
      }
    }
    if (total > TELL_EVERY && (done % TELL_EVERY === 0 || done === total)) around.complain(`已验 ${done}/${total}，当前不通过 ${failed}`);
  };
}

function printReport(around: Surroundings, { file, report }: VerifiedFile): void {
  around.print(`${VERDICT_ZH[report.verdict]}　${file}`);
  for (const signature of report.signatures) {
    const time = signature.timestamp === undefined ? `${signature.signedAt}（自报）` : `${signature.timestamp}（时间戳）`;
    around.print(`    ${PARTY_ZH[signature.party]}　${signature.name}　${time}　${vouchedBy(signature)}`);
  }
  for (const finding of report.findings) around.print(`    ${finding.code}　${finding.zh}`);
}

function printSummary(
  around: Surroundings,
  files: readonly VerifiedFile[],
  { groups, suspicions, references, codes }: AcrossFiles,
  sample: DrawnSample | null,
): void {
  const counts = (Object.keys(VERDICT_ZH) as Verdict[]).map(
    (verdict) => `${VERDICT_ZH[verdict]} ${files.filter(({ report }) => report.verdict === verdict).length}`,
  );
  around.print(`共 ${files.length} 份：${counts.join('，')}`);
  const lettered = groups.filter(({ annex }) => annex !== null);
  if (lettered.length > 0) {
    const sizes = lettered.map(
      ({ label, files: members, hints }) => `${label} 组 ${members.length} 份${hints.length > 0 ? `（提示 ${hints.length} 处）` : ''}`,
    );
    around.print(`共 ${lettered.length} 种补充条款：${sizes.join('，')}`);
  }
  for (const { finding, signatures } of suspicions) {
    around.print(`${finding.code}　${finding.zh}`);
    for (const { file, party } of signatures) around.print(`    ${PARTY_ZH[party]}　${file}`);
  }
  for (const { finding, file } of references) around.print(`${finding.code}　${finding.zh}\n    ${file}`);
  for (const { origin, files: members } of codes) around.print(`二维码指向 ${origin ?? '（没有二维码）'}：${members.length} 份`);
  if (sample === null) return;
  around.print(`抽样 ${sample.files.length} 份，种子 ${sample.seed}`);
  for (const file of sample.files) around.print(`    ${file}`);
}

function templateFacts(around: Surroundings): VerificationFacts['templates'] {
  return around.packNames().map((folder) => {
    const { pack, version, status, prefix } = parseManifest(around.readPack(folder).manifest);
    return { pack, version, status, prefixSha256: prefix?.sha256 ?? '' };
  });
}
