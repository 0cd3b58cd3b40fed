import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { AgreementFields } from '../../src/agreement/agreement-fields.ts';
import type { Ink } from '../../src/agreement/ink.ts';
import type { PartyRole } from '../../src/agreement/parties.ts';
import { concatBytes, fromUtf8 } from '../../src/bytes.ts';
import { sha256, sha256Hex } from '../../src/digest.ts';
import { compareAnnexes, groupAnnexes, NO_ANNEX } from '../../src/verify/annex-groups.ts';
import { clauseMatrix } from '../../src/verify/clause-matrix.ts';
import { type SigningTrace, suspectProxies } from '../../src/verify/proxy-signing.ts';
import { drawSample } from '../../src/verify/sampling.ts';
import { diffText } from '../../src/verify/text-diff.ts';
import { examineFile } from '../../src/verify/verified-file.ts';
import { judgeFile } from '../../src/verify/verify-file.ts';
import { context, INK, makeData, signAll, signedMinor } from './signed-agreement.ts';

const join = (parts: ReturnType<typeof diffText>, kinds: readonly string[]): string =>
  parts
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join('');

describe('the difference of two texts', () => {
  const text = fc.array(fc.constantFrom('甲', '乙', '丙', '𠮷', '，', '。'), { maxLength: 40 }).map((characters) => characters.join(''));

  it('contains both of them', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = diffText(before, after);
        expect(join(parts, ['same', 'removed'])).toBe(before);
        expect(join(parts, ['same', 'added'])).toBe(after);
        expect(parts.every((part) => part.text !== '')).toBe(true);
      }),
    );
  });

  it('is as short as it can be', () => {
    const longest = (a: string[], b: string[]): number => {
      const rows = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
      for (let i = a.length - 1; i >= 0; i--)
        for (let j = b.length - 1; j >= 0; j--)
          (rows[i] ?? [])[j] = a[i] === b[j] ? (rows[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(rows[i + 1]?.[j] ?? 0, rows[i]?.[j + 1] ?? 0);
      return rows[0]?.[0] ?? 0;
    };
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect([...join(diffText(before, after), ['same'])]).toHaveLength(longest([...before], [...after]));
      }),
    );
  });

  it('stays quick for texts with nothing in common', () => {
    const parts = diffText('甲'.repeat(20_000), '乙'.repeat(20_000));
    expect(parts.map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});

const A = { title: '补充条款', clauses: ['乙方每月提供一次免费体检。', '丙方可以使用图书室。'] };
const B = { title: '补充条款', clauses: ['乙方每年提供一次免费体检。', '丙方应当服从加班安排。', '丙方可以使用图书室。'] };

describe('annexes', () => {
  it('are grouped by their words, the largest group first, whatever the order of the files', () => {
    const files = [
      { file: '1', annex: B },
      { file: '2', annex: A },
      { file: '3', annex: { ...A } },
      { file: '4', annex: null },
    ];
    const groups = groupAnnexes(files);
    expect(groups.map(({ label, files: members }) => [label, members.length])).toContainEqual(['A', 2]);
    expect(groups.find(({ annex }) => annex === null)?.label).toBe(NO_ANNEX);
    expect(groupAnnexes([...files].reverse()).map(({ label, digest }) => [label, digest])).toEqual(
      groups.map(({ label, digest }) => [label, digest]),
    );
  });

  it('carry hints at the clause that the law objects to', () => {
    const [group] = groupAnnexes([{ file: '1', annex: B }]);
    expect(group?.hints.map(({ clause }) => clause)).toEqual([2]);
  });

  it('laid side by side pair the clauses that correspond', () => {
    const pairs = compareAnnexes(A, B);
    expect(pairs.map(({ before, after }) => [before, after])).toEqual([
      [1, 1],
      [null, 2],
      [2, 3],
    ]);
    expect(pairs[0]?.parts.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'removed', text: '月' },
      { kind: 'added', text: '年' },
    ]);
  });

  it('laid side by side show every clause exactly once', () => {
    const clauses = fc.array(fc.constantFrom('乙方提供工作餐。', '丙方遵守纪律。', '乙方提供宿舍。', '丙方按时上班。'), { maxLength: 8 });
    fc.assert(
      fc.property(clauses, clauses, (a, b) => {
        const pairs = compareAnnexes({ title: 'x', clauses: a }, { title: 'x', clauses: b });
        expect(pairs.flatMap(({ before }) => before ?? [])).toEqual(a.map((_, i) => i + 1));
        expect(pairs.flatMap(({ after }) => after ?? [])).toEqual(b.map((_, i) => i + 1));
      }),
    );
  });
});

const fieldsOf = (student: string): AgreementFields =>
  ({ ...makeData().fields, studentName: student, studentIdNumber: student }) as AgreementFields;
const trace = (ink: Ink | null, key: string | null = null, party: PartyRole = 'student'): SigningTrace => ({ party, ink, key });
const suspicions = (...signed: readonly (readonly [string, SigningTrace])[]) =>
  suspectProxies(signed.map(([student, one], i) => ({ file: `${i}.pdf`, fields: fieldsOf(student), traces: [one] })));
const codes = (...signed: readonly (readonly [string, SigningTrace])[]): string[] =>
  suspicions(...signed).map(({ finding }) => finding.code);

