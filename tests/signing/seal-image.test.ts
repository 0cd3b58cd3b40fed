import { beforeAll, describe, expect, it } from 'vitest';
import { systemRandom } from '../../src/adapters/random.ts';
import type { AgreementData } from '../../src/agreement/agreement-data.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { SEAL_DIAMETERS_MM, type SealDiameter } from '../../src/agreement/seal-size.ts';
import { requiredRoles } from '../../src/agreement/signatories.ts';
import { toLatin1 } from '../../src/bytes.ts';
import { toInstant } from '../../src/instant.ts';
import { printTextString } from '../../src/pdf/objects.ts';
import { type SealImage, sealImageFromPng } from '../../src/pdf/seal-image.ts';
import type { Rectangle } from '../../src/template/paginate.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import { renderRevisionZero } from '../../src/template/revision-zero.ts';
import { placeSeal } from '../../src/template/seal-place.ts';
import { parseSignatureInputs, printSignatureInputs } from '../../src/template/signature-inputs.ts';
import { enrol, signInProcess } from '../../src/workflow/sign-in-process.ts';
import { makeMemoryAuthority } from '../adapters/memory-authority.ts';
import { sealPng } from '../pdf/fake-seal.ts';
import { demoAgreements, INK, openSample } from '../peers/signed-files.ts';
import { formWithValueBelow } from '../verify/other-forms.ts';

const template = openSample();
const clock = { now: () => toInstant(Date.UTC(2026, 2, 1, 1)) };
const ports = { authority: makeMemoryAuthority({ clock, random: systemRandom }), clock };
const image = sealImageFromPng(sealPng(260));
let data: AgreementData;

beforeAll(async () => {
  const found = (await demoAgreements(template)).find((each) => requiredRoles(template, each).length === 3);
  if (found === undefined) throw new Error('no agreement of an adult');
  data = found;
});

async function sign(file: Uint8Array, role: PartyRole, seal?: { image: SealImage; diameterMm: SealDiameter }): Promise<Uint8Array> {
  const credential = await enrol(ports, data, role);
  return signInProcess(ports, template, file, {
    role,
    credential,
    ink: role === 'unit' ? INK : null,
    ...(seal === undefined ? {} : { seal }),
  });
}

const overlaps = (a: Rectangle, b: Rectangle): boolean =>
  a.leftMpt < b.rightMpt && b.leftMpt < a.rightMpt && a.bottomMpt < b.topMpt && b.bottomMpt < a.topMpt;

describe('a signature with the picture of a seal', () => {
  it('is reproduced from what stands in its own revision', async () => {
    let file = await sign(renderRevisionZero(template, data), 'student');
    file = await sign(file, 'unit', { image, diameterMm: 40 });
    file = await sign(file, 'school', { image, diameterMm: 42 });
    const { divergence, signatures } = reproduce(template, file);
    expect(divergence).toBeNull();
    expect(signatures.map(({ inputs }) => inputs.seal?.diameterMm)).toEqual([undefined, 40, 42]);
    expect(signatures.map(({ inputs }) => inputs.seal?.sha256)).toEqual([undefined, image.sha256, image.sha256]);
    const name = data.fields['unitName'] ?? '';
    const text = toLatin1(file);
    expect(text).toContain(`/Span<</Alt${printTextString(`${name}的印章图样`)}>>BDC\nq `);
    expect(text).toContain(`/Span<</Alt${printTextString(`${data.fields['unitSignatory']}的手写签名`)}>>BDC\n`);
  });

  it('is not reproduced once a byte of the picture, or what the line says of it, has changed', async () => {
    const before = await sign(renderRevisionZero(template, data), 'student');
    const file = await sign(before, 'unit', { image, diameterMm: 40 });
    const text = toLatin1(file);
    const changed = (at: number, by = 1): Uint8Array => {
      const bytes = file.slice();
      bytes[at] = (bytes[at] ?? 0) ^ by;
      return bytes;
    };
    const picture = text.indexOf('/Subtype/Image');
    const places = {
      colours: text.indexOf('stream\n', picture) + 40,
      'the picture’s own dictionary': picture + 3,
      'the size on paper': text.lastIndexOf('"diameterMm":40') + '"diameterMm":4'.length,
      'the digest': text.lastIndexOf('"sha256":"') + 12,
    };
    for (const [what, at] of Object.entries(places)) {
      const by = what === 'the size on paper' ? 2 : 1;
      expect(reproduce(template, changed(at, by)).divergence, what).toMatchObject({ revision: 2 });
    }
    expect(reproduce(template, file).divergence).toBeNull();
  });

  it('is for organisations alone', async () => {
    await expect(sign(renderRevisionZero(template, data), 'student', { image, diameterMm: 40 })).rejects.toMatchObject({
      code: 'SEAL_IMAGE_NOT_ALLOWED',
    });
  });

  it('is refused where the seal has no room in its true size', async () => {
    const narrow = template.signaturePlaces.map((place) => ({ ...place, box: { ...place.box, rightMpt: place.box.leftMpt + 200_000 } }));
    const small = { ...template, signaturePlaces: narrow };
    const credential = await enrol(ports, data, 'unit');
    const signing = { role: 'unit', credential, ink: null, seal: { image, diameterMm: 45 } } as const;
    await expect(signInProcess(ports, small, renderRevisionZero(template, data), signing)).rejects.toMatchObject({
      code: 'SEAL_IMAGE_NO_ROOM',
    });
  });
});

