/** The picture of an organisation's seal as it stands in a PDF: one canonical form, small, with nothing in it but what is seen. */
import { concatBytes } from '../bytes.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { deflate, inflateExactly } from './deflate.ts';
import { streamBody } from './font-subset.ts';
import { type Picture, readPng } from './png.ts';

/** Two streams, 4 bits a sample, two samples a byte, deflated as `deflate` does; what is wholly transparent is black. */
export interface SealSamples {
  /** Even. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colour: Uint8Array;
  readonly opacity: Uint8Array;
}

declare const sealBrand: unique symbol;

/** Made by `sealImageFromPng` and `parseSealImage` alone. */
export interface SealImage extends SealSamples {
  readonly [sealBrand]: true;
  /** Of both streams, colour first. */
  readonly sha256: Sha256;
}

export const SEAL_EDGE_MAX_PX = 400;
export const SEAL_MAX_BYTES = 48_000;
const EDGE_MIN_PX = 200;
/** Tried in turn, until the streams are small enough. */
const EDGES_PX = [SEAL_EDGE_MAX_PX, 320, 240] as const;
const LEVELS = 15;
/** Of the picture, cut to the seal: a round seal leaves a fifth of it free at the corners alone. */
const CLEAR_MIN = 0.2;

const asSealImage = (samples: SealSamples): SealImage =>
  ({ ...samples, sha256: sha256Hex(concatBytes(samples.colour, samples.opacity)) }) as SealImage;

/**
 * Cuts a PNG to the seal in it, brings it to at most 400 pixels and 16 levels, and forgets the rest of the file.
 * @throws AppError SEAL_IMAGE_UNREADABLE (`reason`), SEAL_IMAGE_OPAQUE, SEAL_IMAGE_TOO_DETAILED
 */
export function sealImageFromPng(png: Uint8Array): SealImage {
  const picture = cutToInk(readPng(png));
  if (Math.max(picture.width, picture.height) < EDGE_MIN_PX) {
    throw new AppError('SEAL_IMAGE_UNREADABLE', { reason: `印章部分不到 ${EDGE_MIN_PX} 像素，印出来会模糊` });
  }
  for (const edge of EDGES_PX) {
    const samples = toSamples(shrink(picture, edge));
    if (samples.colour.length + samples.opacity.length <= SEAL_MAX_BYTES) return asSealImage(samples);
  }
  throw new AppError('SEAL_IMAGE_TOO_DETAILED');
}

/** Found sound before: a batch bears the same seal a thousand times. */
const sound = new Set<string>();
const MAX_SOUND = 64;

/** Reads samples that stand in a file; undefined unless they are exactly what `sealImageFromPng` could have written. */
export function parseSealImage(samples: SealSamples): SealImage | undefined {
  const { widthPx, heightPx, colour, opacity } = samples;
  if (widthPx % 2 !== 0 || Math.max(widthPx, heightPx) > SEAL_EDGE_MAX_PX || colour.length + opacity.length > SEAL_MAX_BYTES)
    return undefined;
  const image = asSealImage({ widthPx, heightPx, colour: colour.slice(), opacity: opacity.slice() });
  // The digest is over both streams end to end: without the border between them another split would count as sound.
  const key = `${image.sha256} ${widthPx} ${heightPx} ${colour.length}`;
  if (sound.has(key)) return image;
  const pixels = widthPx * heightPx;
  const rgb = inflateExactly(colour, (pixels * 3) / 2);
  const alpha = inflateExactly(opacity, pixels / 2);
  if (rgb === undefined || alpha === undefined || !isSame(deflate(rgb), colour) || !isSame(deflate(alpha), opacity)) return undefined;
  for (let i = 0; i < pixels; i++) {
    if (nibble(alpha, i) === 0 && (nibble(rgb, i * 3) !== 0 || nibble(rgb, i * 3 + 1) !== 0 || nibble(rgb, i * 3 + 2) !== 0))
      return undefined;
  }
  if (sound.size >= MAX_SOUND) sound.clear();
  sound.add(key);
  return image;
}

const nibble = (bytes: Uint8Array, i: number): number => ((bytes[i >> 1] ?? 0) >> ((i & 1) === 0 ? 4 : 0)) & LEVELS;
const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/**
 * The picture as an image with a soft mask.
 * @param maskObject number of the second body
 * @source ISO 32000-1:2008 §8.9.5, §11.6.5.3; ISO 19005-3 §6.2.8 (no /Interpolate)
 */
export function sealImageObjects(image: SealImage, maskObject: number): readonly [Uint8Array, Uint8Array] {
  const [colourHead, opacityHead] = sealStreamEntries(image, maskObject);
  return [streamBody(colourHead, image.colour), streamBody(opacityHead, image.opacity)];
}

/** Entries of the two stream dictionaries besides /Length. */
export function sealStreamEntries(
  { widthPx, heightPx }: Pick<SealSamples, 'widthPx' | 'heightPx'>,
  maskObject: number,
): readonly [string, string] {
  const entries = (space: string): string =>
    `/Type/XObject/Subtype/Image/Width ${widthPx}/Height ${heightPx}/ColorSpace/${space}/BitsPerComponent 4/Filter/FlateDecode`;
  return [`${entries('DeviceRGB')}/SMask ${maskObject} 0 R`, entries('DeviceGray')];
}

function toSamples({ width, height, rgba }: Picture): SealSamples {
  const widthPx = width + (width % 2);
  const colour = new Uint8Array((widthPx * height * 3) / 2);
  const opacity = new Uint8Array((widthPx * height) / 2);
  const put = (bytes: Uint8Array, i: number, level: number): void => {
    bytes[i >> 1] = (bytes[i >> 1] ?? 0) | (level << ((i & 1) === 0 ? 4 : 0));
  };
  const level = (at: number): number => Math.round(((rgba[at] ?? 0) * LEVELS) / 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = y * widthPx + x;
      const alpha = level(from + 3);
      if (alpha === 0) continue;
      put(opacity, to, alpha);
      for (let channel = 0; channel < 3; channel++) put(colour, to * 3 + channel, level(from + channel));
    }
  }
  return { widthPx, heightPx: height, colour: deflate(colour), opacity: deflate(opacity) };
}

