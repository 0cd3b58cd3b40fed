/** Builds a file again from the inputs it declares, and says where the first byte differs. Judges nothing else. */
import { type AgreementData, parseAgreementData, printAgreementData } from '../agreement/agreement-data.ts';
import { equalBytes, firstDifference, fromLowerHexDigits, repeatedFrom, toLatin1, toUtf8 } from '../bytes.ts';
import type { Json } from '../canonical-json.ts';
import { AppError } from '../errors.ts';
import type { ValidationData } from '../pdf/seal-revision.ts';
import type { SignatureRevision } from '../pdf/signature-revision.ts';
import type { UnplacedRevision } from '../pdf/unplaced-revision.ts';
import { CONTENTS_BYTES, INPUTS_HEAD, INPUTS_MAX_BYTES, type RevisionBase } from '../pdf/update.ts';
import type { LockedTemplate } from './locked-template.ts';
import { DATA_PREAMBLE_BYTES, dataPreamble, layOutRevisionZero, type RevisionZero } from './revision-zero.ts';
import { type ArchiveInputs, parseSealInputs, type ValidationInputs } from './seal-inputs.ts';
import { layOutArchive, layOutValidation, readValidationData } from './seal-layout.ts';
import { parseSignatureInputs, type SignatureInputs } from './signature-inputs.ts';
import { baseOfRevisionZero, layOutSignature, readSealImage } from './signature-layout.ts';
import { parseSm2Inputs, type Sm2Inputs } from './sm2-inputs.ts';
import { layOutSm2, sm2Obstacle } from './sm2-layout.ts';

export interface ReproducedSignature {
  /** 1 for the first signature. */
  readonly revision: number;
  readonly inputs: SignatureInputs;
  readonly contentsStart: number;
  readonly contentsEnd: number;
  /** End of the revision, in bytes from the start of the file. */
  readonly end: number;
  /** The bytes of /Contents with their zero padding. */
  readonly contents: Uint8Array;
}

/** An additional SM2 signature of a party that has signed before. */
export type ReproducedSm2 = Omit<ReproducedSignature, 'inputs'> & { readonly inputs: Sm2Inputs };

interface SealPlace {
  /** Counted on from the last signature. */
  readonly revision: number;
  readonly end: number;
}
export type ReproducedValidation = SealPlace & ValidationData & { readonly kind: 'dss' };
export type ReproducedArchive = SealPlace &
  Pick<ReproducedSignature, 'contentsStart' | 'contentsEnd' | 'contents'> & { readonly kind: 'archive' };

/** `appended`: bytes that do not even begin like a signature; the revision is the last one before them. */
export type DivergencePlace = 'prefix' | 'data' | 'dataValue' | 'revisionZero' | 'revision' | 'contents' | 'appended';

/** Where a file stops being what its declared inputs compute. */
export interface Divergence {
  readonly place: DivergencePlace;
  readonly revision: number;
  readonly offset: number;
  /** Refusal of the embedded data, where that is what went wrong. */
  readonly refusal?: AppError;
}

export interface Reproduction {
  /** Null when not even the embedded data could be read. */
  readonly data: AgreementData | null;
  readonly zero: RevisionZero | null;
  readonly signatures: readonly ReproducedSignature[];
  /** At most one of each party; they count for nothing but themselves. */
  readonly additional: readonly ReproducedSm2[];
  /** Validation data and archive timestamps behind the last signature, in the order of the file. */
  readonly seals: readonly (ReproducedValidation | ReproducedArchive)[];
  /** What a further revision would be appended to; meaningful without divergence. */
  readonly base: RevisionBase | null;
  readonly divergence: Divergence | null;
}

const DATA_MAX_BYTES = 1 << 18;
/** No agreement has more than four; the rest lets a repeated signature be reported as what it is. */
const REVISIONS_MAX = 8;
/** A renewal every few years, for longer than anybody keeps an agreement. */
const SEALS_MAX = 64;
const NOTHING = { data: null, zero: null, signatures: [], additional: [], seals: [], base: null } as const;

