/** Analyses any PDF that is not one of ours. Never throws over a file, trusts nothing in it, and never says better than 需人工复核. */
import type { Instant } from '../../instant.ts';
import { makeBudget, ReaderLimit } from '../../pdf/reader-budget.ts';
import { type DrawnFonts, drawPage } from '../../pdf/reader-drawing.ts';
import {
  arrayIn,
  asciiAt,
  decodeStream,
  dictOf,
  entry,
  nameIn,
  openSource,
  type PdfSource,
  type PdfView,
} from '../../pdf/reader-objects.ts';
import { openStrict, type StrictReading } from '../../pdf/reader-strict.ts';
import type { PdfDict } from '../../pdf/reader-syntax.ts';
import { isDict, isStream } from '../../pdf/reader-syntax.ts';
import { type Font, textOfPage } from '../../pdf/reader-text.ts';
import { openTolerant, type Scan, scanObjects } from '../../pdf/reader-tolerant.ts';
import type { Certificate } from '../../pki/certificate.ts';
import type { LockedTemplate } from '../../template/locked-template.ts';
import { type Finding, makeFinding } from '../findings.ts';
import { compareText } from './compare-text.ts';
import { compareViews } from './compare-views.ts';
import { isBlank, isRevisionEnd } from './coverage.ts';
import { findSignatures } from './find-signatures.ts';
import { CHANGE_ZH, type Change, type ForeignReport, type ForeignSignature, type TextComparison } from './foreign-report.ts';
import { type JudgedForeignSignature, judgeForeignSignature } from './judge-foreign-signature.ts';
import { type Page, pagesOf } from './page-list.ts';
import { type History, historyOf } from './revisions.ts';
import { linesAsSeen } from './seen-lines.ts';

export interface ForeignContext {
  readonly templates: readonly Pick<LockedTemplate, 'pack' | 'version' | 'lockedText'>[];
  readonly anchors: readonly Certificate[];
  readonly checkedAt: Instant;
}

export interface ForeignAnalysis {
  readonly findings: readonly Finding[];
  readonly foreign: ForeignReport;
}

const NOTHING: ForeignReport = { signatures: [], revisions: [] };
const only = (finding: Finding): ForeignAnalysis => ({ findings: [finding], foreign: NOTHING });

/** @param bytes a file with `%PDF-` near its start */
export function analyseForeign(bytes: Uint8Array, context: ForeignContext): ForeignAnalysis {
  const source = openSource(bytes);
  const findings: Finding[] = [];
  try {
    return analyse(source, context, findings);
  } catch (error) {
    if (!(error instanceof ReaderLimit)) throw error;
    return { findings: [...findings, makeFinding('FILE_LIMIT_REACHED')], foreign: NOTHING };
  }
}

