/** Files that are there twice, and agreements of which there are several different files. Hints, no verdict. */
import type { Sha256 } from '../digest.ts';
import { makeFinding } from './findings.ts';
import { OTHERS_MAX, type ReferenceHint } from './references.ts';
import type { FileReport } from './report.ts';

/** `sha256` is null where the bytes were not read. */
export interface Counted {
  readonly file: string;
  readonly report: FileReport;
  readonly sha256: Sha256 | null;
}

/** One hint for each file that is there again under another name, and for each whose number a different file bears as well. */
export function judgeRepeats(files: readonly Counted[]): readonly ReferenceHint[] {
  const same = groupsOf(files, ({ sha256 }) => sha256).flatMap((group) =>
    group.map((each) => {
      const others = firstNames(group, (other) => other !== each);
      return { finding: makeFinding('FILE_REPEATED', { count: group.length - 1, first: others[0] ?? '' }), file: each.file, others };
    }),
  );
  const several = groupsOf(files, ({ report }) => report.agreement?.agreementNumber ?? null).flatMap((group) => {
    const copies = Map.groupBy(group, ({ sha256 }) => sha256);
    if (copies.size < 2) return [];
    const number = group[0]?.report.agreement?.agreementNumber ?? '';
    const code = areVersions(group) ? 'VERSIONS_REPEATED' : 'NUMBER_REPEATED';
    return group.map(({ file, sha256 }) => {
      const others = firstNames(group, (other) => other.sha256 !== sha256);
      const count = group.length - (copies.get(sha256)?.length ?? 0);
      return { finding: makeFinding(code, { number, count, first: others[0] ?? '' }), file, others };
    });
  });
  return [...same, ...several];
}

const groupsOf = (files: readonly Counted[], keyOf: (file: Counted) => string | null): readonly (readonly Counted[])[] =>
  [...Map.groupBy(files, keyOf)].flatMap(([key, group]) => (key === null || group.length < 2 ? [] : [group]));

function firstNames(group: readonly Counted[], isOther: (file: Counted) => boolean): readonly string[] {
  const names: string[] = [];
  for (const each of group) {
    if (names.length === OTHERS_MAX) break;
    if (isOther(each)) names.push(each.file);
  }
  return names;
}

/** Whether all are one and the same file at different steps of signing: each was once what the longest is a continuation of. */
function areVersions(group: readonly Counted[]): boolean {
  const stepsOf = ({ report }: Counted): readonly string[] => report.revisions ?? [];
  const longest = group.toSorted((a, b) => stepsOf(b).length - stepsOf(a).length)[0];
  return longest !== undefined && group.every(({ sha256 }) => sha256 !== null && stepsOf(longest).includes(sha256));
}
