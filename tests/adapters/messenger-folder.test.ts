import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderMessenger } from '../../src/adapters/messenger-folder.ts';
import { temporaryFolder } from './temporary.ts';

test('each message is one whole file that only its owner reads', async () => {
  const folder = join(temporaryFolder(), 'outbox');
  const messenger = folderMessenger(folder);
  const message = { to: '13800000000', role: 'student', zh: '请签署', link: 'http://localhost/s/x' } as const;
  await Promise.all([messenger.send(message), messenger.send(message)]);
  const names = readdirSync(folder);
  expect(names).toHaveLength(2);
  for (const name of names) {
    expect(name).toMatch(/^[0-9a-f]{24}\.json$/);
    expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toEqual(message);
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  }
});
