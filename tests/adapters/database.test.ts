import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/database.ts';
import { openFontLibrary } from '../../src/adapters/font-files.ts';
import { openPackShelf } from '../../src/adapters/pack-shelf.ts';
import { temporaryDatabase, temporaryFolder } from './temporary.ts';

test('every connection writes ahead with a full flush at each commit and holds foreign keys', async () => {
  const db = temporaryDatabase();
  const read = async (name: string) =>
    Object.values((await sql.raw<Record<string, unknown>>(`PRAGMA ${name}`).execute(db)).rows[0] ?? {})[0];
  expect(await read('journal_mode')).toBe('wal');
  expect(await read('synchronous')).toBe(2);
  expect(await read('foreign_keys')).toBe(1);
  expect(await read('busy_timeout')).toBe(5000);
});

test('a database of a newer release is refused instead of being used', () => {
  const path = join(temporaryFolder(), 'newer.db');
  const sqlite = new Sqlite(path);
  sqlite.pragma('user_version = 9999');
  sqlite.close();
  expect(() => openDatabase(path)).toThrow(/第 9999 版.*请用原来的新版本/);
});

test('only its owner reads the database and what is written beside it, whoever made it', async () => {
  const folder = join(temporaryFolder(), 'data');
  const packs = openPackShelf(join(folder, 'packs'), openFontLibrary(join(import.meta.dirname, '../../fonts')), []);
  expect(packs.find('none', '1')).toBeUndefined();
  const path = join(folder, 'open.db');
  writeFileSync(path, '', { mode: 0o644 });
  const db = temporaryDatabase(path);
  await db.insertInto('tenant').values({ id: 'a', name: '学校', key_hash: null, created_at: 1 }).execute();
  const modes = ['', 'open.db', 'open.db-wal', 'open.db-shm'].map((name) => statSync(join(folder, name)).mode & 0o077);
  expect(modes).toEqual([0, 0, 0, 0]);
});

test('opening an existing database again keeps what it holds', async () => {
  const path = join(temporaryFolder(), 'twice.db');
  const first = openDatabase(path);
  await first.insertInto('tenant').values({ id: 'a', name: '学校', key_hash: null, created_at: 1 }).execute();
  await first.destroy();
  const second = temporaryDatabase(path);
  expect(await second.selectFrom('tenant').select('name').execute()).toEqual([{ name: '学校' }]);
});
