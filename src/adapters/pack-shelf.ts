/** The packs that schools imported, in a folder of the data: loaded at the start, and at once when one is added. */
import { mkdirSync } from 'node:fs';
import { AppError } from '../errors.ts';
import type { FontLibrary } from '../template/font-library.ts';
import { loadPack, type PackFiles } from '../template/load-pack.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import type { PackShelf } from '../workflow/stores.ts';
import { packNames, readPackFiles, writePackFiles } from './pack-folder.ts';

/**
 * Only samples: a text of an authority comes with its release, into `templates/`.
 * @param templates those of the installation; what the shelf holds is added behind them, now and whenever a pack is added
 * @throws AppError TEMPLATE_… as `loadPack` when a pack was altered, TEMPLATE_VERSION_TWICE
 */
export function openPackShelf(folder: string, fonts: FontLibrary, templates: LockedTemplate[]): PackShelf {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isKnown = ({ pack, version }: LockedTemplate): boolean =>
    templates.some((other) => other.pack === pack && other.version === version);
  const shelf: { readonly template: LockedTemplate; readonly files: PackFiles }[] = [];
  for (const name of packNames(folder)) {
    const files = readPackFiles(folder, name);
    const template = loadPack(files, fonts);
    // The same pack may have been taken into templates/ for the command line.
    const same = templates.some((other) => other.pack === template.pack && other.prefixSha256 === template.prefixSha256);
    if (isKnown(template) && !same) throw new AppError('TEMPLATE_VERSION_TWICE', { pack: template.pack, version: template.version });
    if (!same) templates.push(template);
    shelf.push({ template, files });
  }
  return {
    find: (pack, version) => shelf.find(({ template }) => template.pack === pack && template.version === version)?.files,
    async add(files) {
      const template = loadPack(files, fonts);
      const { pack, version, prefixSha256 } = template;
      const official = templates.some((other) => other.pack === pack && other.status !== 'sample');
      if (official || isKnown(template)) throw new AppError('TEMPLATE_EXISTS', { pack: `${pack} ${version}` });
      writePackFiles(folder, pack, files);
      templates.push(template);
      shelf.push({ template, files });
      return { pack, version, prefixSha256 };
    },
  };
}
