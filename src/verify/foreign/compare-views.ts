/** What differs between the file as it was signed and as it is, by what it means for a reader of the document. */

import { toLatin1 } from '../../bytes.ts';
import { arrayIn, decodeStream, dictOf, entry, nameIn, type PdfView, resolve } from '../../pdf/reader-objects.ts';
import { isArray, isDict, isRef, isStream, type PdfDict, type PdfValue } from '../../pdf/reader-syntax.ts';
import type { Change, ChangeKind } from './foreign-report.ts';
import { type FieldNode, fieldsOf, keyOf, type Page, pagesOf } from './page-list.ts';
import { differingKeys, isSameValue, type Pairing } from './same-value.ts';

export interface Comparison {
  readonly changes: readonly Change[];
  /** Signature fields that got their value. */
  readonly signaturesAdded: number;
  /** Validation data for archiving came in. */
  readonly hasArchiveData: boolean;
  /** Pages, from 1, of which a new signature's look takes more than a quarter. */
  readonly largeBoxPages: readonly number[];
}

interface Ledger {
  readonly pairing: Pairing;
  readonly changes: Map<string, Change>;
  readonly note: (kind: ChangeKind, page?: number) => void;
  readonly largeBoxPages: number[];
  signatures: number;
}

const set = (...keys: readonly string[]): ReadonlySet<string> => new Set(keys);

/** @throws ReaderLimit */
export function compareViews(before: PdfView, after: PdfView): Comparison {
  const [pagesBefore, pagesAfter] = [pagesOf(before), pagesOf(after)];
  const apart = new Set([...pagesBefore.treeNumbers, ...pagesAfter.treeNumbers]);
  const root = after.trailer.entries.get('Root');
  if (isRef(root)) apart.add(root.number);
  const changes = new Map<string, Change>();
  const ledger: Ledger = {
    pairing: { before, after, apart, seen: new Set() },
    changes,
    note: (kind, page) => changes.set(`${kind} ${page ?? ''}`, { kind, page: page ?? null }),
    largeBoxPages: [],
    signatures: 0,
  };
  const [fieldsBefore, fieldsAfter] = [fieldsOf(before), fieldsOf(after)];
  comparePages(ledger, pagesBefore.pages, pagesAfter.pages, fieldsBefore, fieldsAfter);
  compareFields(ledger, fieldsBefore, fieldsAfter);
  const [rootBefore, rootAfter] = [dictOf(before, before.trailer.entries.get('Root')), dictOf(after, root)];
  const hasArchiveData =
    rootBefore !== null &&
    rootAfter !== null &&
    compareCatalogs(
      ledger,
      rootBefore,
      rootAfter,
      [...fieldsBefore.values()].some((field) => field.type !== 'Sig'),
    );
  compareTrailers(ledger);
  return { changes: [...changes.values()], signaturesAdded: ledger.signatures, hasArchiveData, largeBoxPages: ledger.largeBoxPages };
}

const PAGE_KEYS: Readonly<Record<string, ChangeKind>> = {
  Contents: 'content',
  Resources: 'content',
  Group: 'content',
  AA: 'script',
  AF: 'attachment',
  Metadata: 'metadata',
};
/** What says nothing about how the page looks, and what is compared elsewhere. */
const PAGE_SKIPPED = set('Parent', 'Annots', 'LastModified', 'PieceInfo', 'StructParents', 'Tabs', 'Thumb', 'Type');

function comparePages(
  ledger: Ledger,
  before: readonly Page[],
  after: readonly Page[],
  fieldsBefore: ReadonlyMap<string, FieldNode>,
  fieldsAfter: ReadonlyMap<string, FieldNode>,
): void {
  if (before.length !== after.length) ledger.note('pages');
  if (before.some((page, i) => page.number !== after[i]?.number)) ledger.note('pages');
  before.forEach((page, i) => {
    const other = after[i];
    if (other === undefined) return;
    const keys = new Set([...page.attributes.keys(), ...other.attributes.keys()]);
    for (const key of keys) {
      if (PAGE_SKIPPED.has(key) || isSameValue(ledger.pairing, page.attributes.get(key), other.attributes.get(key))) continue;
      ledger.note(PAGE_KEYS[key] ?? 'pages', i + 1);
    }
    compareAnnotations(ledger, i + 1, page, other, fieldsBefore, fieldsAfter);
  });
}

const ANNOTATION_SKIPPED = set('Parent', 'P', 'StructParent', 'Kids');

