/** Whether files that say they belong to an agreement do: consent, extension or termination beside the first. Hints, no verdict. */
import type { AgreementData, Reference } from '../agreement/agreement-data.ts';
import { REFERENCE_ZH } from '../agreement/parties.ts';
import { type Finding, makeFinding } from './findings.ts';
import type { FileReport } from './report.ts';

/** Of thousands of copies, each naming all others would fill memory. */
export const OTHERS_MAX = 20;

export interface ReferenceHint {
  /** REFERENCE_…, CONSENT_ABSENT, or one of the …_REPEATED. */
  readonly finding: Finding;
  readonly file: string;
  /** The files of the other agreement, or those that repeat this one: the first of them, `OTHERS_MAX` at most. */
  readonly others: readonly string[];
}

interface Given {
  readonly file: string;
  readonly report: FileReport;
}
type Reproduced = Given & { readonly data: AgreementData };

/** One hint for each file that refers to another agreement, and for each that needs a consent which is not there. */
export function judgeReferences(files: readonly Given[]): readonly ReferenceHint[] {
  const reproduced = files.flatMap(({ file, report }): Reproduced[] =>
    report.agreement === null ? [] : [{ file, report, data: report.agreement }],
  );
  const byNumber = Map.groupBy(reproduced, ({ data }) => data.agreementNumber);
  const consented = new Set<string>();
  const hints = reproduced.flatMap((each): ReferenceHint[] => {
    const { refersTo } = each.data;
    if (refersTo === undefined) return [];
    const firsts = byNumber.get(refersTo.agreementNumber) ?? [];
    const words = { kind: REFERENCE_ZH[refersTo.kind], number: refersTo.agreementNumber };
    const others = firsts.slice(0, OTHERS_MAX).map(({ file }) => file);
    if (firsts.length === 0) return [{ finding: makeFinding('REFERENCE_ABSENT', words), file: each.file, others }];
    const faults = unlike(firsts).map((first) => faultOf(each, first, refersTo));
    if (faults.includes(undefined)) {
      if (refersTo.kind === 'consent' && isSigned(each)) consented.add(refersTo.agreementNumber);
      return [{ finding: makeFinding('REFERENCE_MATCHED', words), file: each.file, others }];
    }
    return [{ finding: makeFinding('REFERENCE_MISMATCHED', { ...words, what: faults[0] ?? '' }), file: each.file, others }];
  });
  const unconsented = reproduced.filter(
    ({ report, data }) => report.findings.some(({ code }) => code === 'GUARDIAN_CONSENT_APART') && !consented.has(data.agreementNumber),
  );
  return [...hints, ...unconsented.map(({ file }) => ({ finding: makeFinding('CONSENT_ABSENT'), file, others: [] }))];
}

/** One of each: copies of a file end in the same revision. */
const unlike = (files: readonly Reproduced[]): readonly Reproduced[] =>
  files.length === 1 ? files : [...new Map(files.map((each) => [each.report.revisions?.at(-1), each])).values()];

const isSigned = ({ report }: Reproduced): boolean =>
  report.missing.length === 0 && (report.verdict === 'passed' || report.verdict === 'review');

/** Why the file does not belong to that agreement, as an end of the sentence; undefined where it does. */
function faultOf({ data }: Reproduced, first: Reproduced, refersTo: Reference): string | undefined {
  const revision = first.report.revisions?.indexOf(refersTo.sha256) ?? -1;
  if (revision === -1) return '摘要不同，不是同一份文件';
  if (refersTo.kind === 'consent' ? revision !== 0 : revision < first.report.signatures.length || first.report.missing.length > 0)
    return '当时还没有签完，或不是这份文件所写的那一版';
  const same = (key: string): boolean => data.fields[key] === first.data.fields[key];
  if (!same('studentIdNumber') || !same('studentName')) return '是另一名学生的';
  return same('schoolCreditCode') && same('unitCreditCode') ? undefined : '是与另一个学校或单位签的';
}
