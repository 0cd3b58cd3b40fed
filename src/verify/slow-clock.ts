/** What lies in the future, seen from a machine whose own clock may be slow. */
import type { Instant } from '../instant.ts';

const SLOW_BY_MS = 3_600_000;

export const isInFuture = (at: Instant, checkedAt: Instant): boolean => at > checkedAt + SLOW_BY_MS;