function analyse(source: PdfSource, context: ForeignContext, findings: Finding[]): ForeignAnalysis {
  const { bytes } = source;
  const strict = openStrict(source, bytes.length);
  const scan = scanObjects(source);
  const tolerant = openTolerant(scan, bytes.length);
  const views = [strict.view, tolerant].filter((view) => view !== null);
  const [view] = views;
  const trailers = [...strict.sections.map((section) => section.trailer), ...scan.trailers.map((trailer) => trailer.dict)];
  if (trailers.some((trailer) => trailer.entries.has('Encrypt')) || tolerant?.trailer.entries.has('Encrypt') === true) {
    return only(makeFinding('FILE_ENCRYPTED'));
  }
  if (!asciiAt(bytes, 0, 5).startsWith('%PDF-')) findings.push(makeFinding('FILE_HEADER_ODD'));
  if (view === undefined) {
    const isSigned = /\/ByteRange\s{0,64}\[/.test(asciiAt(bytes, 0, Math.min(bytes.length, 1 << 20)));
    const code = isSigned ? 'FILE_SIGNED_ELSEWHERE' : scan.definitions.length > 0 ? 'FILE_NOT_SIGNED' : 'FILE_BROKEN';
    return { findings: [...findings, makeFinding(code)], foreign: NOTHING };
  }
  if (strict.view === null || strict.oddities.has('SECTION_UNREADABLE')) findings.push(makeFinding('FILE_READ_BY_REPAIR'));
  findings.push(...judgeReaders(strict.view, tolerant));
  const found = findSignatures(views, scan);
  if (found === null) return { findings: [...findings, makeFinding('FILE_LIMIT_REACHED')], foreign: NOTHING };
  const judged = found
    .map((each) => ({ ...each, ...judgeForeignSignature(each, context.anchors, context.checkedAt) }))
    // What nothing leads to counts only where it is a true signature: a draft left behind is no broken signature.
    .filter((each) => each.fields.length > 0 || each.report.integrity === 'intact');
  const history = judgeHistory(source, scan, strict, judged);
  const signatures = judged.map((each, i) => {
    const n = i + 1;
    findings.push(...each.facts.map(({ code, params }) => makeFinding(code, { ...params, n })));
    if (each.fields.length === 0) findings.push(makeFinding('FOREIGN_SIGNATURE_UNREACHABLE', { n }));
    if (each.fields.length > 1) findings.push(makeFinding('FOREIGN_SIGNATURE_REPEATED', { n, fields: each.fields.slice(0, 4).join('、') }));
    const after = judgeAfter(each, n, history, bytes);
    findings.push(...after.findings);
    return after.signature;
  });
  for (const page of history?.largeBoxPages ?? []) findings.push(makeFinding('FOREIGN_SIGNATURE_BOX_LARGE', { page }));
  findings.push(...judgeContents(view, signatures.length));
  const text = judgeText(view, context, signatures.length);
  findings.push(...text.findings);
  if (views.some(holdsAgreement)) findings.unshift(makeFinding('FILE_SAVED_AGAIN'));
  else if (signatures.length > 0) findings.unshift(makeFinding('FILE_SIGNED_ELSEWHERE'));
  else if (!text.isScan) findings.unshift(makeFinding('FILE_NOT_SIGNED'));
  return {
    findings,
    foreign: {
      signatures,
      revisions: history?.revisions ?? [],
      ...(text.comparison === null ? {} : { textComparison: text.comparison }),
    },
  };
}

/** Whether the data of an agreement of ours is attached, in whatever spelling another program gave it. */
function holdsAgreement(view: PdfView): boolean {
  const root = dictOf(view, view.trailer.entries.get('Root'));
  return arrayIn(view, root, 'AF')
    .slice(0, 8)
    .some((each) => {
      const file = entry(view, dictOf(view, dictOf(view, each)?.entries.get('EF')), 'F');
      const data = isStream(file) ? decodeStream(view, file) : null;
      return data !== null && asciiAt(data, 0, Math.min(data.length, 1 << 18)).includes('"schema":"sanfang.agreement/1"');
    });
}

const namesOf = (changes: readonly Change[]): string => {
  const byKind = new Map<string, Set<number>>();
  for (const { kind, page } of changes) {
    const pages = byKind.get(CHANGE_ZH[kind]) ?? new Set<number>();
    if (page !== null) pages.add(page);
    byKind.set(CHANGE_ZH[kind], pages);
  }
  return [...byKind].map(([zh, pages]) => (pages.size === 0 ? zh : `${zh}（第 ${[...pages].slice(0, 5).join('、')} 页）`)).join('，');
};

function judgeReaders(strict: PdfView | null, tolerant: PdfView | null): Finding[] {
  if (strict === null || tolerant === null) return [];
  let differs = false;
  for (const number of tolerant.numbers()) if (strict.placeOf(number) !== tolerant.placeOf(number)) differs = true;
  if (!differs) return [];
  const { changes } = compareViews(strict, tolerant);
  return changes.length === 0 ? [] : [makeFinding('READERS_DISAGREE', { what: namesOf(changes) })];
}

function judgeHistory(source: PdfSource, scan: Scan, strict: StrictReading, judged: readonly JudgedForeignSignature[]): History | null {
  const ends = judged.flatMap(({ coverage }) => (coverage.ok ? [coverage.end] : []));
  return ends.length === 0 ? null : historyOf(source, scan, strict, ends);
}

function judgeAfter(
  { report, coverage }: JudgedForeignSignature,
  n: number,
  history: History | null,
  bytes: Uint8Array,
): { signature: ForeignSignature; findings: Finding[] } {
  if (!coverage.ok || history === null) return { signature: { ...report, after: null, changes: [] }, findings: [] };
  const findings: Finding[] = [];
  if (!isRevisionEnd(bytes, coverage.end) && coverage.end < bytes.length) findings.push(makeFinding('FOREIGN_COVERAGE_SHORT', { n }));
  const later = history.revisions.filter(
    (revision) => revision.startByte >= coverage.end && !isBlank(bytes, revision.startByte, revision.endByte),
  );
  const changes = [...new Map(later.flatMap((revision) => revision.changes).map((each) => [`${each.kind} ${each.page}`, each])).values()];
  const isProven = changes.some((change) => change.kind !== 'resaved');
  if (!isProven && !history.isJudged && later.length > 0) {
    findings.push(makeFinding('CHANGES_NOT_JUDGED', { n }));
    return { signature: { ...report, after: null, changes }, findings };
  }
  if (changes.length > 0) {
    findings.push(
      isProven ? makeFinding('CHANGED_AFTER_SIGNING', { n, what: namesOf(changes) }) : makeFinding('RESAVED_AFTER_SIGNING', { n }),
    );
    return { signature: { ...report, after: 'changes', changes }, findings };
  }
  if (report.integrity === 'intact') {
    findings.push(makeFinding(later.length > 0 ? 'FOLLOWED_BY_SIGNATURES' : 'UNCHANGED_SINCE_SIGNING', { n }));
  }
  return { signature: { ...report, after: later.length > 0 ? 'signatures' : 'nothing', changes }, findings };
}

/** Scripts, dynamic forms, and pages that are kept but not shown. */
function judgeContents(view: PdfView, signatureCount: number): Finding[] {
  const findings: Finding[] = [];
  const root = dictOf(view, view.trailer.entries.get('Root'));
  const form = dictOf(view, root?.entries.get('AcroForm'));
  const names = dictOf(view, root?.entries.get('Names'));
  if (form?.entries.has('XFA') === true && signatureCount === 0) findings.push(makeFinding('FILE_IS_XFA'));
  const opening = entry(view, root, 'OpenAction');
  const hasScript =
    names?.entries.has('JavaScript') === true || root?.entries.has('AA') === true || (isDict(opening) && opening.entries.has('S'));
  if (hasScript && (!isDict(opening) || nameIn(view, opening, 'S') !== 'GoTo')) findings.push(makeFinding('FILE_HAS_ACTIONS'));
  if (signatureCount > 0 && hasUnusedPages(view)) findings.push(makeFinding('FILE_HAS_UNUSED_PAGES'));
  return findings;
}

const LOOKED_AT_MAX = 20_000;

function hasUnusedPages(view: PdfView): boolean {
  const { treeNumbers } = pagesOf(view);
  let looked = 0;
  for (const number of view.numbers()) {
    if (treeNumbers.has(number) || ++looked > LOOKED_AT_MAX) continue;
    const place = view.placeOf(number);
    const value = place === undefined ? null : view.valueAt(place, number);
    if (isDict(value) && isPage(view, value)) return true;
  }
  return false;
}

const isPage = (view: PdfView, dict: PdfDict): boolean => nameIn(view, dict, 'Type') === 'Page' && dict.entries.has('Contents');

interface TextJudgement {
  readonly findings: readonly Finding[];
  readonly comparison: TextComparison | null;
  readonly isScan: boolean;
}

const TEXT_STEPS_MAX = 8_000_000;
const TEXT_KEPT_MAX_BYTES = 24 << 20;
const PAGES_READ_MAX = 200;
const SHOWN_MAX = 5;

const nearer = (one: TextComparison, other: TextComparison | null): TextComparison =>
  other !== null && other.differences.length < one.differences.length ? other : one;

/** By lines on the page: values that are drawn after the text stand where they are seen. Null where that costs too much. */
function compareAsSeen(view: PdfView, pages: readonly Page[], templates: ForeignContext['templates']): TextComparison | null {
  const fonts: DrawnFonts = new Map();
  try {
    return compareText(
      pages.map((page) => linesAsSeen(drawPage(view, page.attributes, fonts))),
      templates,
    );
  } catch (error) {
    if (error instanceof ReaderLimit) return null;
    throw error;
  }
}

/** Reads the text with a budget of its own: a page too many must not cost what was found so far. */
function judgeText(view: PdfView, context: ForeignContext, signatureCount: number): TextJudgement {
  const own: PdfView = { ...view, source: { ...view.source, budget: makeBudget(TEXT_STEPS_MAX, TEXT_KEPT_MAX_BYTES) } };
  const none: TextJudgement = { findings: [], comparison: null, isScan: false };
  try {
    const fonts = new Map<PdfDict, Font>();
    const read = pagesOf(own).pages.slice(0, PAGES_READ_MAX);
    const pages = read.map((page) => textOfPage(own, page.attributes, fonts));
    if (pages.length > 0 && signatureCount === 0 && pages.every((page) => page.images > 0 && page.visible === 0)) {
      return { ...none, findings: [makeFinding('FILE_IS_SCAN')], isScan: true };
    }
    const asDrawn = compareText(
      pages.map((page) => page.lines),
      context.templates,
    );
    if (asDrawn === null) return none;
    const comparison = asDrawn.isEqual ? asDrawn : nearer(asDrawn, compareAsSeen(own, read, context.templates));
    const { pack, version } = comparison;
    if (comparison.isEqual) return { ...none, comparison, findings: [makeFinding('FOREIGN_TEXT_EQUALS_TEMPLATE', { pack, version })] };
    const differences = comparison.differences
      .slice(0, SHOWN_MAX)
      .map(({ clause, character, expected, found }) => `${clause}第 ${character} 字，“${expected}”→“${found}”`)
      .join('；');
    return { ...none, comparison, findings: [makeFinding('FOREIGN_TEXT_DIFFERS', { pack, version, differences })] };
  } catch (error) {
    if (error instanceof ReaderLimit) return none;
    throw error;
  }
}
