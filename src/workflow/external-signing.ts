/**
 * Signing by a program outside: attributes out, a signature value in, days later if need be. Nothing is locked meanwhile: a preparation
 * is bound to the revision it was made on, and is made again where another party was quicker.
 */

import { E_SIGNING_TERMS, E_SIGNING_TERMS_SHA256 } from '../agreement/e-signing-terms.ts';
import { fromUtf8 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type Instant, toInstant } from '../instant.ts';
import { preparedFile } from '../signing/prepare.ts';
import { type FinishedSignature, finishFor } from './finish-signature.ts';
import { chooseSeal, type SealChoice, type SealWish } from './organisation-seal.ts';
import { acceptCertificate, parseOffered, saveCertificate } from './present-certificate.ts';
import { makeId } from './secrets.ts';
import { isSameOrganisation, organisationIn } from './signer-token.ts';
import { type Standing, standingOf } from './signing-order.ts';
import { certificateOf, preparedUntil, rebuild, type StartedSignature, startFor, toStarted } from './start-signature.ts';
import { dataOf, isIssued, isOpen, templateFor } from './stored-data.ts';
import type { Visitor } from './stores/evidence.ts';
import type { SignerToken } from './stores/signer.ts';
import type { PreparedInputs } from './stores/signing.ts';
import type { AgreementRecord, BatchSummary, Ceremony, IssuedAgreement, OpenAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface SignerItem {
  readonly agreementNumber: string;
  readonly batchId: string;
  readonly state: Standing['state'];
  readonly headSha256: string;
}

export interface SignerTask {
  readonly role: SignerToken['role'];
  readonly organisation: string;
  readonly terms: { readonly title: string; readonly clauses: readonly string[]; readonly sha256: string };
  readonly items: readonly SignerItem[];
}

/** Each answered by itself, in the order of the request. */
export type SignerResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string; readonly zh: string };

export interface SignerPreparation extends StartedSignature {
  readonly expiresAt: Instant;
}

/** The agreements of the token's organisation that are not taken back, batch by batch. */
export async function listForSigner(
  ports: Pick<Ports, 'agreements' | 'batches' | 'clock' | 'signerTokens'>,
  signer: SignerToken,
): Promise<SignerTask> {
  const items: SignerItem[] = [];
  for (const batch of await ports.batches.list(signer.tenant)) {
    for (const agreement of await ports.agreements.listOfBatch(batch.id)) {
      if (!isOpen(agreement) || !isOf(signer, agreement)) continue;
      const { state } = standingOf(batch.order, agreement, signer.role);
      items.push({ agreementNumber: agreement.number, batchId: batch.id, state, headSha256: agreement.head.sha256 });
    }
  }
  await logUse(ports, signer, 'list', items.length);
  const { title, clauses } = E_SIGNING_TERMS;
  return { role: signer.role, organisation: signer.organisation, terms: { title, clauses, sha256: E_SIGNING_TERMS_SHA256 }, items };
}

const isOf = (signer: SignerToken, agreement: AgreementRecord): boolean =>
  agreement.tenant === signer.tenant && isSameOrganisation(organisationIn(agreement, signer.role), signer);

/** Keeps that the token was used, and for what. */
export function logUse(ports: Pick<Ports, 'clock' | 'signerTokens'>, signer: SignerToken, what: string, count: number): Promise<void> {
  const detail = { what, count };
  return ports.signerTokens.recordUse(signer.id, {
    tenant: signer.tenant,
    at: ports.clock.now(),
    kind: 'SIGNER_TOKEN_USED',
    subject: signer.id,
    detail,
  });
}

/** @throws AppError AGREEMENT_UNKNOWN, also for other organisations' and other schools'; AGREEMENT_NOT_READY where it cannot be read */
export async function agreementFor(ports: Pick<Ports, 'agreements'>, signer: SignerToken, number: string): Promise<OpenAgreement> {
  const agreement = await ports.agreements.find(number);
  if (agreement === undefined || !isOf(signer, agreement)) throw new AppError('AGREEMENT_UNKNOWN');
  if (!isOpen(agreement)) throw new AppError('AGREEMENT_NOT_READY');
  return agreement;
}

