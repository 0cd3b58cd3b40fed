/** The table and the JSON of a bench run. */
import { availableParallelism, cpus } from 'node:os';
import type { EngineResult } from './engine.ts';
import { load } from './measure.ts';

export type Measured = { readonly id: string; readonly name: string } & (
  | { readonly result: EngineResult }
  /** Why it could not be measured. */
  | { readonly why: string }
);

/** Rounds further apart than this were disturbed. */
const DISTURBED_SPREAD = 1.3;
const WIDTHS = [40, 12, 10, 9, 8] as const;

/** Pairs to compare: ours first. */
const PAIRS = [
  ['sanfang', 'typst'],
  ['sanfang', 'pdf-lib'],
  ['sanfang', 'pdfkit'],
  ['p256', 'libpdf'],
  ['rsa', 'libpdf-rsa'],
  ['verify', 'pyhanko'],
] as const;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const inColumns = (first: string, rest: readonly string[]): string =>
  first.padEnd(WIDTHS[0]) + rest.map((cell, i) => cell.padStart(WIDTHS[i + 1] ?? 0)).join('');

const isDisturbed = (row: Measured): boolean => 'result' in row && row.result.spread > DISTURBED_SPREAD;

export function printHead(): void {
  const processor = cpus()[0]?.model ?? 'unknown processor';
  print(`${processor}, ${availableParallelism()} cores, Node ${process.version}, load ${load().toFixed(1)} before the first row`);
  print(`${inColumns('engine', ['per second', 'ms each', 'kB', 'RSS MB'])}  remarks`);
}

export function printRow(row: Measured): void {
  if ('why' in row) {
    print(`${row.name.padEnd(WIDTHS[0])}  could not be measured: ${row.why}`);
    return;
  }
  const { perSecond, spread, kb, rssMB, notes } = row.result;
  const cells = [round(perSecond, 2), round(1000 / perSecond, 3), kb === null ? '–' : round(kb, 1), rssMB ?? '–'].map(String);
  const remarks = [...(isDisturbed(row) ? [`rounds differ ×${spread.toFixed(2)}`] : []), ...notes];
  print(`${inColumns(row.name, cells)}  ${remarks.join('; ')}`);
}

function ratios(rows: readonly Measured[]): { readonly ours: string; readonly theirs: string; readonly times: number }[] {
  const find = (id: string) => rows.find((row) => row.id === id);
  return PAIRS.flatMap(([first, second]) => {
    const ours = find(first);
    const theirs = find(second);
    if (ours === undefined || theirs === undefined || 'why' in ours || 'why' in theirs) return [];
    return [{ ours: ours.name, theirs: theirs.name, times: round(ours.result.perSecond / theirs.result.perSecond, 1) }];
  });
}

/** Ratios, and what to think of them: behind a table on stdout, beside JSON on stderr. */
export function printClosing(rows: readonly Measured[], busy: boolean, print: (line: string) => void): void {
  for (const { ours, theirs, times } of ratios(rows)) print(`${ours}: ${times} × ${theirs}`);
  const disturbed = rows.filter(isDisturbed).map(({ name }) => name);
  if (busy) print('The machine was busy before the first row: measure again on a quiet one.');
  if (disturbed.length > 0) print(`Disturbed while measuring: ${disturbed.join('; ')}.`);
}

export function toJson(rows: readonly Measured[]): unknown {
  return {
    rows: rows.map((row) => {
      if ('why' in row) return { engine: row.name, perSecond: null, msPerDoc: null, kb: null, rssMB: null };
      const { perSecond, kb, rssMB } = row.result;
      const msPerDoc = round(1000 / perSecond, 3);
      return { engine: row.name, perSecond: round(perSecond, 2), msPerDoc, kb: kb === null ? null : round(kb, 1), rssMB };
    }),
  };
}
