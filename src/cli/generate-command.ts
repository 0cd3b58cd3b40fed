/** `generate`: a roster in, one unsigned agreement a student out, every problem of every row told at once. */
import { issueText } from '../agreement/issues.ts';
import { AppError } from '../errors.ts';
import { loadPack } from '../template/load-pack.ts';
import { renderRevisionZero } from '../template/revision-zero.ts';
import { type PlannedAgreement, planAgreements } from '../workflow/plan-agreements.ts';
import { needed, readArguments } from './arguments.ts';
import { readBytes, writeInto } from './files.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `张三_SF-….pdf`: names are checked characters, so the name is safe for every file system. */
export const fileNameOf = ({ data }: PlannedAgreement): string => `${data.fields['studentName'] ?? ''}_${data.agreementNumber}.pdf`;

export async function generateCommand(around: Surroundings, args: readonly string[]): Promise<ExitCode> {
  const { positionals, values, json } = readArguments(args, ['pack', 'out', 'annex']);
  const roster = readBytes(needed(positionals[0], '名册文件'));
  const out = needed(values.out, ' --out 输出文件夹');
  const template = loadPack(around.readPack(needed(values.pack, ' --pack 模板包名称')), around.fonts);
  const annex = values.annex === undefined ? null : readBytes(values.annex);
  const plan = await planAgreements({ spreadsheets: around.readSpreadsheet }, template, roster, annex);

  const generated: { row: number; file: string; agreementNumber: string }[] = [];
  const refused = plan.refusedRows.map(({ row, issues }) => ({
    row,
    problems: issues.map(({ code, zh, column }) => ({ code, zh, column })),
  }));
  for (const agreement of plan.agreements) {
    try {
      const file = writeInto(out, fileNameOf(agreement), renderRevisionZero(template, agreement.data));
      generated.push({ row: agreement.row, file, agreementNumber: agreement.data.agreementNumber });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.push({ row: agreement.row, problems: [{ code: error.code as never, zh: error.zh, column: undefined }] });
    }
  }
  const rowIssues = plan.roster.rows.flatMap(({ row, issues }) => issues.map((issue) => ({ row, issue })));
  const remarks = rowIssues
    .filter(({ issue }) => issue.level !== 'error')
    .map(({ row, issue }) => ({ row, level: issue.level, code: issue.code, zh: issueText(issue) }));
  const problems = plan.roster.issues.map(({ level, code, zh }) => ({ level, code, zh }));
  if (json) around.print(JSON.stringify({ generated, refused, remarks, problems, skippedRows: plan.roster.skippedRows }, null, 2));
  else {
    around.print(`已生成 ${generated.length} 份，写入 ${out}。`);
    for (const problem of problems) around.complain(`名册：${problem.zh}`);
    for (const { row, problems: list } of refused) for (const { zh } of list) around.complain(`第 ${row} 行没有生成：${zh}`);
    for (const { zh } of remarks) around.complain(`请留意：${zh}`);
  }
  return refused.length > 0 || generated.length === 0 ? 1 : 0;
}
