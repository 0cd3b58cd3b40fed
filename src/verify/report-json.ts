/** The stable JSON of a verification: the same bytes from the command line and from the offline page. */
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

/** All files, and the sample where one was drawn. */
export const printReports = (files: readonly NamedReport[], sample?: DrawnSample): string =>
  JSON.stringify({ files: files.map(toJson), ...(sample === undefined ? {} : { sample }) }, null, 2);
