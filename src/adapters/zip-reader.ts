/** ZIP archives on disk: the directory and single members, without ever holding the whole archive. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
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

/** @throws ZipRefusal; Error when the file cannot be read */
export function listArchive(path: string): ZipMember[] {
  const size = statSync(path).size;
  return withFile(path, (read) => {
    const tailBytes = Math.min(size, TAIL_MAX_BYTES);
    const place = locateDirectory(read(size - tailBytes, tailBytes), size);
    return readDirectory(read(place.offset, place.lengthBytes), place);
  });
}

/** @throws ZipRefusal; Error when the file cannot be read */
export const readMember = (path: string, member: ZipMember): Uint8Array =>
  withFile(path, (read) => {
    const packed = read(dataOffsetOf(member, read(member.headerOffset, LOCAL_HEADER_BYTES)), member.packedBytes);
    return quickly(member, packed) ?? unpackMember(member, packed);
  });

/** The same bytes by native code, for sound members. */
function quickly(member: ZipMember, packed: Uint8Array): Uint8Array | undefined {
  if (!mayInflateNatively(member, packed)) return undefined;
  try {
    const bytes = new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(1, member.unpackedBytes) }));
    return isWhole(member, bytes, crc32) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function withFile<T>(path: string, use: (read: (offset: number, lengthBytes: number) => Uint8Array) => T): T {
  const file = openSync(path, 'r');
  try {
    return use((offset, lengthBytes) => {
      const bytes = new Uint8Array(lengthBytes);
      let filled = 0;
      while (filled < lengthBytes) {
        const got = readSync(file, bytes, filled, lengthBytes - filled, offset + filled);
        if (got === 0) throw new ZipRefusal('数据不完整');
        filled += got;
      }
      return bytes;
    });
  } finally {
    closeSync(file);
  }
}
