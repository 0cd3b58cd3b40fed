/** What an authority of ours publishes for anybody: its certificates, its revocation lists, and answers about single certificates. */
import { Hono } from 'hono';
import { fromBase64 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import type { Service } from './service.ts';

const TYPES: Readonly<Record<string, string>> = { cer: 'application/pkix-cert', crl: 'application/pkix-crl' };
/** A revocation is known to everybody within this time. */
const KEPT = 'public, max-age=600';
const REQUEST_MAX_BYTES = 8192;

/** @source RFC 5280 §4.2.1.13, §4.2.2.1; RFC 2585; RFC 6960 Appendix A */
export function publicKeyInfrastructure({ ports }: Service): Hono {
  const { publisher } = ports;
  const routes = new Hono();
  if (publisher === null) return routes;
  const answer = async (request: Uint8Array, cacheControl: string): Promise<Response> =>
    new Response(new Uint8Array(await publisher.answer(request)), {
      headers: { 'Content-Type': 'application/ocsp-response', 'Cache-Control': cacheControl },
    });
  routes.get('/:name{[a-z]+\\.(?:cer|crl)}', async (c) => {
    const name = c.req.param('name');
    const der = await publisher.file(name);
    if (der === undefined) throw new AppError('PAGE_UNKNOWN');
    const type = TYPES[name.slice(-3)] ?? 'application/octet-stream';
    return new Response(new Uint8Array(der), { headers: { 'Content-Type': type, 'Cache-Control': KEPT } });
  });
  routes.post('/ocsp', async (c) => {
    const request = new Uint8Array(await c.req.arrayBuffer());
    return answer(request.length > REQUEST_MAX_BYTES ? new Uint8Array() : request, 'no-store');
  });
  routes.get('/ocsp/*', (c) => {
    const path = new URL(c.req.url).pathname;
    return answer(requestIn(path.slice(path.indexOf('/ocsp/') + '/ocsp/'.length)), KEPT);
  });
  return routes;
}

/** The request in an address: Base64, then percent-encoded; nothing where it is neither. */
function requestIn(path: string): Uint8Array {
  try {
    return path.length > REQUEST_MAX_BYTES ? new Uint8Array() : fromBase64(decodeURIComponent(path));
  } catch {
    return new Uint8Array();
  }
}
