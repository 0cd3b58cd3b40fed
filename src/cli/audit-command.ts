/** `audit verify`: follows the chain of operation records in the service's database, school by school, to its first break. */
import { AppError } from '../errors.ts';
import { readArguments } from './arguments.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

export async function auditCommand(around: Pick<Surroundings, 'auditChains' | 'print'>, args: readonly string[]): Promise<ExitCode> {
  const [action, ...rest] = args;
  if (action !== 'verify') throw new AppError('COMMAND_MALFORMED', { what: 'audit 后面要写 verify' });
  const { positionals, json } = readArguments(rest, []);
  if (positionals.length > 0)
    throw new AppError('COMMAND_MALFORMED', { what: 'audit verify 后面不写文件，数据文件夹由 SANFANG_DATA 指定' });
  const chains = await around.auditChains();
  if (json) around.print(JSON.stringify({ chains }, null, 2));
  else {
    for (const { name, tenant, whole, head, brokenAt } of chains) {
      const outcome = brokenAt === null ? `完整，共 ${whole} 条` : `第 ${brokenAt} 条对不上，之前 ${whole} 条完整`;
      around.print(`操作记录${outcome}　${name}（${tenant}）`);
      if (whole > 0) around.print(`    第 ${whole} 条的 SHA-256　${head}`);
      if (brokenAt !== null) around.print('    有记录被改动、删除或插入。请保留现在的数据文件夹，用备份核对，并查明谁能写这个数据库。');
    }
    if (chains.length === 0) around.print('数据库里还没有学校，也没有操作记录。');
    else around.print('末尾是否少了记录，单看数据库看不出：请用以前记下的，或证据文件里的条数和 SHA-256 对照。');
  }
  return chains.every(({ brokenAt }) => brokenAt === null) ? 0 : 1;
}
