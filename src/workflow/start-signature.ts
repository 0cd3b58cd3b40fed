/** Prepares one signature: the exact bytes and attributes that the signatory's key will sign, recorded before anyone signs. */

import type { AgreementData } from '../agreement/agreement-data.ts';
import { E_SIGNING_TERMS_SHA256 } from '../agreement/e-signing-terms.ts';
import type { Ink } from '../agreement/ink.ts';
import { adultOn, isMinorOn, needsGuardian } from '../agreement/signatories.ts';
import { toBase64, toHex } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { beijingDateOf, beijingDateText, type Instant, toInstant, wholeSeconds } from '../instant.ts';
import { type PreparedSignature, preparedFile, prepareSignature } from '../signing/prepare.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { authorizeCeremonyAgreement, authorizeSignatory } from './authorize.ts';
import { assertInForce } from './choose-template.ts';
import { type SealChoice, sealChosen, sealOf, sealUsed } from './organisation-seal.ts';
import { makeId } from './secrets.ts';
import { assertTurn } from './signing-order.ts';
import { annexDigest, dataOf, templateFor } from './stored-data.ts';
import type { Visitor } from './stores/evidence.ts';
import type { IssuedCertificate, PreparedInputs } from './stores/signing.ts';
import type { Ceremony, IssuedAgreement } from './stores.ts';
import type { Ports } from './workflow.ts';

export interface SignatureRequest {
  readonly agreementNumber: string;
  readonly certificateId: string;
  /** Strokes, or null to draw the name. */
  readonly ink: Ink | null;
  /** The picture of the organisation's own seal; absent or null without. */
  readonly seal?: SealChoice | null;
  /** Of the 电子签约约定 that was ticked. */
  readonly termsSha256: string;
}

export interface StartedSignature {
  readonly preparedId: string;
  readonly agreementNumber: string;
  readonly byteRange: readonly [number, number, number, number];
  readonly digestSha256: string;
  readonly signedAttributes: string;
  readonly prefix: { readonly lengthBytes: number; readonly sha256: string };
}

type PreparePorts = Pick<
  Ports,
  'agreements' | 'batches' | 'blobs' | 'ceremonies' | 'clock' | 'random' | 'seals' | 'sessions' | 'signings' | 'templates'
>;

/**
 * @throws AppError as `authorizeSignatory`; AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY, SIGNATORY_OUT_OF_TURN, SIGNATORY_ALREADY_SIGNED,
 *   STUDENT_STILL_MINOR, CERTIFICATE_UNKNOWN, SEAL_IMAGE_…, TEMPLATE_NOT_IN_FORCE, TERMS_CHANGED
 */
export async function startSignature(
  ports: PreparePorts,
  token: string,
  session: string | undefined,
  request: SignatureRequest,
  visitor: Visitor,
): Promise<StartedSignature> {
  return startFor(ports, await authorizeSignatory(ports, token, session), request, visitor);
}

/**
 * The same for whoever has been let in.
 * @throws AppError AGREEMENT_UNKNOWN, AGREEMENT_NOT_READY, AGREEMENT_DECLINED, AGREEMENT_VOIDED, SIGNATORY_OUT_OF_TURN,
 *   SIGNATORY_ALREADY_SIGNED, CERTIFICATE_UNKNOWN, SEAL_IMAGE_UNKNOWN, SEAL_IMAGE_NOT_ALLOWED, SEAL_IMAGE_NO_ROOM, TEMPLATE_NOT_IN_FORCE,
 *   TERMS_CHANGED
 */
export async function startFor(
  ports: Omit<PreparePorts, 'ceremonies' | 'sessions'>,
  ceremony: Ceremony,
  request: SignatureRequest,
  visitor: Visitor,
): Promise<StartedSignature> {
  const agreement = await authorizeCeremonyAgreement(ports, ceremony, request.agreementNumber);
  const batch = await ports.batches.find(agreement.batch);
  if (batch === undefined) throw new Error('agreement without batch');
  assertTurn(batch.order, agreement.parties, ceremony.role);
  const data = dataOf(agreement, ports.templates);
  if (ceremony.role === 'student') assertMaySign(data, ports.clock.now());
  const template = templateFor(ports.templates, data.template);
  assertInForce(template, ports.clock.now());
  if (request.termsSha256 !== E_SIGNING_TERMS_SHA256) throw new AppError('TERMS_CHANGED');
  const certificate = await certificateOf(ports, ceremony, request.certificateId);
  const inputs: PreparedInputs = {
    id: makeId(ports.random),
    ceremony: ceremony.id,
    agreement: agreement.number,
    role: ceremony.role,
    certificate: certificate.id,
    ink: request.ink,
    seal: await sealChosen(ports, ceremony, agreement, request.seal ?? null),
    base: agreement.head,
    at: wholeSeconds(ports.clock.now()),
  };
  const prepared = await rebuild(ports, agreement, inputs, certificate);
  const digests = {
    termsSha256: E_SIGNING_TERMS_SHA256,
    templateSha256: template.prefixSha256,
    annexSha256: annexDigest(data),
    documentSha256: agreement.head.sha256,
  };
  const at = ports.clock.now();
  await ports.signings.savePrepared(
    inputs,
    { ...digests, at, visitor },
    {
      tenant: agreement.tenant,
      at,
      kind: 'CONSENT_GIVEN',
      subject: agreement.number,
      detail: {
        role: ceremony.role,
        ceremony: ceremony.id,
        prepared: inputs.id,
        ...(await sealUsed(ports, inputs)),
        ...digests,
        ...visitor,
      },
    },
  );
  return toStarted(inputs, prepared, template);
}

