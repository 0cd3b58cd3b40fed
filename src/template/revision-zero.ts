/** Revision 0: the locked prefix and the tail that one agreement's data computes. */
import { type AgreementData, printAgreementData } from '../agreement/agreement-data.ts';
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { requiredRoles, signatoryOf } from '../agreement/signatories.ts';
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { sha256Hex } from '../digest.ts';
import { AppError } from '../errors.ts';
import { type ByteSink, makeByteSink } from '../pdf/byte-sink.ts';
import { FREE_ENTRY, OBJECT_TAIL, objectHead, XREF_LINE_BYTES, xrefEntry } from '../pdf/objects.ts';
import { lockBody, type SignatureField, widgetBody } from '../pdf/signature-field.ts';
import { type AnnexPages, annexPages, type Marked } from './annex-pages.ts';
import { appearanceTexts } from './appearance.ts';
import type { AppendedPages } from './appended-pages.ts';
import { type GlyphSet, makeGlyphSet } from './glyph-set.ts';
import type { LockedTemplate } from './locked-template.ts';
import {
  annotationsObject,
  appendedParentKey,
  formElementObject,
  OBJECTS,
  pageObject,
  valuesObject,
  widgetObject,
  widgetParentKey,
} from './object-numbers.ts';
import { type Overflow, overflowPages } from './overflow-pages.ts';
import { VALUE_FONT } from './stamp.ts';
import { stampValues, writeValueStream } from './value-streams.ts';
import { DRAW_VERIFY_MARK, VERIFY_MARK_RESOURCE, verifyCaption, verifyFigure, verifyMark, verifyParents } from './verify-mark.ts';

/** What a signature revision builds upon. */
export interface RevisionZero {
  /** What follows the template's prefix. */
  readonly tail: Uint8Array;
  readonly lengthBytes: number;
  /** /Size of its trailer: the first object number that a revision may use. */
  readonly size: number;
  readonly startxref: number;
  /** The file identifier as printed in every trailer. */
  readonly fileId: string;
  readonly roles: readonly PartyRole[];
  readonly fields: ReadonlyMap<PartyRole, SignatureField>;
  /** The agreement's own glyphs, which appearances may use. */
  readonly values: GlyphSet;
}

const DATA_LENGTH_DIGITS = 10;
const DATA_HEAD = `${objectHead(OBJECTS.data)}<</Type/EmbeddedFile/Subtype/application#2Fjson/Length `;
const DATA_STREAM = '>>stream\n';
/** Bytes between the prefix and the embedded JSON. */
export const DATA_PREAMBLE_BYTES = DATA_HEAD.length + DATA_LENGTH_DIGITS + DATA_STREAM.length;

/** What stands before the embedded JSON, which is the first object after the prefix and never compressed. */
export const dataPreamble = (lengthBytes: number): string =>
  `${DATA_HEAD}${String(lengthBytes).padStart(DATA_LENGTH_DIGITS, '0')}${DATA_STREAM}`;

/**
 * Renders an agreement. The same template and data give the same bytes on every machine.
 * @throws AppError AGREEMENT_TEMPLATE_MISMATCH when the data names another template, AGREEMENT_FORM_MISMATCH, VALUE_TOO_WIDE, GLYPH_MISSING
 */
export function renderRevisionZero(template: LockedTemplate, data: AgreementData): Uint8Array {
  return concatBytes(template.prefix, layOutRevisionZero(template, data).tail);
}

/**
 * A renderer for many agreements of one template: the prefix stands in its buffer once and for all.
 * @returns a view of the whole agreement, valid until the next call
 */
export function makeRenderer(template: LockedTemplate): (data: AgreementData) => Uint8Array {
  const whole = makeByteSink(0, template.prefix.length + (1 << 17));
  whole.bytes(template.prefix);
  return (data) => {
    whole.truncate(template.prefix.length);
    writeRevisionZero(whole, template, data);
    return whole.view();
  };
}

/** What follows the prefix, as a view that is valid until the next rendering of anything. */
export function renderTail(template: LockedTemplate, data: AgreementData): Uint8Array {
  tailSink.restart(template.prefix.length);
  writeRevisionZero(tailSink, template, data);
  return tailSink.view();
}

