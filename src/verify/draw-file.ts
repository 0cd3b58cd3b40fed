/** The pages of an agreement as this verifier makes them itself, and where the file at hand shows something else. */
import { concatBytes, equalBytes, toLatin1 } from '../bytes.ts';
import type { DrawnBox, PageDrawing } from '../pdf/drawn-page.ts';
import { makeBudget, ReaderLimit } from '../pdf/reader-budget.ts';
import { type DrawnFonts, drawPage } from '../pdf/reader-drawing.ts';
import { openSource, type PdfView } from '../pdf/reader-objects.ts';
import { openStrict } from '../pdf/reader-strict.ts';
import { openTolerant, scanObjects } from '../pdf/reader-tolerant.ts';
import { INPUTS_HEAD } from '../pdf/update.ts';
import { drawPages } from '../template/draw-pages.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { type Reproduction, reproduce } from '../template/reproduce.ts';
import { compareText } from './foreign/compare-text.ts';
import type { TextComparison } from './foreign/foreign-report.ts';
import { pagesOf } from './foreign/page-list.ts';
import { linesAsSeen, seenLines } from './foreign/seen-lines.ts';
import { findOwn } from './foreign.ts';

/** A line that the file shows otherwise; one side is empty where a line was added or taken away. */
export interface LineDifference extends DrawnBox {
  readonly expected: string;
  readonly found: string;
}

export interface DrawnSheet extends PageDrawing {
  readonly differences: readonly LineDifference[];
}

export interface FileDrawing {
  /** `agreement`: with the values of the file's own data. `template`: the blanks are empty, because its data cannot be used. */
  readonly kind: 'agreement' | 'template';
  readonly sheets: readonly DrawnSheet[];
  /** Pages of the file beyond those that it should have. */
  readonly extraPages: number;
  /** Whether the file's own pages could be read and compared; false leaves `differences` empty. */
  readonly isCompared: boolean;
  /** Whether signatures are on the pages; where they could not be made again both sides are compared without. */
  readonly isSigned: boolean;
  /** Which clause, which character; null where the locked text was not touched. */
  readonly clauses: TextComparison | null;
}

const STEPS_MAX = 24_000_000;
const KEPT_MAX_BYTES = 48 << 20;
const PAGES_MAX = 60;
const DIFFERENCES_MAX = 40;

/**
 * @returns null for a file that is no agreement of an installed template: nothing of it can be reproduced
 * @throws never over a bad file
 */
export function drawFile(bytes: Uint8Array, templates: readonly LockedTemplate[]): FileDrawing | null {
  const template = templates.find((each) => beginsWith(bytes, each.prefix)) ?? findOwn(bytes, templates)?.template;
  if (template === undefined) return null;
  const { made, isWhole, isSigned } = makeAgain(template, bytes);
  const found = isWhole ? null : readPages(isSigned ? bytes : unsignedPart(template, bytes));
  const expected = made === null ? drawTemplate(template) : (readPages(made) ?? drawTemplate(template));
  const clauses = found === null ? null : compareText(found.map(linesAsSeen), [template]);
  return {
    kind: made === null ? 'template' : 'agreement',
    sheets: expected.map((page, i) => ({ ...page, differences: made === null || found === null ? [] : compare(page, found[i]) })),
    extraPages: Math.max(0, (found?.length ?? 0) - expected.length),
    isSigned,
    isCompared: isWhole || (made !== null && found !== null),
    clauses: clauses === null || clauses.isEqual ? null : clauses,
  };
}

const beginsWith = (bytes: Uint8Array, prefix: Uint8Array): boolean => equalBytes(prefix, bytes.subarray(0, prefix.length));

interface Made {
  /** The agreement made again, as far as its declared inputs lead; null when not even its data can be used. */
  readonly made: Uint8Array | null;
  /** Whether that is the whole file, byte for byte. */
  readonly isWhole: boolean;
  /** Whether signatures were made again as well. */
  readonly isSigned: boolean;
}

