/** Template packs on disk: `templates/<folder>/` with source.docx, body.hbs and manifest.json, and once signed release.json and release.p7s. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import type { PackFiles } from '../template/load-pack.ts';
import { parseManifest } from '../template/manifest.ts';
import type { ReleaseFiles } from '../template/release.ts';

const FILES = { manifest: 'manifest.json', body: 'body.hbs', source: 'source.docx' } as const;
const RELEASE = { json: 'release.json', signature: 'release.p7s' } as const;

/** Folders that hold a pack, sorted. Several may hold versions of one template. */
export const packNames = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, FILES.manifest)))
    .map((entry) => entry.name)
    .sort();

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

/** @throws AppError TEMPLATE_NOT_FOUND (`pack`) */
export function readPackFiles(directory: string, folder: string): PackFiles {
  const part = (file: string): Uint8Array => {
    const path = join(directory, folder, file);
    if (!/^[a-z0-9][a-z0-9-]*$/.test(folder) || !existsSync(path)) throw new AppError('TEMPLATE_NOT_FOUND', { pack: folder });
    return read(path);
  };
  const files = { manifest: part(FILES.manifest), body: part(FILES.body), source: part(FILES.source) };
  const release = readReleaseFiles(join(directory, folder));
  return release === undefined ? files : { ...files, release };
}

/** Half a release is read as one with an empty other half, which is refused when it is judged. */
export function readReleaseFiles(folder: string): ReleaseFiles | undefined {
  const [json, signature] = [join(folder, RELEASE.json), join(folder, RELEASE.signature)];
  if (!existsSync(json) && !existsSync(signature)) return undefined;
  const part = (path: string): Uint8Array => (existsSync(path) ? read(path) : new Uint8Array(0));
  return { json: part(json), signature: part(signature) };
}

/**
 * Writes a freshly imported pack into a folder of its name, or of its name and version beside other versions.
 * @returns the folder
 * @throws AppError TEMPLATE_EXISTS rather than overwrite one or import a version twice
 */
export function writePackFiles(directory: string, pack: string, files: PackFiles): string {
  const { version } = parseManifest(files.manifest);
  const exists = new AppError('TEMPLATE_EXISTS', { pack: `${pack} ${version}` });
  const siblings = packNames(directory).map((name) => parseManifest(read(join(directory, name, FILES.manifest))));
  if (siblings.some((other) => other.pack === pack && other.version === version)) throw exists;
  const beside = `${pack}-${version.toLowerCase().replaceAll('.', '-')}`;
  const name = existsSync(join(directory, pack, FILES.manifest)) ? beside : pack;
  const folder = join(directory, name);
  if (existsSync(join(folder, FILES.manifest))) throw exists;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, FILES.source), files.source);
  writeFileSync(join(folder, FILES.body), files.body);
  writeFileSync(join(folder, FILES.manifest), files.manifest);
  return folder;
}

/**
 * Replaces the two files of a pack that confirming its blanks changes; its source stays.
 * @returns the folder
 * @throws AppError TEMPLATE_NOT_FOUND, or TEMPLATE_RELEASED for a pack that an authority has signed
 */
export function rewritePackFiles(directory: string, folder: string, files: Pick<PackFiles, 'manifest' | 'body'>): string {
  if (readPackFiles(directory, folder).release !== undefined) throw new AppError('TEMPLATE_RELEASED', { pack: folder });
  const { body, manifest } = files;
  return replaceIn(join(directory, folder), [
    [FILES.body, body],
    [FILES.manifest, manifest],
  ]);
}

/** Puts a release into a pack's folder, in place of the one there. Stopped midway, the two files contradict each other and are refused. */
export function writeReleaseFiles(directory: string, folder: string, { json, signature }: ReleaseFiles): string {
  return replaceIn(join(directory, folder), [
    [RELEASE.signature, signature],
    [RELEASE.json, json],
  ]);
}

/** All are written before the first takes its place. @returns the folder */
function replaceIn(folder: string, files: readonly (readonly [name: string, bytes: Uint8Array])[]): string {
  for (const [name, bytes] of files) writeFileSync(join(folder, `${name}.new`), bytes);
  for (const [name] of files) renameSync(join(folder, `${name}.new`), join(folder, name));
  return folder;
}
