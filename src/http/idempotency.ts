/** Idempotency-Key on a write: a repeated request gets the first answer and does nothing twice. */
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { fromUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import type { Service } from './service.ts';

/**
 * The scope is the caller's session or link, so that keys of two callers never meet. Only answers that succeeded are kept.
 * @throws AppError REQUEST_MALFORMED, REQUEST_IN_PROGRESS, REQUEST_KEY_REUSED
 */
export function idempotent({ ports }: Service): MiddlewareHandler {
  return async (c, next) => {
    const key = c.req.header('Idempotency-Key');
    if (key === undefined) return next();
    if (!/^[A-Za-z0-9_-]{8,64}$/.test(key)) throw new AppError('REQUEST_MALFORMED', { where: 'Idempotency-Key' });
    const request = sha256Hex(fromUtf8(`${c.req.method} ${c.req.path}\n${await c.req.text()}`));
    const scope = sha256Hex(fromUtf8(`${routePath(c)}\n${c.req.path}\n${c.req.header('Cookie') ?? ''}`));
    const begun = await ports.idempotency.begin(scope, key, request, ports.clock.now());
    if (begun === 'running') throw new AppError('REQUEST_IN_PROGRESS');
    if (begun === 'other-request') throw new AppError('REQUEST_KEY_REUSED');
    if (begun !== 'begun') {
      return c.body(begun.bodyText, begun.status === 201 ? 201 : 200, { 'Content-Type': 'application/json', 'Idempotent-Replay': 'true' });
    }
    await next();
    if (c.res.ok) await ports.idempotency.complete(scope, key, { status: c.res.status, bodyText: await c.res.clone().text() });
    else await ports.idempotency.release(scope, key);
  };
}
