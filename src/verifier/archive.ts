/** ZIP archives handed to the page: the directory and single members, read piece by piece. */
import { makeFinding } from '../verify/findings.ts';
import { listFile, type VerifiedFile } from '../verify/verified-file.ts';
import {
  dataOffsetOf,
  isWhole,
  LOCAL_HEADER_BYTES,
  locateDirectory,
  mayInflateNatively,
  readDirectory,
  TAIL_MAX_BYTES,
  unpackMember,
  type ZipMember,
  ZipRefusal,
} from '../verify/zip-archive.ts';
import { canInflate, inflated } from './inflate.ts';
import type { BrowserSource } from './messages.ts';

const read = async (blob: Blob, offset: number, lengthBytes: number): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await blob.slice(offset, offset + lengthBytes).arrayBuffer());

/** @throws ZipRefusal; DOMException when the file cannot be read */
export async function listArchive(blob: Blob): Promise<ZipMember[]> {
  const tail = await read(blob, Math.max(0, blob.size - TAIL_MAX_BYTES), TAIL_MAX_BYTES);
  const place = locateDirectory(tail, blob.size);
  return readDirectory(await read(blob, place.offset, place.lengthBytes), place);
}

/** Room for the name and the extra fields that stand before a member's bytes; longer ones cost a second reading. */
const NAMES_BYTES = 1024;

/** @throws ZipRefusal; DOMException when the file cannot be read */
export async function readMember(blob: Blob, member: ZipMember): Promise<Uint8Array> {
  const { headerOffset, packedBytes } = member;
  const near = await read(blob, headerOffset, LOCAL_HEADER_BYTES + NAMES_BYTES + packedBytes);
  const start = dataOffsetOf(member, near.subarray(0, LOCAL_HEADER_BYTES)) - headerOffset;
  const isThere = start + packedBytes <= near.length;
  const packed = isThere ? near.subarray(start, start + packedBytes) : await read(blob, headerOffset + start, packedBytes);
  return (await quickly(member, packed)) ?? unpackMember(member, packed);
}

/** The same bytes by native code, for sound members, where the browser has such code. */
async function quickly(member: ZipMember, packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
  if (!canInflate || !mayInflateNatively(member, packed)) return undefined;
  const bytes = new Uint8Array(member.unpackedBytes);
  let filled = 0;
  try {
    for await (const chunk of inflated(new Blob([packed]))) {
      if (filled + chunk.length > bytes.length) return undefined;
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
  } catch {
    return undefined;
  }
  return isWhole(member, bytes.subarray(0, filled)) ? bytes : undefined;
}

/** The bytes of one file, out of its archive where it lies in one. @throws ZipRefusal; DOMException when the file cannot be read */
export const readSource = async (source: BrowserSource): Promise<Uint8Array<ArrayBuffer>> =>
  source.kind === 'file' ? new Uint8Array(await source.blob.arrayBuffer()) : new Uint8Array(await readMember(source.blob, source.member));

/** A file that could not be read, with the reason. */
export const listUnread = (file: string, error: unknown): VerifiedFile =>
  listFile(file, error instanceof ZipRefusal ? makeFinding('ZIP_MEMBER_REFUSED', { reason: error.zh }) : makeFinding('FILE_UNREADABLE'));
