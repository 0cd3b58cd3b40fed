/** Paths as a regulator gives them, spread out into single files: folders are walked, archives opened. Nothing is read yet. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { type Finding, makeFinding } from '../verify/findings.ts';
import { judgeMember } from '../verify/verified-file.ts';
import { assertNestedFew, isArchiveName, listBytes, type ZipMember, ZipRefusal } from '../verify/zip-archive.ts';
import { listArchive, readMember } from './zip-reader.ts';

/** One file to verify. `file` is the name in the report; `within` an archive inside the archive, in which the member lies. */
export type VerifySource =
  | { readonly kind: 'file'; readonly file: string; readonly path: string }
  | { readonly kind: 'bytes'; readonly file: string; readonly bytes: Uint8Array }
  | { readonly kind: 'member'; readonly file: string; readonly path: string; readonly member: ZipMember; readonly within?: ZipMember }
  | { readonly kind: 'listed'; readonly file: string; readonly finding: Finding; readonly lengthBytes: number };

/** What people put beside agreements; listed so that nobody believes them verified. Other files of a folder are left alone. */
const DOCUMENT = /\.(?:pdf|zip|docx?|wps|xlsx?|et|pptx?|ofd|jpe?g|png|gif|bmp|tiff?|heic|webp|rar|7z|eml|msg)$/i;

/**
 * @param paths files (of any kind), archives and folders
 * @returns in the order given; inside a folder or an archive by name
 * @throws AppError PATH_UNREADABLE
 */
export const spreadSources = (paths: readonly string[]): VerifySource[] => paths.flatMap(spread);

function spread(path: string): VerifySource[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new AppError('PATH_UNREADABLE', { path });
  }
  if (!isFolder) return spreadFile(path);
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && DOCUMENT.test(entry.name) && !entry.name.startsWith('.') && !entry.name.startsWith('~$'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap(spreadFile);
}

const spreadFile = (path: string): VerifySource[] =>
  isArchiveName(path) ? [...sourcesOfArchive(path)] : [{ kind: 'file', file: path, path }];

/**
 * The members of an archive, one after another; an archive within it is opened when its turn comes.
 * @throws AppError PATH_UNREADABLE
 */
export function* sourcesOfArchive(path: string): Generator<VerifySource> {
  const refused = (reason: string): VerifySource => ({
    kind: 'listed',
    file: path,
    finding: makeFinding('ZIP_REFUSED', { reason }),
    lengthBytes: statSync(path).size,
  });
  let members: readonly ZipMember[];
  try {
    members = listArchive(path);
  } catch (error) {
    if (!(error instanceof ZipRefusal)) throw new AppError('PATH_UNREADABLE', { path });
    yield refused(error.zh);
    return;
  }
  if (members.length === 0) yield refused('里面没有文件');
  const nested = { members: 0 };
  for (const member of members) yield* sourcesOf(path, member, nested);
}

/**
 * A member; one that is an archive is opened, once.
 * @param nested members of such archives so far
 */
function sourcesOf(path: string, member: ZipMember, nested: { members: number }): VerifySource[] {
  const file = `${path}/${member.name}`;
  const listed = (finding: Finding): VerifySource => ({ kind: 'listed', file, finding, lengthBytes: member.unpackedBytes });
  const finding = judgeMember(member);
  if (finding !== undefined) return [listed(finding)];
  if (!isArchiveName(member.name)) return [{ kind: 'member', file, path, member }];
  try {
    const inner = listBytes(readMember(path, member));
    if (inner.length === 0) return [listed(makeFinding('ZIP_REFUSED', { reason: '里面没有文件' }))];
    assertNestedFew(nested.members + inner.length);
    nested.members += inner.length;
    return inner.map((each): VerifySource => {
      const own = judgeMember(each) ?? (isArchiveName(each.name) ? makeFinding('ZIP_NESTED_TOO_DEEP') : undefined);
      if (own !== undefined) return { kind: 'listed', file: `${file}/${each.name}`, finding: own, lengthBytes: each.unpackedBytes };
      return { kind: 'member', file: `${file}/${each.name}`, path, within: member, member: each };
    });
  } catch (error) {
    if (error instanceof ZipRefusal) return [listed(makeFinding('ZIP_REFUSED', { reason: error.zh }))];
    throw error;
  }
}