/** Written by one rendering at a time: rendering never waits for anything. */
const tailSink = makeByteSink(0, 1 << 17);

/** @param printed the data as `printAgreementData` prints them, where that has been done already */
export function layOutRevisionZero(template: LockedTemplate, data: AgreementData, printed?: Uint8Array): RevisionZero {
  tailSink.restart(template.prefix.length);
  const written = writeRevisionZero(tailSink, template, data, printed);
  return { ...written, tail: tailSink.taken() };
}

/** @param sink stands behind the prefix */
function writeRevisionZero(
  sink: ByteSink,
  template: LockedTemplate,
  data: AgreementData,
  json: Uint8Array = printAgreementData(data),
): Omit<RevisionZero, 'tail'> {
  if (
    data.template.pack !== template.pack ||
    data.template.version !== template.version ||
    data.template.prefixSha256 !== template.prefixSha256
  ) {
    throw new AppError('AGREEMENT_TEMPLATE_MISMATCH', { pack: data.template.pack, version: data.template.version });
  }
  if ((template.kind === 'consent') !== (data.refersTo?.kind === 'consent') || (template.kind === 'consent' && data.guardianSigns)) {
    throw new AppError('AGREEMENT_FORM_MISMATCH', { pack: template.pack });
  }
  const fileId = sha256Hex(json).slice(0, 32);
  const roles = requiredRoles(template, data);
  const values = makeGlyphSet(template.fonts, 'body', VALUE_FONT);
  const overflows: Overflow[] = [];
  const streams = stampValues(template, data, roles, values, overflows);
  for (const role of roles) addGlyphs(template, values, appearanceTexts(signatoryOf(data.fields, role)));
  const { verifyOrigin } = data;
  const wanted: Marked = verifyOrigin === undefined ? 'unmarked' : 'marked';
  const annex = annexPages(template, data, wanted);

  const afterAnnex = annex?.endObject ?? template.firstFreeObject;
  const overflowKey = appendedParentKey(template.pageCount, annex?.pageObjects.length ?? 0);
  const mark = wanted === 'marked' ? DRAW_VERIFY_MARK : '';
  const overflow =
    overflows.length === 0 ? null : overflowPages(template, overflows, values, afterAnnex, overflowKey, annex === null ? mark : '');
  const endsInBody = annex === null && overflow === null;
  const marked: Marked = endsInBody && !template.hasVerifyRoom ? 'unmarked' : wanted;
  const markedBody = endsInBody && marked === 'marked' ? streams.length - 1 : -1;
  const firstLock = overflow?.endObject ?? afterAnnex;
  const fields = signatureFields(template, roles, firstLock);
  const size = firstLock + roles.length;
  const used: Used[] = [];
  const begin = (number: number): void => {
    used.push([number, sink.position()]);
    sink.text(objectHead(number));
  };
  const object = (number: number, body: Uint8Array | string): void => {
    begin(number);
    if (typeof body === 'string') sink.text(body);
    else sink.bytes(body);
    sink.text(OBJECT_TAIL);
  };

  used.push([OBJECTS.data, sink.position()]);
  sink.text(dataPreamble(json.length));
  sink.bytes(json);
  sink.text(`\nendstream${OBJECT_TAIL}`);
  if (annex !== null) {
    for (const [number, offset] of annex.offsets) used.push([number, sink.position() + offset]);
    sink.bytes(annex.bytes);
  }
  for (const [number, body] of overflow?.objects ?? []) object(number, body);
  if (values.size() > 0) {
    values.pieceObjects(OBJECTS.valueFont, 'SFVALU+SanfangSong').forEach((body, i) => {
      object(OBJECTS.valueFont + i, body);
    });
  }
  const valueFont = values.size() > 0 ? `/FV ${OBJECTS.valueFont} 0 R` : '';
  object(
    OBJECTS.resources,
    `<</Font<</F1 ${OBJECTS.bodyFont} 0 R/FH ${OBJECTS.headFont} 0 R${valueFont}>>${marked === 'marked' ? VERIFY_MARK_RESOURCE : ''}>>`,
  );
  streams.forEach((stream, page) => {
    begin(valuesObject(page));
    writeValueStream(sink, stream, values, page === markedBody ? mark : '');
    sink.text(OBJECT_TAIL);
  });
  if (verifyOrigin !== undefined && marked === 'marked') {
    const last = lastPage(template, annex, overflow);
    object(OBJECTS.verifyMark, verifyMark(template, data.agreementNumber, verifyOrigin, last.parentKey));
    object(OBJECTS.verifyFigure, verifyFigure(last.object, data.agreementNumber, verifyOrigin));
  }
  const frame = frameOf(template, fields, annex, overflow, marked);
  for (const [number, offset] of frame.offsets) used.push([number, sink.position() + offset]);
  sink.bytes(frame.bytes);
  const startxref = sink.position();
  writeXref(sink, template, used, size, fileId, startxref);
  return { lengthBytes: sink.position(), size, startxref, fileId, roles, fields, values };
}