function makeAgain(template: LockedTemplate, bytes: Uint8Array): Made {
  const first = reproduce(template, bytes);
  if (first.divergence === null) return { made: bytes, isWhole: true, isSigned: true };
  if (first.divergence.place !== 'prefix') return { isWhole: false, ...bytesOf(template, bytes, first) };
  const mended = withOwnPrefix(template, bytes);
  return { isWhole: false, ...(mended === null ? NOTHING : bytesOf(template, mended, reproduce(template, mended))) };
}

type Remade = Omit<Made, 'isWhole'>;
const NOTHING: Remade = { made: null, isSigned: false };

/** What was compared byte for byte and found equal, or the unsigned agreement of the data. */
function bytesOf(template: LockedTemplate, bytes: Uint8Array, { zero, signatures, additional, seals, divergence }: Reproduction): Remade {
  if (divergence === null) return { made: bytes, isSigned: true };
  if (zero === null) return NOTHING;
  const end = Math.max(0, ...[...signatures, ...additional, ...seals].map((each) => each.end));
  if (end > 0) return { made: bytes.subarray(0, end), isSigned: true };
  return { made: concatBytes(template.prefix, zero.tail), isSigned: false };
}

/** The file as it was before anybody signed: like is compared with like. */
function unsignedPart(template: LockedTemplate, bytes: Uint8Array): Uint8Array {
  const from = Math.min(template.prefix.length, bytes.length);
  const at = toLatin1(bytes, from, Math.min(bytes.length, from + SEARCHED_BYTES)).indexOf(`%%EOF\n${INPUTS_HEAD}`);
  return at === -1 ? bytes : bytes.subarray(0, from + at + 6);
}

const DATA_HEAD = /\n?\d+ 0 obj\n<<\/Type\/EmbeddedFile\/Subtype\/application#2Fjson\/Length \d{10}>>stream\n\{/;
const SEARCHED_BYTES = 8 << 20;

/** The true prefix in place of an altered one, however long that is: what follows begins with the embedded data. */
function withOwnPrefix(template: LockedTemplate, bytes: Uint8Array): Uint8Array | null {
  const found = DATA_HEAD.exec(toLatin1(bytes, 0, Math.min(bytes.length, SEARCHED_BYTES)));
  if (found === null) return null;
  const at = found.index + (found[0].startsWith('\n') ? 1 : 0);
  return concatBytes(template.prefix, bytes.subarray(at));
}

/** Null when a reader makes nothing of it, or only at too great a cost. */
function readPages(bytes: Uint8Array): readonly PageDrawing[] | null {
  try {
    const source = openSource(bytes, makeBudget(STEPS_MAX, KEPT_MAX_BYTES));
    const view: PdfView | null = openStrict(source, bytes.length).view ?? openTolerant(scanObjects(source), bytes.length);
    if (view === null) return null;
    const fonts: DrawnFonts = new Map();
    return pagesOf(view)
      .pages.slice(0, PAGES_MAX)
      .map((page) => drawPage(view, page.attributes, fonts));
  } catch (error) {
    if (error instanceof ReaderLimit) return null;
    throw error;
  }
}

const drawTemplate = (template: LockedTemplate): readonly PageDrawing[] =>
  drawPages(template, template.fonts).map(({ widthPt, heightPt, texts, rules }) => ({
    widthPt,
    heightPt,
    texts,
    rules,
    strokes: [],
    pictures: [],
  }));

/** Lines of the same place with other words, lines that are missing, and lines that should not be there. */
function compare(expected: PageDrawing, found: PageDrawing | undefined): LineDifference[] {
  const [ours, theirs] = [seenLines(expected.texts), seenLines(found?.texts ?? [])];
  const left = new Set(theirs);
  const differences: LineDifference[] = [];
  for (const { text, ...box } of ours) {
    const same = theirs.find((line) => left.has(line) && Math.abs(line.y + line.height - box.y - box.height) < 2);
    if (same !== undefined) left.delete(same);
    if (same?.text !== text) differences.push({ ...box, expected: text, found: same?.text ?? '' });
  }
  for (const { text, ...box } of left) differences.push({ ...box, expected: '', found: text });
  return differences.slice(0, DIFFERENCES_MAX);
}