/** Reproduces a whole file. Reads only at places that the template fixes; every other byte is compared, never parsed. */
export function reproduce(template: LockedTemplate, bytes: Uint8Array): Reproduction {
  const { prefix } = template;
  const prefixDiffers = firstDifference(prefix, bytes);
  if (prefixDiffers !== -1 || bytes.length < prefix.length) {
    return { ...NOTHING, divergence: { place: 'prefix', revision: 0, offset: prefixDiffers === -1 ? bytes.length : prefixDiffers } };
  }
  const json = findData(template, bytes);
  if (json === undefined) return { ...NOTHING, divergence: { place: 'data', revision: 0, offset: prefix.length } };
  const known = recall(template, json) ?? layOut(template, json);
  if ('divergence' in known) return { ...NOTHING, ...known };
  const { data, zero } = known;
  const tailDiffers = firstDifference(zero.tail, bytes.subarray(prefix.length));
  if (tailDiffers !== -1 || bytes.length < zero.lengthBytes) {
    const offset = tailDiffers === -1 ? bytes.length : prefix.length + tailDiffers;
    return { ...NOTHING, ...known, divergence: { place: 'revisionZero', revision: 0, offset } };
  }
  return { ...known, ...reproduceRevisions(template, bytes, data, zero) };
}

/** A file of which every byte was reproduced. */
export interface Reproduced extends Reproduction {
  readonly data: AgreementData;
  readonly zero: RevisionZero;
  readonly base: RevisionBase;
  readonly divergence: null;
}

/** For whoever appends to a file: @throws AppError REVISION_NOT_REPRODUCIBLE when it is not what its data computes */
export function reproduceWhole(template: LockedTemplate, bytes: Uint8Array): Reproduced {
  const { data, zero, base, divergence, ...revisions } = reproduce(template, bytes);
  if (data === null || zero === null || base === null || divergence !== null) {
    throw new AppError('REVISION_NOT_REPRODUCIBLE', { offset: divergence?.offset ?? 0 });
  }
  return { data, zero, base, divergence, ...revisions };
}

interface LaidOut {
  readonly data: AgreementData;
  readonly zero: RevisionZero;
}

/** A file is reproduced when a signature is prepared, rebuilt, judged and sealed: the same agreement again and again. */
const REMEMBERED_MAX = 64;
const remembered = new WeakMap<LockedTemplate, Map<string, LaidOut>>();
const recall = (template: LockedTemplate, json: Uint8Array): LaidOut | undefined => remembered.get(template)?.get(toLatin1(json));

function remember(template: LockedTemplate, json: Uint8Array, laidOut: LaidOut): void {
  const known = remembered.get(template) ?? new Map<string, LaidOut>();
  const [oldest] = known.keys();
  if (known.size >= REMEMBERED_MAX && oldest !== undefined) known.delete(oldest);
  remembered.set(template, known.set(toLatin1(json), laidOut));
}

/** The embedded JSON, at the place where it has to be. */
function findData(template: LockedTemplate, bytes: Uint8Array): Uint8Array | undefined {
  const start = template.prefix.length;
  const preamble = toLatin1(bytes, start, Math.min(bytes.length, start + DATA_PREAMBLE_BYTES));
  const length = Number(/\/Length (\d{10})>>stream\n$/.exec(preamble)?.[1] ?? Number.NaN);
  if (!(length <= DATA_MAX_BYTES) || dataPreamble(length) !== preamble) return undefined;
  return bytes.subarray(start + DATA_PREAMBLE_BYTES, start + DATA_PREAMBLE_BYTES + length);
}

/** @returns the unsigned agreement of that data, or where making it failed */
function layOut(
  template: LockedTemplate,
  json: Uint8Array,
): LaidOut | { readonly data: AgreementData | null; readonly divergence: Divergence } {
  const place = { revision: 0, offset: template.prefix.length };
  let data: AgreementData | null = null;
  try {
    data = parseAgreementData(JSON.parse(toUtf8(json)) as Json, template.fields);
    if (!equalBytes(printAgreementData(data), json)) return { data: null, divergence: { place: 'data', ...place } };
    const laidOut = { data, zero: layOutRevisionZero(template, data, json) };
    remember(template, json, laidOut);
    return laidOut;
  } catch (error) {
    if (error instanceof AppError) return { data, divergence: { place: 'dataValue', ...place, refusal: error } };
    if (data === null && (error instanceof SyntaxError || error instanceof TypeError))
      return { data, divergence: { place: 'data', ...place } };
    throw error;
  }
}

type Revisions = Pick<Reproduction, 'signatures' | 'additional' | 'seals' | 'base' | 'divergence'>;