/** The file as it stands, to be looked at before signing. @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
export async function readForSigner(
  ports: Pick<Ports, 'agreements' | 'blobs' | 'clock' | 'signerTokens'>,
  signer: SignerToken,
  number: string,
): Promise<Uint8Array> {
  const agreement = await agreementFor(ports, signer, number);
  await logUse(ports, signer, 'document', 1);
  return ports.blobs.get(agreement.head.sha256);
}

type PreparePorts = Pick<
  Ports,
  | 'agreements'
  | 'batches'
  | 'blobs'
  | 'ceremonies'
  | 'clock'
  | 'preparedLastsMs'
  | 'random'
  | 'revocation'
  | 'seals'
  | 'signerTokens'
  | 'signings'
  | 'templates'
  | 'trustAnchors'
>;

/**
 * Prepares one signature for each agreement, all for the same certificate, the first of the chain.
 * @throws AppError CERTIFICATE_UNREADABLE; what concerns one agreement is its own result
 */
export async function prepareForSigner(
  ports: PreparePorts,
  signer: SignerToken,
  request: {
    readonly agreementNumbers: readonly string[];
    readonly certificateChain: readonly Uint8Array[];
    readonly termsSha256: string;
    /** Absent: signs without a picture. */
    readonly seal?: SealWish;
  },
  visitor: Visitor,
): Promise<readonly SignerResult<SignerPreparation>[]> {
  const offered = parseOffered(request.certificateChain);
  const [leaf] = offered;
  if (leaf === undefined) throw new AppError('CERTIFICATE_UNREADABLE', { reason: '没有证书' });
  await logUse(ports, signer, 'prepare', request.agreementNumbers.length);
  const certificates = new Map<string, string>();
  const seals = new Map<string, SealChoice>();
  return eachByItself(request.agreementNumbers, async (number) => {
    const agreement = await agreementFor(ports, signer, number);
    const ceremony = await ceremonyFor(ports, signer, agreement, visitor);
    // The same ceremony means the same signatory, by name and number.
    const known = certificates.get(ceremony.id);
    const certificateId =
      known ?? (await saveCertificate(ports, ceremony, await acceptCertificate(ports, leaf, offered, agreement, ceremony), 'external'));
    certificates.set(ceremony.id, certificateId);
    const { termsSha256, seal: wish } = request;
    const seal = wish && (seals.get(ceremony.id) ?? (await chooseSeal(ports, ceremony, agreement, wish, visitor)));
    if (seal !== undefined) seals.set(ceremony.id, seal);
    const signing = { agreementNumber: number, certificateId, ink: null, seal: seal ?? null, termsSha256 };
    const started = await startFor(ports, ceremony, signing, visitor);
    return { ...started, expiresAt: toInstant(ports.clock.now() + ports.preparedLastsMs) };
  });
}

