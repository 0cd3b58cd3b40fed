/** Signature fields: the widget annotation before and after signing. */
import { fromLatin1 } from '../bytes.ts';
import { mpt, printTextString } from './objects.ts';

export interface SignatureField {
  /** Unique flat name (/T). */
  readonly name: string;
  /** Spoken name (/TU). */
  readonly zh: string;
  readonly widgetObject: number;
  readonly pageObject: number;
  readonly parentKey: number;
  readonly rect: { readonly leftMpt: number; readonly bottomMpt: number; readonly rightMpt: number; readonly topMpt: number };
}

/**
 * Body of the widget, which is also the field.
 * @param valueObject the signature dictionary, once signed
 * @source ISO 32000-1:2008 §12.5.6.19, §12.7.4.5
 */
export function widgetBody(field: SignatureField, appearanceObject: number, valueObject: number | null): Uint8Array {
  const { leftMpt, bottomMpt, rightMpt, topMpt } = field.rect;
  const value = valueObject === null ? '' : `/V ${valueObject} 0 R`;
  return fromLatin1(
    `<</Type/Annot/Subtype/Widget/FT/Sig/T(${field.name})/TU${printTextString(field.zh)}/F 132/P ${field.pageObject} 0 R/Rect[${mpt(leftMpt)} ${mpt(bottomMpt)} ${mpt(rightMpt)} ${mpt(topMpt)}]/StructParent ${field.parentKey}/AP<</N ${appearanceObject} 0 R>>${value}>>`,
  );
}
