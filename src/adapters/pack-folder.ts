/** Template packs on disk: `templates/<pack>/` with source.docx, body.hbs and manifest.json. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import type { PackFiles } from '../template/load-pack.ts';

const FILES = { manifest: 'manifest.json', body: 'body.hbs', source: 'source.docx' } as const;

/** Names of the packs in a folder, sorted. */
export const packNames = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, FILES.manifest)))
    .map((entry) => entry.name)
    .sort();

/** @throws AppError TEMPLATE_NOT_FOUND (`pack`) */
export function readPackFiles(directory: string, pack: string): PackFiles {
  const read = (file: string): Uint8Array => {
    const path = join(directory, pack, file);
    if (!/^[a-z0-9][a-z0-9-]*$/.test(pack) || !existsSync(path)) throw new AppError('TEMPLATE_NOT_FOUND', { pack });
    return new Uint8Array(readFileSync(path));
  };
  return { manifest: read(FILES.manifest), body: read(FILES.body), source: read(FILES.source) };
}

/** Writes a freshly imported pack. @throws AppError TEMPLATE_EXISTS rather than overwrite one */
export function writePackFiles(directory: string, pack: string, files: PackFiles): string {
  const folder = join(directory, pack);
  if (existsSync(join(folder, FILES.manifest))) throw new AppError('TEMPLATE_EXISTS', { pack });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, FILES.source), files.source);
  writeFileSync(join(folder, FILES.body), files.body);
  writeFileSync(join(folder, FILES.manifest), files.manifest);
  return folder;
}