/** In order; what is refused is told and stops nothing. */
export async function eachByItself<T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<readonly SignerResult<R>[]> {
  const results: SignerResult<R>[] = [];
  for (const one of all) {
    try {
      results.push({ ok: true, value: await act(one) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      results.push({ ok: false, code: error.code, zh: error.zh });
    }
    await new Promise(setImmediate);
  }
  return results;
}

/** One for each token, batch and signatory; the token is the proof of identity. No link opens it. */
async function ceremonyFor(
  ports: Pick<Ports, 'ceremonies' | 'clock' | 'random'>,
  signer: SignerToken,
  agreement: OpenAgreement,
  visitor: Visitor,
): Promise<Ceremony> {
  const party = agreement.parties.find(({ role }) => role === signer.role);
  if (party === undefined) throw new Error('an agreement without that organisation');
  const at = ports.clock.now();
  const id = makeId(ports.random);
  const { tenant, role } = signer;
  return ports.ceremonies.join(
    {
      id,
      tenant,
      batch: agreement.batch,
      role,
      agreement: null,
      signatoryKey: party.signatoryKey,
      createdAt: at,
      expiresAt: signer.expiresAt,
      tokenHash: ceremonyHash(signer, agreement.batch, party.signatoryKey),
    },
    [{ tenant, at, kind: 'IDENTITY_PROVED', subject: id, detail: { role, method: 'signer-token', token: signer.id, ...visitor } }],
  );
}

/** In a name space of its own, so that no token of a link has this hash. */
const ceremonyHash = (signer: SignerToken, batch: string, signatoryKey: string) =>
  sha256Hex(fromUtf8(`sanfang.signer-ceremony/1\n${signer.id}\n${batch}\n${signatoryKey}`));

interface FoundPreparation {
  readonly inputs: PreparedInputs;
  readonly ceremony: Ceremony;
  readonly agreement: OpenAgreement;
  readonly batch: BatchSummary;
}

/** @throws AppError PREPARATION_UNKNOWN, also for another token's; AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
async function findPreparation(
  ports: Pick<Ports, 'agreements' | 'batches' | 'ceremonies' | 'signings'>,
  signer: SignerToken,
  preparedId: string,
): Promise<FoundPreparation> {
  const inputs = await ports.signings.findPrepared(preparedId);
  const agreement = inputs && (await ports.agreements.find(inputs.agreement));
  const party = agreement?.parties.find(({ role }) => role === signer.role);
  if (inputs === undefined || agreement === undefined || party === undefined) throw new AppError('PREPARATION_UNKNOWN');
  const ceremony = await ports.ceremonies.findByToken(ceremonyHash(signer, agreement.batch, party.signatoryKey));
  if (ceremony === undefined || ceremony.id !== inputs.ceremony) throw new AppError('PREPARATION_UNKNOWN');
  const batch = await ports.batches.find(agreement.batch);
  if (batch === undefined) throw new Error('agreement without batch');
  return { inputs, ceremony, agreement: await agreementFor(ports, signer, inputs.agreement), batch };
}

/** `ready`: a value is waited for · `signed`: redeemed, or signed otherwise · `moved`: prepare again · `expired`: prepare again · `paused`. */
export type PreparationState = 'ready' | 'signed' | 'moved' | 'expired' | 'paused';

export interface StoredPreparation extends SignerPreparation {
  readonly state: PreparationState;
}

type ReadPorts = Pick<
  Ports,
  'agreements' | 'batches' | 'blobs' | 'ceremonies' | 'clock' | 'preparedLastsMs' | 'seals' | 'signerTokens' | 'signings' | 'templates'
>;

async function rebuilt(ports: ReadPorts, { inputs, ceremony, agreement }: FoundPreparation) {
  const template = templateFor(ports.templates, dataOf(agreement, ports.templates).template);
  const issued: IssuedAgreement = isIssued(agreement) ? agreement : { ...agreement, state: 'signing' };
  const prepared = await rebuild(ports, issued, inputs, await certificateOf(ports, ceremony, inputs.certificate));
  return { prepared, template };
}

/** A preparation again, byte for byte, and how it stands. @throws AppError PREPARATION_UNKNOWN */
export async function readPreparation(ports: ReadPorts, signer: SignerToken, preparedId: string): Promise<StoredPreparation> {
  const found = await findPreparation(ports, signer, preparedId);
  const { inputs, agreement, batch } = found;
  const { prepared, template } = await rebuilt(ports, found);
  const expiresAt = preparedUntil(ports, inputs);
  const standing = standingOf(batch.order, agreement, signer.role).state;
  const state: PreparationState =
    standing === 'signed'
      ? 'signed'
      : standing === 'declined'
        ? 'paused'
        : expiresAt <= ports.clock.now()
          ? 'expired'
          : agreement.head.sha256 === inputs.base.sha256
            ? 'ready'
            : 'moved';
  return { ...toStarted(inputs, prepared, template), expiresAt, state };
}

/** The whole prepared file with an empty /Contents, to be hashed by whoever signs. @throws AppError PREPARATION_UNKNOWN */
export async function readPreparedFile(ports: ReadPorts, signer: SignerToken, preparedId: string): Promise<Uint8Array> {
  const found = await findPreparation(ports, signer, preparedId);
  return preparedFile((await rebuilt(ports, found)).prepared);
}

type FinishPorts = ReadPorts & Pick<Ports, 'jobs' | 'organisationKeys' | 'revocation' | 'timestamps' | 'trustAnchors'>;

/** Redeems preparations. One that was redeemed before is answered the same way and stored no second time. */
export async function finishForSigner(
  ports: FinishPorts,
  signer: SignerToken,
  values: readonly { readonly preparedId: string; readonly value: Uint8Array }[],
): Promise<readonly SignerResult<FinishedSignature>[]> {
  await logUse(ports, signer, 'finish', values.length);
  return eachByItself(values, async ({ preparedId, value }) => {
    const { ceremony } = await findPreparation(ports, signer, preparedId);
    return finishFor(ports, ceremony, preparedId, value);
  });
}
