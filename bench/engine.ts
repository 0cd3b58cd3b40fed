/** What one engine answers when it is measured in a process of its own. */
import type { Rate } from './measure.ts';

export interface EngineResult extends Rate {
  /** Mean size of one document, in thousands of bytes; null where no document is made. */
  readonly kb: number | null;
  /** Peak resident set of the process. */
  readonly rssMB: number | null;
  readonly notes: readonly string[];
}
