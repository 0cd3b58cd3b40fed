/**
 * The school's page of keys and tokens: who may sign without a browser, and with what.
 *   GET  /school/signing                     SigningKeysView          [pages/signing-keys.ts renderSigningKeysPage]
 *   POST /school/signing/tokens              form → SigningKeysView with the token, shown this once; …/:id/revocation → 303
 *   POST /school/signing/keys                multipart `file` …; …/made, …/connected; …/:id/unlocking, …/locking, …/removal → 303
 *   POST /school/signing/runs                form → 303; …/:id/stopping → 303
 */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { E_SIGNING_TERMS_SHA256 } from '../agreement/e-signing-terms.ts';
import { AppError } from '../errors.ts';
import { REFUSALS } from '../refusals.ts';
import { listBatches } from '../workflow/board.ts';
import {
  connectedOf,
  connectSigner,
  listKeys,
  listRuns,
  lockKey,
  makeServerKey,
  removeKey,
  startKeyRun,
  stopKeyRun,
  storeKey,
  UNLOCK_MAX_MINUTES,
  unlockKey,
} from '../workflow/organisation-key.ts';
import { listOrganisations, makeSignerToken, revokeSignerToken } from '../workflow/signer-token.ts';
import type { Tenant } from '../workflow/stores.ts';
import { Nothing, parseForm, parseUpload } from './bodies.ts';
import { renderSigningKeysPage } from './pages/signing-keys.ts';
import { schoolOf } from './school-door.ts';
import type { Service } from './service.ts';
import type { SigningKeysView } from './views/signing-keys.ts';
import { visitorOf } from './visitor.ts';

const label = z.string().trim().min(1).max(40);
/** A staff number: no name stands in the log. */
const operator = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{1,20}$/);
const passphrase = z.string().min(10).max(200);
const TokenForm = z.strictObject({
  label,
  organisation: z.string().regex(/^(?:unit|school) [0-9A-Z]{18}$/),
  days: z.coerce.number().int().min(1).max(366),
});
const FileForm = z.strictObject({ label, operator, password: z.string().max(200), passphrase });
const MadeForm = z.strictObject({ label, operator, passphrase, batchId: z.string().min(1).max(64) });
const ConnectedForm = z.strictObject({ label, operator, signer: z.string().min(1).max(40) });
const UnlockForm = z.strictObject({
  operator,
  passphrase: z.string().min(1).max(200),
  minutes: z.coerce.number().int().min(5).max(UNLOCK_MAX_MINUTES),
});
const RunForm = z.strictObject({
  operator,
  keyId: z.string().min(1).max(64),
  batchId: z.string().min(1).max(64),
  terms: z.string().regex(/^[0-9a-f]{64}$/),
  seal: z.literal('own').optional(),
  consent: z.literal('yes'),
});

const wordsOf = (code: string): string => {
  const known = Object.entries(REFUSALS).find(([name]) => name === code)?.[1].zh ?? '';
  return known.includes('{') || known === '' ? `停在 ${code}，请检查密钥和证书。` : known;
};

export function signingKeyPages(service: Service): Hono {
  const { ports } = service;
  const tenantOf = (c: Context): Promise<Tenant> => schoolOf(service, c);
  const pages = new Hono();
  const show = async (c: Context, tenant: Tenant, changes: Partial<SigningKeysView> = {}) => {
    const now = ports.clock.now();
    const view: SigningKeysView = {
      schoolName: tenant.name,
      tokens: (await ports.signerTokens.list(tenant.id)).map(({ revokedAt, expiresAt, ...token }) => ({
        ...token,
        expiresAt,
        state: revokedAt !== null ? ('revoked' as const) : expiresAt <= now ? ('expired' as const) : ('good' as const),
      })),
      newToken: null,
      organisations: await listOrganisations(ports, tenant),
      keys: await listKeys(ports, tenant),
      connected: connectedOf(ports, tenant),
      runs: (await listRuns(ports, tenant)).map((run) => ({ ...run, trouble: run.trouble === null ? null : wordsOf(run.trouble) })),
      batches: (await listBatches(ports, tenant)).map(({ id, name }) => ({ id, name })),
      termsSha256: E_SIGNING_TERMS_SHA256,
      refusal: null,
      ...changes,
    };
    return c.html(renderSigningKeysPage(view));
  };
  /** Does it and shows the page anew; a refusal stands on the page that was used. */
  const act = async (c: Context, step: (tenant: Tenant) => Promise<unknown>): Promise<Response> => {
    const tenant = await tenantOf(c);
    try {
      await step(tenant);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      c.status(error.status);
      return show(c, tenant, { refusal: error });
    }
    return c.redirect('/school/signing', 303);
  };
  pages.get('/', async (c) => show(c, await tenantOf(c)));
  pages.post('/tokens', async (c) => {
    const tenant = await tenantOf(c);
    const { label, organisation, days } = await parseForm(c, TokenForm);
    const [role = '', creditCode = ''] = organisation.split(' ');
    const { token } = await makeSignerToken(ports, tenant, { label, role: role === 'unit' ? 'unit' : 'school', creditCode, days });
    return show(c, tenant, { newToken: { label, token } });
  });
  pages.post('/tokens/:id/revocation', (c) =>
    act(c, async (tenant) => {
      await parseForm(c, Nothing);
      await revokeSignerToken(ports, tenant, c.req.param('id'));
    }),
  );
  pages.post('/keys', (c) =>
    act(c, async (tenant) => {
      const { file, fields } = await parseUpload(c, 'file', FileForm);
      await storeKey(ports, tenant, { ...fields, file: file.bytes });
    }),
  );
  pages.post('/keys/made', (c) => act(c, async (tenant) => makeServerKey(ports, tenant, await parseForm(c, MadeForm))));
  pages.post('/keys/connected', (c) => act(c, async (tenant) => connectSigner(ports, tenant, await parseForm(c, ConnectedForm))));
  pages.post('/keys/:id/unlocking', (c) =>
    act(c, async (tenant) => unlockKey(ports, tenant, c.req.param('id'), await parseForm(c, UnlockForm))),
  );
  pages.post('/keys/:id/locking', (c) =>
    act(c, async (tenant) => {
      await parseForm(c, Nothing);
      await lockKey(ports, tenant, c.req.param('id'));
    }),
  );
  pages.post('/keys/:id/removal', (c) =>
    act(c, async (tenant) => {
      await parseForm(c, Nothing);
      await removeKey(ports, tenant, c.req.param('id'));
    }),
  );
  pages.post('/runs', (c) =>
    act(c, async (tenant) => {
      const { terms, consent: _, seal = 'none', ...request } = await parseForm(c, RunForm);
      await startKeyRun(ports, tenant, { ...request, seal, termsSha256: terms }, visitorOf(service, c));
    }),
  );
  pages.post('/runs/:id/stopping', (c) =>
    act(c, async (tenant) => {
      await parseForm(c, Nothing);
      await stopKeyRun(ports, tenant, c.req.param('id'));
    }),
  );
  return pages;
}
