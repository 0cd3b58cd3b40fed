/**
 * An organisation's page of signatures, and the doors for its own seal on it. A refusal stands on the page.
 *   GET  /b/:token/list                      BatchSignView            [pages/batch-sign.ts renderBatchSignPage]
 *   GET  /b/:token/agreements.zip            what it has signed
 *   POST /b/:token/seal                      multipart `seal` (PNG), `diameterMm` → 303 back, with the picture chosen
 *   POST /b/:token/seal/removal              (empty form)             → 303 back
 */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { toBase64 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { reviewBatch } from '../workflow/ceremony-agreements.ts';
import { downloadSigned } from '../workflow/download.ts';
import { readSeal, removeSeal, storeSeal } from '../workflow/organisation-seal.ts';
import { atMostMegabytes, Nothing, parseForm, parseUpload } from './bodies.ts';
import { SealSizeJson } from './contract/signing.ts';
import { signatorySession } from './cookies.ts';
import { zipResponse } from './files.ts';
import { renderBatchSignPage } from './pages/batch-sign.ts';
import type { Service } from './service.ts';
import { visitorOf } from './visitor.ts';

const UploadForm = z.strictObject({ diameterMm: z.coerce.number().pipe(SealSizeJson) });
/** A little more than a picture may have, so that a large one is refused in words of its own. */
const UPLOAD_MAX_MB = 3;
const CHOSEN = 'chosen';

/** What the organisation can put right on the same page. */
const isShownHere = (error: unknown): error is AppError =>
  error instanceof AppError &&
  (error.code.startsWith('SEAL_IMAGE_') || error.code === 'REQUEST_MALFORMED' || error.code === 'REQUEST_TOO_LARGE');

export function organisationList(service: Service): Hono {
  const { ports } = service;
  const show = async (c: Context, token: string, refusal: AppError | null) => {
    const session = signatorySession(c, token);
    const review = await reviewBatch(ports, token, session);
    const seal = await readSeal(ports, token, session);
    if (refusal !== null) c.status(refusal.status);
    const stored = seal && { ...seal, pngBase64: toBase64(seal.png) };
    const isChosen = c.req.query('seal') === CHOSEN && stored !== null;
    return c.html(renderBatchSignPage({ ...review, token, seal: { stored, isChosen, refusal } }));
  };
  const orShow = async (c: Context, token: string, act: () => Promise<string>): Promise<Response> => {
    try {
      return c.redirect(await act(), 303);
    } catch (error) {
      if (isShownHere(error)) return show(c, token, error);
      throw error;
    }
  };
  const pages = new Hono();
  pages.get('/:token/list', (c) => show(c, c.req.param('token'), null));
  pages.get('/:token/agreements.zip', async (c) => {
    const { name, files } = await downloadSigned(ports, c.req.param('token'), signatorySession(c, c.req.param('token')));
    return zipResponse(name, files);
  });
  const limit = atMostMegabytes(UPLOAD_MAX_MB);
  pages.post('/:token/seal', (c) => {
    const token = c.req.param('token');
    return orShow(c, token, async () => {
      await limit(c, async () => {});
      const { file, fields } = await parseUpload(c, 'seal', UploadForm);
      const { diameterMm } = fields;
      await storeSeal(ports, token, signatorySession(c, token), { png: file.bytes, diameterMm }, visitorOf(service, c));
      return `/b/${token}/list?seal=${CHOSEN}#seal`;
    });
  });
  pages.post('/:token/seal/removal', (c) => {
    const token = c.req.param('token');
    return orShow(c, token, async () => {
      await parseForm(c, Nothing);
      await removeSeal(ports, token, signatorySession(c, token));
      return `/b/${token}/list#seal`;
    });
  });
  return pages;
}
