/** What the routes are given: the ports, a log, and where links begin. */
import type { FieldSpec } from '../agreement/fields.ts';
import type { Ports } from '../workflow/workflow.ts';

export interface Log {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void;
}

export interface Service {
  readonly ports: Ports;
  readonly log: Log;
  /** Base of links without a slash at the end, or null to use the address that the request came to. */
  readonly publicUrl: string | null;
  /** Addresses of proxies whose word on where a request comes from is believed. */
  readonly trustedProxies: readonly string[];
  /** The blank roster workbook that a school fills in for a text with these blanks, .xlsx. */
  readonly rosterTemplate: (specs: readonly FieldSpec[]) => Promise<Uint8Array>;
  /** An annex that a school can start from, or null. */
  readonly suggestedAnnex: { readonly title: string; readonly clauses: readonly string[] } | null;
}
