/** A ZIP written while it is sent: entries stored as they are (PDFs do not shrink), names in UTF-8. */
import { concatBytes, fromUtf8 } from '../bytes.ts';
import { crc32 } from '../crc32.ts';

/** Little-endian fields, each `[value, octets]`. */
function pack(...fields: readonly (readonly [value: number, octets: 2 | 4])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((sum, [, octets]) => sum + octets, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, octets] of fields) {
    if (octets === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += octets;
  }
  return bytes;
}

const VERSION = 20;
/** Bit 11: names are UTF-8. */
const FLAGS = 0x0800;
/** 1980-01-01, the first day a ZIP knows: no clock is read. */
const DOS_DATE = 0x21;

/**
 * @throws RangeError beyond 65,535 entries or 4 GiB, which this form of ZIP cannot hold
 * @source PKWARE APPNOTE 6.3.10 §4.3
 */
export async function* zipStream(files: AsyncIterable<{ readonly path: string; readonly bytes: Uint8Array }>): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  for await (const { path, bytes } of files) {
    const name = fromUtf8(path);
    const common = pack(
      [VERSION, 2],
      [FLAGS, 2],
      [0, 2],
      [0, 2],
      [DOS_DATE, 2],
      [crc32(bytes), 4],
      [bytes.length, 4],
      [bytes.length, 4],
      [name.length, 2],
      [0, 2],
    );
    const head = concatBytes(pack([0x04034b50, 4]), common, name);
    directory.push(concatBytes(pack([0x02014b50, 4], [VERSION, 2]), common, pack([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), name));
    offset += head.length + bytes.length;
    if (directory.length > 0xffff || offset > 0xffffffff) throw new RangeError('too much for one ZIP');
    yield head;
    yield bytes;
  }
  const central = concatBytes(...directory);
  yield central;
  yield pack([0x06054b50, 4], [0, 2], [0, 2], [directory.length, 2], [directory.length, 2], [central.length, 4], [offset, 4], [0, 2]);
}
