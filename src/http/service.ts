/** What the routes are given: the ports, a log, and where links begin. */
import type { FieldSpec } from '../agreement/fields.ts';
import type { FileDrawing } from '../verify/draw-file.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import type { Ports } from '../workflow/workflow.ts';

export interface Log {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void;
}

/** Judging files apart from the service's own thread, within limits of time and memory. Nothing is kept. */
export interface Verifier {
  /** Name and version of this software, as a report names it. */
  readonly software: string;
  /** The report's `file` is empty. @throws AppError VERIFIER_BUSY */
  verify(bytes: Uint8Array): Promise<VerifiedFile>;
  /** The pages made again; null where nothing can be drawn. @throws AppError VERIFIER_BUSY */
  draw(bytes: Uint8Array): Promise<FileDrawing | null>;
  /** Every file of a ZIP as it is done; the archive lies in a temporary file meanwhile. @throws AppError REQUEST_TOO_LARGE */
  verifyArchive(body: ReadableStream<Uint8Array>): AsyncIterable<VerifiedFile>;
  /** The browser script of the desk. */
  script(): Promise<string>;
}

/** Where links begin that a request asks for, without a slash at the end. */
export const baseUrl = ({ publicUrl }: Pick<Service, 'publicUrl'>, { req }: { readonly req: { readonly url: string } }): string =>
  publicUrl ?? new URL(req.url).origin;

export interface Service {
  readonly ports: Ports;
  readonly log: Log;
  /** Base of links without a slash at the end, or null to use the address that the request came to. */
  readonly publicUrl: string | null;
  /** Addresses of proxies whose word on where a request comes from is believed. */
  readonly trustedProxies: readonly string[];
  /** Addresses that may read /metrics; nobody else learns that it is there. */
  readonly metricsFrom?: readonly string[];
  /** The blank roster workbook that a school fills in for a text with these blanks, .xlsx. */
  readonly rosterTemplate: (specs: readonly FieldSpec[]) => Promise<Uint8Array>;
  /** Absent in tests of other doors: then single files are judged in the service's own thread, and the page works as a form alone. */
  readonly verifier?: Verifier;
  /** An annex that a school can start from, or null. */
  readonly suggestedAnnex: { readonly title: string; readonly clauses: readonly string[] } | null;
}
