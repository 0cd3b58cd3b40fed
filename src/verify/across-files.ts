/** What only shows when all files are laid together: annexes in groups, signatures of one hand, what belongs together, where codes lead. */
import { type AnnexGroup, groupAnnexes } from './annex-groups.ts';
import type { Finding } from './findings.ts';
import { type ProxySuspicion, suspectProxies } from './proxy-signing.ts';
import { judgeReferences, type ReferenceHint } from './references.ts';
import { type Counted, judgeRepeats } from './repeats.ts';
import type { VerifiedFile } from './verified-file.ts';

/** Agreements whose QR code leads to one place. */
export interface CodeGroup {
  /** `https://host`, or null for agreements without a code. */
  readonly origin: string | null;
  readonly files: readonly string[];
}

export interface AcrossFiles {
  readonly groups: readonly AnnexGroup[];
  readonly suspicions: readonly ProxySuspicion[];
  readonly references: readonly ReferenceHint[];
  /** The largest first; empty where no agreement has a code. */
  readonly codes: readonly CodeGroup[];
}

export function compareFiles(files: readonly VerifiedFile[]): AcrossFiles {
  const agreed = files.flatMap(({ file, report, traces }) =>
    report.agreement === null ? [] : [{ file, agreement: report.agreement, traces }],
  );
  return {
    groups: groupAnnexes(agreed.map(({ file, agreement }) => ({ file, annex: agreement.annex }))),
    suspicions: suspectProxies(agreed.map(({ file, agreement, traces }) => ({ file, fields: agreement.fields, traces }))),
    references: relationsOf(files),
    codes: groupCodes(files),
  };
}

/** How files belong together, and which are there more than once. */
export const relationsOf = (files: readonly Counted[]): readonly ReferenceHint[] => [...judgeReferences(files), ...judgeRepeats(files)];

/** Where the code on the last page leads; null without one, or where the file was not reproduced. */
export const codeOrigin = ({ report }: Pick<Counted, 'report'>): string | null => report.agreement?.verifyOrigin ?? null;

function groupCodes(files: readonly VerifiedFile[]): readonly CodeGroup[] {
  const byOrigin = Map.groupBy(
    files.filter(({ report }) => report.agreement !== null),
    codeOrigin,
  );
  const groups = [...byOrigin].map(([origin, group]): CodeGroup => ({ origin, files: group.map(({ file }) => file) }));
  return groups.every(({ origin }) => origin === null) ? [] : groups.sort((a, b) => b.files.length - a.files.length);
}

/** Hints across files, by the name of the file that they speak of. */
export function hintsByFile({
  suspicions,
  references,
}: Pick<AcrossFiles, 'suspicions' | 'references'>): ReadonlyMap<string, readonly Finding[]> {
  const byFile = new Map<string, Finding[]>();
  const add = (file: string, finding: Finding): void => {
    const known = byFile.get(file);
    if (known === undefined) byFile.set(file, [finding]);
    else known.push(finding);
  };
  for (const { finding, file } of references) add(file, finding);
  for (const { finding, signatures } of suspicions) {
    for (const file of new Set(signatures.map((signature) => signature.file))) add(file, finding);
  }
  return byFile;
}
