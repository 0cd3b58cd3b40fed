/** From a roster that was read to a batch: the page on which it is checked, and its form, which keeps what was typed when it is refused. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { isVerifyOrigin } from '../agreement/agreement-data.ts';
import { AppError } from '../errors.ts';
import { downloadAnnotatedRoster } from '../workflow/download-roster.ts';
import { type RosterPreview, readRosterDraft } from '../workflow/import-roster.ts';
import { listTemplates, listUsable, listUsableConsents } from '../workflow/list-templates.ts';
import { openBatch } from '../workflow/open-batch.ts';
import type { Tenant } from '../workflow/stores.ts';
import { parseForm } from './bodies.ts';
import { NAME_MAX, OFFERED_ORDERS, OpenBatchRequest } from './contract/open-batch.ts';
import { workbookResponse } from './files.ts';
import { renderRosterPage } from './pages/roster.ts';
import { schoolOf } from './school-door.ts';
import type { Service } from './service.ts';
import type { RosterView } from './views.ts';

const ticked = z.literal('yes').optional();
const OpenBatchForm = z.strictObject({
  rosterId: OpenBatchRequest.shape.rosterId,
  name: z.string(),
  annexTitle: z.string(),
  clauses: z.string(),
  order: z.enum(['default', 'school-first', 'organisations-together', 'all-together']).default('default'),
  consent: ticked,
  consentPack: OpenBatchRequest.shape.consentPack,
  acknowledgedError: ticked,
  acknowledgedConfirm: ticked,
});
type OpenBatchForm = z.infer<typeof OpenBatchForm>;

/** Only an address that was set is printed on agreements: where a service happens to listen is no promise. */
export const verifyOriginOf = ({ publicUrl }: Service): { readonly verifyOrigin?: string } =>
  publicUrl !== null && isVerifyOrigin(publicUrl) ? { verifyOrigin: publicUrl } : {};

/** Lines of a textarea as clauses; nothing written means no annex. */
function annexOf(title: string, clauses: string): { readonly title: string; readonly clauses: readonly string[] } | null {
  const lines = clauses
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return title.trim() === '' && lines.length === 0 ? null : { title: title.trim(), clauses: lines };
}

/** @throws AppError REQUEST_MALFORMED */
function nameOf(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > NAME_MAX) throw new AppError('REQUEST_MALFORMED', { where: `批次名称要有 1 到 ${NAME_MAX} 个字` });
  return name;
}

/** Mounted at /school. */
export function openBatchPages(service: Service): Hono {
  const { ports, suggestedAnnex } = service;
  const tenantOf = (c: Context): Promise<Tenant> => schoolOf(service, c);
  const pages = new Hono();

  const show = (c: Context, tenant: Tenant, roster: RosterPreview, form: RosterView['form'], refusal: AppError | null) => {
    const template =
      listTemplates(ports).find(({ prefixSha256 }) => prefixSha256 === roster.template?.prefixSha256) ?? listUsable(ports)[0];
    if (template === undefined) throw new AppError('TEMPLATE_NOT_LOADED', { pack: roster.template?.pack ?? '—' });
    if (refusal !== null) c.status(refusal.status);
    const consents = listUsableConsents(ports);
    return c.html(renderRosterPage({ schoolName: tenant.name, roster, form, template, consents, refusal }));
  };
  const openFrom = async (tenant: Tenant, form: OpenBatchForm): Promise<string> => {
    const { rosterId, order, consent, consentPack, acknowledgedError, acknowledgedConfirm } = form;
    const { batchId } = await openBatch(ports, tenant, {
      rosterId,
      name: nameOf(form.name),
      annex: annexOf(form.annexTitle, form.clauses),
      acknowledged: [...(acknowledgedError ? (['error'] as const) : []), ...(acknowledgedConfirm ? (['confirm'] as const) : [])],
      order: OFFERED_ORDERS[order],
      consent: consent === 'yes',
      ...(consentPack === undefined ? {} : { consentPack }),
      ...verifyOriginOf(service),
    });
    return batchId;
  };

  pages.get('/rosters/:rosterId/annotated.xlsx', async (c) => {
    const { name, bytes } = await downloadAnnotatedRoster(ports, await tenantOf(c), c.req.param('rosterId'));
    return workbookResponse(bytes, name);
  });
  pages.get('/rosters/:rosterId', async (c) => {
    const tenant = await tenantOf(c);
    const roster = await readRosterDraft(ports, tenant, c.req.param('rosterId'));
    if (roster.batchId !== null) return c.redirect(`/school/batches/${roster.batchId}`, 303);
    const form = {
      name: roster.fileName.replace(/\.[^.]*$/, '').slice(0, NAME_MAX),
      annexTitle: suggestedAnnex?.title ?? '',
      clauses: suggestedAnnex?.clauses.join('\n') ?? '',
      order: 'default',
    } as const;
    return show(c, tenant, roster, form, null);
  });
  pages.post('/batches', async (c) => {
    const tenant = await tenantOf(c);
    const form = await parseForm(c, OpenBatchForm);
    try {
      return c.redirect(`/school/batches/${await openFrom(tenant, form)}`, 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, tenant, await readRosterDraft(ports, tenant, form.rosterId), form, error);
    }
  });
  return pages;
}
