/** Pictures of seals: what a signatory may draw beside a signature, and what nobody may make of it. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { signatoryOf } from '../../src/agreement/signatories.ts';
import { concatBytes, fromLatin1, toHex } from '../../src/bytes.ts';
import { sha256, sha256Hex } from '../../src/digest.ts';
import { deflate } from '../../src/pdf/deflate.ts';
import { type SealImage, sealImageFromPng, sealImageObjects } from '../../src/pdf/seal-image.ts';
import { firstImageObject, writeSignatureRevision } from '../../src/pdf/signature-revision.ts';
import { appearanceResources, drawAppearance } from '../../src/template/appearance.ts';
import { printSignedCatalog } from '../../src/template/catalog.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { placeSeal } from '../../src/template/seal-place.ts';
import { inputsOfSeal, printSignatureInputs, type SealInputs } from '../../src/template/signature-inputs.ts';
import { signInProcess } from '../../src/workflow/sign-in-process.ts';
import { sealPng } from '../pdf/fake-seal.ts';
import { AT, codesOf, credentialFor, layoutOf, makeData, ports, signAll, template, verify } from '../verify/signed-agreement.ts';
import { makeCms, putCms } from './forgery.ts';

const image = sealImageFromPng(sealPng(260));
let data: AgreementData;
let student: Uint8Array;
beforeAll(async () => {
  data = makeData();
  student = await signAll(data, { roles: ['student'] });
});

/** Any two streams as a picture, whatever `SealImage` promises. */
const pictureOf = (base: SealImage, colour: Uint8Array, opacity: Uint8Array): SealImage => ({
  ...base,
  colour,
  opacity,
  sha256: sha256Hex(concatBytes(colour, opacity)),
});

/** A revision with that picture, laid and signed by someone who asks nobody whether he may. */
async function seal(file: Uint8Array, role: PartyRole, drawn: SealImage, changes: Partial<SealInputs> = {}): Promise<Uint8Array> {
  const { zero, base } = layoutOf(file);
  const place = template.signaturePlaces.find((each) => each.role === role);
  const field = zero?.fields.get(role);
  if (zero === null || base === null || place === undefined || field === undefined) throw new Error('nothing to lay upon');
  const inputs = { role, at: AT, ink: null, seal: { ...inputsOfSeal(drawn, 40), ...changes } };
  const sealed = placeSeal(place, inputs.seal, inputs.seal.diameterMm);
  if (sealed === undefined) throw new Error('no room');
  const signatory = signatoryOf(data.fields, role);
  const first = firstImageObject(base);
  const made = writeSignatureRevision(base, {
    field,
    at: AT,
    signatoryName: 'organisation' in signatory ? `${signatory.organisation}（${signatory.name}）` : signatory.name,
    appearance: drawAppearance(template, zero.values, place, signatory, AT, null, sealed),
    resources: appearanceResources(zero.values, first),
    images: sealImageObjects(drawn, first + 1),
    inputs: printSignatureInputs(inputs),
    certifiedCatalog: (signatureObject) => printSignedCatalog(signatureObject, null),
  });
  const bytes = concatBytes(file, made.bytes);
  const digest = sha256(bytes.subarray(0, made.contentsStart), bytes.subarray(made.contentsEnd));
  const open = { file: bytes, contentsStart: made.contentsStart, digest };
  return putCms(open, await makeCms(open, await credentialFor(data, role)));
}

describe('a picture that a signatory lays and signs himself', () => {
  test('passes where it is one that this product makes, so that the attacks below fail for their own reason', async () => {
    const file = await seal(student, 'unit', image);
    expect(codesOf(verify(file))).toEqual(['SIGNATURES_INCOMPLETE']);
  });

  test('is refused where colours and opacity are cut apart elsewhere, also after the sound one was seen', async () => {
    expect(codesOf(verify(await seal(student, 'unit', image)))).toEqual(['SIGNATURES_INCOMPLETE']);
    for (const moved of [1, 40, image.opacity.length - 1]) {
      const both = concatBytes(image.colour, image.opacity);
      const border = image.colour.length + moved;
      const report = verify(await seal(student, 'unit', pictureOf(image, both.slice(0, border), both.slice(border))));
      expect(codesOf(report), `${moved}`).toContain('REVISION_ALTERED');
      expect(report.verdict).toBe('failed');
    }
  });

  test('is refused with anything behind its streams, under an invisible colour, or packed in another way', async () => {
    const hidden = fromLatin1('hidden text');
    const { widthPx, heightPx } = image;
    const clear = deflate(new Uint8Array((widthPx * heightPx) / 2));
    const red = deflate(new Uint8Array((widthPx * heightPx * 3) / 2).fill(0xf0));
    const stored = concatBytes(Uint8Array.of(0x78, 0x01), image.colour.subarray(2));
    for (const drawn of [
      pictureOf(image, concatBytes(image.colour, hidden), image.opacity),
      pictureOf(image, image.colour, concatBytes(image.opacity, hidden)),
      pictureOf(image, red, clear),
      pictureOf(image, stored, image.opacity),
      pictureOf({ ...image, widthPx: image.heightPx * 2, heightPx: image.widthPx / 2 }, image.colour, image.opacity),
    ]) {
      expect(verify(await seal(student, 'unit', drawn)).verdict).toBe('failed');
      expect(codesOf(verify(await seal(student, 'unit', drawn)))).toContain('REVISION_ALTERED');
    }
  });

  test('is refused in a student’s place', async () => {
    expect(codesOf(verify(await seal(renderRevisionZero(template, data), 'student', image)))).toContain('REVISION_ALTERED');
  });

  test('is refused in a size that no seal has, under another digest, or with another length', async () => {
    for (const changes of [{ diameterMm: 39 }, { sha256: sha256Hex(image.colour) }, { colourBytes: image.colour.length - 1 }]) {
      expect(codesOf(verify(await seal(student, 'unit', image, changes))), JSON.stringify(changes)).toContain('REVISION_ALTERED');
    }
  });
});

test('a picture swapped in a signed file breaks that file, whoever packs it well', async () => {
  const other = sealImageFromPng(sealPng(300));
  const credential = await credentialFor(data, 'unit');
  const request = { role: 'unit', credential, ink: null } as const;
  const file = await signInProcess(ports, template, student, { ...request, seal: { image, diameterMm: 40 } });
  const swapped = await seal(student, 'unit', other);
  const signature = layoutOf(file).signatures.at(-1);
  const target = layoutOf(swapped).signatures.at(-1);
  if (signature === undefined || target === undefined) throw new Error('not signed');
  const bytes = swapped.slice();
  bytes.set(fromLatin1(toHex(signature.contents)), target.contentsStart + 1);
  expect(codesOf(verify(bytes))).toContain('SIGNATURE_DIGEST_WRONG');
});