function signatureFields(template: LockedTemplate, roles: readonly PartyRole[], firstLock: number): Map<PartyRole, SignatureField> {
  const fields = new Map<PartyRole, SignatureField>();
  for (const [i, role] of roles.entries()) {
    const place = template.signaturePlaces.find((candidate) => candidate.role === role);
    if (place === undefined) throw new Error(`template without a place for ${role}`);
    fields.set(role, {
      name: role,
      zh: `${PARTY_ZH[role]}签名`,
      widgetObject: widgetObject(role),
      lockObject: firstLock + i,
      pageObject: pageObject(place.page),
      parentKey: widgetParentKey(template.pageCount, role),
      rect: place.widget,
    });
  }
  return fields;
}

function addGlyphs(template: LockedTemplate, values: GlyphSet, texts: readonly string[]): void {
  for (const character of texts.join('')) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (template.bodyGlyphs.find(codePoint) === undefined) values.add(codePoint);
  }
}

interface Frame {
  readonly bytes: Uint8Array;
  readonly offsets: readonly (readonly [number, number])[];
}

const frames = new WeakMap<LockedTemplate, Map<string, Frame>>();

/** Form, structure and page tree: they depend on who signs and on the pages behind the body, not on any value. */
function frameOf(
  template: LockedTemplate,
  fields: ReadonlyMap<PartyRole, SignatureField>,
  annex: AnnexPages | null,
  overflow: AppendedPages | null,
  marked: Marked,
): Frame {
  const roles = [...fields.keys()];
  const key = [...roles, marked, annex?.endObject, annex?.pageObjects.length, overflow?.endObject, overflow?.pageObjects.length].join();
  const known = frames.get(template)?.get(key);
  if (known !== undefined) return known;
  const own = makeByteSink(0, 1 << 13);
  const offsets: [number, number][] = [];
  const object: WriteObject = (number, body) => {
    offsets.push([number, own.position()]);
    own.text(objectHead(number));
    if (typeof body === 'string') own.text(body);
    else own.bytes(body);
    own.text(OBJECT_TAIL);
  };
  writeForm(object, template, fields);
  const last = lastPage(template, annex, overflow);
  if (marked === 'marked') object(OBJECTS.verifyCaption, verifyCaption(last.object));
  writeTree(
    object,
    template,
    roles,
    [
      { section: OBJECTS.overflowSection, pages: overflow },
      { section: OBJECTS.annexSection, pages: annex },
    ],
    marked === 'marked' ? last.parentKey : null,
  );
  const frame = { bytes: own.taken(), offsets };
  const cache = frames.get(template) ?? new Map<string, Frame>();
  if (cache.size >= MAX_FRAMES) cache.clear();
  frames.set(template, cache.set(key, frame));
  return frame;
}

const MAX_FRAMES = 256;

type WriteObject = (number: number, body: Uint8Array | string) => void;

function writeForm(object: WriteObject, template: LockedTemplate, fields: ReadonlyMap<PartyRole, SignatureField>): void {
  const widgets = [...fields.values()];
  for (const page of new Set(template.signaturePlaces.map((place) => place.page))) {
    const own = widgets.filter((field) => field.pageObject === pageObject(page));
    object(annotationsObject(page), `[${own.map((field) => `${field.widgetObject} 0 R`).join(' ')}]`);
  }
  for (const field of widgets) {
    object(field.widgetObject, widgetBody(field, OBJECTS.emptyAppearance, null));
    object(field.lockObject, lockBody(field));
  }
  for (const { role, holder } of template.signaturePlaces) object(formElementObject(role), formElement(fields.get(role), holder));
  object(OBJECTS.form, formBody(fields, []));
}

