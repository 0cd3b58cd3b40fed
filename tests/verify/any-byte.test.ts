import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, fromLatin1 } from '../../src/bytes.ts';
import { CONTENTS_BYTES } from '../../src/pdf/update.ts';
import { cmsLength } from '../../src/pki/cms-parse.ts';
import { reproduce } from '../../src/template/reproduce.ts';
import {
  codesOf,
  endOf,
  isSoundSoFar,
  layoutOf,
  makeData,
  signAll,
  signedAdult,
  signedMinor,
  template,
  verify,
} from './signed-agreement.ts';

let file: Uint8Array;
let other: Uint8Array;
let adult: Uint8Array;
beforeAll(async () => {
  file = await signedMinor();
  other = await signedMinor();
  adult = await signedAdult();
});

/** Other values for a byte: neighbours, nothing, a space, the other case, single bits. */
const othersOf = (byte: number): number[] =>
  [
    ...new Set(
      [byte + 1, byte - 1, 0x00, 0x20, byte ^ 0x20, byte ^ 0x01, byte ^ 0x80, byte ^ (1 << (byte & 7))].map((value) => value & 0xff),
    ),
  ].filter((value) => value !== byte);

/** Changes each position and returns those that passed all the same. */
function passedAt(positions: Iterable<number>, valuesOf: (byte: number, position: number) => readonly number[]): string[] {
  const changed = file.slice();
  const passed: string[] = [];
  for (const position of positions) {
    const byte = file[position] ?? 0;
    for (const value of valuesOf(byte, position)) {
      changed[position] = value;
      if (verify(changed).verdict === 'passed') passed.push(`${position}: ${byte} to ${value}`);
    }
    changed[position] = byte;
  }
  return passed;
}

const one = (byte: number, position: number): readonly number[] => {
  const others = othersOf(byte);
  return [others[position % others.length] ?? byte ^ 1];
};

/** One of the four bits of a hexadecimal digit flipped. */
const otherDigit = (byte: number, at: number): readonly number[] => [
  '0123456789abcdef'.charCodeAt(('0123456789abcdef'.indexOf(String.fromCharCode(byte)) ^ (1 << (at & 3))) & 15),
];

function* range(start: number, end: number, step = 1): Generator<number> {
  for (let at = start; at < end; at += step) yield at;
}

/** Of each signature: the bytes of its revision outside /Contents, and the hexadecimal digits of its CMS and of the padding. */
function zones(): { readonly structure: number[]; readonly cms: number[]; readonly padding: number[] } {
  const zone = { structure: [] as number[], cms: [] as number[], padding: [] as number[] };
  const { signatures, zeroLength } = layoutOf(file);
  let start = zeroLength;
  for (const { contents, contentsStart, contentsEnd, end } of signatures) {
    const cmsEnd = contentsStart + 1 + cmsLength(contents) * 2;
    zone.structure.push(...range(start, contentsStart + 1), ...range(contentsEnd - 1, end));
    zone.cms.push(...range(contentsStart + 1, cmsEnd));
    zone.padding.push(...range(cmsEnd, contentsEnd - 1, 97));
    start = end;
  }
  return zone;
}

