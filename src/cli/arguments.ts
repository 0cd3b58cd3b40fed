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
    if (cause instanceof TypeError) throw new AppError('COMMAND_MALFORMED', { what: cause.message.split('.')[0] ?? '' });
    throw cause;
  }
}

/** @throws AppError COMMAND_MALFORMED when a needed option or argument is absent */
export function needed(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new AppError('COMMAND_MALFORMED', { what: `缺少${what}` });
  return value;
}
