/** The machine's clock. */
import { toInstant } from '../instant.ts';
import type { Clock } from '../ports.ts';

export const systemClock: Clock = { now: () => toInstant(Date.now()) };
