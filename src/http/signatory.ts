/** The signatories' doors: arrive, prove identity, read, sign; one person's pages under /s, an organisation's under /b. */
import { type Context, Hono } from 'hono';
import { E_SIGNING_TERMS_SHA256 } from '../agreement/e-signing-terms.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { fromBase64 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { listCeremony, readAgreement, readDocument, readStanding } from '../workflow/ceremony-agreements.ts';
import { finishSignature } from '../workflow/finish-signature.ts';
import { issueCertificate } from '../workflow/issue-certificate.ts';
import { awaitCode, proveByCode, sendCode } from '../workflow/login-code.ts';
import { arrive, proveIdentity } from '../workflow/open-ceremony.ts';
import { presentCertificate } from '../workflow/present-certificate.ts';
import { readPrepared, startSignature } from '../workflow/start-signature.ts';
import { announce } from './announce.ts';
import { parseForm, parseJson, typedInto } from './bodies.ts';
import { CodeRequest } from './contract/login-code.ts';
import { OwnCertificateRequest } from './contract/own-certificate.ts';
import { FinishRequest, PrepareRequest } from './contract/signing.ts';
import {
  type CeremonyJson,
  type CertificateJson,
  CertificateRequest,
  type FinishedJson,
  type PreparedJson,
  type StartJson,
  StartRequest,
} from './contract.ts';
import { setSignatorySession, signatorySession } from './cookies.ts';
import { pdfResponse } from './files.ts';
import { idempotent } from './idempotency.ts';
import { renderArrivePage } from './pages/arrive.ts';
import { renderDonePage } from './pages/done.ts';
import { renderLoginCodePage } from './pages/login-code.ts';
import { renderReadPage } from './pages/read.ts';
import { renderSignPage } from './pages/sign.ts';
import { organisationList } from './seals.ts';
import type { Service } from './service.ts';
import { visitorOf } from './visitor.ts';

const documentUrl = (token: string, number: string): string => `/api/s/${token}/agreements/${number}/document`;

/** Where the browser goes after identity was proved. */
async function start(service: Service, c: Context, token: string, answer: StartRequest): Promise<string> {
  const proved = await proveIdentity(service.ports, token, answer, visitorOf(service, c));
  if (proved.proof === 'code') await sendCode(service.ports, token, proved.session, 'quiet');
  setSignatorySession(c, service, token, proved.session, proved.expiresAt);
  return proved.proof === 'code' ? `/${doorOf(proved.role)}/${token}/code` : firstPage(service, proved.role, token);
}

const doorOf = (role: PartyRole): 's' | 'b' => (role === 'unit' || role === 'school' ? 'b' : 's');
/** Who has signed comes to see how far it is. */
async function firstPage({ ports }: Service, role: PartyRole, token: string): Promise<string> {
  if (doorOf(role) === 'b') return `/b/${token}/list`;
  return `/s/${token}/${(await arrive(ports, token, undefined)).turn === 'signed' ? 'done' : 'read'}`;
}

/** Where the browser goes after the code was right. */
async function enterCode(service: Service, c: Context, token: string, code: string): Promise<string> {
  const proved = await proveByCode(service.ports, token, signatorySession(c, token), code, visitorOf(service, c));
  setSignatorySession(c, service, token, proved.session, proved.expiresAt);
  return firstPage(service, proved.role, token);
}

export function signatoryApi(service: Service): Hono {
  const { ports } = service;
  const api = new Hono();
  api.post('/:token/start', async (c) => {
    const next = await start(service, c, c.req.param('token'), await parseJson(c, StartRequest));
    return c.json({ next } satisfies StartJson);
  });
  api.post('/:token/code', async (c) => {
    const { code } = await parseJson(c, CodeRequest);
    return c.json({ next: await enterCode(service, c, c.req.param('token'), code) } satisfies StartJson);
  });
  api.post('/:token/code/again', async (c) => {
    const token = c.req.param('token');
    return c.json(await sendCode(ports, token, signatorySession(c, token)));
  });
  api.get('/:token', async (c) => {
    const token = c.req.param('token');
    return c.json((await listCeremony(ports, token, signatorySession(c, token))) satisfies CeremonyJson);
  });
  api.post('/:token/certificate', async (c) => {
    const token = c.req.param('token');
    const { publicKeySpki, proofOfPossession } = await parseJson(c, CertificateRequest);
    const key = { publicKeySpki: fromBase64(publicKeySpki), proofOfPossession: fromBase64(proofOfPossession) };
    return c.json((await issueCertificate(ports, token, signatorySession(c, token), key)) satisfies CertificateJson, 201);
  });
  api.post('/:token/certificate/own', async (c) => {
    const token = c.req.param('token');
    const { certificates, proofOfPossession } = await parseJson(c, OwnCertificateRequest);
    const offer = { certificates: certificates.map(fromBase64), proofOfPossession: fromBase64(proofOfPossession) };
    return c.json((await presentCertificate(ports, token, signatorySession(c, token), offer)) satisfies CertificateJson, 201);
  });
  api.post('/:token/prepare', async (c) => {
    const token = c.req.param('token');
    const { consent: _, ...request } = await parseJson(c, PrepareRequest);
    const started = await startSignature(ports, token, signatorySession(c, token), request, visitorOf(service, c));
    const documentPath = `/api/s/${token}/prepared/${started.preparedId}/document`;
    return c.json({ ...started, documentUrl: documentPath } satisfies PreparedJson, 201);
  });
  api.get('/:token/prepared/:preparedId/document', async (c) => {
    const token = c.req.param('token');
    return pdfResponse(await readPrepared(ports, token, signatorySession(c, token), c.req.param('preparedId')), 'prepared.pdf');
  });
  api.post('/:token/finish', idempotent(service), async (c) => {
    const token = c.req.param('token');
    const { preparedId, signatureValue } = await parseJson(c, FinishRequest);
    const { stored, ...finished } = await finishSignature(ports, token, signatorySession(c, token), preparedId, fromBase64(signatureValue));
    if (stored === 'now') await announce(service, c, finished.agreementNumber);
    return c.json(finished satisfies FinishedJson);
  });
  api.get('/:token/agreements/:agreementNumber/document', async (c) => {
    const { token, agreementNumber } = c.req.param();
    return pdfResponse(await readDocument(ports, token, signatorySession(c, token), agreementNumber), `${agreementNumber}.pdf`);
  });
  return api;
}

