/** The embedded database: SQLite with settings under which an acknowledged commit survives a power cut. */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Kysely, type SqliteDatabase, SqliteDialect, sql } from 'kysely';
import type { Schema } from './database-schema.ts';
import { migrate } from './migrations.ts';

export type Db = Kysely<Schema>;

/** What is asked of every connection, and what SQLite must answer. */
const SETTINGS = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['busy_timeout', '5000', 5000],
  ['trusted_schema', 'OFF', 0],
] as const;

/** Makes the file, or takes it away from others: what SQLite writes beside it gets the same mode. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/** Path of the database file below the data folder. */
export const databaseIn = (dataFolder: string): string => join(dataFolder, 'sanfang.db');

/**
 * Transactions take the write lock when they begin. One that reads first and then writes is otherwise refused at once (SQLITE_BUSY_SNAPSHOT,
 * for which no timeout waits) where another process has written in between.
 */
const writingFromTheStart = (sqlite: Sqlite.Database): SqliteDatabase => ({
  prepare: (sql) => sqlite.prepare(sql === 'begin' ? 'begin immediate' : sql),
  close: () => void sqlite.close(),
});

/**
 * Opens (and makes, and brings up to date) the database file. One connection, so there is one writer; another process may have its own.
 * Identity numbers are in it: file and folder are readable by their owner alone.
 * @throws Error when a setting does not hold: without synchronous=FULL, commits are lost in a power cut
 */
export function openDatabase(path: string): Db {
  makePrivate(path);
  const sqlite = new Sqlite(path);
  try {
    for (const [name, value, expected] of SETTINGS) {
      sqlite.pragma(`${name} = ${value}`);
      const actual = sqlite.pragma(name, { simple: true });
      if (actual !== expected) throw new Error(`SQLite ${name} is ${String(actual)}, not ${expected}`);
    }
    migrate(sqlite);
  } catch (cause) {
    sqlite.close();
    throw cause;
  }
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database: writingFromTheStart(sqlite) }) });
}

/**
 * Several reads that see one state of the database: without it another's commit may lie between the row of an agreement and those of its
 * parties. @param db not a transaction
 */
export const readTogether = <T>(db: Db, read: (one: Db) => Promise<T>): Promise<T> =>
  db.connection().execute(async (one) => {
    await sql`begin deferred`.execute(one);
    try {
      return await read(one);
    } finally {
      await sql`commit`.execute(one);
    }
  });
