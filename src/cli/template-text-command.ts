/** `template text`: the locked text of a pack, blanks as ＿. */
import { loadPack } from '../template/load-pack.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { needed, readArguments } from './arguments.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Page furniture is no part of the text: it is the same words on every page and stands in `template check`. */
export function templateTextCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals } = readArguments(args, []);
  const template: LockedTemplate = loadPack(around.readPack(needed(positionals[0], '模板包名称')), around.fonts);
  around.print(template.lockedText.replace(/\n$/, ''));
  return 0;
}
