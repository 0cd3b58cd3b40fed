/** A small sRGB matrix profile for the output intent. @source ICC.1:2001-04; IEC 61966-2-1 primaries adapted to D50, gamma 2.2 */
import { concatBytes, fromLatin1 } from '../bytes.ts';

const fixed = (value: number): number[] => {
  const scaled = Math.round(value * 65536);
  return [(scaled >> 24) & 0xff, (scaled >> 16) & 0xff, (scaled >> 8) & 0xff, scaled & 0xff];
};
const xyz = (x: number, y: number, z: number): Uint8Array =>
  concatBytes(fromLatin1('XYZ \0\0\0\0'), Uint8Array.from([x, y, z].flatMap(fixed)));

/** The same bytes at every call. */
export function srgbProfile(): Uint8Array {
  const description = concatBytes(fromLatin1('desc\0\0\0\0\0\0\0\x05sRGB\0'), new Uint8Array(78));
  const curve = concatBytes(fromLatin1('curv\0\0\0\0\0\0\0\x01'), Uint8Array.from([2, 0x33, 0, 0]));
  const tags: readonly (readonly [string, Uint8Array])[] = [
    ['desc', description],
    ['cprt', fromLatin1('text\0\0\0\0CC0\0')],
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ['rXYZ', xyz(0.4361, 0.2225, 0.0139)],
    ['gXYZ', xyz(0.3851, 0.7169, 0.0971)],
    ['bXYZ', xyz(0.1431, 0.0606, 0.7141)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = new Uint8Array(4 + tags.length * 12);
  const tableView = new DataView(table.buffer);
  tableView.setUint32(0, tags.length);
  const data: Uint8Array[] = [];
  const placed = new Map<Uint8Array, number>();
  let at = 128 + table.length;
  tags.forEach(([name, bytes], i) => {
    let offset = placed.get(bytes);
    if (offset === undefined) {
      offset = at;
      placed.set(bytes, offset);
      const padded = concatBytes(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
      data.push(padded);
      at += padded.length;
    }
    table.set(fromLatin1(name), 4 + i * 12);
    tableView.setUint32(8 + i * 12, offset);
    tableView.setUint32(12 + i * 12, bytes.length);
  });
  const head = new Uint8Array(128);
  const view = new DataView(head.buffer);
  view.setUint32(0, at);
  view.setUint32(8, 0x02100000);
  head.set(fromLatin1('mntrRGB XYZ '), 12);
  head.set(fromLatin1('acsp'), 36);
  head.set(Uint8Array.from([0.9642, 1, 0.8249].flatMap(fixed)), 68);
  return concatBytes(head, table, ...data);
}