/** Arrival and proof are the same for both audiences. @param door `s` or `b` */
function arrival(service: Service, door: 's' | 'b'): Hono {
  const { ports } = service;
  const pages = new Hono();
  const show = async (c: Context, token: string, refusal: AppError | null) => {
    const typed = refusal === null ? {} : await typedInto(c);
    const view = { ...(await arrive(ports, token, signatorySession(c, token))), token, action: `/${door}/${token}/start`, typed };
    if (refusal !== null) c.status(refusal.status);
    return c.html(renderArrivePage({ ...view, refusal }));
  };
  pages.get('/:token', (c) => show(c, c.req.param('token'), null));
  pages.post('/:token/start', async (c) => {
    const token = c.req.param('token');
    try {
      return c.redirect(await start(service, c, token, await parseForm(c, StartRequest)), 303);
    } catch (error) {
      if (
        error instanceof AppError &&
        (/^CODE_/.test(error.code) ||
          error.code === 'IDENTITY_MISMATCH' ||
          error.code === 'CREDIT_CODE_MISTYPED' ||
          error.code === 'REQUEST_MALFORMED')
      )
        return show(c, token, error);
      throw error;
    }
  });
  const showCode = async (c: Context, token: string, refusal: AppError | null) => {
    const view = await awaitCode(ports, token, signatorySession(c, token));
    if (refusal !== null) c.status(refusal.status);
    const shown = { ...view, person: door === 's', action: `/${door}/${token}/code` };
    return c.html(renderLoginCodePage({ ...shown, refusal }));
  };
  /** What a person can put right on the same page stands on it. */
  const orShow = async (c: Context, token: string, act: () => Promise<Response>): Promise<Response> => {
    try {
      return await act();
    } catch (error) {
      if (error instanceof AppError && (error.code.startsWith('CODE_') || error.code === 'REQUEST_MALFORMED'))
        return showCode(c, token, error);
      throw error;
    }
  };
  pages.get('/:token/code', (c) => showCode(c, c.req.param('token'), null));
  pages.post('/:token/code', (c) => {
    const token = c.req.param('token');
    return orShow(c, token, async () => c.redirect(await enterCode(service, c, token, (await parseForm(c, CodeRequest)).code), 303));
  });
  pages.post('/:token/code/again', (c) => {
    const token = c.req.param('token');
    return orShow(c, token, async () => {
      await sendCode(ports, token, signatorySession(c, token));
      return c.redirect(`/${door}/${token}/code`, 303);
    });
  });
  return pages;
}

export function signatoryPages(service: Service): Hono {
  const { ports } = service;
  const pages = arrival(service, 's');
  pages.get('/:token/read', async (c) => {
    const token = c.req.param('token');
    const reading = await readAgreement(ports, token, signatorySession(c, token));
    const others = reading.documents
      .filter(({ agreementNumber }) => agreementNumber !== reading.agreementNumber)
      .map((one) => ({ ...one, documentUrl: documentUrl(token, one.agreementNumber) }));
    return c.html(renderReadPage({ ...reading, others, token, documentUrl: documentUrl(token, reading.agreementNumber) }));
  });
  pages.get('/:token/sign', async (c) => {
    const token = c.req.param('token');
    const session = signatorySession(c, token);
    const reading = await readAgreement(ports, token, session);
    if (reading.state !== 'ready') return c.redirect(`/s/${token}/${reading.state === 'signed' ? 'done' : 'read'}`, 303);
    if (c.req.query('consent') === 'disagree') throw new AppError('CONSENT_WITHHELD');
    if (c.req.query('consent') !== 'agree' || c.req.query('read') !== 'yes' || c.req.query('terms') !== E_SIGNING_TERMS_SHA256)
      return c.redirect(`/s/${token}/read`, 303);
    const ceremony = await listCeremony(ports, token, session);
    const { agreementNumber, headSha256 } = reading;
    const documents = reading.documents.filter(({ state }) => state === 'ready');
    return c.html(renderSignPage({ token, ceremony, agreementNumber, documents, documentFingerprint: headSha256.slice(-8) }));
  });
  pages.get('/:token/done', async (c) => {
    const token = c.req.param('token');
    const standing = await readStanding(ports, token, signatorySession(c, token));
    const accompanying = standing.accompanying.map((one) => ({ ...one, documentUrl: documentUrl(token, one.agreementNumber) }));
    return c.html(renderDonePage({ ...standing, accompanying, token, documentUrl: documentUrl(token, standing.agreementNumber) }));
  });
  return pages;
}

export function organisationPages(service: Service): Hono {
  const pages = arrival(service, 'b');
  pages.route('/', organisationList(service));
  return pages;
}