const moved: Ink = INK.map((stroke) => stroke.map((value, i) => Math.round(value * 0.8) + (i % 2 === 0 ? 40 : 20)));
const shaky: Ink = INK.map((stroke) => stroke.map((value, i) => value + ((i * 5) % 7) - 3));
const other: Ink = [
  [100, 100, 200, 300, 500, 200],
  [420, 310, 300, 20, 125, 110],
];

describe('signatures of several students', () => {
  it.each([
    ['the same strokes', INK],
    ['the same strokes elsewhere and smaller', moved],
    ['nearly the same strokes', shaky],
  ])('with %s are suspected', (_what, ink) => {
    expect(codes(['甲', trace(INK)], ['乙', trace(ink)], ['丙', trace(other)])).toEqual(['INK_REPEATED']);
  });

  it('are told apart among many hands, whichever comes first', () => {
    const hands = Array.from({ length: 60 }, (_, i): Ink => {
      const points = [...sha256(fromUtf8(`hand ${i}`))];
      return [points.slice(0, 16), points.slice(16)];
    });
    const signed = hands.map((ink, i): [string, SigningTrace] => [`学生${i}`, trace(ink)]);
    const copy = signed.find(([name]) => name === '学生37')?.[1] ?? trace(null);
    for (const order of [signed, signed.toReversed()]) {
      const found = suspicions(...order, ['抄的', copy]);
      expect(found.map(({ signatures }) => signatures.map(({ name }) => name))).toEqual([['学生37', '抄的']]);
      expect(suspicions(...order)).toEqual([]);
    }
  });

  it('with strokes of their own, or without strokes, are not', () => {
    expect(codes(['甲', trace(INK)], ['乙', trace(other)], ['丙', trace(null)], ['丁', trace(null)])).toEqual([]);
  });

  it('of one person over several files are not', () => {
    expect(codes(['甲', trace(INK, 'k')], ['甲', trace(INK, 'k')])).toEqual([]);
  });

  it('made with one key are suspected', () => {
    expect(codes(['甲', trace(null, 'k')], ['乙', trace(null, 'k')])).toEqual(['KEY_REPEATED']);
  });

  it('do not make the one key of a unit suspect', () => {
    expect(codes(['甲', trace(null, 'k', 'unit')], ['乙', trace(null, 'k', 'unit')])).toEqual([]);
  });

  it('are read from the files themselves', async () => {
    const file = await signedMinor();
    const { traces } = judgeFile(file, context);
    expect(traces.map(({ party }) => party)).toEqual(['student', 'guardian', 'unit', 'school']);
    expect(traces[0]?.ink).toEqual(INK);
    expect(new Set(traces.map(({ key }) => key)).size).toBe(4);
    expect(traces.every(({ key }) => key !== null)).toBe(true);
    expect(judgeFile(await signAll(makeData(), { roles: [] }), context).traces).toEqual([]);
    expect(judgeFile(concatBytes(file, Uint8Array.of(10)), context).traces).toEqual([]);
  });
});

describe('clauses and the groups that have them', () => {
  it('are laid out with their numbers, the rarest first', () => {
    const annex = (...clauses: string[]) => ({ title: '补充条款', clauses });
    const files = [annex('甲', '乙'), annex('甲', '乙'), annex('丙', '甲'), null];
    const groups = groupAnnexes(files.map((each, i) => ({ file: `${i}`, annex: each }))).filter((group) => group.annex !== null);
    expect(clauseMatrix(groups)).toEqual([
      { clause: '丙', numbers: [null, 1], files: 1 },
      { clause: '乙', numbers: [2, null], files: 2 },
      { clause: '甲', numbers: [1, 2], files: 3 },
    ]);
  });
});

describe('the digest of a file', () => {
  test.each<[string, (file: Uint8Array) => Uint8Array]>([
    ['signed', (file) => file],
    ['with bytes behind it', (file) => concatBytes(file, Uint8Array.of(10))],
    ['cut off', (file) => file.subarray(0, -1)],
    ['altered in its text', (file) => file.map((byte, i) => (i === 5000 ? byte ^ 1 : byte))],
    ['of another kind', () => Uint8Array.of(1, 2, 3)],
  ])('is that of its bytes: %s', async (_, change) => {
    const bytes = change(await signedMinor());
    expect(examineFile('a.pdf', bytes, context).sha256).toBe(sha256Hex(bytes));
  });

  it('is that of its bytes: unsigned', async () => {
    const bytes = await signAll(makeData(), { roles: [] });
    expect(examineFile('a.pdf', bytes, context).sha256).toBe(sha256Hex(bytes));
  });
});

describe('a sample', () => {
  const files = Array.from({ length: 50 }, (_, i) => `${i}.pdf`);

  it('is the same for the same seed, whatever the order of the files', () => {
    expect(drawSample(files, { seed: '2026', size: 5 })).toEqual(drawSample([...files].reverse(), { seed: '2026', size: 5 }));
    expect(drawSample(files, { seed: '2026', size: 5 })).toEqual(drawSample(files, { seed: '2026', size: 9 }).slice(0, 5));
  });

  it('differs for another seed, and is never larger than what there is', () => {
    expect(drawSample(files, { seed: '2026', size: 5 })).not.toEqual(drawSample(files, { seed: '2027', size: 5 }));
    expect(new Set(drawSample(files, { seed: '2026', size: 99 })).size).toBe(50);
  });
});
