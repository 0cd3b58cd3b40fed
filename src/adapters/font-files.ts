/** The font files in `fonts/`, opened on first use: of each only the blocks whose characters are asked for, the wide fallback perhaps never. */
import { openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { openFontFile } from '../pdf/font-file.ts';
import type { FontPack } from '../pdf/font-pack.ts';
import type { FontLibrary } from '../template/font-library.ts';

/** Room for what a block unpacks to, so that it is not put together from small pieces. */
const UNPACKED_BYTES = 1 << 16;

/** Copied, because what is returned is a part of that room and would keep all of it. */
const inflate = (bytes: Uint8Array): Uint8Array => new Uint8Array(brotliDecompressSync(bytes, { chunkSize: UNPACKED_BYTES }));

/** The file stays open: an installation that is replaced meanwhile does not mix two versions. */
function openFile(path: string): (start: number, end: number) => Uint8Array {
  const file = openSync(path, 'r');
  return (start, end) => {
    const bytes = new Uint8Array(end - start);
    if (readSync(file, bytes, 0, bytes.length, start) !== bytes.length) throw new Error(`font file cut short: ${path}`);
    return bytes;
  };
}

/** @throws Error when a font file is missing or damaged: the installation is broken */
export function openFontLibrary(directory: string): FontLibrary {
  const lazily = (name: string) => {
    let pack: FontPack | undefined;
    return (): FontPack => {
      pack ??= openFontFile(name, openFile(join(directory, `${name}.sffb`)), inflate);
      return pack;
    };
  };
  const song = lazily('song');
  const hei = lazily('hei');
  const rare = lazily('rare');
  return {
    get song() {
      return song();
    },
    get hei() {
      return hei();
    },
    get rare() {
      return rare();
    },
  };
}
