/** ZIP archives as regulators get them: the central directory read strictly, GBK names, nothing unpacked beyond its limits. Bytes are handed in. */
import { Inflate } from 'fflate';
import { toUtf8 } from '../bytes.ts';
import { crc32 } from '../crc32.ts';

/** A member that is itself an archive, and may be opened once; deeper ones are listed. */
export const isArchiveName = (name: string): boolean => /\.zip$/i.test(name);

/** Larger archives are refused. */
export const ARCHIVE_MAX_BYTES = 2 ** 31;
const MEMBERS_MAX = 20_000;
/** Of all archives within one archive together: many small ones could list more than memory holds. */
export const NESTED_MEMBERS_MAX = 20_000;
/** A directory holds names; one of twenty thousand long ones is a third of this. */
const DIRECTORY_MAX_BYTES = 1 << 24;
/** Of all members together, unpacked. */
const TOTAL_MAX_BYTES = 2 ** 33;
/** What a deflated PDF or picture never reaches; small members may. */
const RATIO_MAX = 200;
const RATIO_FROM_BYTES = 1 << 20;

const END_BYTES = 22;
const ENTRY_BYTES = 46;
export const LOCAL_HEADER_BYTES = 30;
/** @source APPNOTE 6.3.10 §4.3.14, §4.3.15 */
const END64_BYTES = 56;
const LOCATOR64_BYTES = 20;
/** The end records and the longest comment behind them. */
export const TAIL_MAX_BYTES = END64_BYTES + LOCATOR64_BYTES + END_BYTES + 0xffff;

export interface ZipMember {
  /** Path inside the archive with `/`; control and direction characters are replaced: for showing, never for writing. */
  readonly name: string;
  readonly encrypted: boolean;
  /** 0 stored, 8 deflated; others cannot be read here. */
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly headerOffset: number;
}

/** @throws ZipRefusal when the archives within one archive list more than `NESTED_MEMBERS_MAX` members together */
export function assertNestedFew(members: number): void {
  if (members > NESTED_MEMBERS_MAX) throw new ZipRefusal(`连同前面套着的压缩包，里面的文件超过 ${NESTED_MEMBERS_MAX} 个`);
}

/** An archive or a member that is not read; `zh` says why, as part of a sentence. */
export class ZipRefusal extends Error {
  readonly zh: string;

  constructor(zh: string) {
    super('zip refused');
    this.name = 'ZipRefusal';
    this.zh = zh;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export interface DirectoryPlace {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly count: number;
}

/**
 * Finds the central directory.
 * @param tail the last bytes of the archive, `TAIL_MAX_BYTES` of them or all
 * @throws ZipRefusal @source APPNOTE 6.3.10 §4.3.16
 */
export function locateDirectory(tail: Uint8Array, archiveBytes: number): DirectoryPlace {
  if (archiveBytes > ARCHIVE_MAX_BYTES) throw new ZipRefusal('超过 2 GB');
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + END_BYTES + view.getUint16(at + 20, true) !== tail.length) continue;
    const tailOffset = archiveBytes - tail.length;
    const [disk, first] = [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
    const [here, count] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [lengthBytes, offset] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    const isLarge = count === 0xffff || here === 0xffff || lengthBytes === 0xffffffff || offset === 0xffffffff || disk === 0xffff;
    const place = isLarge ? locateLarge(tail, at, tailOffset) : { offset, lengthBytes, count, limit: tailOffset + at };
    if (!isLarge && (disk !== 0 || first !== 0 || here !== count)) throw new ZipRefusal('是分卷压缩包的一部分');
    if (place.count > MEMBERS_MAX) throw new ZipRefusal(`里面的文件超过 ${MEMBERS_MAX} 个`);
    if (place.offset + place.lengthBytes > place.limit) throw new ZipRefusal('目录损坏');
    if (place.lengthBytes > DIRECTORY_MAX_BYTES) throw new ZipRefusal('目录异常大，不是正常的压缩包');
    return { offset: place.offset, lengthBytes: place.lengthBytes, count: place.count };
  }
  throw new ZipRefusal('没有完整的目录，可能没有传完或不是 ZIP 格式');
}

/** The ZIP64 end record before the ordinary one. @throws ZipRefusal @source APPNOTE 6.3.10 §4.3.14, §4.3.15 */
function locateLarge(tail: Uint8Array, end: number, tailOffset: number): DirectoryPlace & { readonly limit: number } {
  const view = viewOf(tail);
  const locator = end - LOCATOR64_BYTES;
  if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) throw new ZipRefusal('目录损坏');
  const record = largeNumber(view, locator + 8) - tailOffset;
  if (view.getUint32(locator + 16, true) > 1) throw new ZipRefusal('是分卷压缩包的一部分');
  if (record < 0 || record + END64_BYTES > locator || view.getUint32(record, true) !== 0x06064b50) throw new ZipRefusal('目录损坏');
  const [disk, first, here, count] = [
    view.getUint32(record + 16, true),
    view.getUint32(record + 20, true),
    largeNumber(view, record + 24),
    largeNumber(view, record + 32),
  ];
  if (disk !== 0 || first !== 0 || here !== count) throw new ZipRefusal('是分卷压缩包的一部分');
  return { count, lengthBytes: largeNumber(view, record + 40), offset: largeNumber(view, record + 48), limit: tailOffset + record };
}

