/** Doors for anybody: what this is, verify a file, look up a number. Uploaded files are judged in memory and forgotten. */
import { Hono } from 'hono';
import { AppError } from '../errors.ts';
import { listTemplates } from '../workflow/list-templates.ts';
import { lookUp } from '../workflow/look-up.ts';
import { verifyUpload } from '../workflow/verify-upload.ts';
import { atMostMegabytes, parseFile } from './bodies.ts';
import type { ReportJson } from './contract.ts';
import { renderHomePage } from './pages/home.ts';
import { renderLookupPage } from './pages/lookup.ts';
import { renderVerifyPage } from './pages/verify.ts';
import type { Service } from './service.ts';

const VERIFY_MEGABYTES = 30;

async function report({ ports }: Service, file: string, bytes: Uint8Array): Promise<ReportJson> {
  const { report: judged, ...rest } = await verifyUpload(ports, bytes);
  const { verdict, findings, template, signatures } = judged;
  return { file, verdict, findings, template, signatures, ...rest };
}

export function publicPages(service: Service): Hono {
  const { ports } = service;
  const pages = new Hono();
  pages.get('/', (c) => c.html(renderHomePage({ templates: listTemplates(ports) })));
  pages.get('/verify', (c) => c.html(renderVerifyPage({ templates: listTemplates(ports), report: null })));
  pages.post('/verify', atMostMegabytes(VERIFY_MEGABYTES), async (c) => {
    const { name, bytes } = await parseFile(c, 'file');
    return c.html(renderVerifyPage({ templates: listTemplates(ports), report: await report(service, name.slice(0, 200), bytes) }));
  });
  pages.get('/v/:agreementNumber', async (c) => {
    const agreementNumber = c.req.param('agreementNumber').slice(0, 40);
    const found = await lookUp(ports, agreementNumber);
    return c.html(renderLookupPage({ agreementNumber, found }), found === null ? 404 : 200);
  });
  return pages;
}

export function publicApi(service: Service): Hono {
  const api = new Hono();
  api.post('/verify', atMostMegabytes(VERIFY_MEGABYTES), async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length === 0) throw new AppError('REQUEST_MALFORMED', { where: '没有选择文件' });
    return c.json(await report(service, 'upload.pdf', bytes));
  });
  return api;
}
