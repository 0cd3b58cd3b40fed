/** How a rate is measured: warm up, several rounds, the median, and whether the rounds agree. */
import { loadavg } from 'node:os';

export interface Rate {
  /** Median over the rounds. */
  readonly perSecond: number;
  /** Fastest round divided by slowest. */
  readonly spread: number;
}

export interface Effort {
  readonly warmUpMs: number;
  readonly rounds: number;
  readonly roundMs: number;
}

const EFFORT: Effort = { warmUpMs: 500, rounds: 5, roundMs: 700 };

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** @param step one unit of work; the count of earlier ones is handed in, so that inputs can vary */
export async function measure(step: (count: number) => unknown, effort: Effort = EFFORT): Promise<Rate> {
  let count = 0;
  const round = async (milliseconds: number): Promise<number> => {
    const start = performance.now();
    let done = 0;
    let elapsed = 0;
    do {
      const made = step(count++);
      if (made instanceof Promise) await made;
      done++;
      elapsed = performance.now() - start;
    } while (elapsed < milliseconds);
    return (done * 1000) / elapsed;
  };
  await round(effort.warmUpMs);
  const rates: number[] = [];
  for (let i = 0; i < effort.rounds; i++) rates.push(await round(effort.roundMs));
  return { perSecond: median(rates), spread: Math.max(...rates) / Math.min(...rates) };
}

/** Runnable work on the machine over the last minute. */
export const load = (): number => loadavg()[0] ?? 0;

/** Largest resident set of this process so far, in MB. */
export const peakRssMB = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** The n-th of a list that starts again at its end. */
export function nth<T>(list: readonly T[], n: number): T {
  const value = list[n % list.length];
  if (value === undefined) throw new RangeError('an empty list');
  return value;
}
