/** A signature field that stands on no page, and its value, as an incremental update: archive timestamps and additional SM2 signatures. */
import { concatBytes, fromLatin1 } from '../bytes.ts';
import { OBJECT_TAIL, objectHead, printTextString } from './objects.ts';
import { BYTE_RANGE_LENGTH, EMPTY_CONTENTS, INPUTS_HEAD, printByteRange, printUpdateEnd, type RevisionBase } from './update.ts';

export interface UnplacedPlan {
  /** Unique flat name of the field (/T). */
  readonly name: string;
  /** Spoken name (/TU). */
  readonly zh: string;
  readonly formObject: number;
  /** Body of the form with that field, whose number is given, added. */
  readonly form: (fieldObject: number) => string;
  /** The inputs this revision is rebuilt from, printable ASCII without line breaks. */
  readonly inputs: string;
}

export interface UnplacedRevision {
  /** The update alone, its /Contents all zero. */
  readonly bytes: Uint8Array;
  /** Offset in the file of the `<` of /Contents, and of the byte behind its `>`. */
  readonly contentsStart: number;
  readonly contentsEnd: number;
  readonly next: RevisionBase;
}

/**
 * Writes the update; the field is object `base.size`. Whoever certified with DocMDP 2 has allowed it: it signs, and shows nothing.
 * @param entries of the signature dictionary, before /ByteRange
 * @source ISO 32000-1:2008 §7.5.6, §12.7.4.5, §12.8.2.2
 */
export function writeUnplacedRevision(base: RevisionBase, plan: UnplacedPlan, entries: string): UnplacedRevision {
  const fieldObject = base.size;
  const valueObject = base.size + 1;
  const inputs = `${INPUTS_HEAD}${plan.inputs}\n`;
  const form = `${objectHead(plan.formObject)}${plan.form(fieldObject)}${OBJECT_TAIL}`;
  const field = `${objectHead(fieldObject)}<</Type/Annot/Subtype/Widget/FT/Sig/T(${plan.name})/TU${printTextString(plan.zh)}/F 132/Rect[0 0 0 0]/V ${valueObject} 0 R>>${OBJECT_TAIL}`;
  const valueHead = `${objectHead(valueObject)}<<${entries}`;
  const valueTail = `>>${OBJECT_TAIL}`;

  const formAt = base.lengthBytes + inputs.length;
  const fieldAt = formAt + form.length;
  const valueAt = fieldAt + field.length;
  const contentsStart = valueAt + valueHead.length + BYTE_RANGE_LENGTH;
  const contentsEnd = contentsStart + EMPTY_CONTENTS.length;
  const startxref = contentsEnd + valueTail.length;
  const size = base.size + 2;
  const offsets = [[plan.formObject, formAt] as const, [fieldObject, fieldAt] as const, [valueObject, valueAt] as const];
  const end = printUpdateEnd(base, offsets, size, startxref);
  const lengthBytes = startxref + end.length;
  const bytes = concatBytes(
    fromLatin1(inputs + form + field + valueHead + printByteRange(contentsStart, contentsEnd, lengthBytes)),
    EMPTY_CONTENTS,
    fromLatin1(valueTail + end),
  );
  return { bytes, contentsStart, contentsEnd, next: { ...base, lengthBytes, startxref, size } };
}
