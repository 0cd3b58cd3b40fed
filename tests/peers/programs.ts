/** Runs programs we did not write and hands back what they print. */
import { spawnSync } from 'node:child_process';

export interface Ran {
  readonly status: number;
  /** Standard output and standard error, in this order. */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** @throws Error when the program is not on this machine; `npm test` installs or names what is missing */
export function run(program: string, args: readonly string[], input?: Uint8Array): Ran {
  const made = spawnSync(program, args, { maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C.UTF-8' }, ...(input ? { input } : {}) });
  if (made.error !== undefined) throw new Error(`${program} cannot be started: ${made.error.message}`);
  return { status: made.status ?? -1, text: `${made.stdout}${made.stderr}`, bytes: new Uint8Array(made.stdout) };
}

/** @returns what the program printed on standard output. @throws Error when it exits with anything but 0 */
export function outputOf(program: string, args: readonly string[]): string {
  const { status, text, bytes } = run(program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${text}`);
  return new TextDecoder().decode(bytes);
}
