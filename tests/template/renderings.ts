/** Pages as ink: poppler and mupdf draw a page, and each pixel says how dark it became. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf, run } from '../peers/programs.ts';

export type Renderer = 'poppler' | 'mupdf';
export const RENDERERS: readonly Renderer[] = ['poppler', 'mupdf'];

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 0 white, 1 black; row by row from the top. */
  readonly ink: Float32Array;
}

/** @source http://netpbm.sourceforge.net/doc/pgm.html */
function readPgm(bytes: Uint8Array): Picture {
  const head = /^P5\s+(?:#[^\n]*\n)*(\d+)\s+(\d+)\s+255\s/.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 200)));
  if (head === null) throw new Error('not a grey picture');
  const [whole, width, height] = head;
  return { width: Number(width), height: Number(height), ink: Float32Array.from(bytes.subarray(whole.length), (grey) => 1 - grey / 255) };
}

/** Draws one page of a file; `page` counts from 0. */
export function drawPage(renderer: Renderer, file: Uint8Array, page: number, dpi: number): Picture {
  const folder = mkdtempSync(join(tmpdir(), 'sanfang-ink-'));
  try {
    const path = join(folder, 'in.pdf');
    writeFileSync(path, file);
    const number = String(page + 1);
    if (renderer === 'poppler') {
      outputOf('pdftoppm', ['-gray', '-r', String(dpi), '-f', number, '-l', number, '-singlefile', path, join(folder, 'out')]);
    } else {
      const out = join(folder, 'out.pgm');
      const { status, text } = run('mutool', ['draw', '-q', '-c', 'gray', '-F', 'pgm', '-r', String(dpi), '-o', out, path, number]);
      if (status !== 0) throw new Error(text);
    }
    return readPgm(new Uint8Array(readFileSync(join(folder, 'out.pgm'))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A part of a picture; what lies outside of it is white. */
export function crop(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const ink = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = left + x >= 0 && left + x < picture.width && top + y >= 0 && top + y < picture.height;
      ink[y * width + x] = inside ? (picture.ink[(top + y) * picture.width + left + x] ?? 0) : 0;
    }
  }
  return { width, height, ink };
}

/** Every cell of so many pixels squared as the mean of its ink: differences of anti-aliasing vanish, missing glyphs do not. */
export function coarse(picture: Picture, cell: number): Picture {
  const width = Math.floor(picture.width / cell);
  const height = Math.floor(picture.height / cell);
  const ink = new Float32Array(width * height);
  for (let y = 0; y < height * cell; y++) {
    for (let x = 0; x < width * cell; x++) {
      const at = Math.floor(y / cell) * width + Math.floor(x / cell);
      ink[at] = (ink[at] ?? 0) + (picture.ink[y * picture.width + x] ?? 0) / cell ** 2;
    }
  }
  return { width, height, ink };
}

/** Sum of the differences as a share of the ink of the second. */
export function difference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  let ink = 0;
  for (let i = 0; i < b.length; i++) {
    sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    ink += b[i] ?? 0;
  }
  return sum / Math.max(ink, 1e-9);
}
