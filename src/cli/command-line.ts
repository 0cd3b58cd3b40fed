/** The command line: finds the command, turns refusals into one Chinese sentence and an exit code. */
import { AppError } from '../errors.ts';
import { malformed } from './arguments.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

const USAGE = `用法：npm run -s sanfang -- 命令

  template import 文件.docx --pack 名称 [--version 版本] [--title 标题] [--status national|regional|sample]
                  [--kind agreement|consent] [--json]     导入模板；知情同意书用 --kind consent
  template import 文件夹 [--json]                         取入学校网页启用的文本
  template confirm 名称 [--json]                            列出全部空白，供逐个核对
  template confirm 名称 --blank b12 --field 栏目键名          指定空白对应的栏目
  template confirm 名称 --blank b12 --new 栏目名称 [--type text] [--required always] [--max-length 200]
                   [--options 早班、晚班] [--lines 行数] [--align left|center]     新建栏目；多行；对齐
  template confirm 名称 --signer school --as unit          更正签署处由谁签（两处互换）
  template check [名称] [--json]                          核对模板与公布的摘要
  template list [--json]                                  列出模板各版本、性质、施行日期
  template sign 名称 --key 密钥 --cert 证书 --status national|regional --from 2026-09-01 [--until 日期]   机构签署
  template withdraw 名称 --key 密钥 --cert 证书 --on 日期   停用
                   （密钥和证书也可用 --p12 文件；有密码时加 --password-env 变量名）
  template release 名称 --from 文件夹                      装入机构发来的签署
  template authority new --name 名称 --out 文件夹           生成试用机构的密钥和证书
  template text 名称                                      打印锁定的正文，空白为 ＿
  generate 名册 --pack 名称 --out 文件夹 [--annex 文件] [--origin https://验证网站] [--json]
  verify 文件、文件夹或 ZIP… [--json | --jsonl] [--xlsx 报告.xlsx] [--save 报告.json] [--timestamp dev|地址] [--sample 份数 [--seed 种子]] [--trust 根证书.pem]
                                                          离线验证；--jsonl 每验完一份打印一行
  evidence verify 证据.zip [--pdf 协议.pdf] [--trust 根证书.pem] [--json]   离线验证签署证据（或 evidence.json，旁边放 .p7s）
  sm2 attributes 协议.pdf --party student --chain 证书链.pem --at 2026-09-01T08:00:00Z --out 待签.der   附加国密签名：取待签数据
  sm2 attach 协议.pdf --party … --chain … --at … --value 签名值 --out 新文件.pdf [--trust 根证书.pem]   放入签名值
  audit verify [--json]                                   核对服务的操作记录（SANFANG_DATA）是否被改动、删除或插入
  demo --out 文件夹 [--seal] [--json]                        从样例名册到签完、验完
  serve                                                   启动服务`;

type Command = (around: Surroundings, args: readonly string[]) => Promise<ExitCode>;

/** Each is loaded when it is called for: a start should cost what its command needs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  template: async () => (await import('./template-commands.ts')).templateCommand,
  generate: async () => (await import('./generate-command.ts')).generateCommand,
  verify: async () => (await import('./verify-command.ts')).verifyCommand,
  evidence: async () => (await import('./evidence-command.ts')).evidenceCommand,
  audit: async () => (await import('./audit-command.ts')).auditCommand,
  sm2: async () => (await import('./sm2-command.ts')).sm2Command,
  demo: async () => (await import('./demo-command.ts')).demoCommand,
};

/** @returns the exit code: 0 all well, 1 something was found wrong, 2 the input could not be used */
export async function runCommand(around: Surroundings, args: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = args;
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (name === undefined || name === 'help' || args.some((each) => each === '--help' || each === '-h')) {
    around.print(USAGE);
    return 0;
  }
  try {
    if (load === undefined) throw malformed(`没有“${name}”这个命令`);
    const command = await load();
    return await command(around, rest);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    around.complain(`${error.zh}（${error.code}）`);
    if (error.code === 'COMMAND_MALFORMED') around.complain(USAGE);
    return 2;
  }
}