function compareAnnotations(
  ledger: Ledger,
  page: number,
  one: Page,
  two: Page,
  fieldsBefore: ReadonlyMap<string, FieldNode>,
  fieldsAfter: ReadonlyMap<string, FieldNode>,
): void {
  const { before, after } = ledger.pairing;
  const listed = (view: PdfView, dict: PdfDict): Map<string, PdfValue> =>
    new Map(arrayIn(view, dict, 'Annots').map((value, i) => [keyOf(value, `/${i}`), value]));
  const [old, now] = [listed(before, one.dict), listed(after, two.dict)];
  for (const [key, value] of old) {
    const [a, b] = [resolve(before, value), resolve(after, now.get(key))];
    if (!now.has(key) && a !== null) ledger.note('annotation', page);
    // Widgets are judged as fields.
    if (!now.has(key) || (fieldsBefore.has(key) && fieldsAfter.has(key))) continue;
    if (!isDict(a) || !isDict(b)) {
      if (a !== b) ledger.note('annotation', page);
    } else if (differingKeys(ledger.pairing, a, b, ANNOTATION_SKIPPED).length > 0) ledger.note('annotation', page);
  }
  for (const [key, value] of now) {
    const field = fieldsAfter.get(key);
    const isNewlySigned = field?.type === 'Sig' && field.value !== null && (fieldsBefore.get(key)?.value ?? null) === null;
    if (isNewlySigned && shareOfPage(after, field.dict, two) > 0.25) ledger.largeBoxPages.push(page);
    if (old.has(key)) continue;
    const dict = resolve(after, value);
    if (!isDict(dict)) continue;
    const isWidget = nameIn(after, dict, 'Subtype') === 'Widget';
    const wasSigned = fieldsBefore.get(key)?.value !== null && fieldsBefore.has(key);
    if (!isWidget || field === undefined) ledger.note('annotation', page);
    else if (field.type !== 'Sig') ledger.note('form', page);
    else if (field.value === null || wasSigned) ledger.note('annotation', page);
  }
}

/** How much of the page a widget takes. */
function shareOfPage(view: PdfView, widget: PdfDict, page: Page): number {
  const area = (value: PdfValue | undefined): number => {
    const box = resolve(view, value);
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = isArray(box) ? box.items.map((item) => (typeof item === 'number' ? item : 0)) : [];
    return Math.abs((x1 - x0) * (y1 - y0));
  };
  return area(widget.entries.get('Rect')) / (area(page.attributes.get('CropBox') ?? page.attributes.get('MediaBox')) || 595 * 842);
}

/** What signing an empty field may set. */
const SET_BY_SIGNING = set(
  'V',
  'AP',
  'F',
  'MK',
  'M',
  'DA',
  'BS',
  'Border',
  'Rect',
  'Lock',
  'P',
  'Parent',
  'StructParent',
  'Type',
  'Subtype',
  'AS',
);
const FIELD_SKIPPED = set('Parent', 'P', 'Kids', 'StructParent');

function compareFields(ledger: Ledger, before: ReadonlyMap<string, FieldNode>, after: ReadonlyMap<string, FieldNode>): void {
  for (const [key, old] of before) {
    const now = after.get(key);
    if (now === undefined) {
      ledger.note(old.type === 'Sig' && old.value !== null ? 'signature' : 'form');
      continue;
    }
    if (old.type !== now.type || old.name !== now.name) ledger.note('form');
    const isSigning = old.type === 'Sig' && now.type === 'Sig' && old.value === null && now.value !== null;
    // What signing may change must not hide the same object from a field that may not change.
    const pairing = isSigning ? { ...ledger.pairing, seen: new Set<string>() } : ledger.pairing;
    const differing = differingKeys(pairing, old.dict, now.dict, FIELD_SKIPPED);
    if (old.type !== 'Sig' || now.type !== 'Sig') {
      if (differing.length > 0) ledger.note('form');
      continue;
    }
    if (old.value !== null) {
      if (now.value === null || differing.includes('V') || !isSameValue(ledger.pairing, old.value, now.value)) ledger.note('signature');
      if (differing.some((each) => each !== 'V')) ledger.note('signatureLook');
    } else if (now.value !== null) {
      ledger.signatures += differing.includes('V') ? 1 : 0;
      noteActions(ledger, differing);
      if (differing.some((each) => !SET_BY_SIGNING.has(each) && each !== 'A' && each !== 'AA')) ledger.note('form');
    } else if (differing.length > 0) ledger.note('form');
  }
  for (const [key, now] of after) {
    if (before.has(key) || isFrameOfSignatures(now, after)) continue;
    if (now.type !== 'Sig' || now.value === null) {
      ledger.note('form');
      continue;
    }
    if (now.dict.entries.has('V')) ledger.signatures++;
    noteActions(ledger, [...now.dict.entries.keys()]);
  }
}

