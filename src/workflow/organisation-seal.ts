/**
 * The picture of an organisation's own seal: handed in and removed by the organisation behind its link, drawn beside its signatures.
 * It proves nothing by itself; the signature does.
 */
import { PARTY_ZH } from '../agreement/parties.ts';
import { type SealDiameter, USUAL_SEAL_DIAMETER_MM } from '../agreement/seal-size.ts';
import { AppError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import { assertSealFits, type SignatureRequest } from '../signing/prepare.ts';
import { previewSeal, readOwnSeal, type SealPreview, showOwnSeal } from '../template/own-seal.ts';
import { authorizeSignatory, listCeremonyAgreements } from './authorize.ts';
import { makeId } from './secrets.ts';
import { organisationIn } from './signer-token.ts';
import { dataOf, templateFor } from './stored-data.ts';
import type { Visitor } from './stores/evidence.ts';
import type { OrganisationSeal } from './stores/seal.ts';
import type { PreparedInputs } from './stores/signing.ts';
import type { AgreementRecord, Ceremony } from './stores.ts';
import type { Ports } from './workflow.ts';

/** What the signatory chose for one signature. */
export interface SealChoice {
  readonly id: string;
  readonly diameterMm: SealDiameter;
}

export interface SealView {
  readonly id: string;
  readonly sha256: string;
  readonly diameterMm: SealDiameter;
  readonly storedAt: Instant;
  readonly png: Uint8Array;
  readonly preview: SealPreview;
}

type SealPorts = Pick<Ports, 'agreements' | 'ceremonies' | 'clock' | 'seals' | 'sessions' | 'templates'>;

/** A unit's link is its own; a school is known by its name and number wherever it signs. @throws AppError SEAL_IMAGE_NOT_ALLOWED */
function holderOf({ id, tenant, role }: Ceremony, agreement: AgreementRecord): string {
  if (role === 'unit') return `unit/${id}`;
  if (role !== 'school') throw new AppError('SEAL_IMAGE_NOT_ALLOWED', { party: PARTY_ZH[role] });
  return schoolHolder(tenant, agreement);
}

function schoolHolder(tenant: string, agreement: AgreementRecord): string {
  const { organisation, creditCode } = organisationIn(agreement, 'school');
  return `school/${tenant}/${creditCode}/${organisation}`;
}

/** @throws AppError as `authorizeSignatory`; AGREEMENT_NOT_READY, SEAL_IMAGE_NOT_ALLOWED */
async function openDoor(ports: Omit<SealPorts, 'seals'>, token: string, session: string | undefined) {
  const ceremony = await authorizeSignatory(ports, token, session);
  const agreement = (await listCeremonyAgreements(ports, ceremony)).find(({ accompanies }) => accompanies === null);
  if (agreement === undefined) throw new AppError('AGREEMENT_NOT_READY');
  const holder = holderOf(ceremony, agreement);
  return { ceremony, holder, template: templateFor(ports.templates, dataOf(agreement, ports.templates).template) };
}

/**
 * Keeps the picture for this organisation, in place of the one before; the file itself is not kept.
 * @throws AppError as `authorizeSignatory`; AGREEMENT_NOT_READY, SEAL_IMAGE_NOT_ALLOWED, SEAL_IMAGE_UNREADABLE, SEAL_IMAGE_OPAQUE,
 *   SEAL_IMAGE_TOO_DETAILED, SEAL_IMAGE_NO_ROOM
 */
export async function storeSeal(
  ports: SealPorts & Pick<Ports, 'random'>,
  token: string,
  session: string | undefined,
  { png, diameterMm }: { readonly png: Uint8Array; readonly diameterMm: SealDiameter },
  visitor: Visitor,
): Promise<void> {
  const { ceremony, holder, template } = await openDoor(ports, token, session);
  const image = readOwnSeal(png);
  assertSealFits(template, ceremony.role, { image, diameterMm });
  await keep(ports, ceremony, holder, { image, diameterMm }, visitor);
}

async function keep(
  ports: Pick<Ports, 'clock' | 'random' | 'seals'>,
  ceremony: Ceremony,
  holder: string,
  { image, diameterMm }: Pick<OrganisationSeal, 'image' | 'diameterMm'>,
  visitor: Visitor,
): Promise<string> {
  const { tenant, role } = ceremony;
  const id = makeId(ports.random);
  const at = ports.clock.now();
  await ports.seals.put(
    { id, tenant, holder, ceremony: ceremony.id, image, diameterMm, storedAt: at, visitor },
    {
      tenant,
      at,
      kind: 'SEAL_IMAGE_STORED',
      subject: ceremony.id,
      detail: { role, seal: id, sealSha256: image.sha256, sealDiameterMm: diameterMm, ...visitor },
    },
  );
  return id;
}

/** What a program or a key of the organisation's signs with: the picture it has handed in here, or hands in now. */
export interface SealWish {
  /** PNG; null for the one that is here. */
  readonly png: Uint8Array | null;
  /** Null: as large as was wished when it was handed in. */
  readonly diameterMm: SealDiameter | null;
}

/**
 * The choice for one signature of a ceremony that no page belongs to. The same picture handed in again is kept once.
 * @throws AppError SEAL_IMAGE_MISSING where there is none, SEAL_IMAGE_UNREADABLE, SEAL_IMAGE_OPAQUE, SEAL_IMAGE_TOO_DETAILED,
 *   SEAL_IMAGE_NO_ROOM
 */
export async function chooseSeal(
  ports: Pick<Ports, 'clock' | 'random' | 'seals' | 'templates'>,
  ceremony: Ceremony,
  agreement: AgreementRecord,
  { png, diameterMm }: SealWish,
  visitor: Visitor,
): Promise<SealChoice> {
  const holder = holderOf(ceremony, agreement);
  const known = await ports.seals.findOf(holder);
  const image = png === null ? known?.image : readOwnSeal(png);
  if (image === undefined) throw new AppError('SEAL_IMAGE_MISSING');
  const size = diameterMm ?? known?.diameterMm ?? USUAL_SEAL_DIAMETER_MM;
  if (known?.image.sha256 === image.sha256) return { id: known.id, diameterMm: size };
  // Nothing takes the place of the picture that is here before it is known to fit.
  assertSealFits(templateFor(ports.templates, dataOf(agreement, ports.templates).template), ceremony.role, { image, diameterMm: size });
  return { id: await keep(ports, ceremony, holder, { image, diameterMm: size }, visitor), diameterMm: size };
}

/** Whether a school has handed in its seal for the agreements that name it so. */
export const hasSchoolSeal = async (ports: Pick<Ports, 'seals'>, tenant: string, agreement: AgreementRecord): Promise<boolean> =>
  (await ports.seals.findOf(schoolHolder(tenant, agreement))) !== undefined;

/** Removed again it stays removed, without an error. @throws AppError as `authorizeSignatory`; AGREEMENT_NOT_READY, SEAL_IMAGE_NOT_ALLOWED */
export async function removeSeal(ports: SealPorts, token: string, session: string | undefined): Promise<void> {
  const { ceremony, holder } = await openDoor(ports, token, session);
  const at = ports.clock.now();
  const { tenant, role } = ceremony;
  await ports.seals.remove(holder, at, { tenant, at, kind: 'SEAL_IMAGE_REMOVED', subject: ceremony.id, detail: { role } });
}

/** The organisation's own, as it will stand in its place; null without one. @throws AppError as `authorizeSignatory`; AGREEMENT_NOT_READY */
export async function readSeal(ports: SealPorts, token: string, session: string | undefined): Promise<SealView | null> {
  const { ceremony, holder, template } = await openDoor(ports, token, session);
  const seal = await ports.seals.findOf(holder);
  const preview = seal && previewSeal(template, ceremony.role, seal.image);
  if (seal === undefined || preview === undefined) return null;
  const { id, image, diameterMm, storedAt } = seal;
  return { id, sha256: image.sha256, diameterMm, storedAt, png: showOwnSeal(image), preview };
}

/** The choice, if it is still the organisation's own. @throws AppError SEAL_IMAGE_UNKNOWN, SEAL_IMAGE_NOT_ALLOWED */
export async function sealChosen(
  ports: Pick<Ports, 'seals'>,
  ceremony: Ceremony,
  agreement: AgreementRecord,
  choice: SealChoice | null,
): Promise<PreparedInputs['seal']> {
  if (choice === null) return null;
  const seal = await ports.seals.findOf(holderOf(ceremony, agreement));
  if (seal?.id !== choice.id) throw new AppError('SEAL_IMAGE_UNKNOWN');
  return { id: seal.id, diameterMm: choice.diameterMm };
}

async function sealIn(ports: Pick<Ports, 'seals'>, inputs: PreparedInputs): Promise<OrganisationSeal | undefined> {
  if (inputs.seal === null) return undefined;
  const seal = await ports.seals.find(inputs.seal.id);
  if (seal === undefined) throw new Error('a signature was prepared with a seal that is gone');
  return seal;
}

/** For `prepareSignature`: what it was prepared with, also when that was replaced or removed since. */
export async function sealOf(ports: Pick<Ports, 'seals'>, inputs: PreparedInputs): Promise<Pick<SignatureRequest, 'seal'>> {
  const seal = await sealIn(ports, inputs);
  return seal === undefined || inputs.seal === null ? {} : { seal: { image: seal.image, diameterMm: inputs.seal.diameterMm } };
}

/** For the audit log. */
export async function sealUsed(
  ports: Pick<Ports, 'seals'>,
  inputs: PreparedInputs,
): Promise<{ readonly seal: string; readonly sealSha256: string; readonly sealDiameterMm: number } | Record<string, never>> {
  const seal = await sealIn(ports, inputs);
  if (seal === undefined || inputs.seal === null) return {};
  return { seal: seal.id, sealSha256: seal.image.sha256, sealDiameterMm: inputs.seal.diameterMm };
}
