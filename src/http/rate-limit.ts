/** How often one address may knock: a bucket that empties with every request and fills with time. Nothing is stored but a number. */
import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../errors.ts';
import type { Service } from './service.ts';
import { addressOf } from './visitor.ts';

export interface Rate {
  /** Requests at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/** A school's ZIP at once, and then as fast as two cores can judge. */
export const VERIFY_RATE: Rate = { burst: 3000, perSecond: 50 };

/** Timestamps over reports cost the operator money at most authorities: a few a day are wanted. */
export const TIMESTAMP_RATE: Rate = { burst: 20, perSecond: 1 / 30 };

/** Addresses remembered; the one that was quiet longest is forgotten. */
const REMEMBERED_MAX = 10_000;

interface Bucket {
  left: number;
  at: number;
}

/** Addresses are held in memory, and in nothing else. @throws AppError with that code (`seconds`) */
export function limitRate(
  service: Service,
  { burst, perSecond }: Rate,
  code: 'VERIFY_TOO_OFTEN' | 'REQUESTS_TOO_MANY' = 'VERIFY_TOO_OFTEN',
): MiddlewareHandler {
  const buckets = new Map<string, Bucket>();
  return async (c: Context, next) => {
    const from = addressOf(service, c);
    const now = service.ports.clock.now();
    const known = buckets.get(from);
    const left = Math.min(burst, (known?.left ?? burst) + (Math.max(0, now - (known?.at ?? now)) / 1000) * perSecond);
    buckets.delete(from);
    if (left < 1) {
      buckets.set(from, { left, at: now });
      const seconds = Math.max(1, Math.ceil((1 - left) / perSecond));
      c.header('Retry-After', String(seconds));
      throw new AppError(code, { seconds });
    }
    const [oldest] = buckets.keys();
    if (buckets.size >= REMEMBERED_MAX && oldest !== undefined) buckets.delete(oldest);
    buckets.set(from, { left: left - 1, at: now });
    await next();
  };
}