function reproduceRevisions(template: LockedTemplate, bytes: Uint8Array, data: AgreementData, zero: RevisionZero): Revisions {
  const signatures: ReproducedSignature[] = [];
  const additional: ReproducedSm2[] = [];
  const seals: (ReproducedValidation | ReproducedArchive)[] = [];
  let base = baseOfRevisionZero(zero);
  const diverged = (place: DivergencePlace, revision: number, offset: number): Revisions => ({
    signatures,
    additional,
    seals,
    base: null,
    divergence: { place, revision, offset },
  });
  const layOutSigned = (inputs: Exclude<RevisionInputs, ValidationInputs>): SignatureRevision | UnplacedRevision | undefined => {
    if (inputs.kind === 'archive') return layOutArchive(zero, base);
    if (inputs.kind === 'sm2')
      return sm2Obstacle({ signatures, additional, seals }, inputs.role) === undefined ? layOutSm2(zero, data, base, inputs) : undefined;
    return seals.length > 0 ? undefined : layOutSignature(template, zero, data, base, inputs, readSealImage(bytes, base, inputs));
  };
  while (base.lengthBytes < bytes.length) {
    const revision = signatures.length + additional.length + seals.length + 1;
    const start = base.lengthBytes;
    const full = seals.length > 0 ? seals.length >= SEALS_MAX : signatures.length >= REVISIONS_MAX;
    if (full || toLatin1(bytes, start, start + INPUTS_HEAD.length) !== INPUTS_HEAD) return diverged('appended', revision - 1, start);
    const inputs = readInputs(bytes, start);
    if (inputs === undefined) return diverged('revision', revision, start);

    if (inputs.kind === 'dss') {
      // Data upon data that no timestamp has closed could have been one.
      const found = seals.at(-1)?.kind === 'dss' ? undefined : readValidationData(bytes, base, inputs);
      const made = found === undefined ? undefined : layOutValidation(base, found);
      if (found === undefined || made === undefined) return diverged('revision', revision, start);
      const differs = differenceOutside(made.bytes, bytes, start, 0, 0);
      if (differs !== -1) return diverged('revision', revision, differs);
      seals.push({ kind: 'dss', revision, end: made.next.lengthBytes, ...found });
      base = made.next;
      continue;
    }
    const made = layOutSigned(inputs);
    if (made === undefined) return diverged('revision', revision, start);
    const { contentsStart, contentsEnd } = made;
    const differs = differenceOutside(made.bytes, bytes, start, contentsStart - start, contentsEnd - start);
    if (differs !== -1) return diverged('revision', revision, differs);
    const contents = readContents(bytes, contentsStart, contentsEnd);
    if (contents === undefined) return diverged('contents', revision, contentsStart);
    const place = { revision, contentsStart, contentsEnd, end: made.next.lengthBytes, contents };
    if (inputs.kind === 'signature') signatures.push({ ...place, inputs });
    else if (inputs.kind === 'sm2') additional.push({ ...place, inputs });
    else seals.push({ ...place, kind: 'archive' });
    base = made.next;
  }
  return { signatures, additional, seals, base, divergence: null };
}

export type RevisionInputs = (SignatureInputs & { readonly kind: 'signature' }) | Sm2Inputs | ValidationInputs | ArchiveInputs;

/** What a revision says of itself in its first line. @param start its first byte */
export function readInputs(bytes: Uint8Array, start: number): RevisionInputs | undefined {
  const limit = Math.min(bytes.length, start + INPUTS_HEAD.length + INPUTS_MAX_BYTES);
  const lineEnd = bytes.subarray(start, limit).indexOf(0x0a);
  if (lineEnd === -1) return undefined;
  const line = toLatin1(bytes, start + INPUTS_HEAD.length, start + lineEnd);
  const signature = parseSignatureInputs(line);
  return signature === undefined ? (parseSm2Inputs(line) ?? parseSealInputs(line)) : { ...signature, kind: 'signature' };
}

/** Offset in the file of the first difference outside the hole, or -1; a file that ends early differs where it ends. */
function differenceOutside(made: Uint8Array, bytes: Uint8Array, start: number, holeStart: number, holeEnd: number): number {
  const before = firstDifference(made.subarray(0, holeStart), bytes.subarray(start, start + holeStart));
  if (before !== -1) return start + before;
  if (bytes.length < start + made.length) return bytes.length;
  const after = firstDifference(made.subarray(holeEnd), bytes.subarray(start + holeEnd, start + made.length));
  return after === -1 ? -1 : start + holeEnd + after;
}

/** `<`, lower-case hexadecimal of fixed length, `>`. */
function readContents(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if (end - start !== CONTENTS_BYTES * 2 + 2 || bytes[start] !== 0x3c || bytes[end - 1] !== 0x3e) return undefined;
  const digits = bytes.subarray(start + 1, end - 1);
  // Most of the room is padding, which need not be read digit by digit.
  const used = Math.ceil(repeatedFrom(digits, 0x30) / 2);
  const head = fromLowerHexDigits(digits.subarray(0, used * 2));
  if (head === undefined) return undefined;
  const contents = new Uint8Array(CONTENTS_BYTES);
  contents.set(head);
  return contents;
}
