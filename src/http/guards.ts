/** What stands before every route: headers that browsers obey, and a check that a write comes from our own pages. */
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { AppError } from '../errors.ts';

export const pageHeaders = (): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  });

/** Links carry tokens and pages carry personal data: nothing is kept by browsers or proxies unless the route says so. */
export const notStored: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
};

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a write that a browser sends for another site. Sec-Fetch-Site decides where browsers send it; older ones send Origin,
 * which a page under no-referrer sends as `null`: then SameSite cookies alone protect. Programs send neither and have no cookies.
 * @param publicUrl address that browsers use when a proxy stands before the service, or null
 * @throws AppError REQUEST_FROM_ELSEWHERE
 * @source Fetch Metadata Request Headers, W3C WD; RFC 6454 §7.3
 */
export const sameOriginWrites =
  (publicUrl: string | null): MiddlewareHandler =>
  async (c, next) => {
    if (!READS.has(c.req.method)) {
      const site = c.req.header('Sec-Fetch-Site');
      const origin = c.req.header('Origin');
      const host = c.req.header('Host') ?? new URL(c.req.url).host;
      const own =
        site !== undefined
          ? site === 'same-origin' || site === 'none'
          : origin === undefined || origin === 'null' || [host, publicUrl === null ? host : hostOf(publicUrl)].includes(hostOf(origin));
      if (!own) throw new AppError('REQUEST_FROM_ELSEWHERE');
    }
    await next();
  };

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
