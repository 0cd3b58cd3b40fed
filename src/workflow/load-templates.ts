/** From the folders of `templates/` to locked templates: each compared, vouched for by an authority this installation trusts, or refused. */
import { AppError } from '../errors.ts';
import type { FontLibrary } from '../template/font-library.ts';
import { loadPack, type PackFiles } from '../template/load-pack.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { type TemplateAuthorities, trusting } from '../verify/judge-release.ts';

export type { TemplateAuthorities } from '../verify/judge-release.ts';

/** @throws AppError TEMPLATE_… as `loadPack` */
export const openPack = (files: PackFiles, fonts: FontLibrary, authorities: TemplateAuthorities): LockedTemplate =>
  loadPack(files, fonts, trusting(authorities));

const RANK = ['national', 'regional', 'sample'] as const;

/** Lower is better: national, regional, sample. */
export const rankOf = ({ status }: LockedTemplate): number => RANK.indexOf(status);

/**
 * Every pack, national texts first, samples last.
 * @throws AppError TEMPLATE_… as `loadPack`; TEMPLATE_VERSION_TWICE when two folders claim the same version
 */
export function loadTemplates(
  packs: readonly PackFiles[],
  fonts: FontLibrary,
  authorities: TemplateAuthorities,
): readonly LockedTemplate[] {
  const templates = packs.map((files) => openPack(files, fonts, authorities));
  const seen = new Set<string>();
  for (const { pack, version } of templates) {
    if (seen.has(`${pack} ${version}`)) throw new AppError('TEMPLATE_VERSION_TWICE', { pack, version });
    seen.add(`${pack} ${version}`);
  }
  return templates.sort((a, b) => rankOf(a) - rankOf(b));
}
