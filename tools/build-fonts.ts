/**
 * Makes fonts/*.sffb from the upstream fonts: `node tools/build-fonts.ts SERIF.ttf SANS-BOLD.ttf HANAMIN-B.ttf`.
 * The packs are committed; run this only to take a new upstream version, which is a new stamping version.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { printFontFile } from '../src/pdf/font-file.ts';
import { importFont } from '../src/pdf/font-import.ts';
import { parseFontPack } from '../src/pdf/font-pack.ts';
import { isCommon } from './common-characters.ts';

const [serif, sansBold, rare] = process.argv.slice(2);
if (serif === undefined || sansBold === undefined || rare === undefined)
  throw new Error('usage: build-fonts SERIF.ttf SANS-BOLD.ttf RARE.ttf');
const fonts = join(import.meta.dirname, '../fonts');
const privateUse = (cp: number): boolean => (cp >= 0xe000 && cp <= 0xf8ff) || cp >= 0xf0000;
const drawn = (cp: number): boolean => cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0) && !privateUse(cp);

const deflate = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });

function write(name: string, pack: Uint8Array): ReturnType<typeof parseFontPack> {
  const parsed = parseFontPack(name, pack);
  const file = printFontFile(parsed, isCommon, deflate);
  writeFileSync(join(fonts, `${name}.sffb`), file);
  process.stdout.write(`${name}: ${parsed.codePoints.length} glyphs, ${pack.length} bytes, ${file.length} packed\n`);
  return parsed;
}

const song = write('song', importFont(readFileSync(serif), drawn, 500));
write('hei', importFont(readFileSync(sansBold), drawn, 500));
const inSong = new Set(song.codePoints);
write(
  'rare',
  importFont(readFileSync(rare), (cp) => drawn(cp) && cp >= 0x2e80 && !inSong.has(cp), 500),
);
