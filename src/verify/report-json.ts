/** The stable JSON of a verification: the same bytes from the command line and from the offline page. */
import { relationsOf } from './across-files.ts';
import type { Counted } from './repeats.ts';
import type { FileReport } from './report.ts';
import type { Sample } from './sampling.ts';

export interface NamedReport {
  readonly file: string;
  readonly report: FileReport;
}

/** One file. */
export const toJson = ({ file, report }: NamedReport) => ({
  file,
  verdict: report.verdict,
  findings: report.findings,
  template: report.template,
  signatures: report.signatures,
  level: report.level ?? null,
  archivedAt: report.archivedAt ?? [],
});

export interface DrawnSample extends Sample {
  readonly files: readonly string[];
}

/** All files, how they belong together where some refer to others or are there again, and the sample where one was drawn. */
export function printReports(files: readonly Counted[], sample?: DrawnSample): string {
  const references = relationsOf(files).map(({ finding, file, others }) => ({ ...finding, file, others }));
  const more = { ...(references.length === 0 ? {} : { references }), ...(sample === undefined ? {} : { sample }) };
  return JSON.stringify({ files: files.map(toJson), ...more }, null, 2);
}
