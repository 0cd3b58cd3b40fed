/** ZIP archives handed to the page: the directory and single members, read piece by piece. */
import {
  dataOffsetOf,
  LOCAL_HEADER_BYTES,
  locateDirectory,
  readDirectory,
  TAIL_MAX_BYTES,
  unpackMember,
  type ZipMember,
} from '../verify/zip-archive.ts';

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
