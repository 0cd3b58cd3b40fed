/** `template list`: every version of every text, its status, and whether it may be used today. */
import { AppError } from '../errors.ts';
import { beijingDateOf } from '../instant.ts';
import { type InForce, inForceText, type Standing, standingOn } from '../template/in-force.ts';
import { parseManifest } from '../template/manifest.ts';
import { openPack } from '../workflow/load-templates.ts';
import { readArguments } from './arguments.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { STATUS_ZH } from './template-check-command.ts';

const STANDING_ZH: Readonly<Record<Standing, string>> = { inForce: '现在可用', notYet: '还未施行', ended: '已过期', withdrawn: '已停用' };

interface ListedPack {
  readonly folder: string;
  readonly pack: string;
  readonly version: string;
  readonly title: string;
  readonly status: keyof typeof STATUS_ZH;
  readonly inForce: InForce | null;
  readonly standing: Standing | null;
  /** Why it cannot be loaded, or null. */
  readonly refused: { readonly code: string; readonly zh: string } | null;
}

function listPack(around: Surroundings, folder: string): ListedPack {
  const files = around.readPack(folder);
  const { pack, version, title, status } = parseManifest(files.manifest);
  const named = { folder, pack, version, title, status };
  try {
    const { inForce } = openPack(files, around.fonts, around.templateAuthorities());
    return { ...named, inForce, standing: standingOn(inForce, beijingDateOf(around.clock.now())), refused: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...named, inForce: null, standing: null, refused: { code: error.code, zh: error.zh } };
  }
}

export function templateListCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { json } = readArguments(args, []);
  const packs = around.packNames().map((folder) => listPack(around, folder));
  if (json) around.print(JSON.stringify({ packs }, null, 2));
  else {
    for (const { folder, pack, version, status, inForce, standing, refused } of packs) {
      const use = inForce === null || standing === null ? '不能使用' : `${STANDING_ZH[standing]}（${inForceText(inForce)}）`;
      around.print(`${pack} ${version}　${STATUS_ZH[status]}　${use}　templates/${folder}`);
      if (refused !== null) around.print(`  ${refused.zh}（${refused.code}）`);
    }
  }
  return packs.every(({ refused }) => refused === null) ? 0 : 1;
}
