/**
 * What the regulator's desk and the service say to each other. Nothing is stored or logged.
 *   POST /api/verify            application/zip (≤ 2 GB)            → NDJSON, a line a file as it is done, as `verify --jsonl`
 *   POST /api/verify/file       application/octet-stream (≤ 64 MB)  → ExaminedJson
 *   POST /api/verify/drawing    application/octet-stream (≤ 64 MB)  → DrawnJson
 *   POST /api/verify/timestamp  TimestampRequest                    → RFC 3161 token, application/timestamp-token
 */
import { z } from 'zod';
import type { FileDrawing } from '../../verify/draw-file.ts';
import type { TemplateFact } from '../../verify/report-tables.ts';
import type { VerifiedFile } from '../../verify/verified-file.ts';

/** What the desk is told before any file: the page's `data-facts`. */
export interface DeskFactsJson {
  readonly software: string;
  readonly templates: readonly TemplateFact[];
  /** DER, base64. */
  readonly trustAnchors: readonly string[];
  /** Epoch milliseconds of the service. */
  readonly now: number;
}

/** One file in full, for whoever holds it; `file` is empty. */
export interface ExaminedJson {
  readonly verified: VerifiedFile;
  /** Known to this service only, never from the file: the school took the agreement back. */
  readonly voided: { readonly at: number; readonly reason: string; readonly replacedBy: string | null } | null;
}

export interface DrawnJson {
  readonly drawing: FileDrawing | null;
}

/** SHA-256 of a saved report, lower-case hexadecimal. */
export const TimestampRequest = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
