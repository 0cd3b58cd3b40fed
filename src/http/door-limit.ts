/** How often one address may knock at doors that are open to anybody. Behind one address may sit a whole classroom. */
import type { MiddlewareHandler } from 'hono';
import { limitRate } from './rate-limit.ts';
import type { Service } from './service.ts';
import { addressOf } from './visitor.ts';

/** As many at once as in a minute. */
const DOORS = [
  { method: 'GET', path: /^\/v\//, perMinute: 120 },
  { method: 'POST', path: /^\/(?:(?:api\/)?[sb]\/[^/]+\/(?:start|code|code\/again)|c\/.*)$/, perMinute: 240 },
  { method: 'POST', path: /^\/school\/session$/, perMinute: 20 },
  // A device locks itself for good after a few wrong PINs, and a passphrase must not be tried out.
  { method: 'POST', path: /^\/school\/signing\/keys\/[^/]+\/unlocking$/, perMinute: 5 },
  { method: 'GET', path: /^\/pki\//, perMinute: 600 },
  { method: 'POST', path: /^\/pki\//, perMinute: 600 },
] as const;

/** Verifying has a limit of its own. @throws AppError REQUESTS_TOO_MANY (`seconds`), with Retry-After */
export function limitDoors(service: Service): MiddlewareHandler {
  const doors = DOORS.map(({ method, path, perMinute }) => ({
    method,
    path,
    limit: limitRate(service, { burst: perMinute, perSecond: perMinute / 60 }, 'REQUESTS_TOO_MANY'),
  }));
  return async (c, next) => {
    const door = doors.find(({ method, path }) => method === c.req.method && path.test(c.req.path));
    // Without a socket there is nobody to count: a program in this process asks.
    return door === undefined || addressOf(service, c) === '' ? next() : door.limit(c, next);
  };
}
