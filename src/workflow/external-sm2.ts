/**
 * An additional SM2 signature by a program outside, for an organisation that has signed: attributes out, a value in, days later if need be.
 * It is a revision like any other: bound to the file as it stood, judged before it is stored, and lost to nobody who was quicker.
 */
import { E_SIGNING_TERMS_SHA256 } from '../agreement/e-signing-terms.ts';
import { toBase64, toHex } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { beijingText, type Instant, toInstant, wholeSeconds } from '../instant.ts';
import { type PreparedSm2, prepareSm2 } from '../signing/sm2.ts';
import { addSm2 } from './add-sm2.ts';
import { declinedRefusal } from './authorize.ts';
import { agreementFor, eachByItself, logUse, type PreparationState, type SignerResult } from './external-signing.ts';
import { SEAL_JOB } from './job-kinds.ts';
import { makeId } from './secrets.ts';
import { dataOf, isIssued, templateFor } from './stored-data.ts';
import type { Visitor } from './stores/evidence.ts';
import type { SignerToken } from './stores/signer.ts';
import type { PreparedSm2Inputs } from './stores/sm2.ts';
import type { OpenAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface Sm2Preparation {
  readonly preparedId: string;
  readonly agreementNumber: string;
  /** DER SET OF attributes, base64: what the SM2 key signs, with SM3 and the default identity. */
  readonly signedAttributes: string;
  /** SM3 of what the ByteRange covers, lower-case hex; it stands inside the attributes. */
  readonly digestSm3: string;
  readonly expiresAt: Instant;
  readonly state: PreparationState;
}

type ReadPorts = Pick<Ports, 'agreements' | 'blobs' | 'clock' | 'preparedLastsMs' | 'signerTokens' | 'sm2' | 'templates'>;

const expiryOf = ({ preparedLastsMs }: Pick<Ports, 'preparedLastsMs'>, { at }: PreparedSm2Inputs): Instant =>
  toInstant(at + preparedLastsMs);

async function rebuild(
  ports: Pick<Ports, 'blobs' | 'templates'>,
  agreement: OpenAgreement,
  { role, at, chain, base }: PreparedSm2Inputs,
): Promise<PreparedSm2> {
  const template = templateFor(ports.templates, dataOf(agreement, ports.templates).template);
  return prepareSm2(template, await ports.blobs.get(base.sha256), { role, at, certificateChain: chain });
}

const toPreparation = (
  ports: Pick<Ports, 'preparedLastsMs'>,
  inputs: PreparedSm2Inputs,
  prepared: PreparedSm2,
  state: PreparationState,
): Sm2Preparation => ({
  preparedId: inputs.id,
  agreementNumber: inputs.agreement,
  signedAttributes: toBase64(prepared.signedAttributes),
  digestSm3: toHex(prepared.digest),
  expiresAt: expiryOf(ports, inputs),
  state,
});

/**
 * Prepares one additional signature for each agreement that the organisation has signed.
 * @returns each by itself: AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY, AGREEMENT_DECLINED, SM2_NOT_POSSIBLE, SM2_CERTIFICATE_UNUSABLE
 * @throws AppError TERMS_CHANGED
 */
export async function prepareSm2ForSigner(
  ports: ReadPorts & Pick<Ports, 'random'>,
  signer: SignerToken,
  request: { readonly agreementNumbers: readonly string[]; readonly certificateChain: readonly Uint8Array[]; readonly termsSha256: string },
  visitor: Visitor,
): Promise<readonly SignerResult<Sm2Preparation>[]> {
  if (request.termsSha256 !== E_SIGNING_TERMS_SHA256) throw new AppError('TERMS_CHANGED');
  await logUse(ports, signer, 'prepare-sm2', request.agreementNumbers.length);
  return eachByItself(request.agreementNumbers, async (number) => {
    const agreement = await agreementFor(ports, signer, number);
    if (!isIssued(agreement)) throw declinedRefusal(agreement);
    const at = ports.clock.now();
    const inputs: PreparedSm2Inputs = {
      id: makeId(ports.random),
      signerToken: signer.id,
      agreement: number,
      role: signer.role,
      chain: request.certificateChain,
      base: agreement.head,
      at: wholeSeconds(at),
    };
    const prepared = await rebuild(ports, agreement, inputs);
    const detail = {
      role: signer.role,
      token: signer.id,
      prepared: inputs.id,
      termsSha256: E_SIGNING_TERMS_SHA256,
      documentSha256: agreement.head.sha256,
      ...visitor,
    };
    await ports.sm2.save(inputs, { tenant: signer.tenant, at, kind: 'SM2_SIGNATURE_PREPARED', subject: number, detail });
    return toPreparation(ports, inputs, prepared, 'ready');
  });
}

/** @throws AppError PREPARATION_UNKNOWN, also for another token's; AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY */
async function findPreparation(ports: Pick<Ports, 'agreements' | 'sm2'>, signer: SignerToken, preparedId: string) {
  const inputs = await ports.sm2.find(preparedId);
  if (inputs?.signerToken !== signer.id) throw new AppError('PREPARATION_UNKNOWN');
  return { inputs, agreement: await agreementFor(ports, signer, inputs.agreement) };
}

/** A preparation again, byte for byte, and how it stands. @throws AppError PREPARATION_UNKNOWN */
export async function readSm2Preparation(ports: ReadPorts, signer: SignerToken, preparedId: string): Promise<Sm2Preparation> {
  const { inputs, agreement } = await findPreparation(ports, signer, preparedId);
  const state: PreparationState =
    inputs.revision !== null
      ? 'signed'
      : !isIssued(agreement)
        ? 'paused'
        : expiryOf(ports, inputs) <= ports.clock.now()
          ? 'expired'
          : agreement.head.sha256 === inputs.base.sha256
            ? 'ready'
            : 'moved';
  return toPreparation(ports, inputs, await rebuild(ports, agreement, inputs), state);
}

/** The whole prepared file with an empty /Contents. @throws AppError PREPARATION_UNKNOWN */
export async function readSm2PreparedFile(ports: ReadPorts, signer: SignerToken, preparedId: string): Promise<Uint8Array> {
  const { inputs, agreement } = await findPreparation(ports, signer, preparedId);
  return (await rebuild(ports, agreement, inputs)).bytes;
}

export interface FinishedSm2 {
  readonly agreementNumber: string;
  /** The newest revision. */
  readonly revisionSha256: string;
}

type FinishPorts = ReadPorts & Pick<Ports, 'jobs' | 'trustAnchors'>;

/** Redeems preparations. One that was redeemed before is answered the same way and stored no second time. */
export async function finishSm2ForSigner(
  ports: FinishPorts,
  signer: SignerToken,
  values: readonly { readonly preparedId: string; readonly value: Uint8Array }[],
): Promise<readonly SignerResult<FinishedSm2>[]> {
  await logUse(ports, signer, 'finish-sm2', values.length);
  return eachByItself(values, ({ preparedId, value }) => finishOne(ports, signer, preparedId, value));
}

async function finishOne(ports: FinishPorts, signer: SignerToken, preparedId: string, value: Uint8Array): Promise<FinishedSm2> {
  const { inputs, agreement } = await findPreparation(ports, signer, preparedId);
  const { number, head } = agreement;
  if (inputs.revision !== null) return { agreementNumber: number, revisionSha256: head.sha256 };
  if (!isIssued(agreement)) throw declinedRefusal(agreement);
  const expiresAt = expiryOf(ports, inputs);
  const now = ports.clock.now();
  if (expiresAt <= now) throw new AppError('PREPARATION_EXPIRED', { on: beijingText(expiresAt) });
  if (head.sha256 !== inputs.base.sha256) throw new AppError('REVISION_MOVED');
  const { templates, trustAnchors } = ports;
  const request = { role: inputs.role, at: inputs.at, certificateChain: inputs.chain };
  const signed = addSm2({ templates, trustAnchors, checkedAt: now }, await ports.blobs.get(head.sha256), request, value);
  const sha256 = await ports.blobs.put(signed);
  const [leaf = new Uint8Array()] = inputs.chain;
  const detail = { role: inputs.role, token: signer.id, prepared: inputs.id, certificateSha256: sha256Hex(leaf), sha256 };
  const stored = await ports.agreements.appendRevision({
    agreement: number,
    expected: head,
    sha256,
    lengthBytes: signed.length,
    signature: null,
    additional: { prepared: inputs.id },
    at: now,
    event: { tenant: signer.tenant, at: now, kind: 'SM2_SIGNATURE_ADDED', subject: number, detail },
  });
  if (stored === 'moved') {
    const again = await findPreparation(ports, signer, preparedId);
    if (again.inputs.revision === null) throw new AppError('REVISION_MOVED');
    return { agreementNumber: number, revisionSha256: again.agreement.head.sha256 };
  }
  // A seal that was under way has lost its place.
  if (agreement.state === 'completed') await ports.jobs.enqueue(SEAL_JOB, number, now);
  return { agreementNumber: number, revisionSha256: sha256 };
}
