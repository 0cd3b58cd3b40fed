/** What people drop or choose, spread out into single files: folders are walked, archives opened. */
import { makeFinding } from '../verify/findings.ts';
import { judgeMember, listFile, type VerifiedFile } from '../verify/verified-file.ts';
import { ZipRefusal } from '../verify/zip-archive.ts';
import { listArchive } from './archive.ts';
import type { BrowserSource } from './messages.ts';

/** A file with the path under which it was chosen. */
export interface NamedBlob {
  readonly file: string;
  readonly blob: Blob;
}

/** In the order of the report: what is still to be verified, or already listed as what it is. */
export type Spread = BrowserSource | VerifiedFile;

export const isListed = (spread: Spread): spread is VerifiedFile => 'report' in spread;

const ARCHIVE = /\.zip$/i;

/** Never throws over a bad archive: it is listed. */
export async function spreadSources(blobs: readonly NamedBlob[]): Promise<Spread[]> {
  return (await Promise.all(blobs.map(spread))).flat();
}

async function spread({ file, blob }: NamedBlob): Promise<Spread[]> {
  if (!ARCHIVE.test(file)) return [{ kind: 'file', file, blob }];
  const refused = (reason: string): Spread[] => [listFile(file, makeFinding('ZIP_REFUSED', { reason }), blob.size)];
  try {
    const members = await listArchive(blob);
    if (members.length === 0) return refused('里面没有文件');
    return members.map((member): Spread => {
      const name = `${file}/${member.name}`;
      const finding = judgeMember(member);
      return finding === undefined ? { kind: 'member', file: name, blob, member } : listFile(name, finding, member.unpackedBytes);
    });
  } catch (error) {
    if (error instanceof ZipRefusal) return refused(error.zh);
    return [listFile(file, makeFinding('FILE_UNREADABLE'), blob.size)];
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
