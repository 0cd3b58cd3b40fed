/** The whole service over HTTP: guards, doors, and the one place where errors become answers. */
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { routePath } from 'hono/route';
import { AppError } from '../errors.ts';
import { agreementPages } from './agreements.ts';
import { assetResponse } from './assets.ts';
import { atMostMegabytes } from './bodies.ts';
import { classroomApi, classroomDoor, classroomPages } from './classrooms.ts';
import { notStored, pageHeaders, sameOriginWrites } from './guards.ts';
import { objectionPages } from './objections.ts';
import { publicKeyInfrastructure } from './pki.ts';
import { publicPages } from './public.ts';
import { answerError } from './refusals.ts';
import { schoolApi, schoolPages } from './school.ts';
import type { Service } from './service.ts';
import { organisationPages, signatoryApi, signatoryPages } from './signatory.ts';
import { templatePages } from './templates.ts';
import { verificationApi } from './verification.ts';

/** Routes that take files; each sets its own limit. */
const TAKES_FILES = /^\/(?:api\/)?(?:school\/(?:rosters|template-drafts)|verify(?:\/(?:file|drawing))?|v\/[^/]+)$/;

export function makeApp(service: Service): Hono {
  const { log, ports } = service;
  const app = new Hono();
  app.use(requestId());
  app.use(pageHeaders());
  app.use(notStored);
  app.use(async (c, next) => {
    const began = ports.clock.now();
    await next();
    const route = routePath(c, -1);
    log.info(
      { requestId: c.get('requestId'), method: c.req.method, route, status: c.res.status, ms: ports.clock.now() - began },
      'request',
    );
  });
  app.use(sameOriginWrites(service.publicUrl));
  app.use((c, next) => (TAKES_FILES.test(c.req.path) ? next() : atMostMegabytes(1)(c, next)));

  app.get('/health/live', (c) => c.json({ status: 'live' }));
  app.get('/health/ready', async (c) => {
    const ready =
      ports.templates.length > 0 &&
      (await ports.tenants.find('-').then(
        () => true,
        () => false,
      ));
    return c.json({ status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
  });
  app.get('/assets/*', (c) => {
    const asset = assetResponse(c.req.path);
    if (asset === undefined) throw new AppError('PAGE_UNKNOWN');
    return asset;
  });
  app.route('/api/school', classroomApi(service));
  app.route('/api/school', schoolApi(service));
  app.route('/api/s', signatoryApi(service));
  app.route('/api', verificationApi(service));
  app.route('/school', schoolPages(service));
  app.route('/school', templatePages(service));
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
