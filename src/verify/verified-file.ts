/** One file of many: its report, its digest, and what a comparison across files needs. The same in the command line and in the offline page. */
import { type Sha256, sha256Hex } from '../digest.ts';
import { type Finding, makeFinding } from './findings.ts';
import type { SigningTrace } from './proxy-signing.ts';
import { type FileReport, plainReport } from './report.ts';
import { FILE_MAX_BYTES, type JudgedFile, judgeFile, type VerifyContext } from './verify-file.ts';
import type { ZipMember } from './zip-archive.ts';

export interface VerifiedFile {
  /** Path as it was given; inside an archive `archive.zip/path`. */
  readonly file: string;
  readonly lengthBytes: number;
  /** Null where the bytes were not read. */
  readonly sha256: Sha256 | null;
  readonly report: FileReport;
  readonly traces: readonly SigningTrace[];
}

/** @throws PkiError only when a trust anchor of the verifier itself is no certificate */
export function examineFile(file: string, bytes: Uint8Array, context: VerifyContext): VerifiedFile {
  const judged = judgeWithinReason(bytes, context);
  return toVerified(file, bytes, judged, judged.sha256 ?? sha256Hex(bytes));
}

/** `judgeFile`, where a file that is too costly for this runtime gets a report that says so. @throws as `judgeFile` */
export const judgeWithinReason = (bytes: Uint8Array, context: VerifyContext): JudgedFile =>
  withinReason(() => judgeFile(bytes, context)) ?? {
    report: plainReport([makeFinding('FILE_TOO_COSTLY', { limit: '内存' })]),
    traces: [],
    sha256: null,
  };

/** @param sha256 of the bytes */
export const toVerified = (file: string, bytes: Uint8Array, { report, traces }: JudgedFile, sha256: Sha256): VerifiedFile => ({
  file,
  lengthBytes: bytes.length,
  sha256,
  report,
  traces,
});

/** A file that nesting or size drives beyond what the runtime can hold is costly, not a bug of ours. */
function withinReason<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError && /call stack|(?:array|string) length|allocation/i.test(error.message)) return undefined;
    throw error;
  }
}

/** A file that was found and not examined; the finding says why. */
export const listFile = (file: string, finding: Finding, lengthBytes = 0): VerifiedFile => ({
  file,
  lengthBytes,
  sha256: null,
  report: plainReport([finding]),
  traces: [],
});

/** Why a member of an archive is listed without being unpacked; undefined for one that is to be examined. */
export function judgeMember({ encrypted, unpackedBytes }: ZipMember): Finding | undefined {
  if (encrypted) return makeFinding('ZIP_MEMBER_ENCRYPTED');
  if (unpackedBytes > FILE_MAX_BYTES) return makeFinding('FILE_TOO_LARGE', { limit: FILE_MAX_BYTES >> 20 });
  return undefined;
}
