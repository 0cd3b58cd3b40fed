/** The school's doors to the texts: what is there, and the import of one, blank by blank. Nothing here takes a word of a body. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { FIELD_TYPES, FIELDS } from '../agreement/fields.ts';
import { PARTY_ROLES } from '../agreement/parties.ts';
import { AppError } from '../errors.ts';
import {
  confirmDraft,
  decideBlank,
  decideSigner,
  discardDraft,
  downloadPack,
  listDrafts,
  previewDraft,
  reviewDraft,
  startImport,
  undoDecision,
} from '../workflow/import-template-pack.ts';
import { listStandings, summaryOf } from '../workflow/list-templates.ts';
import { loadedTemplate, previewFile, previewTemplate } from '../workflow/preview-template.ts';
import type { Tenant } from '../workflow/stores.ts';
import { atMostMegabytes, Nothing, parseForm, parseUpload } from './bodies.ts';
import { SourceForm } from './contract/template-drafts.ts';
import { pdfResponse, zipResponse } from './files.ts';
import { renderTemplateDraftPage } from './pages/template-draft.ts';
import { renderTemplatePreviewPage } from './pages/template-preview.ts';
import { renderTemplatesPage } from './pages/templates.ts';
import { schoolOf } from './school-door.ts';
import type { Service } from './service.ts';
import type { TemplateDraftView } from './views.ts';

const SOURCE_MEGABYTES = 20;

const count = (most: number) =>
  z
    .string()
    .regex(/^\d{0,4}$/)
    .transform((text) => (text === '' ? null : Number(text)))
    .refine((number) => number === null || (number >= 1 && number <= most))
    .default(null);

const BlankForm = z.strictObject({
  blank: z.string().regex(/^b[1-9]\d{0,4}$/),
  label: z.string().trim().min(1).max(60),
  type: z.enum(FIELD_TYPES),
  required: z
    .literal('yes')
    .optional()
    .transform((ticked) => (ticked ? 'always' : 'never')),
  maxLength: count(2000),
  options: z
    .string()
    .max(400)
    .default('')
    .transform((text) => text.split(/[、,，\s]+/u).filter((word) => word !== '')),
  lines: count(40),
});

const SignerForm = z.strictObject({ signer: z.enum(PARTY_ROLES), as: z.enum(PARTY_ROLES) });

const ConfirmationForm = z.strictObject({
  pack: z
    .string()
    .trim()
    .max(40)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  version: z
    .string()
    .trim()
    .regex(/^[0-9A-Za-z][0-9A-Za-z.-]{0,15}$/),
  title: z.string().trim().min(1).max(80),
  looked: z.literal('yes'),
});

/** Fields of the catalogue by the kind of blank that can ask for them. */
const labels: TemplateDraftView['labels'] = {
  value: FIELDS.filter(({ type, owner }) => type !== 'choice' && owner !== 'system').map(({ zh }) => zh),
  date: FIELDS.filter(({ type }) => type === 'date').map(({ zh }) => zh),
  choice: FIELDS.filter(({ type }) => type === 'choice').map(({ zh }) => zh),
};

const pageOf = (draftId: string): string => `/school/template-drafts/${draftId}`;

