/** Compiles a template document into the constant prefix of its agreements: pages, fonts, structure, all but the values. */
import { FIELDS, type FieldSpec } from '../agreement/fields.ts';
import { BOXES_NEEDED, type FormKind, PARTY_ROLES, PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { concatBytes, fromLatin1, fromUtf8 } from '../bytes.ts';
import { sha256Hex, startSha256 } from '../digest.ts';
import { AppError } from '../errors.ts';
import { makeByteSink } from '../pdf/byte-sink.ts';
import { deflate } from '../pdf/deflate.ts';
import { streamBody } from '../pdf/font-subset.ts';
import { asciiString, FREE_ENTRY, OBJECT_TAIL, objectHead, reference, valueBody, xrefEntry } from '../pdf/objects.ts';
import { srgbProfile } from '../pdf/srgb-profile.ts';
import { ANNEX_CONSTANTS, ANNEX_HEADS } from './annex-blocks.ts';
import { printUnsignedCatalog } from './catalog.ts';
import { COMMON_CHARACTERS } from './common-characters.ts';
import { textOnPages } from './document-text.ts';
import type { FontLibrary } from './font-library.ts';
import { type Encode, makeGlyphSet } from './glyph-set.ts';
import type { InForce } from './in-force.ts';
import { type LockedTemplate, SAMPLE_MARK, type SignaturePlace } from './locked-template.ts';
import { furnitureOf } from './margin-lines.ts';
import { annotationsObject, contentObject, firstElementObject, OBJECTS, pageObject, valuesObject } from './object-numbers.ts';
import { OVERFLOW_CONSTANTS, OVERFLOW_HEADING } from './overflow-pages.ts';
import { printPages } from './page-content.ts';
import { PAGE_HEIGHT_MPT, PAGE_WIDTH_MPT } from './page-geometry.ts';
import { pagedText } from './paged-text.ts';
import { type LaidOut, paginate, type Rectangle } from './paginate.ts';
import { makeItemMaker } from './paragraph-items.ts';
import { structureObjects } from './structure-objects.ts';
import type { TemplateDocument } from './template-document.ts';
import { hasVerifyRoom, VERIFY_CONSTANTS } from './verify-mark.ts';

export const PDF_HEADER = concatBytes(fromLatin1('%PDF-1.7\n%'), Uint8Array.from([0xe2, 0xe3, 0xcf, 0xd3, 0x0a]));

/** Characters that values and appearances need besides the template's own, so that most values bring no glyphs of their own. */
const ALWAYS_DRAWN = `${Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i)).join('')}☑□√／·—（）年月日时分第页共，。：${ANNEX_CONSTANTS}${OVERFLOW_CONSTANTS}${VERIFY_CONSTANTS}已数字签名北京时间电子章平台证书代表：${COMMON_CHARACTERS}`;

/**
 * @throws AppError TEMPLATE_SIGNATURE_BOX (`role`), GLYPH_MISSING, TEMPLATE_TOO_TALL
 * @param ownFields specs of blanks that the catalogue does not know
 * @param inForce as its authority says; nothing on the pages depends on it
 */
export function compileTemplate(
  document: TemplateDocument,
  ownFields: readonly FieldSpec[],
  fonts: FontLibrary,
  inForce: InForce,
): LockedTemplate {
  const toItems = makeItemMaker(fonts);
  const laidOut = paginate(document.blocks, toItems);
  const bodyGlyphs = makeGlyphSet(fonts, 'body', 'F1');
  const headGlyphs = makeGlyphSet(fonts, 'head', 'FH');
  for (const character of ALWAYS_DRAWN) bodyGlyphs.add(character.codePointAt(0) ?? 0);
  for (const character of `${ANNEX_HEADS}${OVERFLOW_HEADING}`) headGlyphs.add(character.codePointAt(0) ?? 0);
  const encode: Encode = (face, codePoint) => (face === 'head' ? headGlyphs : bodyGlyphs).add(codePoint);
  const advanceOf = (codePoint: number): number => fonts.song.glyph(codePoint)?.advance ?? 1000;
  const mark = document.status === 'sample' ? SAMPLE_MARK : null;
  const footer = (page: number): string => `第 ${page + 1} 页，共 ${laidOut.pageCount} 页`;
  const furniture = furnitureOf(mark, footer, document.margins, laidOut);
  const pages = printPages(laidOut, encode, furniture, advanceOf);

  const bodies = new Map<number, Uint8Array>();
  const structure = structureObjects(laidOut, firstElementObject(laidOut.pageCount), OBJECTS.bodySection, pageObject);
  const signaturePlaces = placeSignatures(laidOut, document.kind, structure.holders);
  addDocumentObjects(bodies, document.title, structure.parents, structure.kids);
  structure.bodies.forEach((body, i) => {
    bodies.set(firstElementObject(laidOut.pageCount) + i, body);
  });
  pages.forEach((content, page) => {
    const annotated = signaturePlaces.some((place) => place.page === page);
    bodies.set(pageObject(page), pageBody(page, annotated));
    bodies.set(contentObject(page), streamBody('/Filter/FlateDecode', deflate(fromLatin1(content))));
  });
  bodyGlyphs.objects(OBJECTS.bodyFont, 'SFSONG+SanfangSong').forEach((body, i) => {
    bodies.set(OBJECTS.bodyFont + i, body);
  });
  headGlyphs.objects(OBJECTS.headFont, 'SFHEIT+SanfangHei').forEach((body, i) => {
    bodies.set(OBJECTS.headFont + i, body);
  });

  const firstFreeObject = firstElementObject(laidOut.pageCount) + structure.bodies.length;
  const { prefix, xrefBlock } = printPrefix(bodies, firstFreeObject);
  const encodeStatic: Encode = (face, codePoint) => {
    const found = (face === 'head' ? headGlyphs : bodyGlyphs).find(codePoint);
    if (found === undefined) throw new Error('a constant text is missing from the template font');
    return found;
  };
  return {
    pack: document.pack,
    version: document.version,
    title: document.title,
    status: document.status,
    kind: document.kind,
    boxes: signaturePlaces.map(({ role }) => role),
    prefix,
    prefixSha256: sha256Hex(prefix),
    prefixDigest: startSha256().update(prefix),
    lockedText: textOnPages(document),
    pagedText: pagedText(laidOut, furniture),
    blocks: document.blocks,
    fields: usedFields(laidOut, ownFields, document.kind),
    pageCount: laidOut.pageCount,
    firstFreeObject,
    xrefBlock,
    blanks: laidOut.blanks,
    signaturePlaces,
    hasVerifyRoom: hasVerifyRoom(furniture.below(laidOut.pageCount - 1), advanceOf),
    fonts,
    bodyGlyphs,
    headGlyphs,
    encodeStatic,
    toItems,
    inForce,
    mark,
  } as unknown as LockedTemplate;
}

function addDocumentObjects(bodies: Map<number, Uint8Array>, title: string, parents: readonly string[], kids: string): void {
  bodies.set(OBJECTS.catalog, fromLatin1(printUnsignedCatalog()));
  bodies.set(OBJECTS.outputProfile, streamBody('/N 3/Filter/FlateDecode', deflate(srgbProfile())));
  bodies.set(OBJECTS.metadata, streamBody('/Type/Metadata/Subtype/XML', fromUtf8(xmp(title))));
  bodies.set(
    OBJECTS.structureRoot,
    fromLatin1(`<</Type/StructTreeRoot/K ${OBJECTS.documentElement} 0 R/ParentTree ${OBJECTS.parentTree} 0 R>>`),
  );
  bodies.set(OBJECTS.parentTree, fromLatin1(`<</Kids[${OBJECTS.parentTreeBody} 0 R ${OBJECTS.parentTreeTail} 0 R]>>`));
  const numbers = parents.map((list, page) => `${page} ${list}`).join(' ');
  bodies.set(OBJECTS.parentTreeBody, fromLatin1(`<</Limits[0 ${parents.length - 1}]/Nums[${numbers}]>>`));
  bodies.set(OBJECTS.bodySection, fromLatin1(`<</S/Sect/P ${OBJECTS.documentElement} 0 R/K${kids}>>`));
  const file = reference(OBJECTS.data);
  bodies.set(
    OBJECTS.dataFile,
    valueBody({
      Type: 'Filespec',
      F: asciiString('agreement.json'),
      UF: asciiString('agreement.json'),
      Desc: asciiString('Field values and annex from which this agreement is computed'),
      AFRelationship: 'Data',
      EF: { F: file, UF: file },
    }),
  );
  bodies.set(OBJECTS.emptyAppearance, streamBody('/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>', new Uint8Array(0)));
}

function pageBody(page: number, annotated: boolean): Uint8Array {
  const annotations = annotated ? `/Annots ${annotationsObject(page)} 0 R` : '';
  return fromLatin1(
    `<</Type/Page/Parent ${OBJECTS.pages} 0 R/MediaBox[0 0 ${PAGE_WIDTH_MPT / 1000} ${PAGE_HEIGHT_MPT / 1000}]/StructParents ${page}/Tabs/S/Resources ${OBJECTS.resources} 0 R/Contents[${contentObject(page)} 0 R ${valuesObject(page)} 0 R]${annotations}>>`,
  );
}

function printPrefix(bodies: ReadonlyMap<number, Uint8Array>, firstFreeObject: number): { prefix: Uint8Array; xrefBlock: Uint8Array } {
  const sink = makeByteSink(0, 1 << 19);
  const lines = Array.from({ length: firstFreeObject }, () => FREE_ENTRY);
  sink.bytes(PDF_HEADER);
  for (const [number, body] of [...bodies].sort(([a], [b]) => a - b)) {
    lines[number] = xrefEntry(sink.position());
    sink.text(objectHead(number));
    sink.bytes(body);
    sink.text(OBJECT_TAIL);
  }
  return { prefix: sink.taken(), xrefBlock: fromLatin1(lines.join('')) };
}

/** @throws AppError TEMPLATE_SIGNATURE_BOX for two boxes of one role, and for none where a form of this kind needs one */
function placeSignatures(laidOut: LaidOut, kind: FormKind, holders: ReadonlyMap<PartyRole, number>): SignaturePlace[] {
  return PARTY_ROLES.flatMap((role) => {
    const boxes = laidOut.signatureBoxes.filter((candidate) => candidate.role === role);
    const box = boxes[0];
    if (box === undefined && !BOXES_NEEDED[kind].includes(role)) return [];
    if (box === undefined || boxes.length !== 1)
      throw new AppError('TEMPLATE_SIGNATURE_BOX', { role: PARTY_ZH[role], count: boxes.length });
    const signedOn = laidOut.blanks.filter(({ blank, page }) => blank.kind === 'signedOn' && blank.role === role && page === box.page);
    const lowest = Math.min(box.bottomMpt, ...signedOn.map((date) => date.baselineMpt - BELOW_DATE_MPT));
    const widget = { leftMpt: box.leftMpt, rightMpt: box.rightMpt, topMpt: box.topMpt, bottomMpt: lowest };
    return [
      {
        role,
        page: box.page,
        widget,
        box,
        signedOn,
        holder: holders.get(role) ?? OBJECTS.bodySection,
        obstacles: obstaclesIn(laidOut, box.page),
      },
    ];
  });
}

/** Descenders, and the padding of a cell below them: a seal of 45 mm needs it. */
const BELOW_DATE_MPT = 8_500;

/** The em boxes of the words of a page, and of its blanks, whoever fills them in: a picture must cover no value. */
function obstaclesIn(laidOut: LaidOut, page: number): Rectangle[] {
  const around = (leftMpt: number, widthMpt: number, baselineMpt: number, sizePt: number): Rectangle => ({
    leftMpt,
    rightMpt: leftMpt + widthMpt,
    bottomMpt: baselineMpt - sizePt * 250,
    topMpt: baselineMpt + sizePt * 900,
  });
  const words = laidOut.marks.flatMap((mark) => {
    const [first, last] = mark.kind === 'text' && mark.page === page ? [mark.items[0], mark.items.at(-1)] : [];
    if (mark.kind !== 'text' || first === undefined || last === undefined) return [];
    const { leftMpt, baselineMpt, sizePt } = mark;
    return [around(leftMpt + Math.floor(first.x * sizePt), Math.ceil((last.x + last.width - first.x) * sizePt), baselineMpt, sizePt)];
  });
  const blanks = laidOut.blanks.filter((blank) => blank.page === page);
  return [...words, ...blanks.map((blank) => around(blank.leftMpt, blank.widthMpt, blank.baselineMpt, blank.sizePt))];
}

/** Known of every agreement even where the form has no blank for them: they say who signs and whether the student may. */
const ALWAYS_KNOWN = [
  'schoolName',
  'schoolCreditCode',
  'schoolSignatory',
  'unitName',
  'unitCreditCode',
  'unitSignatory',
  'studentName',
  'studentIdNumber',
  'studentEnrolledYear',
  'studentPhone',
  'guardianName',
  'guardianRelation',
  'guardianPhone',
  'startsOn',
  'endsOn',
] as const;

function usedFields(laidOut: LaidOut, ownFields: readonly FieldSpec[], kind: FormKind): FieldSpec[] {
  const keys = new Set<string>(ALWAYS_KNOWN);
  for (const { blank } of laidOut.blanks) if (blank.kind !== 'signedOn') keys.add(blank.field);
  const used = [...FIELDS, ...ownFields].filter((spec) => keys.has(spec.key));
  return kind === 'consent' ? used.map((spec) => (spec.required === 'minor' ? { ...spec, required: 'always' } : spec)) : used;
}

const xmlEscape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** @source ISO 19005-3 §6.6.2; ISO 14289-1 §5 (the schema of pdfuaid has to be described for PDF/A) */
function xmp(title: string): string {
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${xmlEscape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`;
}
