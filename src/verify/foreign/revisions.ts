/** Cuts what follows the earliest signature into the file's later revisions, and says what each of them changed. */
import { indexOfAscii, type PdfSource, type PdfView } from '../../pdf/reader-objects.ts';
import { openStrict, type StrictReading } from '../../pdf/reader-strict.ts';
import { openTolerant, type Scan } from '../../pdf/reader-tolerant.ts';
import { type Comparison, compareViews } from './compare-views.ts';
import { isBlank } from './coverage.ts';
import type { Change, ForeignRevision } from './foreign-report.ts';

export interface History {
  readonly revisions: readonly ForeignRevision[];
  /** Revisions that could be read in no way at all. */
  readonly isJudged: boolean;
  readonly largeBoxPages: readonly number[];
}

const REVISIONS_MAX = 200;

/**
 * @param signedEnds ends of what the signatures cover
 * @throws ReaderLimit
 */
export function historyOf(source: PdfSource, scan: Scan, final: StrictReading, signedEnds: readonly number[]): History {
  const { bytes } = source;
  const first = Math.min(...signedEnds);
  const ends = [...new Set([...signedEnds, ...sectionEnds(source, final)])].sort((a, b) => a - b);
  const points = [first];
  for (const end of [...ends, bytes.length]) {
    const last = points.at(-1) ?? first;
    // A line end more or less makes no revision of its own.
    if (end > last && (!isBlank(bytes, last, end) || signedEnds.includes(end))) points.push(end);
  }
  const read = readerOf(source, scan, final);
  const largeBoxPages = new Set<number>();
  let isJudged = points.length <= REVISIONS_MAX;
  const revisions = points.slice(1, REVISIONS_MAX).map((endByte, i): ForeignRevision => {
    const startByte = points[i] ?? first;
    const [before, after] = [read(startByte), read(endByte)];
    const compared = compareBoth(before, after);
    if (compared === null) {
      isJudged = false;
      return { startByte, endByte, kind: 'unknown', changes: [] };
    }
    for (const page of compared.largeBoxPages) largeBoxPages.add(page);
    const changes = compared.changes.length > 0 || isUpdate(compared) ? compared.changes : [strayChange(before, after)];
    return { startByte, endByte, kind: kindOf(compared, changes), changes };
  });
  return { revisions, isJudged, largeBoxPages: [...largeBoxPages] };
}

/** Ends of the revisions that the chain of cross-reference sections names, each behind its `%%EOF` and one line end. */
function sectionEnds(source: PdfSource, { sections }: StrictReading): number[] {
  const { bytes, budget } = source;
  return sections.slice(0, REVISIONS_MAX).flatMap(({ offset }) => {
    const startxref = indexOfAscii(bytes, 'startxref', offset, bytes.length, budget);
    const mark = startxref === -1 ? -1 : indexOfAscii(bytes, '%%EOF', startxref, Math.min(bytes.length, startxref + 256), budget);
    if (mark === -1) return [];
    let end = mark + 5;
    if (bytes[end] === 13) end++;
    if (bytes[end] === 10) end++;
    return [end];
  });
}

interface Reading {
  readonly strict: PdfView | null;
  readonly startxref: number | null;
  readonly tolerant: PdfView | null;
}

function readerOf(source: PdfSource, scan: Scan, final: StrictReading): (end: number) => Reading {
  const known = new Map<number, Reading>();
  return (end) => {
    const strict = end === source.bytes.length ? final : openStrict(source, end);
    const reading = known.get(end) ?? { strict: strict.view, startxref: strict.startxref, tolerant: openTolerant(scan, end) };
    known.set(end, reading);
    return reading;
  };
}

/** Both ways of reading count: a change that either shows is a change. */
function compareBoth(before: Reading, after: Reading): Comparison | null {
  const strict = before.strict === null || after.strict === null ? null : compareViews(before.strict, after.strict);
  const tolerant = before.tolerant === null || after.tolerant === null ? null : compareViews(before.tolerant, after.tolerant);
  if (strict === null || tolerant === null) return strict ?? tolerant;
  const changes = new Map([...strict.changes, ...tolerant.changes].map((change) => [`${change.kind} ${change.page}`, change]));
  return {
    changes: [...changes.values()],
    signaturesAdded: Math.max(strict.signaturesAdded, tolerant.signaturesAdded),
    hasArchiveData: strict.hasArchiveData || tolerant.hasArchiveData,
    largeBoxPages: [...strict.largeBoxPages, ...tolerant.largeBoxPages],
  };
}

/** Something was laid behind a signature that is neither a signature nor archive data, and shows nothing new. */
function strayChange(before: Reading, after: Reading): Change {
  const isNewSection = before.strict !== null && after.strict !== null && before.startxref !== after.startxref;
  return { kind: isNewSection ? 'resaved' : 'bytes', page: null };
}

const isUpdate = ({ signaturesAdded, hasArchiveData }: Comparison): boolean => signaturesAdded > 0 || hasArchiveData;

function kindOf(compared: Comparison, changes: readonly Change[]): ForeignRevision['kind'] {
  const kinds = new Set(changes.map((change) => change.kind));
  if (kinds.size === 0) return compared.signaturesAdded > 0 ? 'signature' : 'archive';
  if ([...kinds].every((kind) => kind === 'form')) return 'form';
  if ([...kinds].every((kind) => kind === 'annotation' || kind === 'signatureLook')) return 'annotation';
  return kinds.has('bytes') || kinds.has('resaved') ? 'unknown' : 'content';
}
