/** Signature fields: the widget annotation before and after signing. */
import { mpt, printTextString } from './objects.ts';

export interface SignatureField {
  /** Unique flat name (/T). */
  readonly name: string;
  /** Spoken name (/TU). */
  readonly zh: string;
  readonly widgetObject: number;
  /** Says that signing locks this very field. */
  readonly lockObject: number;
  readonly pageObject: number;
  readonly parentKey: number;
  readonly rect: { readonly leftMpt: number; readonly bottomMpt: number; readonly rightMpt: number; readonly topMpt: number };
}

/**
 * Body of the widget, which is also the field.
 * @param valueObject the signature dictionary, once signed
 * @source ISO 32000-1:2008 §12.5.6.19, §12.7.4.5 (/Lock has to be a reference)
 */
export function widgetBody(field: SignatureField, appearanceObject: number, valueObject: number | null): string {
  const { leftMpt, bottomMpt, rightMpt, topMpt } = field.rect;
  const value = valueObject === null ? '' : `/V ${valueObject} 0 R`;
  return `<</Type/Annot/Subtype/Widget/FT/Sig/T(${field.name})/TU${printTextString(field.zh)}/F 132/P ${field.pageObject} 0 R/Rect[${mpt(leftMpt)} ${mpt(bottomMpt)} ${mpt(rightMpt)} ${mpt(topMpt)}]/StructParent ${field.parentKey}/AP<</N ${appearanceObject} 0 R>>/Lock ${field.lockObject} 0 R${value}>>`;
}

/** Body of the lock: the field itself and no other. @source ISO 32000-1:2008 §12.7.4.5, Table 233 */
export const lockBody = (field: SignatureField): string => `<</Type/SigFieldLock/Action/Include/Fields[(${field.name})]>>`;