/** Stands where the constant structure has its place for a field; empty for a party that does not sign this agreement. */
const formElement = (field: SignatureField | undefined, holder: number): string =>
  field === undefined
    ? `<</S/NonStruct/P ${holder} 0 R>>`
    : `<</S/Form/P ${holder} 0 R/Pg ${field.pageObject} 0 R/K<</Type/OBJR/Pg ${field.pageObject} 0 R/Obj ${field.widgetObject} 0 R>>>>`;

/** @param unplaced fields that stand on no page: of additional signatures and of archive timestamps */
export function formBody(fields: ReadonlyMap<PartyRole, SignatureField>, unplaced: readonly number[]): string {
  const numbers = [...[...fields.values()].map((field) => field.widgetObject), ...unplaced];
  return `<</Fields[${numbers.map((number) => `${number} 0 R`).join(' ')}]/SigFlags 3>>`;
}

type Appended = { readonly section: number; readonly pages: Pick<AppendedPages, 'pageObjects' | 'parents'> | null };

/** The page that bears the code, and the key of what is marked on it: behind those of all pages. */
function lastPage(
  template: LockedTemplate,
  annex: Pick<AppendedPages, 'pageObjects'> | null,
  overflow: AppendedPages | null,
): { readonly object: number; readonly parentKey: number } {
  const appended = [...(overflow?.pageObjects ?? []), ...(annex?.pageObjects ?? [])];
  return {
    object: appended.at(-1) ?? pageObject(template.pageCount - 1),
    parentKey: appendedParentKey(template.pageCount, appended.length),
  };
}

function writeTree(
  object: WriteObject,
  template: LockedTemplate,
  roles: readonly PartyRole[],
  appended: readonly Appended[],
  verifyKey: number | null,
): void {
  const present = appended.flatMap(({ section, pages }) => (pages === null ? [] : [{ section, ...pages }]));
  const mark = verifyKey === null ? [] : [OBJECTS.verifyFigure, OBJECTS.verifyCaption];
  const sections = [OBJECTS.bodySection, ...present.map(({ section }) => section), ...mark];
  object(OBJECTS.documentElement, `<</S/Document/P ${OBJECTS.structureRoot} 0 R/K[${sections.map((n) => `${n} 0 R`).join(' ')}]>>`);
  const widgets = roles.map((role) => `${widgetParentKey(template.pageCount, role)} ${formElementObject(role)} 0 R`);
  const marks = verifyKey === null ? [] : [verifyParents(verifyKey)];
  const entries = [...widgets, ...present.flatMap(({ parents }) => parents), ...marks].sort(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
  const keys = entries.map((entry) => Number.parseInt(entry, 10));
  object(OBJECTS.parentTreeTail, `<</Limits[${Math.min(...keys)} ${Math.max(...keys)}]/Nums[${entries.join(' ')}]>>`);
  const pages = [
    ...Array.from({ length: template.pageCount }, (_, page) => pageObject(page)),
    ...present.flatMap(({ pageObjects }) => pageObjects),
  ];
  object(OBJECTS.pages, `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((n) => `${n} 0 R`).join(' ')}]>>`);
}

function writeXref(sink: ByteSink, template: LockedTemplate, used: readonly Used[], size: number, fileId: string, startxref: number): void {
  sink.text(`xref\n0 ${size}\n`);
  const table = sink.position();
  sink.bytes(template.xrefBlock);
  for (let number = template.firstFreeObject; number < size; number++) sink.bytes(FREE_LINE);
  for (const [number, offset] of used) {
    const line = table + number * XREF_LINE_BYTES;
    sink.overwrite(line, USED_LINE);
    sink.overwriteDecimal10(line, offset);
  }
  sink.text(`trailer\n<</Size ${size}/Root ${OBJECTS.catalog} 0 R/ID[<${fileId}><${fileId}>]>>\nstartxref\n${startxref}\n%%EOF\n`);
}

const FREE_LINE = fromLatin1(FREE_ENTRY);
const USED_LINE = fromLatin1(xrefEntry(0));

/** Number of an object that the tail writes, and its offset in the file. */
type Used = readonly [number, number];
