/** The school's doors: rosters in, batches, links, progress and files out. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { listBatches, readBoard } from '../workflow/board.ts';
import { deliverInvitations } from '../workflow/deliver-invitations.ts';
import { downloadBatch } from '../workflow/download.ts';
import { readProgress, requestGeneration } from '../workflow/generate-batch.ts';
import { importRoster, type RosterPreview, readRosterDraft } from '../workflow/import-roster.ts';
import { type Invitation, invite } from '../workflow/invite.ts';
import { blanksOf, listUsable } from '../workflow/list-templates.ts';
import { openBatch } from '../workflow/open-batch.ts';
import { remind } from '../workflow/remind.ts';
import type { Tenant } from '../workflow/stores.ts';
import { atMostMegabytes, Nothing, parseForm, parseJson, parseUpload, parseWith } from './bodies.ts';
import { OpenBatchRequest } from './contract/open-batch.ts';
import { type BatchJson, type InvitationsJson, InviteRequest, type ProgressJson, type RosterJson } from './contract.ts';
import { workbookResponse, zipResponse } from './files.ts';
import { idempotent } from './idempotency.ts';
import { verifyOriginOf } from './open-batch.ts';
import { renderBatchPage } from './pages/batch.ts';
import { renderLinksPage } from './pages/links.ts';
import { renderSchoolDoorPage } from './pages/school-door.ts';
import { renderSchoolHomePage } from './pages/school-home.ts';
import { schoolDoor, schoolOf } from './school-door.ts';
import { baseUrl, type Service } from './service.ts';

const ROSTER_MEGABYTES = 20;
/** Name of a pack; absent or empty means the usual one. */
const RosterForm = z.strictObject({ pack: z.string().max(40).optional() });
const InviteForm = z.strictObject({ agreementNumber: z.string().optional(), role: z.string().optional(), days: z.string().optional() });

const toJson = ({ path, phone: _, ...invitation }: Invitation, base: string): InvitationsJson['invitations'][number] => ({
  ...invitation,
  link: base + path,
});

async function inviteAt(service: Service, c: Context, tenant: Tenant, batchId: string, request: InviteRequest): Promise<InvitationsJson> {
  const base = baseUrl(service, c);
  const invitations = await invite(service.ports, tenant, batchId, request.only, request.days);
  await deliverInvitations(service.ports, invitations, base);
  return { batchId, invitations: invitations.map((one) => toJson(one, base)) };
}

async function readRosterFile({ ports }: Service, c: Context, tenant: Tenant): Promise<RosterPreview> {
  const { file, fields } = await parseUpload(c, 'roster', RosterForm);
  return importRoster(ports, tenant, { ...file, pack: fields.pack || undefined });
}

export function schoolApi(service: Service): Hono {
  const { ports } = service;
  const tenantOf = (c: Context): Promise<Tenant> => schoolOf(service, c);
  const api = new Hono();
  api.post('/rosters', atMostMegabytes(ROSTER_MEGABYTES), async (c) => {
    const tenant = await tenantOf(c);
    return c.json((await readRosterFile(service, c, tenant)) satisfies RosterJson, 201);
  });
  api.get('/rosters/:rosterId', async (c) =>
    c.json((await readRosterDraft(ports, await tenantOf(c), c.req.param('rosterId'))) satisfies RosterJson),
  );
  api.post('/batches', idempotent(service), async (c) => {
    const tenant = await tenantOf(c);
    const { batchId } = await openBatch(ports, tenant, { ...(await parseJson(c, OpenBatchRequest)), ...verifyOriginOf(service) });
    return c.json((await readBoard(ports, tenant, batchId)) satisfies BatchJson, 201);
  });
  api.get('/batches/:batchId', async (c) =>
    c.json((await readBoard(ports, await tenantOf(c), c.req.param('batchId'))) satisfies BatchJson),
  );
  api.get('/batches/:batchId/progress', async (c) =>
    c.json((await readProgress(ports, await tenantOf(c), c.req.param('batchId'))) satisfies ProgressJson),
  );
  api.post('/batches/:batchId/generation', async (c) => {
    const tenant = await tenantOf(c);
    await parseJson(c, Nothing);
    return c.json((await requestGeneration(ports, tenant, c.req.param('batchId'))) satisfies ProgressJson, 202);
  });
  api.post('/batches/:batchId/invitations', async (c) => {
    const tenant = await tenantOf(c);
    return c.json(await inviteAt(service, c, tenant, c.req.param('batchId'), await parseJson(c, InviteRequest)), 201);
  });
  return api;
}

