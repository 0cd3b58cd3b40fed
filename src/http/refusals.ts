/** Errors become answers here and nowhere else: JSON for the API, a page for people. */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError } from '../errors.ts';
import type { ErrorJson } from './contract.ts';
import { renderErrorPage } from './pages/error.ts';
import { showDoor } from './school-door.ts';
import type { Log } from './service.ts';

/** Where a person goes on after a refusal; in the rooms of the school otherwise to its desk. */
const HOMES: Partial<Record<AppError['code'], string>> = {
  TEMPLATE_DRAFT_UNKNOWN: '/school/templates',
  TEMPLATE_NOT_FOUND: '/school/templates',
};

export function answerError(c: Context, error: unknown, log: Log): Response | Promise<Response> {
  const requestId: string = c.get('requestId') ?? '';
  const refusal = asRefusal(error, requestId);
  if (refusal.status >= 500) log.error({ requestId, code: refusal.code, error: describe(error) }, 'request failed');
  c.status(refusal.status);
  const { code, status, zh } = refusal;
  if (c.req.path.startsWith('/api/')) return c.json({ code, zh, requestId } satisfies ErrorJson);
  if (code === 'SCHOOL_SESSION_MISSING') return showDoor(c, refusal);
  const link = /^\/([sb])\/([^/]+)/.exec(c.req.path);
  const home =
    (link && homeOfLink(code, `/${link[1]}/${link[2]}`)) ?? HOMES[code] ?? (c.req.path.startsWith('/school/') ? '/school' : null);
  return c.html(renderErrorPage({ status, code, zh, requestId, home }));
}

/** Where a signatory goes on; `base` is the link. */
function homeOfLink(code: AppError['code'], base: string): string | null {
  if (code === 'IDENTITY_NOT_PROVED') return base;
  return code === 'CONSENT_WITHHELD' ? `${base}/objection?reason=own-choice` : null;
}

function asRefusal(error: unknown, requestId: string): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status === 413) return new AppError('REQUEST_TOO_LARGE', { limit: 1 });
  return new AppError('SERVICE_FAILED', { requestId });
}

/** Stack and causes, which hold no values of agreements; messages of our own plain errors hold none either. */
const describe = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack ?? error.message}${error.cause === undefined ? '' : `\ncaused by ${describe(error.cause)}`}`
    : 'not an Error';