/** @throws ZipRefusal for what no archive here can hold */
function largeNumber(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipRefusal('目录损坏');
  return Number(value);
}

/**
 * Reads the central directory. Folders and the files that systems leave behind (`__MACOSX`, `.DS_Store`, `Thumbs.db`) are left out.
 * @returns members sorted by name
 * @throws ZipRefusal @source APPNOTE 6.3.10 §4.3.12
 */
export function readDirectory(bytes: Uint8Array, { count, offset }: DirectoryPlace): ZipMember[] {
  const view = viewOf(bytes);
  const members: ZipMember[] = [];
  let at = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw new ZipRefusal('目录损坏');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [number, number, number];
    const next = at + ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
    if (next > bytes.length) throw new ZipRefusal('目录损坏');
    const flags = view.getUint16(at + 8, true);
    const rawName = bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    const extra = bytes.subarray(at + ENTRY_BYTES + nameBytes, at + ENTRY_BYTES + nameBytes + extraBytes);
    const member: ZipMember = {
      name: decodeName(rawName, extra),
      encrypted: (flags & 1) !== 0,
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      ...sizesOf(view, at, extra),
    };
    total += member.unpackedBytes;
    members.push(member);
    at = next;
  }
  if (total > TOTAL_MAX_BYTES) throw new ZipRefusal('解开后超过 8 GB');
  assertApart(members, offset);
  return members.filter(({ name }) => !isJunk(name)).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

type Sizes = Pick<ZipMember, 'packedBytes' | 'unpackedBytes' | 'headerOffset'>;

/** Numbers that do not fit their place stand in the extra field, in this order. @throws ZipRefusal @source APPNOTE 6.3.10 §4.5.3 */
function sizesOf(view: DataView, at: number, extra: Uint8Array): Sizes {
  const [unpackedBytes, packedBytes, headerOffset] = [24, 20, 42].map((place) => view.getUint32(at + place, true));
  if (unpackedBytes === undefined || packedBytes === undefined || headerOffset === undefined) throw new ZipRefusal('目录损坏');
  if (![unpackedBytes, packedBytes, headerOffset].includes(0xffffffff)) return { unpackedBytes, packedBytes, headerOffset };
  const large = extraField(extra, 0x0001);
  let from = 0;
  const take = (value: number): number => {
    if (value !== 0xffffffff) return value;
    if (large === undefined || from + 8 > large.length) throw new ZipRefusal('目录损坏');
    from += 8;
    return largeNumber(viewOf(large), from - 8);
  };
  return { unpackedBytes: take(unpackedBytes), packedBytes: take(packedBytes), headerOffset: take(headerOffset) };
}

/** The value of the first field of that kind. @source APPNOTE 6.3.10 §4.5.1 */
function extraField(extra: Uint8Array, id: number): Uint8Array | undefined {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === id) return end > extra.length ? undefined : extra.subarray(at + 4, end);
  }
  return undefined;
}

/** Members that share bytes are how a small archive unpacks to a large one. @throws ZipRefusal */
function assertApart(members: readonly ZipMember[], directoryOffset: number): void {
  const byPlace = [...members].sort((a, b) => a.headerOffset - b.headerOffset);
  byPlace.forEach((member, i) => {
    const end = member.headerOffset + LOCAL_HEADER_BYTES + member.packedBytes;
    if (end > (byPlace[i + 1]?.headerOffset ?? directoryOffset)) throw new ZipRefusal('里面的文件互相重叠，不是正常的压缩包');
  });
}

const isJunk = (name: string): boolean =>
  name.endsWith('/') || /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|\._|Thumbs\.db$|desktop\.ini$)/i.test(name);

