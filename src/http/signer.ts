/** The interface for programs that sign outside the browser, with the token of an organisation. */
import { type Context, Hono } from 'hono';
import { fromBase64, toBase64 } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import {
  finishForSigner,
  listForSigner,
  type PreparationState,
  prepareForSigner,
  readForSigner,
  readPreparation,
  readPreparedFile,
  type SignerPreparation,
} from '../workflow/external-signing.ts';
import {
  finishSm2ForSigner,
  prepareSm2ForSigner,
  readSm2Preparation,
  readSm2PreparedFile,
  type Sm2Preparation,
} from '../workflow/external-sm2.ts';
import { authorizeSigner } from '../workflow/signer-token.ts';
import type { SignerToken } from '../workflow/stores/signer.ts';
import { announce } from './announce.ts';
import { atMostMegabytes, parseJson } from './bodies.ts';
import {
  type PreparationJson,
  type PreparationsJson,
  PreparationsRequest,
  type SignaturesJson,
  SignaturesRequest,
  type SignerTaskJson,
  type Sm2PreparationJson,
  type Sm2PreparationsJson,
  Sm2PreparationsRequest,
  type Sm2SignaturesJson,
} from './contract/signer.ts';
import { pdfResponse } from './files.ts';
import type { Service } from './service.ts';
import { visitorOf } from './visitor.ts';

const toJson = (preparation: SignerPreparation, state: PreparationState): PreparationJson => ({
  ...preparation,
  signedAttributesSha256: toBase64(sha256(fromBase64(preparation.signedAttributes))),
  documentUrl: `/api/signer/preparations/${preparation.preparedId}/document`,
  state,
});

const toSm2Json = (preparation: Sm2Preparation): Sm2PreparationJson => ({
  ...preparation,
  documentUrl: `/api/signer/sm2-preparations/${preparation.preparedId}/document`,
});

/** A picture of a seal, and the numbers of many agreements. */
const PREPARATIONS_MAX_MB = 3;

export function signerApi(service: Service): Hono {
  const { ports } = service;
  const signerOf = (c: Context): Promise<SignerToken> =>
    authorizeSigner(ports, /^Bearer ([A-Za-z0-9_-]{20,100})$/.exec(c.req.header('Authorization') ?? '')?.[1]);
  const api = new Hono();
  api.get('/agreements', async (c) => c.json((await listForSigner(ports, await signerOf(c))) satisfies SignerTaskJson));
  api.get('/agreements/:agreementNumber/document', async (c) => {
    const { agreementNumber } = c.req.param();
    return pdfResponse(await readForSigner(ports, await signerOf(c), agreementNumber), `${agreementNumber}.pdf`);
  });
  api.post('/preparations', atMostMegabytes(PREPARATIONS_MAX_MB), async (c) => {
    const signer = await signerOf(c);
    const { agreementNumbers, certificateChain, termsSha256, seal } = await parseJson(c, PreparationsRequest);
    const wish = seal && { png: seal.png === undefined ? null : fromBase64(seal.png), diameterMm: seal.diameterMm ?? null };
    const request = {
      agreementNumbers,
      certificateChain: certificateChain.map(fromBase64),
      termsSha256,
      ...(wish === undefined ? {} : { seal: wish }),
    };
    const results = await prepareForSigner(ports, signer, request, visitorOf(service, c));
    const preparations = results.map((result, i) =>
      result.ok
        ? toJson(result.value, 'ready')
        : { agreementNumber: agreementNumbers[i] ?? '', refused: { code: result.code, zh: result.zh } },
    );
    return c.json({ preparations } satisfies PreparationsJson, 201);
  });
  api.get('/preparations/:preparedId', async (c) => {
    const { state, ...preparation } = await readPreparation(ports, await signerOf(c), c.req.param('preparedId'));
    return c.json(toJson(preparation, state));
  });
  api.get('/preparations/:preparedId/document', async (c) =>
    pdfResponse(await readPreparedFile(ports, await signerOf(c), c.req.param('preparedId')), 'prepared.pdf'),
  );
  api.post('/signatures', async (c) => {
    const signer = await signerOf(c);
    const { signatures: given } = await parseJson(c, SignaturesRequest);
    const values = given.map(({ preparedId, signatureValue }) => ({ preparedId, value: fromBase64(signatureValue) }));
    const results = await finishForSigner(ports, signer, values);
    const signatures: SignaturesJson['signatures'][number][] = [];
    for (const [i, result] of results.entries()) {
      const preparedId = given[i]?.preparedId ?? '';
      if (!result.ok) {
        signatures.push({ preparedId, refused: { code: result.code, zh: result.zh } });
        continue;
      }
      const { stored, ...finished } = result.value;
      if (stored === 'now') await announce(service, c, finished.agreementNumber);
      signatures.push({ preparedId, ...finished });
    }
    return c.json({ signatures } satisfies SignaturesJson);
  });
  api.post('/sm2-preparations', async (c) => {
    const signer = await signerOf(c);
    const { agreementNumbers, certificateChain, termsSha256 } = await parseJson(c, Sm2PreparationsRequest);
    const request = { agreementNumbers, certificateChain: certificateChain.map(fromBase64), termsSha256 };
    const results = await prepareSm2ForSigner(ports, signer, request, visitorOf(service, c));
    const preparations = results.map((result, i) =>
      result.ok ? toSm2Json(result.value) : { agreementNumber: agreementNumbers[i] ?? '', refused: { code: result.code, zh: result.zh } },
    );
    return c.json({ preparations } satisfies Sm2PreparationsJson, 201);
  });
  api.get('/sm2-preparations/:preparedId', async (c) =>
    c.json(toSm2Json(await readSm2Preparation(ports, await signerOf(c), c.req.param('preparedId')))),
  );
  api.get('/sm2-preparations/:preparedId/document', async (c) =>
    pdfResponse(await readSm2PreparedFile(ports, await signerOf(c), c.req.param('preparedId')), 'prepared.pdf'),
  );
  api.post('/sm2-signatures', async (c) => {
    const signer = await signerOf(c);
    const { signatures: given } = await parseJson(c, SignaturesRequest);
    const values = given.map(({ preparedId, signatureValue }) => ({ preparedId, value: fromBase64(signatureValue) }));
    const signatures = (await finishSm2ForSigner(ports, signer, values)).map((result, i) => {
      const preparedId = given[i]?.preparedId ?? '';
      return result.ok ? { preparedId, ...result.value } : { preparedId, refused: { code: result.code, zh: result.zh } };
    });
    return c.json({ signatures } satisfies Sm2SignaturesJson);
  });
  return api;
}
