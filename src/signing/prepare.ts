/** Prepares one signature: the next revision with an empty /Contents, and the attributes that the signatory's key signs. */
import type { Ink } from '../agreement/ink.ts';
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import type { SealDiameter } from '../agreement/seal-size.ts';
import { concatBytes, fromHex } from '../bytes.ts';
import type { RunningSha256 } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type Instant, wholeSeconds } from '../instant.ts';
import type { SealImage } from '../pdf/seal-image.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { buildSignedAttributes, CMS_OID } from '../pki/cms.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { reproduceWhole } from '../template/reproduce.ts';
import type { RevisionZero } from '../template/revision-zero.ts';
import { placeSeal } from '../template/seal-place.ts';
import { inputsOfSeal, type KeyCustody } from '../template/signature-inputs.ts';
import { layOutSignature } from '../template/signature-layout.ts';

export interface SignatureRequest {
  readonly role: PartyRole;
  /** Claimed signing time; cut to whole seconds. */
  readonly at: Instant;
  /** Leaf first, then intermediates; DER. */
  readonly certificateChain: readonly Uint8Array[];
  /** Null to sign with the printed name. */
  readonly ink: Ink | null;
  /** The picture of the organisation's own seal, beside its representative's name or handwriting. */
  readonly seal?: { readonly image: SealImage; readonly diameterMm: SealDiameter };
  /** Where the key is, if not in the signatory's own browser. */
  readonly custody?: KeyCustody;
}

declare const preparedBrand: unique symbol;

/** A revision waiting for one signature value. Made only by `prepareSignature`. */
export interface PreparedSignature {
  readonly [preparedBrand]: true;
  readonly role: PartyRole;
  /** The file so far. */
  readonly revision: Uint8Array;
  /** What the signature appends to it, /Contents all zero. */
  readonly appended: Uint8Array;
  readonly byteRange: readonly [0, number, number, number];
  /** SHA-256 of the bytes that the ByteRange covers. */
  readonly digest: Uint8Array;
  /** DER SET OF attributes: what the key signs. */
  readonly signedAttributes: Uint8Array;
  readonly certificateChain: readonly Uint8Array[];
}

/**
 * Prepares the next signature on a file. Deterministic: the same inputs give the same bytes, so nothing but inputs need be kept.
 * @param revision the file so far, as stored
 * @throws AppError REVISION_NOT_REPRODUCIBLE when the file is not what its data computes, AGREEMENT_SEALED, PARTY_ALREADY_SIGNED, PARTY_NOT_IN_AGREEMENT,
 *   SEAL_IMAGE_NOT_ALLOWED, SEAL_IMAGE_NO_ROOM
 * @source ETSI EN 319 142-1 §5.3 (PAdES baseline)
 */
export function prepareSignature(template: LockedTemplate, revision: Uint8Array, request: SignatureRequest): PreparedSignature {
  const { data, zero, base, signatures, seals } = reproduceWhole(template, revision);
  if (seals.length > 0) throw new AppError('AGREEMENT_SEALED');
  const party = PARTY_ZH[request.role];
  if (signatures.some(({ inputs }) => inputs.role === request.role)) throw new AppError('PARTY_ALREADY_SIGNED', { party });
  const [leaf, ...others] = request.certificateChain;
  if (leaf === undefined) throw new RangeError('a signature needs a certificate');
  const { seal, custody } = request;
  if (seal !== undefined) assertSealFits(template, request.role, seal);
  const inputs = {
    role: request.role,
    at: wholeSeconds(request.at),
    ink: request.ink,
    ...(custody === undefined ? {} : { custody }),
    ...(seal === undefined ? {} : { seal: inputsOfSeal(seal.image, seal.diameterMm) }),
  };
  const made = layOutSignature(template, zero, data, base, inputs, seal?.image);
  if (made === undefined) throw new AppError('PARTY_NOT_IN_AGREEMENT', { party });
  const { bytes: appended, contentsStart, contentsEnd } = made;
  const digest = digestOfZero(template, zero)
    .copy()
    .update(revision.subarray(zero.lengthBytes))
    .update(appended.subarray(0, contentsStart - revision.length))
    .update(appended.subarray(contentsEnd - revision.length))
    .finish();
  return {
    role: request.role,
    revision,
    appended,
    byteRange: [0, contentsStart, contentsEnd, revision.length + appended.length - contentsEnd],
    digest,
    signedAttributes: buildSignedAttributes(digest, leaf, CMS_OID.data, others, (der) => fromHex(parseCertificate(der).sha256)),
    certificateChain: request.certificateChain,
  } as unknown as PreparedSignature;
}

const digests = new WeakMap<RevisionZero, RunningSha256>();

/** Of the unsigned agreement, which all its signatures cover: read once. */
function digestOfZero(template: LockedTemplate, zero: RevisionZero): RunningSha256 {
  const known = digests.get(zero) ?? template.prefixDigest.copy().update(zero.tail);
  digests.set(zero, known);
  return known;
}

/** The whole file, /Contents all zero: what whoever signs may hash. */
export const preparedFile = ({ revision, appended }: PreparedSignature): Uint8Array<ArrayBuffer> => concatBytes(revision, appended);

/** @throws AppError SEAL_IMAGE_NOT_ALLOWED, SEAL_IMAGE_NO_ROOM */
export function assertSealFits(template: LockedTemplate, role: PartyRole, seal: NonNullable<SignatureRequest['seal']>): void {
  const party = PARTY_ZH[role];
  if (role !== 'school' && role !== 'unit') throw new AppError('SEAL_IMAGE_NOT_ALLOWED', { party });
  const place = template.signaturePlaces.find((candidate) => candidate.role === role);
  if (place !== undefined && placeSeal(place, seal.image, seal.diameterMm) !== undefined) return;
  throw new AppError('SEAL_IMAGE_NO_ROOM', { party, diameterMm: seal.diameterMm });
}
