/** Doors for anybody: what this is, verify a file, look up a number. Uploaded files are judged in memory and forgotten. */
import { Hono } from 'hono';
import { fromUtf8, toBase64 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { listTemplates } from '../workflow/list-templates.ts';
import { lookUp } from '../workflow/look-up.ts';
import { verifyUpload } from '../workflow/verify-upload.ts';
import { atMostMegabytes, parseFile } from './bodies.ts';
import type { DeskFactsJson } from './contract/verification.ts';
import type { ReportJson } from './contract.ts';
import { renderHomePage } from './pages/home.ts';
import { renderLookupPage } from './pages/lookup.ts';
import { renderVerifyPage } from './pages/verify.ts';
import { limitRate, VERIFY_RATE } from './rate-limit.ts';
import type { Service, Verifier } from './service.ts';

export const VERIFY_MEGABYTES = 30;

/** One file as a form or a program sends it. */
export async function report({ ports, verifier }: Service, file: string, bytes: Uint8Array): Promise<ReportJson> {
  const judged = await verifier?.verify(bytes);
  const { report: found, ...rest } = await verifyUpload(ports, bytes, judged?.report);
  const { verdict, findings, template, signatures } = found;
  return { file, verdict, findings, template, signatures, ...rest };
}

const NAME_MAX = 200;

export function publicPages(service: Service): Hono {
  const { ports, verifier } = service;
  const pages = new Hono();
  const rate = limitRate(service, VERIFY_RATE);
  const desk = async () => (verifier === undefined ? null : { script: await scriptAddress(verifier), facts: factsOf(service, verifier) });

  pages.get('/', (c) => c.html(renderHomePage({ templates: listTemplates(ports) })));
  pages.get('/verify', async (c) => c.html(renderVerifyPage({ templates: listTemplates(ports), report: null, desk: await desk() })));
  pages.post('/verify', rate, atMostMegabytes(VERIFY_MEGABYTES), async (c) => {
    const { name, bytes } = await parseFile(c, 'file');
    const found = await report(service, name.slice(0, NAME_MAX), bytes);
    return c.html(renderVerifyPage({ templates: listTemplates(ports), report: found, desk: await desk() }));
  });
  pages.get('/verify/desk.js', async (c) => {
    if (verifier === undefined) throw new AppError('PAGE_UNKNOWN');
    c.header('Content-Type', 'text/javascript; charset=utf-8');
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    return c.body(await verifier.script());
  });
  pages.get('/v/:agreementNumber', async (c) => {
    const agreementNumber = c.req.param('agreementNumber').slice(0, 40);
    const found = await lookUp(ports, agreementNumber);
    return c.html(renderLookupPage({ agreementNumber, found, templates: listTemplates(ports), report: null }), found === null ? 404 : 200);
  });
  pages.post('/v/:agreementNumber', rate, atMostMegabytes(VERIFY_MEGABYTES), async (c) => {
    const agreementNumber = c.req.param('agreementNumber').slice(0, 40);
    const { name, bytes } = await parseFile(c, 'file');
    const [found, judged] = await Promise.all([lookUp(ports, agreementNumber), report(service, name.slice(0, NAME_MAX), bytes)]);
    return c.html(renderLookupPage({ agreementNumber, found, templates: listTemplates(ports), report: judged }));
  });
  return pages;
}

const addresses = new WeakMap<Verifier, string>();

/** Changes with the software, so that browsers may keep the script for ever. */
async function scriptAddress(verifier: Verifier): Promise<string> {
  const known = addresses.get(verifier);
  if (known !== undefined) return known;
  const address = `/verify/desk.js?v=${sha256Hex(fromUtf8(await verifier.script())).slice(0, 16)}`;
  addresses.set(verifier, address);
  return address;
}

const factsOf = ({ ports }: Service, { software }: Verifier): DeskFactsJson => ({
  software,
  templates: ports.templates.map(({ pack, version, status, prefixSha256 }) => ({ pack, version, status, prefixSha256 })),
  trustAnchors: ports.trustAnchors.map(toBase64),
  now: ports.clock.now(),
});
