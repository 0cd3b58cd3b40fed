/** What the regulator's desk asks of whatever judges: workers of this very page, or a service that the files are sent to one by one. */
import type { Instant } from '../instant.ts';
import type { FileDrawing } from '../verify/draw-file.ts';
import type { VerificationFacts } from '../verify/report-tables.ts';
import type { VerifiedFile } from '../verify/verified-file.ts';
import type { BrowserSource } from './messages.ts';
import type { PrintOrder } from './printing.ts';

/** Told by the service alone, never by a file: its school took the agreement back. */
export interface Voided {
  readonly at: Instant;
  readonly reason: string;
  readonly replacedBy: string | null;
}

export interface Examined {
  readonly verified: VerifiedFile;
  readonly voided: Voided | null;
}

export interface Engine {
  readonly facts: Omit<VerificationFacts, 'checkedAt' | 'sample'>;
  /** By the clock that verdicts rest on. */
  now(): Instant;
  /**
   * @param signal ends the run after the files at hand
   * @param onExamined called as each file is done, in whatever order
   * @throws Error with a Chinese sentence when nothing can be judged any more; what was judged stays
   */
  verify(
    sources: readonly BrowserSource[],
    checkedAt: Instant,
    signal: AbortSignal,
    onExamined: (examined: Examined, index: number) => void,
  ): Promise<void>;
  /** Null where nothing can be drawn. @throws Error with a Chinese sentence */
  draw(source: BrowserSource): Promise<FileDrawing | null>;
  /** The bytes of a workbook, JSON or CSV, made apart from the page's own thread. @throws Error with a Chinese sentence */
  print(order: PrintOrder): Promise<Uint8Array>;
  /** A timestamp over a SHA-256, RFC 3161 token in DER; null where no authority is at hand. @throws Error with a Chinese sentence */
  readonly stamp: ((sha256: Uint8Array) => Promise<Uint8Array>) | null;
}