function noteActions(ledger: Ledger, keys: readonly string[]): void {
  if (keys.includes('A') || keys.includes('AA')) ledger.note('script');
}

/** A node without a look of its own that only groups signature fields. */
const isFrameOfSignatures = (node: FieldNode, all: ReadonlyMap<string, FieldNode>): boolean =>
  node.kidKeys.length > 0 &&
  !node.dict.entries.has('Rect') &&
  !node.dict.entries.has('V') &&
  node.kidKeys.every((key) => all.get(key)?.type === 'Sig');

const CATALOG_KEYS: Readonly<Record<string, ChangeKind>> = {
  OpenAction: 'script',
  AA: 'script',
  AF: 'attachment',
  Collection: 'attachment',
  OCProperties: 'layers',
  Outlines: 'outline',
};
const CATALOG_SKIPPED = set(
  'Pages',
  'AcroForm',
  'DSS',
  'Extensions',
  'Version',
  'Metadata',
  'Names',
  'StructTreeRoot',
  'MarkInfo',
  'Perms',
  'Type',
);

/** @returns whether validation data came in */
function compareCatalogs(ledger: Ledger, one: PdfDict, two: PdfDict, hasOtherFields: boolean): boolean {
  const { pairing, note } = ledger;
  compareForms(ledger, one, two, hasOtherFields);
  compareNames(ledger, one, two);
  for (const key of differingKeys(pairing, one, two, CATALOG_SKIPPED)) note(CATALOG_KEYS[key] ?? 'settings');
  if (!isSameXmp(pairing, one, two)) note('metadata');
  const [permsBefore, permsAfter] = [dictOf(pairing.before, one.entries.get('Perms')), dictOf(pairing.after, two.entries.get('Perms'))];
  if (permsBefore !== null && (permsAfter === null || differingKeys(pairing, permsBefore, permsAfter, set()).length > 0)) note('settings');
  // A visible signature brings its own element into a tagged document.
  if (differingKeys(pairing, pick(one), pick(two), set()).length > 0 && ledger.signatures === 0) note('structure');
  const isSame = isSameValue({ ...pairing, seen: new Set() }, one.entries.get('DSS'), two.entries.get('DSS'));
  return !isSame || placesOf(pairing.before, one) !== placesOf(pairing.after, two);
}

/** Where the validation data stands: some writers lay it down again with the same values. */
function placesOf(view: PdfView, catalog: PdfDict): string {
  const store = catalog.entries.get('DSS');
  const values = [store ?? null, ...(dictOf(view, store)?.entries.values() ?? [])];
  return values.map((value) => (isRef(value) ? view.placeOf(value.number) : '')).join(' ');
}

const pick = (dict: PdfDict): PdfDict => ({
  ...dict,
  entries: new Map([...dict.entries].filter(([key]) => key === 'StructTreeRoot' || key === 'MarkInfo')),
});

/** What of a trailer every revision sets anew, and what is compared elsewhere. */
const TRAILER_SKIPPED = set(
  'Root',
  'Info',
  'Encrypt',
  'Size',
  'Prev',
  'ID',
  'XRefStm',
  'Type',
  'W',
  'Index',
  'Length',
  'Filter',
  'DecodeParms',
  'DocChecksum',
  'AdditionalStreams',
);

const FORM_SKIPPED = set('Fields', 'SigFlags', 'DR', 'DA', 'Q');

function compareForms(ledger: Ledger, one: PdfDict, two: PdfDict, hasOtherFields: boolean): void {
  const { pairing, note } = ledger;
  const empty: PdfDict = { kind: 'dict', entries: new Map(), hasDuplicates: false };
  const [old, now] = [
    dictOf(pairing.before, one.entries.get('AcroForm')) ?? empty,
    dictOf(pairing.after, two.entries.get('AcroForm')) ?? empty,
  ];
  for (const key of differingKeys(pairing, old, now, FORM_SKIPPED)) {
    if (key === 'NeedAppearances' && entry(pairing.after, now, key) === false) continue;
    note(key === 'XFA' ? 'form' : key === 'AA' ? 'script' : 'form');
  }
  const [fontsOld, fontsNow] = [dictOf(pairing.before, old.entries.get('DR')), dictOf(pairing.after, now.entries.get('DR'))];
  if (hasOtherFields && fontsOld !== null && !onlyAdds(pairing, fontsOld, fontsNow)) note('form');
}

