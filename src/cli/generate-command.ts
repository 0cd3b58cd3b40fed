/** `generate`: a roster in, one unsigned agreement a student out, every problem of every row told at once. */
import { isVerifyOrigin } from '../agreement/agreement-data.ts';
import { issueText } from '../agreement/issues.ts';
import { AppError } from '../errors.ts';
import { type AgreementPlan, planAgreements } from '../workflow/plan-agreements.ts';
import { needed, readArguments } from './arguments.ts';
import { readBytes, sizeOf } from './files.ts';
import { openCurrentVersion } from './open-packs.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

interface Problem {
  readonly code: string;
  readonly zh: string;
}

export async function generateCommand(around: Surroundings, args: readonly string[]): Promise<ExitCode> {
  const { positionals, values, json } = readArguments(args, ['pack', 'out', 'annex', 'origin']);
  const roster = needed(positionals[0], '名册文件');
  const rosterBytes = sizeOf(roster);
  const out = needed(values.out, ' --out 输出文件夹');
  const { folder, template } = openCurrentVersion(around, needed(values.pack, ' --pack 模板包名称'));
  const annex = values.annex === undefined ? null : readBytes(values.annex);
  if (values.origin !== undefined && !isVerifyOrigin(values.origin)) {
    throw new AppError('COMMAND_MALFORMED', { what: '--origin 要写成 https://主机名（可带端口，小写，不带路径，不超过 60 个字符）' });
  }
  const ports = { spreadsheets: around.readSpreadsheet };
  let planning: Promise<AgreementPlan> | undefined;
  // Read here and held by nobody: what is planned from a large roster is all that has to stay in memory.
  const planned = () => (planning ??= planAgreements(ports, template, readBytes(roster), annex, values.origin));
  const agreements = async () => (await planned()).agreements;
  const outcomes = await around.renderToFolder({ pack: folder, template, out, agreements, rosterBytes });
  const plan = await planned();
  const generated = outcomes.flatMap((outcome) => ('file' in outcome ? [outcome] : []));
  const refused = [
    ...plan.refusedRows.map(({ row, issues }) => ({
      row,
      problems: issues.flatMap(({ level, code, zh }): Problem[] => (level === 'error' ? [{ code, zh }] : [])),
    })),
    ...outcomes.flatMap((outcome) => ('file' in outcome ? [] : [{ row: outcome.row, problems: [{ code: outcome.code, zh: outcome.zh }] }])),
  ];
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
