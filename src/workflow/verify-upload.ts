/** Anybody's file, judged in memory: nothing is stored, nothing is logged. */
import { FIELDS } from '../agreement/fields.ts';
import { maskIdNumber } from '../agreement/identifiers.ts';
import type { PartyRole } from '../agreement/parties.ts';
import { type Sha256, sha256Hex } from '../digest.ts';
import type { FileReport } from '../verify/report.ts';
import { verifyFile } from '../verify/verify-file.ts';
import { type VoidedNotice, voidedNotice } from './look-up.ts';
import type { Ports } from './workflow.ts';

export interface UploadReport {
  readonly report: FileReport;
  readonly sha256: Sha256;
  readonly lengthBytes: number;
  readonly missing: readonly PartyRole[];
  /** Set when this service issued the agreement and its school took it back: no file can tell. */
  readonly voided: VoidedNotice | null;
  /** Values to compare with the paper in hand; identity number masked. */
  readonly agreement: {
    readonly agreementNumber: string;
    /** Of the very version that it was made on. */
    readonly prefixSha256: Sha256;
    readonly values: readonly { readonly label: string; readonly value: string }[];
  } | null;
}

type Known = Pick<Ports, 'agreements' | 'clock' | 'namedRoots' | 'templates' | 'trustAnchors'>;

/** Judges in the thread that asks: for single files alone. */
const judgeHere = ({ templates, trustAnchors, namedRoots, clock }: Known, bytes: Uint8Array): FileReport =>
  verifyFile(bytes, { templates, trustAnchors, namedRoots, checkedAt: clock.now() });

/** @param judged the report, where another thread has made it */
export async function verifyUpload(ports: Known, bytes: Uint8Array, judged?: FileReport): Promise<UploadReport> {
  const report = judged ?? judgeHere(ports, bytes);
  const { agreement } = report;
  return {
    report,
    sha256: sha256Hex(bytes),
    lengthBytes: bytes.length,
    missing: report.missing,
    voided: await voidedOf(ports, report),
    agreement: agreement && {
      agreementNumber: agreement.agreementNumber,
      prefixSha256: agreement.template.prefixSha256,
      values: valuesToCompare(agreement.fields),
    },
  };
}

/** What this service alone knows of a file: that the school took the agreement back. */
export const voidedOf = async (ports: Pick<Ports, 'agreements'>, { agreement }: FileReport): Promise<VoidedNotice | null> =>
  agreement === null ? null : voidedNotice(await ports.agreements.find(agreement.agreementNumber));

function valuesToCompare(fields: Readonly<Record<string, string>>): readonly { readonly label: string; readonly value: string }[] {
  return FIELDS.flatMap(({ key, zh, type }) => {
    const value = fields[key];
    if (value === undefined) return [];
    return [{ label: zh, value: type === 'idNumber' ? maskIdNumber(value) : value }];
  });
}
