/** `template …`: the text that nobody can edit, from the source file to its digests; one file per verb. */
import { AppError } from '../errors.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import {
  templateAuthorityCommand,
  templateReleaseCommand,
  templateSignCommand,
  templateWithdrawCommand,
} from './template-authority-commands.ts';
import { templateCheckCommand } from './template-check-command.ts';
import { templateConfirmCommand } from './template-confirm-command.ts';
import { templateImportCommand } from './template-import-command.ts';
import { templateListCommand } from './template-list-command.ts';
import { templateTextCommand } from './template-text-command.ts';

export async function templateCommand(around: Surroundings, args: readonly string[]): Promise<ExitCode> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'import':
      return templateImportCommand(around, rest);
    case 'confirm':
      return templateConfirmCommand(around, rest);
    case 'check':
      return templateCheckCommand(around, rest);
    case 'sign':
      return templateSignCommand(around, rest);
    case 'withdraw':
      return templateWithdrawCommand(around, rest);
    case 'release':
      return templateReleaseCommand(around, rest);
    case 'authority':
      return templateAuthorityCommand(around, rest);
    case 'list':
      return templateListCommand(around, rest);
    case 'text':
      return templateTextCommand(around, rest);
    default:
      throw new AppError('COMMAND_MALFORMED', { what: `不认识 template ${verb ?? ''}` });
  }
}
