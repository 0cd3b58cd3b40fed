/** `verify`: files and folders in, one verdict a file out; offline, trusting only this installation. */

import { PARTY_ZH } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import { type FileReport, VERDICT_ZH } from '../verify/report.ts';
import { type VerifyContext, verifyFile } from '../verify/verify-file.ts';
import { readArguments } from './arguments.ts';
import { pdfPaths, readBytes } from './files.ts';
import { openEveryPack } from './open-packs.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

export interface NamedReport {
  readonly file: string;
  readonly report: FileReport;
}

/** The stable JSON of one file. */
export const toJson = ({ file, report }: NamedReport) => ({
  file,
  verdict: report.verdict,
  findings: report.findings,
  template: report.template,
  signatures: report.signatures,
});

export async function verifyCommand(around: Surroundings, args: readonly string[]): Promise<ExitCode> {
  const { positionals, values, json } = readArguments(args, ['trust']);
  if (positionals.length === 0) throw new AppError('COMMAND_MALFORMED', { what: '缺少要验证的文件或文件夹' });
  const paths = positionals.flatMap(pdfPaths);
  if (paths.length === 0) throw new AppError('COMMAND_MALFORMED', { what: '文件夹里没有 PDF 文件' });
  const context: VerifyContext = {
    templates: openEveryPack(around),
    trustAnchors: values.trust === undefined ? await around.trustAnchors() : await around.trustAnchorFile(values.trust),
    checkedAt: around.clock.now(),
  };
  const files: NamedReport[] = paths.map((file) => ({ file, report: verifyFile(readBytes(file), context) }));
  if (json) around.print(JSON.stringify({ files: files.map(toJson) }, null, 2));
  else for (const named of files) printReport(around, named);
  return files.every(({ report }) => report.verdict === 'passed') ? 0 : 1;
}

function printReport(around: Surroundings, { file, report }: NamedReport): void {
  around.print(`${VERDICT_ZH[report.verdict]}　${file}`);
  for (const signature of report.signatures) {
    const time = signature.timestamp === undefined ? `${signature.signedAt}（自报）` : `${signature.timestamp}（时间戳）`;
    around.print(`    ${PARTY_ZH[signature.party]}　${signature.name}　${time}`);
  }
  for (const finding of report.findings) around.print(`    ${finding.code}　${finding.zh}`);
}
