/** A .docx as a package: the parts of its ZIP container, read within limits and without trusting its claims. */
import { inflateSync } from 'fflate';
import { toLatin1, toUtf8 } from '../bytes.ts';
import { crc32 } from '../crc32.ts';
import { AppError } from '../errors.ts';
import { attribute, elementsOf, parseXml } from './docx-xml.ts';

export interface DocxPackage {
  /** Name of the main part, for example word/document.xml. */
  readonly documentPart: string;
  /** Bytes of a part by its name without a leading slash. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

export interface Relationship {
  readonly id: string;
  /** Last segment of the type, for example `header`. */
  readonly type: string;
  /** Part name for an internal target, the address as written for an external one. */
  readonly target: string;
  readonly external: boolean;
}

const MAX_FILE_BYTES = 20 << 20;
const MAX_ENTRIES = 1000;
const MAX_PART_BYTES = 32 << 20;
const MAX_TOTAL_BYTES = 64 << 20;
/** Office XML compresses at most some 60 times; a bomb a thousand times. */
const MAX_RATIO = 250;

/**
 * Opens a .docx.
 * @throws AppError TEMPLATE_SOURCE_NOT_DOCX, _ENCRYPTED, _TOO_LARGE, _DAMAGED, _MACROS, _EXTERNAL_LINK
 * @source ECMA-376 part 2 (packages); APPNOTE.TXT 6.3.10 §4.3
 */
export function readDocxPackage(bytes: Uint8Array): DocxPackage {
  const parts = readZip(bytes);
  const names = [...parts.keys()];
  if (names.some((name) => /vbaProject|vbaData|\/activeX\//i.test(name))) throw new AppError('TEMPLATE_SOURCE_MACROS');
  const types = parts.get('[Content_Types].xml');
  const main = relationshipsOf(parts, '').find((relationship) => relationship.type === 'officeDocument' && !relationship.external);
  if (types === undefined || main === undefined || !parts.has(main.target)) throw new AppError('TEMPLATE_SOURCE_NOT_DOCX');
  const mainType = elementsOf(parseXml(types)).find((element) => attribute(element, 'PartName') === `/${main.target}`);
  const contentType = mainType === undefined ? '' : (attribute(mainType, 'ContentType') ?? '');
  if (/macroEnabled/i.test(contentType)) throw new AppError('TEMPLATE_SOURCE_MACROS');
  if (!/wordprocessingml\.(document|template)\.main\+xml$/.test(contentType)) throw new AppError('TEMPLATE_SOURCE_NOT_DOCX');
  for (const name of names.filter((each) => each.endsWith('.rels'))) refuseExternal(parts, name);
  return { documentPart: main.target, parts };
}

/** The relationships of a part ('' for the package itself), with targets resolved to part names. */
export function relationshipsOf(parts: ReadonlyMap<string, Uint8Array>, part: string): readonly Relationship[] {
  const slash = part.lastIndexOf('/') + 1;
  return readRelationships(parts.get(`${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`), part.slice(0, slash));
}

function readRelationships(rels: Uint8Array | undefined, folder: string): readonly Relationship[] {
  if (rels === undefined) return [];
  return elementsOf(parseXml(rels)).map((element) => {
    const target = attribute(element, 'Target') ?? '';
    const external = attribute(element, 'TargetMode') === 'External';
    const type = (attribute(element, 'Type') ?? '').split('/').at(-1) ?? '';
    return { id: attribute(element, 'Id') ?? '', type, target: external ? target : resolvePart(folder, target), external };
  });
}

function resolvePart(folder: string, target: string): string {
  const segments = target.startsWith('/') ? [] : folder.split('/').filter((segment) => segment !== '');
  for (const segment of target.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

/** Hyperlinks are kept as their text; a template named by a local path is Word's habit. Anything else reaches outside. */
function refuseExternal(parts: ReadonlyMap<string, Uint8Array>, name: string): void {
  for (const { external, type, target } of readRelationships(parts.get(name), '')) {
    const harmless = type === 'hyperlink' || (type === 'attachedTemplate' && !/^https?:|^ftp:|^\\\\/i.test(target));
    if (external && !harmless) throw new AppError('TEMPLATE_SOURCE_EXTERNAL_LINK', { target: target.slice(0, 60) });
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly lengthBytes: number;
  readonly offset: number;
}

function readZip(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  if (bytes.length > MAX_FILE_BYTES) throw new AppError('TEMPLATE_SOURCE_TOO_LARGE');
  // Encrypted Office files and .doc files are OLE containers.
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11) throw new AppError('TEMPLATE_SOURCE_ENCRYPTED');
  if (!(bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4)) throw new AppError('TEMPLATE_SOURCE_NOT_DOCX');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = new Map<string, Uint8Array>();
  const entries = readDirectory(bytes, view).filter((entry) => !entry.name.endsWith('/'));
  let totalBytes = 0;
  for (const entry of entries) {
    totalBytes += entry.lengthBytes;
    const bomb = entry.lengthBytes > 1 << 20 && entry.lengthBytes > entry.packedBytes * MAX_RATIO;
    if (entry.lengthBytes > MAX_PART_BYTES || totalBytes > MAX_TOTAL_BYTES || bomb) throw new AppError('TEMPLATE_SOURCE_TOO_LARGE');
  }
  for (const entry of entries) {
    if (parts.has(entry.name)) throw damaged();
    parts.set(entry.name, extract(bytes, view, entry));
  }
  return parts;
}

function readDirectory(bytes: Uint8Array, view: DataView): readonly Entry[] {
  let end = bytes.length - 22;
  const floor = Math.max(0, end - 65_535);
  while (end >= floor && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < floor) throw damaged();
  const total = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (total > MAX_ENTRIES || at === 0xffffffff) throw new AppError('TEMPLATE_SOURCE_TOO_LARGE');
  const entries: Entry[] = [];
  for (let index = 0; index < total; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw damaged();
    if ((view.getUint16(at + 8, true) & 0x2041) !== 0) throw new AppError('TEMPLATE_SOURCE_ENCRYPTED');
    const nameBytes = view.getUint16(at + 28, true);
    entries.push({
      name: readName(bytes.subarray(at + 46, at + 46 + nameBytes)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      lengthBytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function readName(bytes: Uint8Array): string {
  try {
    return toUtf8(bytes);
  } catch {
    return toLatin1(bytes);
  }
}

function extract(bytes: Uint8Array, view: DataView, entry: Entry): Uint8Array {
  const { offset, packedBytes, lengthBytes } = entry;
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) throw damaged();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedBytes > bytes.length) throw damaged();
  const packed = bytes.subarray(start, start + packedBytes);
  const data = entry.method === 0 ? packed : inflate(packed, entry);
  if (data.length !== lengthBytes || crc32(data) !== entry.crc) throw damaged();
  return data;
}

function inflate(packed: Uint8Array, entry: Entry): Uint8Array {
  if (entry.method !== 8) throw damaged();
  try {
    // The output buffer bounds the memory: a stream longer than it claims fails the CRC.
    return inflateSync(packed, { out: new Uint8Array(entry.lengthBytes) });
  } catch {
    throw damaged();
  }
}

const damaged = (): AppError => new AppError('TEMPLATE_SOURCE_DAMAGED');
