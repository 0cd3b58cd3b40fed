/** PDF syntax: numbers, names, dictionaries and indirect objects as bytes. */
import { PDFContext, PDFHexString, type PDFObject, PDFRef, PDFString } from 'pdf-lib';
import { fromLatin1 } from '../bytes.ts';

const context = PDFContext.create();

/** What a dictionary or array may hold; plain strings are names. */
export type PdfLiteral = string | number | boolean | null | PDFObject | readonly PdfLiteral[] | { readonly [key: string]: PdfLiteral };

export const reference = (objectNumber: number): PDFObject => PDFRef.of(objectNumber);
/** A text string in UTF-16BE. @source ISO 32000-1:2008 §7.9.2.2 */
export const textString = (text: string): PDFObject => PDFHexString.fromText(text);
const HEX2 = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

/** The same string already printed, without going through the object model: what every signature needs. */
export function printTextString(text: string): string {
  let hex = '<FEFF';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hex += (HEX2[unit >> 8] ?? '') + (HEX2[unit & 0xff] ?? '');
  }
  return `${hex}>`;
}

/** A literal string of printable ASCII without parentheses or backslashes. */
export const asciiString = (text: string): PDFObject => PDFString.of(text);

/** Prints a value by pdf-lib's object model, on one line. */
export function printValue(value: PdfLiteral): string {
  return context
    .obj(value as Parameters<typeof context.obj>[0])
    .toString()
    .replace(/\s*\n\s*/g, ' ');
}

export const valueBody = (value: PdfLiteral): Uint8Array => fromLatin1(printValue(value));

/** Thousandths of a point as a decimal number without needless digits: 75640 → `75.64`. */
export function mpt(thousandths: number): string {
  const sign = thousandths < 0 ? '-' : '';
  const magnitude = Math.abs(thousandths);
  const whole = Math.floor(magnitude / 1000);
  const rest = magnitude - whole * 1000;
  return rest === 0 ? `${sign}${whole}` : `${sign}${whole}.${String(rest).padStart(3, '0').replace(/0+$/, '')}`;
}

export const objectHead = (objectNumber: number): string => `${objectNumber} 0 obj\n`;
export const OBJECT_TAIL = '\nendobj\n';

export const XREF_LINE_BYTES = 20;

/** One line of a cross-reference table: 20 bytes. @source ISO 32000-1:2008 §7.5.4 */
export const xrefEntry = (offset: number): string => `${String(offset).padStart(10, '0')} 00000 n \n`;
export const FREE_ENTRY = '0000000000 65535 f \n';