export function toStarted(inputs: PreparedInputs, prepared: PreparedSignature, template: LockedTemplate): StartedSignature {
  return {
    preparedId: inputs.id,
    agreementNumber: inputs.agreement,
    byteRange: prepared.byteRange,
    digestSha256: toHex(prepared.digest),
    signedAttributes: toBase64(prepared.signedAttributes),
    prefix: { lengthBytes: template.prefix.length, sha256: template.prefixSha256 },
  };
}

/** A student of 17 signs with a guardian, whose signature the agreement then asks for. @throws AppError STUDENT_STILL_MINOR (`on`) */
function assertMaySign(data: AgreementData, now: Instant): void {
  if (data.refersTo?.kind === 'consent' || needsGuardian(data) || !isMinorOn(data.fields, beijingDateOf(now))) return;
  throw new AppError('STUDENT_STILL_MINOR', { on: beijingDateText(adultOn(data.fields)) });
}

/** A certificate that this ceremony got. @throws AppError CERTIFICATE_UNKNOWN */
export async function certificateOf(ports: Pick<Ports, 'signings'>, ceremony: Ceremony, id: string): Promise<IssuedCertificate> {
  const certificate = await ports.signings.findCertificate(id);
  if (certificate?.ceremony !== ceremony.id) throw new AppError('CERTIFICATE_UNKNOWN');
  return certificate;
}

/** A preparation of this ceremony. @throws AppError PREPARATION_UNKNOWN */
export async function preparedOf(ports: Pick<Ports, 'signings'>, ceremony: Ceremony, id: string): Promise<PreparedInputs> {
  const inputs = await ports.signings.findPrepared(id);
  if (inputs?.ceremony !== ceremony.id) throw new AppError('PREPARATION_UNKNOWN');
  return inputs;
}

/** When a preparation stops being redeemable. */
export const preparedUntil = ({ preparedLastsMs }: Pick<Ports, 'preparedLastsMs'>, { at }: PreparedInputs): Instant =>
  toInstant(at + preparedLastsMs);

/** The preparation again from its stored inputs: the same bytes every time. */
export async function rebuild(
  ports: Pick<Ports, 'blobs' | 'seals' | 'templates'>,
  agreement: IssuedAgreement,
  inputs: PreparedInputs,
  certificate: IssuedCertificate,
): Promise<PreparedSignature> {
  const template = templateFor(ports.templates, dataOf(agreement, ports.templates).template);
  const revision = await ports.blobs.get(inputs.base.sha256);
  return prepareSignature(template, revision, {
    role: inputs.role,
    at: inputs.at,
    certificateChain: certificate.chain,
    ink: inputs.ink,
    ...(await sealOf(ports, inputs)),
    ...(certificate.keyPlace === 'external' || certificate.keyPlace === 'server' ? { custody: certificate.keyPlace } : {}),
  });
}

/** The whole prepared file, for the page to hash. @throws AppError as `authorizeSignatory`; PREPARATION_UNKNOWN, CERTIFICATE_UNKNOWN */
export async function readPrepared(
  ports: Pick<Ports, 'agreements' | 'blobs' | 'ceremonies' | 'clock' | 'seals' | 'sessions' | 'signings' | 'templates'>,
  token: string,
  session: string | undefined,
  preparedId: string,
): Promise<Uint8Array> {
  const ceremony = await authorizeSignatory(ports, token, session);
  const inputs = await preparedOf(ports, ceremony, preparedId);
  const agreement = await authorizeCeremonyAgreement(ports, ceremony, inputs.agreement);
  return preparedFile(await rebuild(ports, agreement, inputs, await certificateOf(ports, ceremony, inputs.certificate)));
}
