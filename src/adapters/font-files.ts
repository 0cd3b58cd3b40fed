/** The font packs in `fonts/`, unpacked on first use; the wide fallback only when a character asks for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type FontPack, parseFontPack } from '../pdf/font-pack.ts';
import type { FontLibrary } from '../template/font-library.ts';

const read = (directory: string, name: string): FontPack =>
  parseFontPack(name, brotliDecompressSync(readFileSync(join(directory, `${name}.sffp.br`))));

/** @throws Error when a pack is missing or damaged: the installation is broken */
export function openFontLibrary(directory: string): FontLibrary {
  const lazily = (name: string) => {
    let pack: FontPack | undefined;
    return (): FontPack => {
      pack ??= read(directory, name);
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
