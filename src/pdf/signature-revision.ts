/** One signature as an incremental update: the widget with its value, the signature dictionary, the appearance; nothing else. */
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { type Instant, toPdfDate } from '../instant.ts';
import { streamBody } from './font-subset.ts';
import { OBJECT_TAIL, objectHead, printTextString, xrefEntry } from './objects.ts';
import { type SignatureField, widgetBody } from './signature-field.ts';

/** What an update is appended to. */
export interface RevisionBase {
  readonly lengthBytes: number;
  readonly startxref: number;
  /** First free object number. */
  readonly size: number;
  readonly fileId: string;
  readonly rootObject: number;
}

export interface SignatureRevisionPlan {
  readonly field: SignatureField;
  readonly at: Instant;
  readonly signatoryName: string;
  /** Drawing operators of the appearance, in a box as large as the field. */
  readonly appearance: string;
  /** `/Resources` of the appearance. */
  readonly resources: string;
  /** The inputs this revision is rebuilt from, printable ASCII without line breaks. */
  readonly inputs: string;
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

/** Room for one CMS with certificates and a timestamp, in bytes before hexadecimal. */
export const CONTENTS_BYTES = 8192;
export const INPUTS_HEAD = '%Sanfang revision ';
/** Longest line of inputs: a full page of ink. */
export const INPUTS_MAX_BYTES = 32_768;

const EMPTY_CONTENTS = fromLatin1(`<${'0'.repeat(CONTENTS_BYTES * 2)}>`);
const padded = (value: number): string => String(value).padStart(10, '0');

/** Writes the update. @source ISO 32000-1:2008 §7.5.6, §12.8; ETSI EN 319 142-1 §5.3 */
export function writeSignatureRevision(base: RevisionBase, plan: SignatureRevisionPlan): SignatureRevision {
  const valueObject = base.size;
  const appearanceObject = base.size + 1;
  const { rect } = plan.field;
  const width = (rect.rightMpt - rect.leftMpt) / 1000;
  const height = (rect.topMpt - rect.bottomMpt) / 1000;

  const inputs = fromLatin1(`${INPUTS_HEAD}${plan.inputs}\n`);
  const widget = concatBytes(
    fromLatin1(objectHead(plan.field.widgetObject)),
    widgetBody(plan.field, appearanceObject, valueObject),
    fromLatin1(OBJECT_TAIL),
  );
  const appearance = concatBytes(
    fromLatin1(objectHead(appearanceObject)),
    streamBody(`/Type/XObject/Subtype/Form/BBox[0 0 ${width} ${height}]/Resources${plan.resources}`, fromLatin1(plan.appearance)),
    fromLatin1(OBJECT_TAIL),
  );
  const valueHead = `${objectHead(valueObject)}<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name${printTextString(plan.signatoryName)}/M(${toPdfDate(plan.at)})/ByteRange[0 `;
  const valueMiddle = ']/Contents';
  const valueTail = `>>${OBJECT_TAIL}`;

  const widgetAt = base.lengthBytes + inputs.length;
  const appearanceAt = widgetAt + widget.length;
  const valueAt = appearanceAt + appearance.length;
  const contentsStart = valueAt + valueHead.length + 3 * 10 + 2 + valueMiddle.length;
  const contentsEnd = contentsStart + EMPTY_CONTENTS.length;
  const startxref = contentsEnd + valueTail.length;
  const size = base.size + 2;
  const end = `xref\n${plan.field.widgetObject} 1\n${xrefEntry(widgetAt)}${valueObject} 2\n${xrefEntry(valueAt)}${xrefEntry(appearanceAt)}trailer\n<</Size ${size}/Root ${base.rootObject} 0 R/ID[<${base.fileId}><${base.fileId}>]/Prev ${base.startxref}>>\nstartxref\n${startxref}\n%%EOF\n`;
  const lengthBytes = startxref + end.length;
  const byteRange = `${padded(contentsStart)} ${padded(contentsEnd)} ${padded(lengthBytes - contentsEnd)}`;
  const bytes = concatBytes(
    inputs,
    widget,
    appearance,
    fromLatin1(valueHead + byteRange + valueMiddle),
    EMPTY_CONTENTS,
    fromLatin1(valueTail + end),
  );
  return { bytes, contentsStart, contentsEnd, next: { ...base, lengthBytes, startxref, size } };
}