describe('a file signed by four parties', () => {
  test('passes as it is', () => {
    expect(codesOf(verify(file))).toEqual([]);
    expect(verify(file).verdict).toBe('passed');
    expect(verify(file).signatures.map(({ party }) => party)).toEqual(['student', 'guardian', 'unit', 'school']);
  });

  test('never passes with one byte of a revision changed, outside the CMS', { timeout: 300_000 }, () => {
    const { structure, padding } = zones();
    expect(structure.length + padding.length).toBeGreaterThan(5_000);
    // Each byte: the file is no longer what its inputs compute, which always fails; the whole verdict for every fifth.
    const changed = file.slice();
    const reproduced = structure.filter((at) => {
      const byte = file[at] ?? 0;
      changed[at] = one(byte, at)[0] ?? byte ^ 1;
      const same = reproduce(template, changed).divergence === null;
      changed[at] = byte;
      return same;
    });
    expect(reproduced).toEqual([]);
    expect(
      passedAt(
        structure.filter((_, i) => i % 5 === 0),
        one,
      ),
    ).toEqual([]);
    expect(passedAt(padding, one)).toEqual([]);
  });

  test('never passes with one digit of a CMS changed', { timeout: 300_000 }, () => {
    const [first] = layoutOf(file).signatures;
    const last = layoutOf(file).signatures.at(-1);
    expect(last?.contents).toHaveLength(CONTENTS_BYTES);
    const { cms } = zones();
    expect(cms.length).toBeGreaterThan(12_000);
    expect(
      passedAt(
        cms.filter((at, i) => i % 61 === 0 || (i % 9 === 0 && at > (last?.contentsStart ?? 0))),
        otherDigit,
      ),
    ).toEqual([]);

    // Each digit of the student's CMS, while nobody has signed after it.
    const start = first?.contentsStart ?? 0;
    const early = file.slice(0, endOf(file, 1));
    expect(isSoundSoFar(verify(early))).toBe(true);
    const unnoticed = cms.filter((at) => {
      if (at < start || at >= early.length) return false;
      const digit = early[at] ?? 0;
      early[at] = otherDigit(digit, at)[0] ?? 0;
      const sound = isSoundSoFar(verify(early));
      early[at] = digit;
      return sound;
    });
    expect(unnoticed).toEqual([]);
  });

  test('never passes with one byte of the prefix or the tail changed', { timeout: 300_000 }, () => {
    const { zeroLength } = layoutOf(file);
    const { length } = template.prefix;
    expect(passedAt(range(0, 128), othersOf)).toEqual([]);
    expect(passedAt(range(length - 128, length + 1_000), one)).toEqual([]);
    expect(passedAt(range(101, length, 251), one)).toEqual([]);
    expect(passedAt(range(length + 1_000, zeroLength, 23), one)).toEqual([]);
    expect(passedAt(range(zeroLength - 500, zeroLength), one)).toEqual([]);
  });

  test('never passes with any byte at any place changed to any value', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (position, difference) => {
        const changed = file.slice();
        changed[position] = (changed[position] ?? 0) ^ difference;
        return verify(changed).verdict !== 'passed';
      }),
      { numRuns: 600, seed: 20260301 },
    );
  });

  test('never passes with bytes inserted or removed', () => {
    fc.assert(
      fc.property(fc.nat(file.length), fc.uint8Array({ maxLength: 40 }), fc.nat(40), (at, inserted, removed) => {
        const end = Math.min(file.length, at + removed);
        const changed = concatBytes(file.subarray(0, at), inserted, file.subarray(end));
        const same = changed.length === file.length && changed.every((byte, i) => byte === file[i]);
        return same || verify(changed).verdict !== 'passed';
      }),
      { numRuns: 400, seed: 20260301 },
    );
  });
});

describe('bytes appended', () => {
  const endings: readonly (readonly [string, () => Uint8Array])[] = [
    ['a zero byte', () => Uint8Array.of(0)],
    ['a line break', () => fromLatin1('\n')],
    ['a carriage return', () => fromLatin1('\r\n')],
    ['a space', () => fromLatin1(' ')],
    ['an end mark', () => fromLatin1('%%EOF\n')],
    ['a comment', () => fromLatin1('% nothing\n')],
    ['the head of a signature', () => fromLatin1('%Sanfang revision ')],
    ['its own last revision once more', () => file.subarray(endOf(file, 3))],
    ['the last revision of another agreement', () => other.subarray(endOf(other, 3))],
    ['another whole agreement', () => other],
    ['900 bytes', () => new Uint8Array(900).fill(0x20)],
  ];
  test.each(endings)('%s is not passed over', (_, ending) => {
    const report = verify(concatBytes(file, ending()));
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)[0]).toMatch(/^(?:CONTENT_APPENDED|REVISION_ALTERED)$/);
  });
});

