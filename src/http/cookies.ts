/** Session cookies: one for the school, one per link for signatories; unreadable for scripts, not sent by other sites' posts. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Instant } from '../instant.ts';
import { hashOfToken } from '../workflow/secrets.ts';
import type { Service } from './service.ts';

const SCHOOL = 'sanfang_school';

/** A phone may hold the links of a student and of the guardian: each has its own cookie. */
const nameFor = (token: string): string => `sanfang_${hashOfToken(token).slice(0, 16)}`;

/** Secure where the public address says https, whatever a request claims of itself. */
function set(c: Context, { publicUrl }: Pick<Service, 'publicUrl'>, name: string, session: string, expiresAt: Instant): void {
  const secure = (publicUrl ?? c.req.url).startsWith('https:');
  setCookie(c, name, session, { httpOnly: true, sameSite: 'Lax', path: '/', secure, expires: new Date(expiresAt) });
}

export const schoolSession = (c: Context): string | undefined => getCookie(c, SCHOOL);
export const signatorySession = (c: Context, token: string): string | undefined => getCookie(c, nameFor(token));
export const dropSchoolSession = (c: Context): void => void deleteCookie(c, SCHOOL, { path: '/' });
export const setSchoolSession = (c: Context, service: Pick<Service, 'publicUrl'>, session: string, expiresAt: Instant): void =>
  set(c, service, SCHOOL, session, expiresAt);
export const setSignatorySession = (
  c: Context,
  service: Pick<Service, 'publicUrl'>,
  token: string,
  session: string,
  expiresAt: Instant,
): void => set(c, service, nameFor(token), session, expiresAt);
