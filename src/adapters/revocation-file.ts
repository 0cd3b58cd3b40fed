/** Revocations kept in a file, one a line: serial number, seconds since 1970, number of the reason. */
import { appendFile, readFile } from 'node:fs/promises';
import { toUtf8 } from '../bytes.ts';
import { toInstant } from '../instant.ts';
import { memoryLedger, type RevocationLedger } from './authority-revocation.ts';

/** @param path made with the first revocation @throws Error when a line is none of ours */
export async function openLedger(path: string): Promise<RevocationLedger> {
  const held = memoryLedger();
  for (const line of (await readIfThere(path)).split('\n').filter((each) => each !== '')) {
    const [serialHex = '', seconds = '', reason = ''] = line.split(' ');
    if (!/^[0-9a-f]{2,40} \d{1,11} \d{1,2}$/.test(line)) throw new Error(`吊销记录已损坏：${path}。请从备份恢复。`);
    await held.add({ serialHex, at: toInstant(Number(seconds) * 1000), reason: Number(reason) });
  }
  return {
    list: held.list,
    add: async (entry) => {
      await appendFile(path, `${entry.serialHex} ${Math.floor(entry.at / 1000)} ${entry.reason}\n`, { flush: true, mode: 0o600 });
      await held.add(entry);
    },
  };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return toUtf8(await readFile(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
