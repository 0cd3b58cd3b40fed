/** Results as the files that are taken away. Thousands of rows take seconds, so this runs apart from the page's own thread. */
import { printWorkbook } from '../adapters/verify-workbook.ts';
import { fromUtf8 } from '../bytes.ts';
import { compareFiles } from '../verify/across-files.ts';
import { printReports } from '../verify/report-json.ts';
import { makeReportTables, printCsv, type VerificationFacts } from '../verify/report-tables.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';

export type PrintKind = 'xlsx' | 'json' | 'csv';

export interface PrintOrder {
  readonly kind: PrintKind;
  readonly files: readonly VerifiedFile[];
  readonly facts: VerificationFacts;
}

export async function printResults({ kind, files, facts }: PrintOrder): Promise<Uint8Array> {
  if (kind === 'json') return fromUtf8(`${printReports(files, facts.sample ?? undefined)}\n`);
  const tables = makeReportTables(files, compareFiles(files), facts);
  const [first] = tables;
  return kind === 'xlsx' || first === undefined ? printWorkbook(tables) : fromUtf8(printCsv(first));
}
