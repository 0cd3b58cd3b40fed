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
  /** Ends the process in the middle of whatever it does, as a power cut would, and keeps its data folder. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same data folder and port. */
  restart(): Promise<void>;
  /** A second process over the same data folder, on a port of its own. It has to be stopped first. */
  beside(): Promise<Pick<RunningService, 'origin' | 'stop'>>;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Printed at every start; the school's key only at the first. */
const LATER = /(https?:\/\/[^\s/]+\/verify)\s/;

/** Waits for the printed address of the school's door. @throws Error with everything printed when the service ends first */
export async function runService(): Promise<RunningService> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'sanfang-browser-'));
  const first = await startProcess(dataFolder, '0', /(https?:\/\/[^\s/]+\/school\?key=[^\s]+)\s/);
  const { origin, port } = new URL(first.found);
  let current = first;
  return {
    origin,
    schoolDoor: first.found,
    stop: async () => {
      await current.end('SIGTERM');
      rmSync(dataFolder, { recursive: true, force: true });
    },
    kill: () => current.end('SIGKILL'),
    restart: async () => {
      current = await startProcess(dataFolder, port, LATER);
    },
    beside: async () => {
      const second = await startProcess(dataFolder, '0', LATER);
      return { origin: new URL(second.found).origin, stop: () => second.end('SIGTERM') };
    },
  };
}

interface ServiceProcess {
  readonly found: string;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

async function startProcess(dataFolder: string, port: string, address: RegExp): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...process.env, PORT: port, SANFANG_DATA: dataFolder, SANFANG_DEMO: 'no' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let printed = '';
  const found = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      const match = address.exec(printed)?.[1];
      if (match) resolve(match);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the service ended with ${code} before it was ready:\n${printed}`)));
  });
  return {
    found,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