describe('a file cut short', () => {
  test('at the end of a revision is not yet signed by all', () => {
    for (const revision of [0, 1, 2, 3]) {
      const report = verify(file.subarray(0, endOf(file, revision)));
      expect(codesOf(report)).toEqual(['SIGNATURES_INCOMPLETE']);
      expect(report.verdict).toBe('failed');
      expect(report.missing).toEqual(['student', 'guardian', 'unit', 'school'].slice(revision));
    }
  });

  test('anywhere else does not pass', () => {
    const { signatures, zeroLength } = layoutOf(file);
    const places = [0, 1, 8, 1024, template.prefix.length - 1, template.prefix.length, template.prefix.length + 60, zeroLength - 1];
    for (const { contentsStart, contentsEnd, end } of signatures) {
      places.push(contentsStart, contentsStart + 1, contentsStart + 5_000, contentsEnd - 1, contentsEnd, end - 7, end - 1);
    }
    for (const place of places) expect(verify(file.subarray(0, place)).verdict, `cut at ${place}`).not.toBe('passed');
  });
});

describe('revisions', () => {
  /** The file's parts: unsigned agreement, then one per signature. */
  const partsOf = (whole: Uint8Array): Uint8Array[] => {
    const ends = [0, endOf(whole, 0), ...layoutOf(whole).signatures.map(({ end }) => end)];
    return ends.slice(1).map((end, i) => whole.subarray(ends[i], end));
  };

  test('removed from the middle leave a file that fails', () => {
    const parts = partsOf(file);
    for (const removed of [1, 2, 3]) {
      const report = verify(concatBytes(...parts.filter((_, i) => i !== removed)));
      expect(report.verdict).toBe('failed');
      expect(codesOf(report)).toContain('REVISION_ALTERED');
    }
  });

  test('in any other order leave a file that fails', () => {
    const parts = partsOf(file);
    const orders = [
      [0, 2, 1, 3, 4],
      [0, 1, 3, 2, 4],
      [0, 1, 2, 4, 3],
      [0, 4, 3, 2, 1],
      [0, 1, 1, 2, 3, 4],
      [0, 1, 2, 3, 4, 4],
    ];
    for (const order of orders) {
      const report = verify(concatBytes(...order.map((i) => parts[i] ?? new Uint8Array())));
      expect(report.verdict).toBe('failed');
      expect(codesOf(report)).toContain('REVISION_ALTERED');
    }
  });

  test('exchanged between two agreements of the same school and unit leave files that fail', async () => {
    const [mine, theirs] = [partsOf(file), partsOf(other)];
    for (const swapped of [0, 1, 2, 3, 4]) {
      const report = verify(concatBytes(...mine.map((part, i) => (i === swapped ? (theirs[i] ?? part) : part))));
      expect(report.verdict, `part ${swapped}`).toBe('failed');
    }
    expect(verify(concatBytes(...partsOf(adult).slice(0, 3), partsOf(file).at(-1) ?? adult)).verdict).toBe('failed');
  });

  test('exchanged between two agreements of the same length and people leave files that fail', async () => {
    const [one, two] = [await signAll(makeData()), await signAll(makeData())];
    const [mine, theirs] = [partsOf(one), partsOf(two)];
    const { signatures } = layoutOf(one);
    expect(two).toHaveLength(one.length);
    for (const swapped of [1, 2, 3]) {
      const report = verify(concatBytes(...mine.map((part, i) => (i === swapped ? (theirs[i] ?? part) : part))));
      expect(report.verdict).toBe('failed');
      expect(codesOf(report)[0]).toBe('REVISION_ALTERED');
    }
    // Not the revision but only its CMS: the places are the same, so nothing but the digest tells.
    const { contentsStart = 0, contentsEnd = 0 } = signatures[2] ?? {};
    const moved = concatBytes(one.subarray(0, contentsStart), two.subarray(contentsStart, contentsEnd), one.subarray(contentsEnd));
    expect(codesOf(verify(moved))).toEqual(['SIGNATURE_DIGEST_WRONG']);
  });
});