/** Less than this is the haze of a scan. */
const INK_MIN_OPACITY = 24;

/** @throws AppError SEAL_IMAGE_OPAQUE, SEAL_IMAGE_UNREADABLE for a picture of nothing */
function cutToInk(picture: Picture): Picture {
  const { width, height, rgba } = picture;
  let [left, right, top, bottom, clear] = [width, -1, height, -1, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((rgba[(y * width + x) * 4 + 3] ?? 0) < INK_MIN_OPACITY) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (right < 0) throw new AppError('SEAL_IMAGE_UNREADABLE', { reason: '图片里什么也没有' });
  const [cutWidth, cutHeight] = [right - left + 1, bottom - top + 1];
  const cut = new Uint8Array(cutWidth * cutHeight * 4);
  for (let y = 0; y < cutHeight; y++) {
    const row = ((top + y) * width + left) * 4;
    cut.set(rgba.subarray(row, row + cutWidth * 4), y * cutWidth * 4);
  }
  for (let at = 3; at < cut.length; at += 4) if ((cut[at] ?? 0) < INK_MIN_OPACITY) clear++;
  if (clear < cutWidth * cutHeight * CLEAR_MIN) throw new AppError('SEAL_IMAGE_OPAQUE');
  return { width: cutWidth, height: cutHeight, rgba: cut };
}

/** Each new pixel is the mean of what it covers, weighed by opacity, in whole numbers; never enlarges. */
function shrink(picture: Picture, edge: number): Picture {
  const { width, height, rgba } = picture;
  const longest = Math.max(width, height);
  if (longest <= edge) return picture;
  const [newWidth, newHeight] = [width, height].map((side) => Math.max(1, Math.round((side * edge) / longest))) as [number, number];
  const sums = new Float64Array(newWidth * newHeight * 4);
  const rows = Array.from({ length: height }, (_, y) => shares(y, height, newHeight));
  const columns = Array.from({ length: width }, (_, x) => shares(x, width, newWidth));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const alpha = rgba[from + 3] ?? 0;
      if (alpha === 0) continue;
      for (const [row, rowShare] of rows[y] ?? []) {
        for (const [column, columnShare] of columns[x] ?? []) {
          const weight = alpha * rowShare * columnShare;
          const to = (row * newWidth + column) * 4;
          for (let channel = 0; channel < 3; channel++)
            sums[to + channel] = (sums[to + channel] ?? 0) + (rgba[from + channel] ?? 0) * weight;
          sums[to + 3] = (sums[to + 3] ?? 0) + weight;
        }
      }
    }
  }
  const out = new Uint8Array(sums.length);
  for (let at = 0; at < out.length; at += 4) {
    const alpha = sums[at + 3] ?? 0;
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel++) out[at + channel] = Math.round((sums[at + channel] ?? 0) / alpha);
    out[at + 3] = Math.round(alpha / (width * height));
  }
  return { width: newWidth, height: newHeight, rgba: out };
}

/** Which new pixels an old one lies in, and by how much; the shares of a new pixel add up to `from`. */
function shares(index: number, from: number, to: number): readonly (readonly [number, number])[] {
  const [start, end] = [index * to, (index + 1) * to];
  const first = Math.floor(start / from);
  const last = Math.floor((end - 1) / from);
  if (first === last) return [[first, to]];
  return [
    [first, last * from - start],
    [last, end - last * from],
  ];
}
