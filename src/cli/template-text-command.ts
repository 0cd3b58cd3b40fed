/** `template text`: the locked text of a pack, blanks as ＿; also before its authority has signed, since signing follows reading. */
import { inspectPack } from '../template/load-pack.ts';
import { needed, readArguments } from './arguments.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Page furniture is no part of the text: it is the same words on every page and stands in `template check`. */
export function templateTextCommand(around: Surroundings, args: readonly string[]): ExitCode {
  const { positionals } = readArguments(args, []);
  const { pagedText } = inspectPack(around.readPack(needed(positionals[0], '模板包名称')), around.fonts);
  around.print(pagedText.replace(/\n$/, ''));
  return 0;
}
