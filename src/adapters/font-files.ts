/** The font packs in `fonts/`, unpacked on first use; the wide fallback only when a character asks for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type FontPack, parseFontPack } from '../pdf/font-pack.ts';
import type { FontLibrary } from '../template/font-library.ts';

/** Unpacked packs by name, in memory that threads can share: a worker unpacks nothing again. */
export type SharedFonts = Readonly<Record<string, SharedArrayBuffer>>;

function unpack(directory: string, name: string): SharedArrayBuffer {
  const bytes = brotliDecompressSync(readFileSync(join(directory, `${name}.sffp.br`)));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

const unpacked = new Map<string, Record<string, SharedArrayBuffer>>();

/** What has been unpacked so far from that directory in this process, to hand to a worker. */
export const sharedFonts = (directory: string): SharedFonts => ({ ...unpacked.get(directory) });

/**
 * @param shared packs that another thread of this process has unpacked
 * @throws Error when a pack is missing or damaged: the installation is broken
 */
export function openFontLibrary(directory: string, shared: SharedFonts = {}): FontLibrary {
  const known = unpacked.get(directory) ?? { ...shared };
  unpacked.set(directory, known);
  const lazily = (name: string) => {
    let pack: FontPack | undefined;
    return (): FontPack => {
      if (pack === undefined) {
        const bytes = known[name] ?? unpack(directory, name);
        known[name] = bytes;
        pack = parseFontPack(name, new Uint8Array(bytes));
      }
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