export function schoolPages(service: Service): Hono {
  const { ports } = service;
  const tenantOf = (c: Context): Promise<Tenant> => schoolOf(service, c);
  const pages = new Hono();
  pages.get('/', async (c) => {
    const key = c.req.query('key') ?? null;
    const tenant = await tenantOf(c).catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
    if (tenant === null) return c.html(renderSchoolDoorPage({ key, goOn: null, refusal: null }));
    const batches = (await listBatches(ports, tenant)).map(({ id, name, createdAt, total, generated, failed, completed }) => {
      return { batchId: id, name, createdAt, total, generated, failed, completed };
    });
    return c.html(renderSchoolHomePage({ schoolName: tenant.name, batches, templates: listUsable(ports) }));
  });
  pages.route('/session', schoolDoor(service));
  pages.post('/rosters', atMostMegabytes(ROSTER_MEGABYTES), async (c) => {
    const { rosterId } = await readRosterFile(service, c, await tenantOf(c));
    return c.redirect(`/school/rosters/${rosterId}`, 303);
  });
  pages.get('/roster-template.xlsx', async (c) =>
    workbookResponse(await service.rosterTemplate(blanksOf(ports, c.req.query('pack'))), '实习名册模板'),
  );
  pages.get('/batches/:batchId', async (c) => {
    const tenant = await tenantOf(c);
    return c.html(renderBatchPage({ schoolName: tenant.name, batch: await readBoard(ports, tenant, c.req.param('batchId')) }));
  });
  pages.post('/batches/:batchId/generation', async (c) => {
    const { batchId } = await requestGeneration(ports, await tenantOf(c), c.req.param('batchId'));
    return c.redirect(`/school/batches/${batchId}`, 303);
  });
  pages.post('/batches/:batchId/invitations', async (c) => {
    const tenant = await tenantOf(c);
    const { agreementNumber, role, days } = await parseForm(c, InviteForm);
    const request = parseWith(InviteRequest, {
      ...(agreementNumber === undefined ? {} : { only: { agreementNumber, role } }),
      ...(days === undefined || days === '' ? {} : { days: Number(days) }),
    });
    const links = await inviteAt(service, c, tenant, c.req.param('batchId'), request);
    const { name } = await readBoard(ports, tenant, links.batchId);
    return c.html(renderLinksPage({ schoolName: tenant.name, batchName: name, links }));
  });
  pages.post('/batches/:batchId/reminders', async (c) => {
    const tenant = await tenantOf(c);
    await parseForm(c, Nothing);
    const batchId = c.req.param('batchId');
    const base = baseUrl(service, c);
    const reminder = await remind(ports, tenant, batchId, base);
    if (reminder.kind === 'sent') return c.redirect(`/school/batches/${batchId}`, 303);
    const { name } = await readBoard(ports, tenant, batchId);
    const links = { batchId, invitations: reminder.invitations.map((one) => toJson(one, base)) };
    return c.html(renderLinksPage({ schoolName: tenant.name, batchName: name, links }));
  });
  pages.get('/batches/:batchId/agreements.zip', async (c) => {
    const { name, files } = await downloadBatch(ports, await tenantOf(c), c.req.param('batchId'));
    return zipResponse(name, files);
  });
  return pages;
}
