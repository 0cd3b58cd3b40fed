/** The bytes of a signature revision as a function of the agreement, the inputs and what came before. */
import type { AgreementData } from '../agreement/agreement-data.ts';
import { signatoryOf } from '../agreement/signatories.ts';
import { OBJECT_TAIL, objectHead } from '../pdf/objects.ts';
import { parseSealImage, type SealImage, sealImageObjects, sealStreamEntries } from '../pdf/seal-image.ts';
import { firstImageObject, imagesStart, type SignatureRevision, writeSignatureRevision } from '../pdf/signature-revision.ts';
import type { RevisionBase } from '../pdf/update.ts';
import { appearanceResources, drawAppearance } from './appearance.ts';
import { printSignedCatalog } from './catalog.ts';
import type { LockedTemplate } from './locked-template.ts';
import { OBJECTS } from './object-numbers.ts';
import type { RevisionZero } from './revision-zero.ts';
import { placeSeal } from './seal-place.ts';
import { printSignatureInputs, type SignatureInputs } from './signature-inputs.ts';

export const baseOfRevisionZero = (zero: RevisionZero): RevisionBase => ({
  lengthBytes: zero.lengthBytes,
  startxref: zero.startxref,
  size: zero.size,
  fileId: zero.fileId,
  rootObject: OBJECTS.catalog,
  certification: null,
  validation: null,
  archiveFields: [],
  sm2Fields: [],
});

/** The picture of the seal that the inputs speak of, taken from where it has to be; undefined unless it is exactly that. */
export function readSealImage(bytes: Uint8Array, base: RevisionBase, inputs: SignatureInputs): SealImage | undefined {
  const { seal } = inputs;
  if (seal === undefined) return undefined;
  const first = firstImageObject(base);
  const [colourEntries, opacityEntries] = sealStreamEntries(seal, first + 1);
  const lengths = [seal.colourBytes, seal.opacityBytes] as const;
  const heads = [colourEntries, opacityEntries].map((entries, i) => `${objectHead(first + i)}<<${entries}/Length ${lengths[i]}>>stream\n`);
  const colourAt = imagesStart(base, printSignatureInputs(inputs)) + (heads[0]?.length ?? 0);
  const opacityAt = colourAt + seal.colourBytes + `\nendstream${OBJECT_TAIL}`.length + (heads[1]?.length ?? 0);
  const image = parseSealImage({
    widthPx: seal.widthPx,
    heightPx: seal.heightPx,
    colour: bytes.subarray(colourAt, colourAt + seal.colourBytes),
    opacity: bytes.subarray(opacityAt, opacityAt + seal.opacityBytes),
  });
  return image?.sha256 === seal.sha256 ? image : undefined;
}

/**
 * Undefined when the agreement has no field for that role, or when a seal is asked for and is not there, has no room, or is not an organisation's.
 * @param image of the seal that the inputs speak of
 */
export function layOutSignature(
  template: LockedTemplate,
  zero: RevisionZero,
  data: AgreementData,
  base: RevisionBase,
  inputs: SignatureInputs,
  image?: SealImage,
): SignatureRevision | undefined {
  const field = zero.fields.get(inputs.role);
  const place = template.signaturePlaces.find((candidate) => candidate.role === inputs.role);
  if (field === undefined || place === undefined) return undefined;
  const signatory = signatoryOf(data.fields, inputs.role);
  const { seal } = inputs;
  const sealed =
    seal === undefined || image === undefined || !('organisation' in signatory) ? undefined : placeSeal(place, seal, seal.diameterMm);
  if (seal !== undefined && sealed === undefined) return undefined;
  const firstImage = firstImageObject(base);
  return writeSignatureRevision(base, {
    field,
    at: inputs.at,
    signatoryName: 'organisation' in signatory ? `${signatory.organisation}（${signatory.name}）` : signatory.name,
    appearance: drawAppearance(template, zero.values, place, signatory, inputs.at, inputs.ink, sealed),
    resources: appearanceResources(zero.values, sealed === undefined ? null : firstImage),
    images: sealed === undefined || image === undefined ? [] : sealImageObjects(image, firstImage + 1),
    inputs: printSignatureInputs(inputs),
    certifiedCatalog: (signatureObject) => printSignedCatalog(signatureObject, null),
  });
}
