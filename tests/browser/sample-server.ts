/** Every page of `sample-pages.ts` on a port of its own, under the content security policy of the service. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assetResponse } from '../../src/http/assets.ts';
import { PAGES } from '../http/sample-pages.ts';

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'";

export const PAGE_NAMES: readonly string[] = Object.keys(PAGES);

export interface SampleServer {
  /** Address of a page by its name in `PAGES`. */
  readonly urlOf: (name: string) => string;
  stop(): void;
}

export async function servePages(): Promise<SampleServer> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const asset = assetResponse(path);
    response.setHeader('Content-Type', asset?.headers.get('Content-Type') ?? 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', CSP);
    response.end(asset ? Buffer.from(await asset.arrayBuffer()) : String(PAGES[PAGE_NAMES[Number(path.slice(1))] ?? ''] ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { urlOf: (name) => `${origin}/${PAGE_NAMES.indexOf(name)}`, stop: () => void server.close() };
}
