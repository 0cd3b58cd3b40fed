/** The check of the whole audit chain as an operator runs it, over the database that the service wrote. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { auditLog } from '../../src/adapters/audit-log.ts';
import { type Db, databaseIn, openDatabase } from '../../src/adapters/database.ts';
import { event, openBareBatch } from '../adapters/store-fixture.ts';
import { install } from './cli-root.ts';

async function installWithRecords(spoil: (db: Db) => Promise<unknown> = async () => undefined) {
  const installation = install();
  const data = join(installation.root, 'data');
  const db = openDatabase(databaseIn(data));
  await openBareBatch(db, ['A']);
  for (const kind of ['one', 'two', 'three']) await auditLog(db).append(event(kind));
  const entries = await auditLog(db).list('school');
  await spoil(db);
  return { ...installation, db, data, entries };
}

const update = (db: Db, change: Partial<{ kind: string; detail: string; at: number; hash: string; sequence: number }>) =>
  db.updateTable('audit').set(change).where('sequence', '=', 3).execute();

describe('audit verify', () => {
  test('tells how many entries are whole, and writes nothing, also while the service runs', async () => {
    const { run, db, entries } = await installWithRecords();
    const { exit, out, errors } = await run('audit', 'verify');
    expect([exit, errors]).toEqual([0, '']);
    expect(out).toContain('完整，共 9 条');
    expect(out).toContain(entries[8]?.hash ?? '-');
    await auditLog(db).append(event('four'));
    expect((await run('audit', 'verify')).out).toContain('完整，共 10 条');
    await db.destroy();
    expect((await run('audit', 'verify')).out).toContain('完整，共 10 条');
  });

  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['changed', (db) => update(db, { kind: 'other' })],
    ['moved in time', (db) => update(db, { at: 1 })],
    ['out of any time', (db) => update(db, { at: -1 })],
    ['of details that are no JSON', (db) => update(db, { detail: '{' })],
    ['of details that are another spelling of the same', (db) => update(db, { detail: '{ }' })],
    ['of details that no hash can be made of', (db) => update(db, { detail: '{"share":0.5}' })],
    ['dropped', (db) => db.deleteFrom('audit').where('sequence', '=', 3).execute()],
    ['with another number', (db) => update(db, { sequence: 99 })],
  ])('names an entry %s as the break', async (_, spoil) => {
    const { run, db, entries } = await installWithRecords(spoil);
    await db.destroy();
    const { exit, out } = await run('audit', 'verify', '--json');
    expect([exit, JSON.parse(out)]).toMatchObject([1, { chains: [{ tenant: 'school', whole: 2, head: entries[1]?.hash, brokenAt: 3 }] }]);
    expect((await run('audit', 'verify')).out).toContain('第 3 条对不上，之前 2 条完整');
  });

  test('refuses a folder without a database, and a file that is none, and makes neither', async () => {
    const { root, run } = install();
    const missing = await run('audit', 'verify');
    expect([missing.exit, missing.errors]).toEqual([2, expect.stringContaining('PATH_UNREADABLE')]);
    const data = join(root, 'data');
    mkdirSync(data);
    expect((await run('audit', 'verify')).exit).toBe(2);
    writeFileSync(databaseIn(data), 'no database');
    const spoilt = await run('audit', 'verify');
    expect([spoilt.exit, spoilt.errors]).toEqual([2, expect.stringContaining('PATH_UNREADABLE')]);
    expect(readFileSync(databaseIn(data), 'utf8')).toBe('no database');
  });

  test.each([[['audit']], [['audit', 'check']], [['audit', 'verify', 'file']], [['audit', 'verify', '--pdf', 'x']]])(
    'refuses %j with the usage',
    async (args) => {
      const { exit, errors } = await install().run(...args);
      expect([exit, errors]).toEqual([2, expect.stringContaining('COMMAND_MALFORMED')]);
    },
  );
});
