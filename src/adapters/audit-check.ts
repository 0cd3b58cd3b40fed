/** Checks the audit chains of a database file that nothing is written to, also beside a running service. */
import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { type ChainCheck, type ChainedEntry, checkChain } from '../agreement/audit-chain.ts';
import { toCanonicalJson } from '../canonical-json.ts';
import { AppError } from '../errors.ts';
import { toAuditEntry } from './audit-log.ts';
import { databaseIn } from './database.ts';
import type { Schema } from './database-schema.ts';

export interface TenantChain extends ChainCheck {
  readonly tenant: string;
  readonly name: string;
}

type Row = Omit<Schema['audit'], 'at' | 'sequence'> & { readonly at: bigint; readonly sequence: bigint };

/**
 * One chain a tenant, by the name of the tenant in the database.
 * @throws AppError PATH_UNREADABLE when the folder holds no database of ours, or a damaged one
 */
export function checkAuditChains(dataFolder: string): readonly TenantChain[] {
  const path = databaseIn(dataFolder);
  if (!existsSync(path)) throw new AppError('PATH_UNREADABLE', { path });
  const db = new Sqlite(path, { readonly: true, fileMustExist: true });
  try {
    // One state of the database, whatever a service adds meanwhile.
    return db.transaction(() => {
      const tenants = db
        .prepare<[], { tenant: string; name: string }>(
          `SELECT id AS tenant, name FROM tenant UNION ALL
           SELECT DISTINCT tenant, tenant FROM audit WHERE tenant NOT IN (SELECT id FROM tenant) ORDER BY 1`,
        )
        .all();
      const entries = db.prepare<[string], Row>('SELECT * FROM audit WHERE tenant = ? ORDER BY sequence').safeIntegers();
      return tenants.map((each) => ({ ...each, ...checkChain(readAll(entries.iterate(each.tenant))) }));
    })();
  } catch (error) {
    if (error instanceof Sqlite.SqliteError) throw new AppError('PATH_UNREADABLE', { path });
    throw error;
  } finally {
    db.close();
  }
}

function* readAll(rows: Iterable<Row>): Iterable<ChainedEntry | null> {
  for (const row of rows) yield readEntry(row);
}

/** Null for what we never store: details that are no canonical JSON, an instant or a number out of range. */
function readEntry(row: Row): ChainedEntry | null {
  try {
    const entry = toAuditEntry({ ...row, at: Number(row.at), sequence: Number(row.sequence) });
    return toCanonicalJson(entry.detail) === row.detail ? entry : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}
