/** `template sign | withdraw | release | authority new`: what an authority does for a text, and how an installation takes it over. */
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { type BeijingDate, beijingDateOf, beijingDateText, parseBeijingDate } from '../instant.ts';
import { printPem } from '../pki/pem.ts';
import { inForceText } from '../template/in-force.ts';
import { inForceOf, parseRelease, RANK_ZH, RELEASE_RANKS, type ReleaseFiles, type ReleaseRank } from '../template/release.ts';
import { makeTrialAuthority } from '../workflow/make-trial-authority.ts';
import { acceptRelease, signRelease, withdrawRelease } from '../workflow/release-template.ts';
import { needed, readArguments } from './arguments.ts';
import { KEY_OPTIONS, readAuthorityKey } from './authority-key.ts';
import { readBytes, writeInto, writePrivate } from './files.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

const NAME_ZH = '模板包文件夹名称';

/** @throws AppError COMMAND_MALFORMED unless it is a day, written 2026-09-01 */
function readDay(text: string, option: string): BeijingDate {
  const day = parseBeijingDate(text);
  if (day === undefined) throw new AppError('COMMAND_MALFORMED', { what: `${option} 要写成 2026-09-01 这样的日期` });
  return day;
}

function readRank(text: string): ReleaseRank {
  const rank = RELEASE_RANKS.find((each) => each === text);
  if (rank === undefined) throw new AppError('COMMAND_MALFORMED', { what: '--status 只能是 national 或 regional' });
  return rank;
}

function announce(around: Surroundings, folder: string, { json }: ReleaseFiles, what: string): void {
  const release = parseRelease(json, folder);
  around.print(`${what}：${release.pack} ${release.version}（${RANK_ZH[release.status]}），${inForceText(inForceOf(release))}。`);
  around.print(`  机构：${release.authority}`);
  around.print(`  清单 SHA-256  ${release.manifestSha256}`);
}

export function templateSignCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, values } = readArguments(args, [...KEY_OPTIONS, 'status', 'from', 'until']);
  const folder = needed(positionals[0], NAME_ZH);
  const terms = {
    status: readRank(needed(values.status, ' --status national 或 regional')),
    from: readDay(needed(values.from, ' --from 施行日期'), '--from'),
    until: values.until === undefined ? null : readDay(values.until, '--until'),
  };
  if (terms.until !== null && terms.until < terms.from) throw new AppError('COMMAND_MALFORMED', { what: '--until 不能早于 --from' });
  const release = signRelease(around, around.readPack(folder), terms, readAuthorityKey(around, values));
  const written = around.writeRelease(folder, release);
  announce(around, folder, release, '已签署');
  around.print(`  把 ${written} 里的 release.json 和 release.p7s 发给各装机单位，证书由他们放进 certs/authorities/${terms.status}/。`);
  return 0;
}

export function templateWithdrawCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, values } = readArguments(args, [...KEY_OPTIONS, 'on']);
  const folder = needed(positionals[0], NAME_ZH);
  const on = readDay(needed(values.on, ' --on 停用日期'), '--on');
  const today = beijingDateOf(around.clock.now());
  if (on < today)
    throw new AppError('COMMAND_MALFORMED', { what: `停用日期不能早于今天（${beijingDateText(today)}），否则会推翻已签好的协议` });
  const release = withdrawRelease(around, around.readPack(folder), on, readAuthorityKey(around, values));
  const written = around.writeRelease(folder, release);
  announce(around, folder, release, '已停用');
  around.print(`  把 ${written} 里新的 release.json 和 release.p7s 发给各装机单位。停用前签好的协议仍可验证通过。`);
  return 0;
}

/** Takes over what an authority sent; the present release stays unless the new one is good, ours to trust and later. */
export function templateReleaseCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals, values } = readArguments(args, ['from']);
  const folder = needed(positionals[0], NAME_ZH);
  const from = needed(values.from, ' --from 放着 release.json 和 release.p7s 的文件夹');
  const offered = { json: readBytes(join(from, 'release.json')), signature: readBytes(join(from, 'release.p7s')) };
  acceptRelease(around.readPack(folder), offered, around.fonts, around.templateAuthorities());
  around.writeRelease(folder, offered);
  announce(around, folder, offered, '已装入机构签署');
  around.print('  服务需要重新启动才会使用。');
  return 0;
}

export function templateAuthorityCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const [verb, ...rest] = args;
  if (verb !== 'new') throw new AppError('COMMAND_MALFORMED', { what: `不认识 template authority ${verb ?? ''}` });
  const { values } = readArguments(rest, ['name', 'out']);
  const name = needed(values.name, ' --name 机构名称');
  const out = needed(values.out, ' --out 输出文件夹');
  const { keyPem, certificate } = makeTrialAuthority(around, name);
  const keyPath = writePrivate(out, 'key.pem', keyPem);
  const certificatePath = writeInto(out, 'cert.pem', printPem({ label: 'CERTIFICATE', der: certificate }));
  around.print('已生成试用机构（不是正式的模板机构，正式环境不接受）：');
  around.print(`  密钥 ${keyPath}（只有本机当前用户能读，不要外传）`);
  around.print(`  证书 ${certificatePath}`);
  around.print('  试用时把证书复制到 certs/authorities/regional/ 或 national/，再用 template sign 签署模板。');
  return 0;
}
