/** Folders and stores for one test, thrown away after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Db, openDatabase } from '../../src/adapters/database.ts';
import { toInstant } from '../../src/instant.ts';

/** 2026-03-01T01:00:00Z. */
export const NOW = toInstant(Date.UTC(2026, 2, 1, 1));

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sanfang-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function temporaryDatabase(path: string = join(temporaryFolder(), 'test.db')): Db {
  const db = openDatabase(path);
  onTestFinished(() => db.destroy());
  return db;
}
