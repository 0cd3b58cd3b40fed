/** ZIP archives byte by byte, so that tests can make what no honest packer makes. */
import { deflateRawSync } from 'node:zlib';
import { concatBytes } from '../../src/bytes.ts';
import { crc32 } from '../../src/crc32.ts';

export interface Entry {
  /** UTF-8 for a string; raw bytes as they are. */
  readonly name: string | Uint8Array;
  readonly bytes: Uint8Array;
  readonly flags?: number;
  readonly stored?: boolean;
  readonly crc?: number;
  /** Lies about the length. */
  readonly unpackedBytes?: number;
  readonly extra?: Uint8Array;
}

const numbers = (...fields: readonly (readonly [value: number, octets: 2 | 4])[]): Uint8Array => {
  const bytes = new Uint8Array(fields.reduce((sum, [, octets]) => sum + octets, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, octets] of fields) {
    if (octets === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += octets;
  }
  return bytes;
};

export function buildZip(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const {
    name,
    bytes,
    flags = 0,
    stored = false,
    crc = crc32(bytes),
    unpackedBytes = bytes.length,
    extra = new Uint8Array(),
  } of entries) {
    const rawName = typeof name === 'string' ? new TextEncoder().encode(name) : name;
    const packed = stored ? bytes : new Uint8Array(deflateRawSync(bytes));
    const common = numbers(
      [20, 2],
      [flags, 2],
      [stored ? 0 : 8, 2],
      [0, 4],
      [crc, 4],
      [packed.length, 4],
      [unpackedBytes, 4],
      [rawName.length, 2],
    );
    const local = concatBytes(numbers([0x04034b50, 4]), common, numbers([0, 2]), rawName, packed);
    directory.push(
      numbers([0x02014b50, 4], [20, 2]),
      common,
      numbers([extra.length, 2], [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
      rawName,
      extra,
    );
    parts.push(local);
    offset += local.length;
  }
  const central = concatBytes(...directory);
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], [entries.length, 2], [entries.length, 2], [central.length, 4], [offset, 4], [0, 2]);
  return concatBytes(...parts, central, end);
}
