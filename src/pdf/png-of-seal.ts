/** The picture of a seal as a PNG, for people to look at before they sign; nothing of it ever stands in a file. */
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { crc32 } from '../crc32.ts';
import { deflate, inflateExactly } from './deflate.ts';
import type { SealImage } from './seal-image.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const TRUE_COLOUR_ALPHA = 6;
/** From 16 levels to 256. */
const STEP = 17;

/** @source ISO/IEC 15948:2004 §5, §11 */
export function pngOfSeal({ widthPx, heightPx, colour, opacity }: SealImage): Uint8Array {
  const pixels = widthPx * heightPx;
  const rgb = inflateExactly(colour, (pixels * 3) / 2);
  const alpha = inflateExactly(opacity, pixels / 2);
  if (rgb === undefined || alpha === undefined) throw new Error('a seal image that cannot be read');
  const level = (bytes: Uint8Array, i: number): number => (((bytes[i >> 1] ?? 0) >> ((i & 1) === 0 ? 4 : 0)) & 15) * STEP;
  const rowBytes = widthPx * 4 + 1;
  const rows = new Uint8Array(rowBytes * heightPx);
  for (let i = 0; i < pixels; i++) {
    const at = Math.floor(i / widthPx) * rowBytes + 1 + (i % widthPx) * 4;
    for (let channel = 0; channel < 3; channel++) rows[at + channel] = level(rgb, i * 3 + channel);
    rows[at + 3] = level(alpha, i);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, widthPx);
  view.setUint32(4, heightPx);
  header.set([8, TRUE_COLOUR_ALPHA, 0, 0, 0], 8);
  return concatBytes(SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflate(rows)), chunk('IEND', new Uint8Array()));
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(fromLatin1(type), 4);
  bytes.set(body, 8);
  view.setUint32(body.length + 8, crc32(bytes.subarray(4, body.length + 8)));
  return bytes;
}