/** Mounted at /school. */
export function templatePages(service: Service): Hono {
  const { ports } = service;
  const tenantOf = (c: Context): Promise<Tenant> => schoolOf(service, c);
  const pages = new Hono();

  const showList = async (c: Context, tenant: Tenant, refusal: AppError | null) => {
    const drafts = await listDrafts(ports, tenant);
    if (refusal !== null) c.status(refusal.status);
    return c.html(renderTemplatesPage({ schoolName: tenant.name, templates: listStandings(ports), drafts, refusal }));
  };
  const showDraft = async (c: Context, tenant: Tenant, draftId: string, refusal: AppError | null) => {
    const review = await reviewDraft(ports, tenant, draftId);
    if (refusal !== null) c.status(refusal.status);
    const refusedRow = review.blanks.find(({ ids }) => ids.some((id) => id === refusal?.params['id']))?.ids[0] ?? null;
    return c.html(renderTemplateDraftPage({ schoolName: tenant.name, ...review, labels, refusal, refusedRow }));
  };
  /** A refusal of what was entered is shown where it was entered. */
  const orShow = async (c: Context, tenant: Tenant, draftId: string, act: () => Promise<string>) => {
    try {
      return c.redirect(await act(), 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return showDraft(c, tenant, draftId, error);
    }
  };

  pages.get('/templates', async (c) => showList(c, await tenantOf(c), null));
  pages.get('/templates/:pack/:version/preview', async (c) => {
    await tenantOf(c);
    const { pack, version } = c.req.param();
    const pdfUrl = `/school/templates/${pack}/${version}/preview.pdf`;
    const back = { url: '/school/templates', words: '协议文本' };
    const template = loadedTemplate(ports, pack, version);
    return c.html(renderTemplatePreviewPage({ ...previewTemplate(template), digest: summaryOf(template), pdfUrl, back }));
  });
  pages.get('/templates/:pack/:version/preview.pdf', async (c) => {
    await tenantOf(c);
    const { pack, version } = c.req.param();
    return pdfResponse(previewFile(loadedTemplate(ports, pack, version)), `${pack}-${version}-预览.pdf`);
  });
  pages.get('/templates/:pack/:version/pack.zip', async (c) => {
    await tenantOf(c);
    const { pack, version } = c.req.param();
    const files = downloadPack(ports, pack, version);
    async function* each() {
      yield* files;
    }
    return zipResponse(`${pack}-${version}`, each());
  });
  pages.post('/template-drafts', atMostMegabytes(SOURCE_MEGABYTES), async (c) => {
    const tenant = await tenantOf(c);
    try {
      const { file, fields } = await parseUpload(c, 'source', SourceForm);
      const { draftId } = await startImport(ports, tenant, { ...file, ...fields });
      return c.redirect(pageOf(draftId), 303);
    } catch (error) {
      if (error instanceof AppError) return showList(c, tenant, error);
      throw error;
    }
  });
  pages.get('/template-drafts/:draftId', async (c) => showDraft(c, await tenantOf(c), c.req.param('draftId'), null));
  pages.get('/template-drafts/:draftId/preview', async (c) => {
    const draftId = c.req.param('draftId');
    const preview = previewTemplate(await previewDraft(ports, await tenantOf(c), draftId));
    const back = { url: pageOf(draftId), words: '核对空白' };
    return c.html(renderTemplatePreviewPage({ ...preview, digest: null, pdfUrl: `${pageOf(draftId)}/preview.pdf`, back }));
  });
  pages.get('/template-drafts/:draftId/preview.pdf', async (c) => {
    const template = await previewDraft(ports, await tenantOf(c), c.req.param('draftId'));
    return pdfResponse(previewFile(template), '预览.pdf');
  });
  pages.post('/template-drafts/:draftId/blanks', async (c) => {
    const tenant = await tenantOf(c);
    const draftId = c.req.param('draftId');
    return orShow(c, tenant, draftId, async () => {
      const words = await parseForm(c, BlankForm);
      await decideBlank(ports, tenant, draftId, words);
      return `${pageOf(draftId)}#row-${words.blank}`;
    });
  });
  pages.post('/template-drafts/:draftId/signers', async (c) => {
    const tenant = await tenantOf(c);
    const draftId = c.req.param('draftId');
    return orShow(c, tenant, draftId, async () => {
      await decideSigner(ports, tenant, draftId, await parseForm(c, SignerForm));
      return `${pageOf(draftId)}#signers-title`;
    });
  });
  pages.post('/template-drafts/:draftId/undo', async (c) => {
    const tenant = await tenantOf(c);
    const draftId = c.req.param('draftId');
    return orShow(c, tenant, draftId, async () => {
      await parseForm(c, Nothing);
      await undoDecision(ports, tenant, draftId);
      return pageOf(draftId);
    });
  });
  pages.post('/template-drafts/:draftId/discard', async (c) => {
    const tenant = await tenantOf(c);
    await parseForm(c, Nothing);
    await discardDraft(ports, tenant, c.req.param('draftId'));
    return c.redirect('/school/templates', 303);
  });
  pages.post('/template-drafts/:draftId/confirmation', async (c) => {
    const tenant = await tenantOf(c);
    const draftId = c.req.param('draftId');
    return orShow(c, tenant, draftId, async () => {
      const { pack, version, title } = await parseForm(c, ConfirmationForm);
      await confirmDraft(ports, tenant, draftId, { pack, version, title });
      return `/school/templates#${pack}-${version}`;
    });
  });
  return pages;
}
