/** Signing in a classroom: the school's wall and list, and the door through which students come. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { closeClassroom, enterClassroom, openClassroom, readClassroom, readClassroomDoor } from '../workflow/classroom.ts';
import { Nothing, parseForm, typedInto } from './bodies.ts';
import type { ClassroomJson } from './contract/classroom.ts';
import { setSignatorySession } from './cookies.ts';
import { renderClassroomListPage, renderClassroomPage } from './pages/classroom.ts';
import { renderClassroomDoorPage } from './pages/classroom-door.ts';
import { schoolOf } from './school-door.ts';
import { baseUrl, type Service } from './service.ts';
import { visitorOf } from './visitor.ts';

const EntryForm = z.strictObject({
  who: z
    .string()
    .transform((text) => text.normalize('NFKC').trim().toUpperCase())
    .pipe(z.string().regex(/^[0-9A-Z-]{1,24}$/)),
  code: z
    .string()
    .transform((text) => text.normalize('NFKC').replace(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/)),
});

export function classroomPages(service: Service): Hono {
  const { ports } = service;
  const pages = new Hono();
  const view = async (c: Context, id: string) => ({
    ...(await readClassroom(ports, await schoolOf(service, c), id)),
    link: `${baseUrl(service, c)}/c/${id}`,
  });
  pages.post('/batches/:batchId/classroom', async (c) => {
    const tenant = await schoolOf(service, c);
    await parseForm(c, Nothing);
    return c.redirect(`/school/classrooms/${(await openClassroom(ports, tenant, c.req.param('batchId'))).classroomId}`, 303);
  });
  pages.get('/classrooms/:classroomId', async (c) => c.html(renderClassroomPage(await view(c, c.req.param('classroomId')))));
  pages.get('/classrooms/:classroomId/list', async (c) => c.html(renderClassroomListPage(await view(c, c.req.param('classroomId')))));
  pages.post('/classrooms/:classroomId/closing', async (c) => {
    const tenant = await schoolOf(service, c);
    await parseForm(c, Nothing);
    return c.redirect(`/school/batches/${(await closeClassroom(ports, tenant, c.req.param('classroomId'))).batchId}`, 303);
  });
  return pages;
}

export function classroomApi(service: Service): Hono {
  const api = new Hono();
  api.get('/classrooms/:classroomId', async (c) => {
    const { code, signed, total } = await readClassroom(service.ports, await schoolOf(service, c), c.req.param('classroomId'));
    return c.json({ code, signed, total } satisfies ClassroomJson);
  });
  return api;
}

/** Refusals that are shown on the door itself. */
const AT_THE_DOOR: ReadonlySet<string> = new Set([
  'CLASSROOM_ENTRY_WRONG',
  'CLASSROOM_ENTRY_AMBIGUOUS',
  'CLASSROOM_ENTRY_LOCKED',
  'SIGNATORY_ALREADY_SIGNED',
  'REQUEST_MALFORMED',
]);

export function classroomDoor(service: Service): Hono {
  const { ports } = service;
  const door = new Hono();
  const show = async (c: Context, id: string, refusal: AppError | null) => {
    const { schoolName } = await readClassroomDoor(ports, id);
    const { who = '' } = refusal === null ? {} : await typedInto(c);
    if (refusal !== null) c.status(refusal.status);
    return c.html(renderClassroomDoorPage({ schoolName, action: `/c/${id}`, typed: { who }, refusal }));
  };
  door.get('/:classroomId', (c) => show(c, c.req.param('classroomId'), null));
  door.post('/:classroomId', async (c) => {
    const id = c.req.param('classroomId');
    try {
      const entered = await enterClassroom(ports, id, await parseForm(c, EntryForm), visitorOf(service, c));
      if (entered.session !== null) setSignatorySession(c, service, entered.token, entered.session.session, entered.session.expiresAt);
      return c.redirect(`/s/${entered.token}${entered.next === 'read' ? '/read' : ''}`, 303);
    } catch (error) {
      if (error instanceof AppError && AT_THE_DOOR.has(error.code)) return show(c, id, error);
      throw error;
    }
  });
  return door;
}
