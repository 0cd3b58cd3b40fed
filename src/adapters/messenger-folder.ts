/** Messages as files in a folder, one each: where no gateway is connected, an operator or a script takes them from there. */
import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Json, toCanonicalJson } from '../canonical-json.ts';
import type { CodeSender, Messenger } from '../ports.ts';

/** @param folder made when missing, readable by its owner alone: links and codes are in it */
export function folderMessenger(folder: string): Messenger & CodeSender {
  const leave = async (message: Readonly<Record<string, Json>>): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = randomBytes(12).toString('hex');
    const draft = join(folder, `.${name}`);
    await writeFile(draft, `${toCanonicalJson(message)}\n`, { flag: 'wx', mode: 0o600 });
    await rename(draft, join(folder, `${name}.json`));
  };
  return {
    send: async (message) => {
      await leave({ ...message });
      return 'sent';
    },
    way: () => 'phone',
    sendCode: (message) => leave({ ...message }),
  };
}
