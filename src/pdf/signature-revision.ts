/** One signature as an incremental update: the widget with its value, the signature dictionary, the appearance; with the first, the catalog. */
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { type Instant, toPdfDate } from '../instant.ts';
import { OBJECT_TAIL, objectHead, printTextString } from './objects.ts';
import { type SignatureField, widgetBody } from './signature-field.ts';
import { BYTE_RANGE_LENGTH, EMPTY_CONTENTS, INPUTS_HEAD, printByteRange, printUpdateEnd, type RevisionBase } from './update.ts';

export interface SignatureRevisionPlan {
  readonly field: SignatureField;
  readonly at: Instant;
  readonly signatoryName: string;
  /** Drawing operators of the appearance, in a box as large as the field. */
  readonly appearance: string;
  /** `/Resources` of the appearance. */
  readonly resources: string;
  /** Bodies of the objects that only the appearance uses, numbered from `firstImageObject`. */
  readonly images: readonly Uint8Array[];
  /** The inputs this revision is rebuilt from, printable ASCII without line breaks. */
  readonly inputs: string;
  /** Body of the catalog that names this signature as the certifying one; asked for of the first signature only. */
  readonly certifiedCatalog: (signatureObject: number) => string;
}

export interface SignatureRevision {
  /** The update alone, with an all-zero /Contents. */
  readonly bytes: Uint8Array;
  /** Offset in the file of the `<` of /Contents, and of the byte behind its `>`. */
  readonly contentsStart: number;
  readonly contentsEnd: number;
  /** What the next update is appended to. */
  readonly next: RevisionBase;
}

/** Whoever signs first allows further signatures and nothing else. @source ISO 32000-1:2008 §12.8.2.2 (P = 2) */
const DOCMDP = '<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 2/V/1.2>>>>';

/** A signature locks its own field. @source ISO 32000-1:2008 §12.8.2.4 */
const fieldMdp = ({ name }: SignatureField, rootObject: number): string =>
  `<</Type/SigRef/TransformMethod/FieldMDP/TransformParams<</Type/TransformParams/Action/Include/Fields[(${name})]/V/1.2>>/Data ${rootObject} 0 R>>`;

/** Number of the first of them. */
export const firstImageObject = (base: RevisionBase): number => base.size + 2;

/** Offset in the file of the first of them: right behind the line of inputs. */
export const imagesStart = (base: RevisionBase, inputs: string): number => base.lengthBytes + INPUTS_HEAD.length + inputs.length + 1;

/** Writes the update. @source ISO 32000-1:2008 §7.5.6, §12.8; ETSI EN 319 142-1 §5.3 */
export function writeSignatureRevision(base: RevisionBase, plan: SignatureRevisionPlan): SignatureRevision {
  const valueObject = base.size;
  const appearanceObject = base.size + 1;
  const certifies = base.certification === null;
  const { rect } = plan.field;
  const width = (rect.rightMpt - rect.leftMpt) / 1000;
  const height = (rect.topMpt - rect.bottomMpt) / 1000;

  const inputs = fromLatin1(`${INPUTS_HEAD}${plan.inputs}\n`);
  const firstImage = firstImageObject(base);
  const images = plan.images.map((body, i) => concatBytes(fromLatin1(objectHead(firstImage + i)), body, fromLatin1(OBJECT_TAIL)));
  const catalog = certifies ? `${objectHead(base.rootObject)}${plan.certifiedCatalog(valueObject)}${OBJECT_TAIL}` : '';
  const widget = `${objectHead(plan.field.widgetObject)}${widgetBody(plan.field, appearanceObject, valueObject)}${OBJECT_TAIL}`;
  const appearance = `${objectHead(appearanceObject)}<</Type/XObject/Subtype/Form/BBox[0 0 ${width} ${height}]/Resources${plan.resources}/Length ${plan.appearance.length}>>stream\n${plan.appearance}\nendstream${OBJECT_TAIL}`;
  const references = `/Reference[${certifies ? DOCMDP : ''}${fieldMdp(plan.field, base.rootObject)}]`;
  const valueHead = `${objectHead(valueObject)}<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name${printTextString(plan.signatoryName)}/M(${toPdfDate(plan.at)})${references}`;
  const valueTail = `>>${OBJECT_TAIL}`;

  let imageAt = imagesStart(base, plan.inputs);
  const imageOffsets = images.map((image, i): readonly [number, number] => {
    const at = imageAt;
    imageAt += image.length;
    return [firstImage + i, at];
  });
  const catalogAt = imageAt;
  const widgetAt = catalogAt + catalog.length;
  const appearanceAt = widgetAt + widget.length;
  const valueAt = appearanceAt + appearance.length;
  const contentsStart = valueAt + valueHead.length + BYTE_RANGE_LENGTH;
  const contentsEnd = contentsStart + EMPTY_CONTENTS.length;
  const startxref = contentsEnd + valueTail.length;
  const size = firstImage + images.length;
  const offsets: (readonly [number, number])[] = [
    [plan.field.widgetObject, widgetAt],
    [valueObject, valueAt],
    [appearanceObject, appearanceAt],
    ...imageOffsets,
  ];
  if (certifies) offsets.unshift([base.rootObject, catalogAt]);
  const end = printUpdateEnd(base, offsets, size, startxref);
  const lengthBytes = startxref + end.length;
  const bytes = concatBytes(
    inputs,
    ...images,
    fromLatin1(catalog + widget + appearance + valueHead + printByteRange(contentsStart, contentsEnd, lengthBytes)),
    EMPTY_CONTENTS,
    fromLatin1(valueTail + end),
  );
  const certification = base.certification ?? valueObject;
  return { bytes, contentsStart, contentsEnd, next: { ...base, lengthBytes, startxref, size, certification } };
}
