/** Options of a command: strict, so that a mistyped option is refused and never ignored. */
import { parseArgs } from 'node:util';
import { AppError } from '../errors.ts';

export interface Arguments<Name extends string, Flag extends string = never> {
  readonly positionals: readonly string[];
  readonly values: Readonly<Partial<Record<Name, string>>>;
  readonly json: boolean;
  /** Those that were given. */
  readonly flags: ReadonlySet<Flag>;
}

/** @throws AppError COMMAND_MALFORMED (`what`) for an unknown option or one without its value */
export function readArguments<Name extends string, Flag extends string = never>(
  args: readonly string[],
  names: readonly Name[],
  flags: readonly Flag[] = [],
): Arguments<Name, Flag> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const switches = Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }]));
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { ...options, ...switches, json: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
    const { json, ...rest } = values;
    const switched: Readonly<Record<string, string | boolean | undefined>> = rest;
    const given = new Set(flags.filter((name) => switched[name] === true));
    return { positionals, values: rest as Partial<Record<Name, string>>, json: json === true, flags: given };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new AppError('COMMAND_MALFORMED', { what: whatOf(cause.message) });
  }
}

/** What Node says in English of a mistyped option, in words of ours. */
function whatOf(message: string): string {
  const option = /'(-[^']*?)(?: <value>)?'/.exec(message)?.[1] ?? '';
  if (message.startsWith('Unknown option')) return `没有 ${option} 这个选项`;
  return /argument missing|ambiguous/.test(message) ? `${option} 后面缺少内容` : `${option} 后面不能写内容`;
}

/** @param what what is wrong with the command, without the way to put it right: the usage follows */
export const malformed = (what: string): AppError => new AppError('COMMAND_MALFORMED', { what });

/** @throws AppError COMMAND_MALFORMED when a needed option or argument is absent */
export function needed(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new AppError('COMMAND_MALFORMED', { what: `缺少${what}` });
  return value;
}
