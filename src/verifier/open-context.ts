/** From what the page carries to what `verifyFile` needs: the same loading, with the same checks, as on a server. */
import { inflateSync } from 'fflate';
import { fromBase64 } from '../bytes.ts';
import type { Instant } from '../instant.ts';
import { type FontPack, parseFontPack } from '../pdf/font-pack.ts';
import type { FontLibrary } from '../template/font-library.ts';
import type { PackFiles } from '../template/load-pack.ts';
import type { VerifyContext } from '../verify/verify-file.ts';
import { loadTemplates } from '../workflow/load-templates.ts';
import { FONT_NAMES, type FontName, type Fonts, type Kit } from './messages.ts';

/** @param readFont a font pack, or its raw deflate; called once a pack, when the first character asks for it */
export function openFonts(form: Fonts['form'], readFont: (name: FontName) => Uint8Array): FontLibrary {
  const packs = new Map<FontName, FontPack>();
  const open = (name: FontName): FontPack => {
    const pack = packs.get(name) ?? parseFontPack(name, form === 'plain' ? readFont(name) : inflateSync(readFont(name)));
    packs.set(name, pack);
    return pack;
  };
  const library = {};
  for (const name of FONT_NAMES) Object.defineProperty(library, name, { get: () => open(name), enumerable: true });
  return library as FontLibrary;
}

const packFiles = ({ manifest, body, source, release }: Kit['packs'][number]): PackFiles => ({
  manifest: fromBase64(manifest),
  body: fromBase64(body),
  source: fromBase64(source),
  ...(release === undefined ? {} : { release: { json: fromBase64(release.json), signature: fromBase64(release.signature) } }),
});

/** @throws AppError TEMPLATE_… when the packs inside the page are not what they claim to be */
export function openContext(kit: Kit, fonts: FontLibrary): Omit<VerifyContext, 'checkedAt'> {
  const authorities = { national: kit.authorities.national.map(fromBase64), regional: kit.authorities.regional.map(fromBase64) };
  const { namedRoots } = kit;
  const templates = loadTemplates(kit.packs.map(packFiles), fonts, authorities);
  return { templates, trustAnchors: kit.trustAnchors.map(fromBase64), namedRoots };
}

export const contextAt = (context: Omit<VerifyContext, 'checkedAt'>, checkedAt: Instant): VerifyContext => ({ ...context, checkedAt });
