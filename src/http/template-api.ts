/** Importing a text over JSON, for programs of a school; the contract is in contract/template-drafts.ts. */
import { type Context, Hono } from 'hono';
import {
  confirmDraft,
  type DraftReview,
  decideBlank,
  decideSigner,
  discardDraft,
  listDrafts,
  reviewDraft,
  startImport,
  undoDecision,
} from '../workflow/import-template-pack.ts';
import type { Tenant } from '../workflow/stores.ts';
import { atMostMegabytes, Nothing, parseJson, parseUpload } from './bodies.ts';
import { BlankRequest, ConfirmationRequest, SignerRequest, SourceForm, type TemplateDraftJson } from './contract/template-drafts.ts';
import { schoolOf } from './school-door.ts';
import type { Service } from './service.ts';

const SOURCE_MEGABYTES = 20;

const toJson = ({ report, pages, blanks, ...review }: DraftReview): TemplateDraftJson => ({
  ...review,
  characters: report.characters,
  notes: report.notes,
  pageCount: pages.length,
  blanks: blanks.map(({ clause: _clause, ...blank }) => blank),
});

/** Mounted at /api/school. */
export function templateApi(service: Service): Hono {
  const { ports } = service;
  const tenantOf = (c: Context): Promise<Tenant> => schoolOf(service, c);
  const api = new Hono();
  const answer = async (c: Context, tenant: Tenant, draftId: string, status: 200 | 201 = 200) =>
    c.json(toJson(await reviewDraft(ports, tenant, draftId)), status);

  api.post('/template-drafts', atMostMegabytes(SOURCE_MEGABYTES), async (c) => {
    const tenant = await tenantOf(c);
    const { file, fields } = await parseUpload(c, 'source', SourceForm);
    const { draftId } = await startImport(ports, tenant, { ...file, ...fields });
    return answer(c, tenant, draftId, 201);
  });
  api.get('/template-drafts', async (c) => c.json({ drafts: await listDrafts(ports, await tenantOf(c)) }));
  api.get('/template-drafts/:draftId', async (c) => answer(c, await tenantOf(c), c.req.param('draftId')));
  api.post('/template-drafts/:draftId/blanks', async (c) => {
    const tenant = await tenantOf(c);
    await decideBlank(ports, tenant, c.req.param('draftId'), await parseJson(c, BlankRequest));
    return answer(c, tenant, c.req.param('draftId'));
  });
  api.post('/template-drafts/:draftId/signers', async (c) => {
    const tenant = await tenantOf(c);
    await decideSigner(ports, tenant, c.req.param('draftId'), await parseJson(c, SignerRequest));
    return answer(c, tenant, c.req.param('draftId'));
  });
  api.post('/template-drafts/:draftId/undo', async (c) => {
    const tenant = await tenantOf(c);
    await parseJson(c, Nothing);
    await undoDecision(ports, tenant, c.req.param('draftId'));
    return answer(c, tenant, c.req.param('draftId'));
  });
  api.post('/template-drafts/:draftId/confirmation', async (c) => {
    const tenant = await tenantOf(c);
    const { pack, version, title } = await parseJson(c, ConfirmationRequest);
    return c.json(await confirmDraft(ports, tenant, c.req.param('draftId'), { pack, version, title }), 201);
  });
  api.post('/template-drafts/:draftId/discard', async (c) => {
    const tenant = await tenantOf(c);
    await parseJson(c, Nothing);
    await discardDraft(ports, tenant, c.req.param('draftId'));
    return c.json({ draftId: c.req.param('draftId') });
  });
  return api;
}
