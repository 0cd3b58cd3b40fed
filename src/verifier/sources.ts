/** What people drop or choose, spread out into single files: folders are walked, archives opened. */
import { makeFinding } from '../verify/findings.ts';
import { judgeMember, listFile, type VerifiedFile } from '../verify/verified-file.ts';
import { assertNestedFew, isArchiveName, listBytes, type ZipMember, ZipRefusal } from '../verify/zip-archive.ts';
import { listArchive, readMember } from './archive.ts';
import type { BrowserSource } from './messages.ts';

/** A file with the path under which it was chosen. */
export interface NamedBlob {
  readonly file: string;
  readonly blob: Blob;
}

/** In the order of the report: what is still to be verified, or already listed as what it is. */
export type Spread = BrowserSource | VerifiedFile;

export const isListed = (spread: Spread): spread is VerifiedFile => 'report' in spread;

/** Never throws over a bad archive: it is listed. */
export async function spreadSources(blobs: readonly NamedBlob[]): Promise<Spread[]> {
  return (await Promise.all(blobs.map(spread))).flat();
}

async function spread({ file, blob }: NamedBlob): Promise<Spread[]> {
  if (!isArchiveName(file)) return [{ kind: 'file', file, blob }];
  const refused = (reason: string): Spread[] => [listFile(file, makeFinding('ZIP_REFUSED', { reason }), blob.size)];
  try {
    const members = await listArchive(blob);
    if (members.length === 0) return refused('里面没有文件');
    const spreads: Spread[] = [];
    const nested = { members: 0 };
    for (const member of members) {
      for (const each of await spreadMember(file, blob, member, nested)) spreads.push(each);
    }
    return spreads;
  } catch (error) {
    if (error instanceof ZipRefusal) return refused(error.zh);
    return [listFile(file, makeFinding('FILE_UNREADABLE'), blob.size)];
  }
}

/**
 * A member; one that is an archive is opened, once.
 * @param nested members of such archives so far
 */
async function spreadMember(archive: string, blob: Blob, member: ZipMember, nested: { members: number }): Promise<Spread[]> {
  const file = `${archive}/${member.name}`;
  const finding = judgeMember(member);
  if (finding !== undefined) return [listFile(file, finding, member.unpackedBytes)];
  if (!isArchiveName(member.name)) return [{ kind: 'member', file, blob, member }];
  const refused = (reason: string): Spread[] => [listFile(file, makeFinding('ZIP_REFUSED', { reason }), member.unpackedBytes)];
  try {
    const bytes = await readMember(blob, member);
    const inner = listBytes(bytes);
    if (inner.length === 0) return refused('里面没有文件');
    assertNestedFew(nested.members + inner.length);
    nested.members += inner.length;
    // The browser keeps large blobs outside the page's memory.
    const unpacked = new Blob([new Uint8Array(bytes)]);
    return inner.map((each): Spread => {
      const name = `${file}/${each.name}`;
      const own = judgeMember(each) ?? (isArchiveName(each.name) ? makeFinding('ZIP_NESTED_TOO_DEEP') : undefined);
      return own === undefined ? { kind: 'member', file: name, blob: unpacked, member: each } : listFile(name, own, each.unpackedBytes);
    });
  } catch (error) {
    if (error instanceof ZipRefusal) return refused(error.zh);
    throw error;
  }
}

/** Beside agreements in folders; everything else there is left alone, as on the command line. */
const DOCUMENT = /\.(?:pdf|zip|docx?|wps|xlsx?|et|pptx?|ofd|jpe?g|png|gif|bmp|tiff?|heic|webp|rar|7z|eml|msg)$/i;
const inFolder = (name: string): boolean => DOCUMENT.test(name) && !name.startsWith('.') && !name.startsWith('~$');
const byName = (a: NamedBlob, b: NamedBlob): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);

/** From a file input; one for folders gives paths. */
export function chosenFiles(files: readonly File[]): NamedBlob[] {
  const named = files.map((blob): NamedBlob => ({ file: blob.webkitRelativePath || blob.name, blob }));
  const folder = files.some(({ webkitRelativePath }) => webkitRelativePath !== '');
  return folder ? named.filter(({ blob }) => inFolder((blob as File).name)).sort(byName) : named;
}

/** From a drop; must be called while the event is being handled. */
export function droppedFiles(transfer: DataTransfer): Promise<NamedBlob[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return Promise.resolve(chosenFiles([...transfer.files]));
  return Promise.all(entries.map((entry) => walk(entry))).then((found) => found.flat());
}

async function walk(entry: FileSystemEntry): Promise<NamedBlob[]> {
  if (entry.isFile) {
    const blob = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file: entry.fullPath.replace(/^\//, ''), blob }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: NamedBlob[] = [];
  for (;;) {
    // A reader gives a hundred entries at a time, and none when it is done.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    for (const each of some) if (each.isDirectory || inFolder(each.name)) found.push(...(await walk(each)));
  }
  return found.sort(byName);
}
