/** Session cookies: one for the school, one per link for signatories; unreadable for scripts, not sent by other sites' posts. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Instant } from '../instant.ts';
import { hashOfToken } from '../workflow/secrets.ts';

const SCHOOL = 'sanfang_school';

/** A phone may hold the links of a student and of the guardian: each has its own cookie. */
const nameFor = (token: string): string => `sanfang_${hashOfToken(token).slice(0, 16)}`;

function set(c: Context, name: string, session: string, expiresAt: Instant): void {
  const secure = new URL(c.req.url).protocol === 'https:' || c.req.header('X-Forwarded-Proto') === 'https';
  setCookie(c, name, session, { httpOnly: true, sameSite: 'Lax', path: '/', secure, expires: new Date(expiresAt) });
}

export const schoolSession = (c: Context): string | undefined => getCookie(c, SCHOOL);
export const signatorySession = (c: Context, token: string): string | undefined => getCookie(c, nameFor(token));
export const dropSchoolSession = (c: Context): void => void deleteCookie(c, SCHOOL, { path: '/' });
export const setSchoolSession = (c: Context, session: string, expiresAt: Instant): void => set(c, SCHOOL, session, expiresAt);
export const setSignatorySession = (c: Context, token: string, session: string, expiresAt: Instant): void =>
  set(c, nameFor(token), session, expiresAt);
