/** ZIP archives handed to the page: the directory and single members, read piece by piece. */
import { makeFinding } from '../verify/findings.ts';
import { listFile, type VerifiedFile } from '../verify/verified-file.ts';
import {
  dataOffsetOf,
  LOCAL_HEADER_BYTES,
  locateDirectory,
  readDirectory,
  TAIL_MAX_BYTES,
  unpackMember,
  type ZipMember,
  ZipRefusal,
} from '../verify/zip-archive.ts';
import type { BrowserSource } from './messages.ts';

const read = async (blob: Blob, offset: number, lengthBytes: number): Promise<Uint8Array> =>
  new Uint8Array(await blob.slice(offset, offset + lengthBytes).arrayBuffer());

/** @throws ZipRefusal; DOMException when the file cannot be read */
export async function listArchive(blob: Blob): Promise<ZipMember[]> {
  const tail = await read(blob, Math.max(0, blob.size - TAIL_MAX_BYTES), TAIL_MAX_BYTES);
  const place = locateDirectory(tail, blob.size);
  return readDirectory(await read(blob, place.offset, place.lengthBytes), place);
}

/** @throws ZipRefusal; DOMException when the file cannot be read */
export async function readMember(blob: Blob, member: ZipMember): Promise<Uint8Array> {
  const start = dataOffsetOf(member, await read(blob, member.headerOffset, LOCAL_HEADER_BYTES));
  return unpackMember(member, await read(blob, start, member.packedBytes));
}

/** The bytes of one file, out of its archive where it lies in one. @throws ZipRefusal; DOMException when the file cannot be read */
export const readSource = async (source: BrowserSource): Promise<Uint8Array<ArrayBuffer>> =>
  source.kind === 'file' ? new Uint8Array(await source.blob.arrayBuffer()) : new Uint8Array(await readMember(source.blob, source.member));

/** A file that could not be read, with the reason. */
export const listUnread = (file: string, error: unknown): VerifiedFile =>
  listFile(file, error instanceof ZipRefusal ? makeFinding('ZIP_MEMBER_REFUSED', { reason: error.zh }) : makeFinding('FILE_UNREADABLE'));