describe('the place of a seal', () => {
  it.each(SEAL_DIAMETERS_MM)(
    'of %i mm is inside the party’s own place, clear of every constant word and of the date, in true size',
    (diameterMm) => {
      for (const place of template.signaturePlaces) {
        const found = placeSeal(place, image, diameterMm);
        if (found === undefined) throw new Error('no room');
        const { seal, words } = found;
        expect(place.obstacles.length).toBeGreaterThan(4);
        expect(place.obstacles.filter((text) => overlaps(seal, text))).toEqual([]);
        expect(overlaps(seal, words)).toBe(false);
        expect(seal.leftMpt).toBeGreaterThanOrEqual(place.widget.leftMpt);
        expect(seal.rightMpt).toBeLessThanOrEqual(place.widget.rightMpt);
        expect(seal.bottomMpt).toBeGreaterThanOrEqual(place.widget.bottomMpt);
        expect(seal.topMpt).toBeLessThanOrEqual(place.widget.topMpt);
        expect(((seal.rightMpt - seal.leftMpt) / 72_000) * 25.4).toBeCloseTo(diameterMm, 2);
      }
    },
  );
});

describe('the place of a seal where a value stands between box and date', () => {
  it.each(SEAL_DIAMETERS_MM)('of %i mm covers none of that value', (diameterMm) => {
    for (const role of ['unit', 'school'] as const) {
      const form = formWithValueBelow(role, `${role}Name`);
      const place = form.signaturePlaces.find((each) => each.role === role);
      if (place === undefined) throw new Error('no place');
      const values = form.blanks.flatMap(({ blank, page, leftMpt, widthMpt, baselineMpt, sizePt }) =>
        blank.kind === 'value' && page === place.page
          ? [{ leftMpt, rightMpt: leftMpt + widthMpt, bottomMpt: baselineMpt, topMpt: baselineMpt + sizePt * 900 }]
          : [],
      );
      expect(values.some((value) => overlaps(place.widget, value))).toBe(true);
      const seal = placeSeal(place, image, diameterMm)?.seal;
      if (seal !== undefined) expect(values.filter((value) => overlaps(seal, value))).toEqual([]);
    }
  });
});

describe('the inputs of a signature', () => {
  it('name the seal, and are read back only as they were printed', () => {
    const seal = { diameterMm: 42, widthPx: 260, heightPx: 260, colourBytes: 10, opacityBytes: 20, sha256: image.sha256 } as const;
    const line = printSignatureInputs({ role: 'unit', at: clock.now(), ink: null, seal });
    expect(parseSignatureInputs(line)).toEqual({ role: 'unit', at: clock.now(), ink: null, seal });
    expect(parseSignatureInputs(line.replace('"diameterMm":42', '"diameterMm":60'))).toBeUndefined();
    expect(parseSignatureInputs(line.replace('"widthPx":260', '"widthPx":99999'))).toBeUndefined();
    expect(parseSignatureInputs(line.replace('"colourBytes":10', '"colourBytes":-1'))).toBeUndefined();
  });
});