/** Signers add fonts for their own look; what fields already use must stay. */
function onlyAdds(pairing: Pairing, old: PdfDict, now: PdfDict | null): boolean {
  if (now === null) return false;
  for (const [key, value] of old.entries) {
    const [a, b] = [resolve(pairing.before, value), resolve(pairing.after, now.entries.get(key))];
    if (isDict(a) && isDict(b)) {
      for (const [name, font] of a.entries) if (!isSameValue(pairing, font, b.entries.get(name))) return false;
    } else if (isArray(a) ? !isArray(b) : !isSameValue(pairing, value, now.entries.get(key))) return false;
  }
  return true;
}

function compareNames(ledger: Ledger, one: PdfDict, two: PdfDict): void {
  const { pairing, note } = ledger;
  const [old, now] = [dictOf(pairing.before, one.entries.get('Names')), dictOf(pairing.after, two.entries.get('Names'))];
  for (const key of new Set([...(old?.entries.keys() ?? []), ...(now?.entries.keys() ?? [])])) {
    if (isSameValue(pairing, old?.entries.get(key), now?.entries.get(key))) continue;
    note(key === 'EmbeddedFiles' ? 'attachment' : key === 'JavaScript' ? 'script' : 'settings');
  }
}

/** Properties that every writer sets anew, as elements and as attributes. */
const XMP_VOLATILE =
  /<((?:xmp|xap):(?:ModifyDate|MetadataDate|CreatorTool)|pdf:Producer|(?:xmpMM|xapMM):(?:InstanceID|History))\b[^>]{0,256}>[\s\S]{0,4096}?<\/\1>|(?:(?:xmp|xap):(?:ModifyDate|MetadataDate|CreatorTool)|pdf:Producer|(?:xmpMM|xapMM):InstanceID|x:xmptk|xmlns:\w{1,32})\s{0,4}=\s{0,4}(?:"[^"]{0,1024}"|'[^']{0,1024}')|<\?[^>]{0,256}\?>/g;
const XMP_MAX_BYTES = 1 << 18;

/** Writers print the same properties in another order, as element or as attribute: what counts is which values there are. */
function isSameXmp(pairing: Pairing, one: PdfDict, two: PdfDict): boolean {
  const valuesIn = (view: PdfView, dict: PdfDict): string | null => {
    const stream = resolve(view, dict.entries.get('Metadata'));
    const data = isStream(stream) ? decodeStream(view, stream) : null;
    if (data === null || data.length > XMP_MAX_BYTES) return null;
    view.source.budget.spend(data.length * 4);
    const values =
      toLatin1(data)
        .replace(XMP_VOLATILE, '')
        .match(/>[^<]+|"[^"]*"|'[^']*'/g) ?? [];
    return values
      .map((value) => value.replace(/^[>"']|["']$|\s+/g, ''))
      .filter((value) => value !== '')
      .sort()
      .join('\n');
  };
  if (isSameValue(pairing, one.entries.get('Metadata'), two.entries.get('Metadata'))) return true;
  const [old, now] = [valuesIn(pairing.before, one), valuesIn(pairing.after, two)];
  // Metadata that came in where none was says nothing that a reader was shown.
  return (old !== null && old === now) || !one.entries.has('Metadata');
}

/** What a writer may say about itself. */
const INFO_VOLATILE = set('ModDate', 'Producer', 'Creator', 'CreationDate', 'Trapped');

function compareTrailers({ pairing, note }: Ledger): void {
  const { before, after } = pairing;
  if (before.trailer.entries.has('Encrypt') !== after.trailer.entries.has('Encrypt')) note('encryption');
  const [old, now] = [dictOf(before, before.trailer.entries.get('Info')), dictOf(after, after.trailer.entries.get('Info'))];
  if (differingKeys(pairing, before.trailer, after.trailer, TRAILER_SKIPPED).length > 0) note('settings');
  if (old === null || now === null) return;
  if (differingKeys(pairing, old, now, INFO_VOLATILE).length > 0) note('metadata');
}
