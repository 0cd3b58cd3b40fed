/** The whole service over HTTP: guards, doors, and the one place where errors become answers. */
import { type Context, Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { routePath } from 'hono/route';
import { AppError } from '../errors.ts';
import { agreementPages } from './agreements.ts';
import { assetResponse } from './assets.ts';
import { atMostMegabytes } from './bodies.ts';
import { classroomApi, classroomDoor, classroomPages } from './classrooms.ts';
import { limitDoors } from './door-limit.ts';
import { notStored, pageHeaders, sameOriginWrites } from './guards.ts';
import { openMetrics } from './metrics.ts';
import { objectionPages } from './objections.ts';
import { openBatchPages } from './open-batch.ts';
import { publicKeyInfrastructure } from './pki.ts';
import { publicPages } from './public.ts';
import { answerError } from './refusals.ts';
import { schoolApi, schoolPages } from './school.ts';
import type { Service } from './service.ts';
import { organisationPages, signatoryApi, signatoryPages } from './signatory.ts';
import { signerApi } from './signer.ts';
import { signingKeyPages } from './signing-keys.ts';
import { templateApi } from './template-api.ts';
import { templatePages } from './templates.ts';
import { verificationApi } from './verification.ts';
import { addressOf } from './visitor.ts';

/** Routes that take files; each sets its own limit. */
const TAKES_FILES =
  /^\/(?:api\/)?(?:school\/(?:rosters|template-drafts)|verify(?:\/(?:file|drawing))?|v\/[^/]+|b\/[^/]+\/seal|signer\/preparations)$/;

export function makeApp(service: Service): Hono {
  const { log, ports } = service;
  const app = new Hono();
  const metrics = openMetrics();
  app.use(requestId());
  app.use(pageHeaders());
  app.use(notStored);
  app.use(async (c, next) => {
    const began = ports.clock.now();
    await next();
    const route = routePath(c, -1);
    const { method } = c.req;
    const ms = ports.clock.now() - began;
    metrics.count('sanfang_http_requests_total', { method, route, status: String(c.res.status) });
    metrics.count('sanfang_http_request_seconds_total', { route }, ms / 1000);
    log.info({ requestId: c.get('requestId'), method, route, status: c.res.status, ms }, 'request');
  });
  app.use(sameOriginWrites(service.publicUrl));
  app.use((c, next) => (TAKES_FILES.test(c.req.path) ? next() : atMostMegabytes(1)(c, next)));

  app.use(limitDoors(service));

  const live = (c: Context): Response => c.json({ status: 'live' });
  const readiness = async (c: Context): Promise<Response> => {
    const ready =
      ports.templates.length > 0 &&
      (await ports.tenants.find('-').then(
        () => true,
        () => false,
      ));
    return c.json({ status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
  };
  for (const path of ['/health/live', '/healthz']) app.get(path, live);
  for (const path of ['/health/ready', '/readyz']) app.get(path, readiness);
  app.get('/metrics', async (c) => {
    if (service.metricsFrom?.includes(addressOf(service, c)) !== true) throw new AppError('PAGE_UNKNOWN');
    return c.text(await metrics.print(ports), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  app.get('/assets/*', (c) => {
    const asset = assetResponse(c.req.path);
    if (asset === undefined) throw new AppError('PAGE_UNKNOWN');
    return asset;
  });
  app.route('/api/school', classroomApi(service));
  app.route('/api/school', schoolApi(service));
  app.route('/api/school', templateApi(service));
  app.route('/api/s', signatoryApi(service));
  app.route('/api/signer', signerApi(service));
  app.route('/api', verificationApi(service));
  app.route('/school', schoolPages(service));
  app.route('/school', openBatchPages(service));
  app.route('/school', templatePages(service));
  app.route('/school/signing', signingKeyPages(service));
  app.route('/school', classroomPages(service));
  app.route('/c', classroomDoor(service));
  app.route('/school/agreements', agreementPages(service));
  app.route('/s', objectionPages(service, 's'));
  app.route('/b', objectionPages(service, 'b'));
  app.route('/s', signatoryPages(service));
  app.route('/b', organisationPages(service));
  app.route('/pki', publicKeyInfrastructure(service));
  app.route('/', publicPages(service));
  app.notFound((c) => answerError(c, new AppError('PAGE_UNKNOWN'), log));
  app.onError((error, c) => answerError(c, error, log));
  return app;
}
