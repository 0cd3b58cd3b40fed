/** An organisation's own seal between its signatures: read from a PNG, kept as the streams that a file holds, and shown to it before it signs. */

import { SEAL_DIAMETERS_MM, type SealDiameter } from '../agreement/seal-size.ts';
import { pngOfSeal } from '../pdf/png-of-seal.ts';
import { parseSealImage, type SealImage, type SealSamples, sealImageFromPng } from '../pdf/seal-image.ts';
import type { LockedTemplate, SignaturePlace } from './locked-template.ts';
import type { Rectangle } from './paginate.ts';
import { placeSeal } from './seal-place.ts';

export type OwnSealImage = SealImage;

/** @throws AppError SEAL_IMAGE_UNREADABLE (`reason`), SEAL_IMAGE_OPAQUE, SEAL_IMAGE_TOO_DETAILED */
export const readOwnSeal = (png: Uint8Array): OwnSealImage => sealImageFromPng(png);

/** What was kept. @throws Error when it was changed behind our back */
export function keptSeal(samples: SealSamples, sha256: string): OwnSealImage {
  const image = parseSealImage(samples);
  if (image?.sha256 !== sha256) throw new Error(`the kept seal ${sha256} is damaged`);
  return image;
}

/** The picture as it will stand in the file, for a page to show. */
export const showOwnSeal = (image: OwnSealImage): Uint8Array => pngOfSeal(image);

/** In millimetres, from the upper left corner of the party's place. */
export interface PlaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A party's place in true proportion, and where the seal stands in it at each size. */
export interface SealPreview {
  readonly widthMm: number;
  readonly heightMm: number;
  /** Constant words of the form. */
  readonly words: readonly PlaceBox[];
  readonly sizes: readonly {
    readonly diameterMm: SealDiameter;
    /** Null where there is no room. */
    readonly at: { readonly seal: PlaceBox; readonly name: PlaceBox } | null;
  }[];
}

const MPT_A_MM = 72_000 / 25.4;
const toMm = (mpt: number): number => Math.round((mpt / MPT_A_MM) * 100) / 100;

/** Undefined where the template has no such party. */
export function previewSeal(
  template: LockedTemplate,
  role: SignaturePlace['role'],
  edges: Pick<SealSamples, 'widthPx' | 'heightPx'>,
): SealPreview | undefined {
  const place = template.signaturePlaces.find((candidate) => candidate.role === role);
  if (place === undefined) return undefined;
  const { widget } = place;
  const box = ({ leftMpt, rightMpt, topMpt, bottomMpt }: Rectangle): PlaceBox => ({
    x: toMm(leftMpt - widget.leftMpt),
    y: toMm(widget.topMpt - topMpt),
    width: toMm(rightMpt - leftMpt),
    height: toMm(topMpt - bottomMpt),
  });
  const isInside = ({ leftMpt, rightMpt, topMpt, bottomMpt }: Rectangle): boolean =>
    leftMpt < widget.rightMpt && rightMpt > widget.leftMpt && bottomMpt < widget.topMpt && topMpt > widget.bottomMpt;
  return {
    widthMm: toMm(widget.rightMpt - widget.leftMpt),
    heightMm: toMm(widget.topMpt - widget.bottomMpt),
    words: place.obstacles.filter(isInside).map(box),
    sizes: SEAL_DIAMETERS_MM.map((diameterMm) => {
      const found = placeSeal(place, edges, diameterMm);
      return { diameterMm, at: found === undefined ? null : { seal: box(found.seal), name: box(found.words) } };
    }),
  };
}
