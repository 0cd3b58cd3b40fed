/** PNG pictures with transparency, read strictly: what is not needed for the pixels is checked and left behind. */
import { crc32 } from '../crc32.ts';
import { AppError } from '../errors.ts';
import { inflateExactly } from './deflate.ts';

/** Four bytes a pixel, rows from the top: red, green, blue, opacity. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const FILE_MAX_BYTES = 1 << 20;
const EDGE_MAX = 2000;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const refused = (reason: string) => new AppError('SEAL_IMAGE_UNREADABLE', { reason });

interface Chunks {
  readonly header: Uint8Array;
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
  readonly data: readonly Uint8Array[];
}

/** @source ISO/IEC 15948:2004 §5 */
function readChunks(bytes: Uint8Array): Chunks {
  if (bytes.length > FILE_MAX_BYTES) throw refused('文件超过 1 MB');
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) throw refused('不是 PNG 图片');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = new Map<string, Uint8Array>();
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE.length, first = true; ; first = false) {
    if (at + 12 > bytes.length) throw refused('文件不完整');
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) throw refused('文件不完整');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (view.getUint32(end) !== crc32(bytes.subarray(at + 4, end))) throw refused('文件已损坏');
    const body = bytes.subarray(at + 8, end);
    at = end + 4;
    if (first !== (type === 'IHDR')) throw refused('文件已损坏');
    if (type === 'IEND') {
      if (at !== bytes.length) throw refused('图片后面还有别的内容');
      break;
    }
    if (type === 'IDAT') data.push(body);
    else if (type === 'acTL') throw refused('是动画');
    else if (type === 'IHDR' || type === 'PLTE' || type === 'tRNS') found.set(type, body);
    else if (!/^[a-z]/.test(type)) throw refused('文件已损坏');
  }
  const header = found.get('IHDR');
  if (header?.length !== 13 || data.length === 0) throw refused('文件已损坏');
  return { header, palette: found.get('PLTE'), transparency: found.get('tRNS'), data };
}

const GREY_ALPHA = 4;
const PALETTE = 3;
const TRUE_COLOUR_ALPHA = 6;
const CHANNELS: Readonly<Record<number, number>> = { [GREY_ALPHA]: 2, [PALETTE]: 1, [TRUE_COLOUR_ALPHA]: 4 };

/**
 * Reads an 8-bit picture with opacity, or one with a palette of which some entries are transparent.
 * @throws AppError SEAL_IMAGE_UNREADABLE (`reason`), SEAL_IMAGE_OPAQUE for a kind of picture that has no transparency
 * @source ISO/IEC 15948:2004 §9 (filters), §11
 */
export function readPng(bytes: Uint8Array): Picture {
  const { header, palette, transparency, data } = readChunks(bytes);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, colour = 0, compression, filter, interlace] = header.subarray(8);
  if (width < 1 || height < 1 || width > EDGE_MAX || height > EDGE_MAX) throw refused(`边长超过 ${EDGE_MAX} 像素`);
  if (compression !== 0 || filter !== 0) throw refused('文件已损坏');
  if (interlace !== 0) throw refused('是隔行存储的，请另存为普通 PNG');
  const channels = CHANNELS[colour];
  if (channels === undefined || (colour === PALETTE && transparency === undefined)) throw new AppError('SEAL_IMAGE_OPAQUE');
  if (depth !== 8 && !(colour === PALETTE && [1, 2, 4].includes(depth))) throw refused('每个颜色不是 8 位，请另存为普通 PNG');
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  const deflated = new Uint8Array(data.reduce((sum, part) => sum + part.length, 0));
  data.reduce((at, part) => {
    deflated.set(part, at);
    return at + part.length;
  }, 0);
  const raw = inflateExactly(deflated, height * (rowBytes + 1));
  if (raw === undefined) throw refused('文件已损坏');
  unfilter(raw, height, rowBytes, Math.max(1, (channels * depth) >> 3));
  return { width, height, rgba: toRgba(raw, { width, height, rowBytes, depth, colour }, palette, transparency) };
}

/** In place. */
function unfilter(raw: Uint8Array, height: number, rowBytes: number, pixelBytes: number): void {
  const stride = rowBytes + 1;
  for (let y = 0; y < height; y++) {
    const start = y * stride + 1;
    const kind = raw[start - 1] ?? 0;
    if (kind > 4) throw refused('文件已损坏');
    for (let x = 0; x < rowBytes && kind > 0; x++) {
      const left = x >= pixelBytes ? (raw[start + x - pixelBytes] ?? 0) : 0;
      const up = y > 0 ? (raw[start + x - stride] ?? 0) : 0;
      const corner = y > 0 && x >= pixelBytes ? (raw[start + x - stride - pixelBytes] ?? 0) : 0;
      const predicted = kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : paeth(left, up, corner);
      raw[start + x] = (raw[start + x] ?? 0) + predicted;
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly rowBytes: number;
  readonly depth: number;
  readonly colour: number;
}

function toRgba(raw: Uint8Array, layout: Layout, palette: Uint8Array | undefined, transparency: Uint8Array | undefined): Uint8Array {
  const { width, height, rowBytes, depth, colour } = layout;
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const row = raw.subarray(y * (rowBytes + 1) + 1, (y + 1) * (rowBytes + 1));
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (colour === TRUE_COLOUR_ALPHA) rgba.set(row.subarray(x * 4, x * 4 + 4), at);
      else if (colour === GREY_ALPHA) {
        const grey = row[x * 2] ?? 0;
        rgba.set([grey, grey, grey, row[x * 2 + 1] ?? 0], at);
      } else {
        const bit = x * depth;
        const index = ((row[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
        const entry = palette?.subarray(index * 3, index * 3 + 3);
        if (entry?.length !== 3) throw refused('文件已损坏');
        rgba.set(entry, at);
        rgba[at + 3] = transparency?.[index] ?? 255;
      }
    }
  }
  return rgba;
}