const gb18030 = new TextDecoder('gb18030');
const UNSHOWN = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** UTF-8 where it is well-formed UTF-8, whatever the flag says, else GB 18030, which is what Windows in China writes. @source APPNOTE 6.3.10 appendix D; §4.6.9 */
function decodeName(raw: Uint8Array, extra: Uint8Array): string {
  const text = unicodePath(extra, raw) ?? utf8OrUndefined(raw) ?? gb18030.decode(raw);
  return text.replaceAll('\\', '/').replace(UNSHOWN, '\ufffd');
}

function utf8OrUndefined(bytes: Uint8Array): string | undefined {
  try {
    return toUtf8(bytes);
  } catch {
    return undefined;
  }
}

/** Info-ZIP's Unicode path, where it belongs to this very name. */
function unicodePath(extra: Uint8Array, raw: Uint8Array): string | undefined {
  const field = extraField(extra, 0x7075);
  if (field === undefined || field.length < 5) return undefined;
  const view = viewOf(field);
  if (view.getUint8(0) !== 1 || view.getUint32(1, true) !== crc32(raw)) return undefined;
  return utf8OrUndefined(field.subarray(5));
}

/** The directory of an archive that is in memory. @throws ZipRefusal */
export function listBytes(bytes: Uint8Array): ZipMember[] {
  const place = locateDirectory(bytes.subarray(Math.max(0, bytes.length - TAIL_MAX_BYTES)), bytes.length);
  return readDirectory(bytes.subarray(place.offset, place.offset + place.lengthBytes), place);
}

/** A member of an archive that is in memory. @throws ZipRefusal */
export function unpackFrom(bytes: Uint8Array, member: ZipMember): Uint8Array {
  const start = dataOffsetOf(member, bytes.subarray(member.headerOffset, member.headerOffset + LOCAL_HEADER_BYTES));
  return unpackMember(member, bytes.subarray(start, start + member.packedBytes));
}

/**
 * Where a member's packed bytes begin.
 * @param header the `LOCAL_HEADER_BYTES` at `member.headerOffset`
 * @throws ZipRefusal
 */
export function dataOffsetOf(member: ZipMember, header: Uint8Array): number {
  const view = viewOf(header);
  if (header.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== 0x04034b50) throw new ZipRefusal('数据损坏');
  return member.headerOffset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

const CHUNK_BYTES = 1 << 16;

/**
 * The bytes of a member: of the stated length and checksum, or refused. Never holds more than the stated length and one chunk's worth.
 * @param packed exactly `member.packedBytes`
 * @throws ZipRefusal
 */
export function unpackMember(member: ZipMember, packed: Uint8Array): Uint8Array {
  const { unpackedBytes, packedBytes } = member;
  if (packed.length !== packedBytes) throw new ZipRefusal('数据不完整');
  if (unpackedBytes > RATIO_FROM_BYTES && unpackedBytes > RATIO_MAX * packedBytes) throw new ZipRefusal('压缩比异常，可能是压缩炸弹');
  const bytes = unpack(member, packed);
  if (!isWhole(member, bytes)) throw new ZipRefusal('数据损坏，校验值不符');
  return bytes;
}

/** Members that unpack to more than this are looked at closely. */
const SOUND_RATIO = 100;

/** Whether native code may inflate a member: what it makes has to be `isWhole`, and whatever is wrong is left for `unpackMember` to say. */
export const mayInflateNatively = ({ method, packedBytes, unpackedBytes }: ZipMember, packed: Uint8Array): boolean =>
  method === 8 && packed.length === packedBytes && unpackedBytes <= SOUND_RATIO * packedBytes;

/** Whether these are the bytes that the directory speaks of. */
export const isWhole = ({ unpackedBytes, crc32: expected }: ZipMember, bytes: Uint8Array, checksum = crc32): boolean =>
  bytes.length === unpackedBytes && checksum(bytes) === expected;

function unpack({ method, unpackedBytes }: ZipMember, packed: Uint8Array): Uint8Array {
  if (method === 0) return packed;
  if (method !== 8) throw new ZipRefusal('用了不支持的压缩方法');
  const out = new Uint8Array(unpackedBytes);
  let filled = 0;
  const inflate = new Inflate((chunk) => {
    if (filled + chunk.length > unpackedBytes) throw new ZipRefusal('解开后比目录写的大');
    out.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length; at += CHUNK_BYTES) {
      inflate.push(packed.subarray(at, at + CHUNK_BYTES), at + CHUNK_BYTES >= packed.length);
    }
  } catch (error) {
    if (error instanceof ZipRefusal) throw error;
    throw new ZipRefusal('压缩数据损坏');
  }
  return out.subarray(0, filled);
}
