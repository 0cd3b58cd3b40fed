/** The real service as a child process on a free port with an empty data folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RunningService {
  /** `http://127.0.0.1:12345` */
  readonly origin: string;
  /** Address with the key of the school, as printed at the first start. */
  readonly schoolDoor: string;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Waits for the printed address of the school's door. @throws Error with everything printed when the service ends first */
export async function runService(): Promise<RunningService> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'sanfang-browser-'));
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...process.env, PORT: '0', SANFANG_DATA: dataFolder, SANFANG_DEMO: 'no' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(dataFolder, { recursive: true, force: true });
  };
  let printed = '';
  const schoolDoor = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      const address = /(https?:\/\/[^\s/]+\/school\?key=[^\s]+)\s/.exec(printed)?.[1];
      if (address) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the service ended with ${code} before it was ready:\n${printed}`)));
  });
  return { origin: new URL(schoolDoor).origin, schoolDoor, stop };
}
