/** The version of a template that the commands use: the one in force. */
import { AppError } from '../errors.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { parseManifest } from '../template/manifest.ts';
import { chooseTemplate } from '../workflow/choose-template.ts';
import { loadTemplates } from '../workflow/load-templates.ts';
import type { Surroundings } from './surroundings.ts';

type PackSurroundings = Pick<Surroundings, 'fonts' | 'packNames' | 'readPack' | 'templateAuthorities'>;

/**
 * The version of a template that is in force now, with its folder.
 * @throws AppError TEMPLATE_NOT_FOUND, TEMPLATE_NOT_IN_FORCE; TEMPLATE_… when a version of it may not be loaded
 */
export function openCurrentVersion(
  around: PackSurroundings & Pick<Surroundings, 'clock'>,
  pack: string,
): { readonly folder: string; readonly template: LockedTemplate } {
  const versions = around.packNames().flatMap((folder) => {
    const files = around.readPack(folder);
    const manifest = parseManifest(files.manifest);
    return manifest.pack === pack ? [{ folder, files, version: manifest.version }] : [];
  });
  const files = versions.map((each) => each.files);
  const template = chooseTemplate(loadTemplates(files, around.fonts, around.templateAuthorities()), pack, around.clock.now());
  const folder = versions.find(({ version }) => version === template.version)?.folder;
  if (folder === undefined) throw new AppError('TEMPLATE_NOT_FOUND', { pack });
  return { folder, template };
}
