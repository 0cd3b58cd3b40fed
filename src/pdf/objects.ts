/** PDF syntax: numbers, names, dictionaries and indirect objects as bytes. */
import { fromLatin1 } from '../bytes.ts';

/** A value that is already syntax. */
interface Printed {
  readonly printed: string;
}

/** What a dictionary or array may hold; plain strings are names. */
export type PdfLiteral = string | number | boolean | null | Printed | readonly PdfLiteral[] | { readonly [key: string]: PdfLiteral };

export const reference = (objectNumber: number): Printed => ({ printed: `${objectNumber} 0 R` });
const HEX2 = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

/** A text string in UTF-16BE. @source ISO 32000-1:2008 §7.9.2.2 */
export function printTextString(text: string): string {
  let hex = '<FEFF';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hex += (HEX2[unit >> 8] ?? '') + (HEX2[unit & 0xff] ?? '');
  }
  return `${hex}>`;
}

/** A literal string. @throws RangeError unless it is printable ASCII without parentheses or backslashes */
export function asciiString(text: string): Printed {
  if (!/^[\x20-\x7e]*$/.test(text) || /[()\\]/.test(text)) throw new RangeError('not a plain literal string');
  return { printed: `(${text})` };
}

const isPrinted = (value: object): value is Printed => 'printed' in value;
const isList = (value: object): value is readonly PdfLiteral[] => Array.isArray(value);

/**
 * Prints a value on one line.
 * @throws RangeError for a name or number that would need escapes: nothing constant has one
 * @source ISO 32000-1:2008 §7.3
 */
export function printValue(value: PdfLiteral): string {
  if (typeof value === 'string') return printName(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
    return String(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (isPrinted(value)) return value.printed;
  if (isList(value)) return `[ ${value.map((item) => `${printValue(item)} `).join('')}]`;
  return `<< ${Object.entries(value)
    .map(([key, item]) => `${printName(key)} ${printValue(item)} `)
    .join('')}>>`;
}

function printName(name: string): string {
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) throw new RangeError('not a plain name');
  return `/${name}`;
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
