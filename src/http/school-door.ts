/** The school's door: in with a key, out again. Whoever is sent to it goes on where they were, and what was typed meanwhile is not lost. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { authorizeSchool } from '../workflow/authorize.ts';
import { enterSchool, leaveSchool } from '../workflow/enter-school.ts';
import type { Tenant } from '../workflow/stores.ts';
import { parseForm } from './bodies.ts';
import { dropSchoolSession, schoolSession, setSchoolSession } from './cookies.ts';
import { renderGoOnPage, renderSchoolDoorPage } from './pages/school-door.ts';
import type { Service } from './service.ts';
import type { GoOnView } from './views.ts';

/** The school whose session the request carries. @throws AppError SCHOOL_SESSION_MISSING */
export const schoolOf = ({ ports }: Pick<Service, 'ports'>, c: Context): Promise<Tenant> => authorizeSchool(ports, schoolSession(c));

/** Pages and forms of the school, without a step upwards in any spelling; the door leads nowhere else. */
const ROOM = /^\/school(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~%-]*)*$/;
const PATH_MAX = 300;
/** Encoded as it was sent. Longer than any form of ours that a person fills in. */
const KEPT_MAX = 300_000;
/** Passphrases of keys are typed there: nothing of that comes back in a page. */
const SECRET = /^\/school\/signing\//;

const SessionForm = z.strictObject({
  key: z.string().trim().min(1).max(200),
  to: z.string().max(PATH_MAX).regex(ROOM).optional(),
  kept: z.string().max(KEPT_MAX).optional(),
});

/** Where a person goes on once inside; of a form that cannot be kept, to the page that has it. */
async function goOnFrom(c: Context): Promise<GoOnView> {
  const { method, path } = c.req;
  const isRoom = path.length <= PATH_MAX && ROOM.test(path);
  if (method === 'GET') return { to: isRoom ? path : '/school', kept: null, lost: false };
  const isPlainForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('Content-Type') ?? '');
  const kept = isRoom && isPlainForm && !SECRET.test(path) ? await c.req.text() : null;
  if (kept !== null && kept.length <= KEPT_MAX) return { to: path, kept, lost: false };
  const page = /^\/school\/(?:signing|template-drafts)/.exec(path)?.[0].replace('-drafts', 's');
  return { to: page ?? '/school', kept: null, lost: true };
}

/** The door in place of a page that asks for a session, with the form that was posted meanwhile. @param refusal SCHOOL_SESSION_MISSING */
export async function showDoor(c: Context, refusal: AppError): Promise<Response> {
  c.status(refusal.status);
  return c.html(renderSchoolDoorPage({ key: null, goOn: await goOnFrom(c), refusal }));
}

/** Mounted at /school/session. */
export function schoolDoor(service: Service): Hono {
  const { ports } = service;
  const door = new Hono();
  door.post('/', async (c) => {
    const { key, to, kept } = await parseForm(c, SessionForm);
    const goOn = to === undefined ? null : { to, kept: kept ?? null, lost: false };
    try {
      const { session, expiresAt } = await enterSchool(ports, key);
      setSchoolSession(c, service, session, expiresAt);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      c.status(error.status);
      return c.html(renderSchoolDoorPage({ key: null, goOn, refusal: error }));
    }
    if (goOn === null || goOn.kept === null) return c.redirect(goOn?.to ?? '/school', 303);
    return c.html(renderGoOnPage({ to: goOn.to, fields: [...new URLSearchParams(goOn.kept)] }));
  });
  door.post('/end', async (c) => {
    const session = schoolSession(c);
    const tenant = await schoolOf(service, c).catch((error: unknown) => {
      // Whose session has ended by itself is out already.
      if (error instanceof AppError && error.code === 'SCHOOL_SESSION_MISSING') return null;
      throw error;
    });
    if (tenant !== null) await leaveSchool(ports, tenant, session);
    dropSchoolSession(c);
    return c.redirect('/school', 303);
  });
  return door;
}
