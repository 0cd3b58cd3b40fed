/** What reading an unknown file may cost: counted steps instead of a clock, so that the same file always gets the same answer. */

/** A file that would cost more than it may; the analysis stops and says so. */
export class ReaderLimit extends Error {
  readonly limit: 'steps' | 'inflated';

  constructor(limit: ReaderLimit['limit']) {
    super(`reading costs too much: ${limit}`);
    this.name = 'ReaderLimit';
    this.limit = limit;
  }
}

export interface Budget {
  /** One step is about one byte looked at by JavaScript, some forty nanoseconds. @throws ReaderLimit */
  spend(steps: number): void;
  /** Bytes that came out of a filter and stay in memory. @throws ReaderLimit */
  keep(bytes: number): void;
  readonly spent: () => number;
}

/** About one second of one core. */
const STEPS_MAX = 24_000_000;
const KEPT_MAX_BYTES = 48 << 20;

export function makeBudget(stepsMax = STEPS_MAX, keptMaxBytes = KEPT_MAX_BYTES): Budget {
  let steps = 0;
  let kept = 0;
  return {
    spend(count) {
      steps += count;
      if (steps > stepsMax) throw new ReaderLimit('steps');
    },
    keep(bytes) {
      kept += bytes;
      if (kept > keptMaxBytes) throw new ReaderLimit('inflated');
    },
    spent: () => steps,
  };
}
