import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromUtf8, toUtf8 } from '../../src/bytes.ts';
import { crc32 } from '../../src/crc32.ts';
import {
  dataOffsetOf,
  LOCAL_HEADER_BYTES,
  listBytes,
  locateDirectory,
  readDirectory,
  unpackFrom,
  unpackMember,
  type ZipMember,
  ZipRefusal,
} from '../../src/verify/zip-archive.ts';
import { buildZip } from '../cli/zip-builder.ts';

const membersOf = (zip: Uint8Array): ZipMember[] => {
  const place = locateDirectory(zip, zip.length);
  return readDirectory(zip.subarray(place.offset, place.offset + place.lengthBytes), place);
};

const read = (zip: Uint8Array, member: ZipMember): Uint8Array => {
  const start = dataOffsetOf(member, zip.subarray(member.headerOffset, member.headerOffset + LOCAL_HEADER_BYTES));
  return unpackMember(member, zip.subarray(start, start + member.packedBytes));
};

describe('a ZIP archive', () => {
  it('gives back what was packed, stored or deflated', () => {
    const entry = fc.record({
      name: fc.stringMatching(/^[a-z]{1,8}\.pdf$/),
      bytes: fc.uint8Array({ maxLength: 2000 }),
      stored: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 6 }), (entries) => {
        const zip = buildZip(entries);
        const found = membersOf(zip).map((member) => [member.name, [...read(zip, member)]]);
        expect(found).toEqual(entries.map(({ name, bytes }) => [name, [...bytes]]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
      }),
      { numRuns: 40 },
    );
  });

  it('made on Windows has its Chinese names', () => {
    const zip = new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/gbk_names.zip')));
    expect(membersOf(zip).map(({ name }) => name)).toEqual(['三方协议/张三_450103.pdf', '三方协议/欧阳娜娜.pdf']);
    for (const member of membersOf(zip)) expect(toUtf8(read(zip, member))).toContain('%PDF');
  });

  it('is refused before its directory is read where that is larger than names can make it', () => {
    const zip = buildZip([{ name: 'a.pdf', bytes: fromUtf8('a') }]);
    const archiveBytes = 3 << 24;
    const tail = zip.subarray(-22);
    const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
    view.setUint32(16, 1 << 24, true);
    view.setUint32(12, 1 << 24, true);
    expect(locateDirectory(tail, archiveBytes).lengthBytes).toBe(1 << 24);
    view.setUint32(12, (1 << 24) + 1, true);
    expect(() => locateDirectory(tail, archiveBytes)).toThrow(ZipRefusal);
  });

  it('with ZIP64 records is read like any other, and refused where they lie', () => {
    const zip = new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/zip64.zip')));
    expect(listBytes(zip).map((member) => [member.name, toUtf8(unpackFrom(zip, member))])).toEqual([
      ['乙.txt', 'two'],
      ['甲/一.txt', 'one '.repeat(10)],
    ]);
    fc.assert(
      fc.property(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const spoilt = zip.slice();
        spoilt[at] = (spoilt[at] ?? 0) ^ flip;
        try {
          for (const member of listBytes(spoilt)) unpackFrom(spoilt, member);
        } catch (error) {
          expect(error).toBeInstanceOf(ZipRefusal);
        }
      }),
    );
  });

  it('shows names without control or direction characters, with forward slashes', () => {
    const zip = buildZip([{ name: '协议\\甲\u202efdp.\u0007exe', bytes: fromUtf8('x') }]);
    expect(membersOf(zip)[0]?.name).toBe('协议/甲\ufffdfdp.\ufffdexe');
  });

  it('takes the Unicode path only where it belongs to the name', () => {
    const name = fromUtf8('a.pdf');
    const extra = (crc: number): Uint8Array => {
      const path = fromUtf8('协议.pdf');
      const head = new Uint8Array(9);
      const view = new DataView(head.buffer);
      view.setUint16(0, 0x7075, true);
      view.setUint16(2, 5 + path.length, true);
      view.setUint8(4, 1);
      view.setUint32(5, crc, true);
      return concatBytes(head, path);
    };
    expect(membersOf(buildZip([{ name, bytes: name, extra: extra(crc32(name)) }]))[0]?.name).toBe('协议.pdf');
    expect(membersOf(buildZip([{ name, bytes: name, extra: extra(1) }]))[0]?.name).toBe('a.pdf');
  });

  it('leaves out folders and what systems leave behind', () => {
    const bytes = fromUtf8('x');
    const names = ['a/', 'a/b.pdf', '__MACOSX/a/._b.pdf', '.DS_Store', 'a/Thumbs.db'];
    expect(membersOf(buildZip(names.map((name) => ({ name, bytes })))).map(({ name }) => name)).toEqual(['a/b.pdf']);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', fromUtf8('not a zip at all, really not')],
    ['the first half', buildZip([{ name: 'a.pdf', bytes: fromUtf8('x'.repeat(99)) }]).subarray(0, 60)],
  ])('that is %s is refused', (_what, bytes) => {
    expect(() => membersOf(bytes)).toThrow(ZipRefusal);
  });

  it('whose members share bytes is refused', () => {
    const zip = buildZip([
      { name: 'a.pdf', bytes: fromUtf8('a') },
      { name: 'b.pdf', bytes: fromUtf8('b') },
    ]);
    const { offset, lengthBytes } = locateDirectory(zip, zip.length);
    new DataView(zip.buffer).setUint32(offset + lengthBytes - 9, 0, true);
    expect(() => membersOf(zip)).toThrow(ZipRefusal);
  });

  it.each([
    ['a wrong checksum', { crc: 1 }],
    ['more bytes than stated', { unpackedBytes: 10 }],
    ['fewer bytes than stated', { unpackedBytes: 200_000 }],
  ])('refuses a member with %s', (_what, lie) => {
    const zip = buildZip([{ name: 'a.pdf', bytes: fromUtf8('三方协议'.repeat(1000)), ...lie }]);
    const [member] = membersOf(zip);
    expect(() => member && read(zip, member)).toThrow(ZipRefusal);
  });

  it('refuses a bomb before unpacking it', () => {
    const zip = buildZip([{ name: 'a.pdf', bytes: new Uint8Array(8 << 20) }]);
    const [member] = membersOf(zip);
    expect(() => member && read(zip, member)).toThrow(ZipRefusal);
  });

  it('never breaks on changed bytes', () => {
    const zip = buildZip([
      { name: 'a.pdf', bytes: fromUtf8('一'.repeat(300)) },
      { name: 'b.pdf', bytes: fromUtf8('二'.repeat(300)), stored: true },
    ]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
        const changed = Uint8Array.from(zip);
        for (const [at, value] of changes) changed[at] = value;
        try {
          for (const member of membersOf(changed)) read(changed, member);
        } catch (error) {
          if (!(error instanceof ZipRefusal)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
