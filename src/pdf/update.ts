/** What every incremental update of ours is made of: the line of inputs, the objects, the room for a signature, the table behind it. */
import { fromLatin1 } from '../bytes.ts';
import { xrefEntry } from './objects.ts';

/** What an update is appended to. */
export interface RevisionBase {
  readonly lengthBytes: number;
  readonly startxref: number;
  /** First free object number. */
  readonly size: number;
  readonly fileId: string;
  readonly rootObject: number;
  /** The signature dictionary that certifies; null before the first signature. */
  readonly certification: number | null;
  /** The document security store and what it refers to; null before the first seal. */
  readonly validation: ValidationObjects | null;
  /** Fields of the archive timestamps so far. */
  readonly archiveFields: readonly number[];
  /** Fields of the additional SM2 signatures so far. */
  readonly sm2Fields: readonly number[];
}

/** Object numbers of a document security store and of its streams. */
export interface ValidationObjects {
  readonly store: number;
  readonly certificates: readonly number[];
  readonly crls: readonly number[];
  readonly ocsps: readonly number[];
}

/** Room for one CMS with certificates and a timestamp, or for one timestamp, in bytes before hexadecimal. */
export const CONTENTS_BYTES = 8192;
export const INPUTS_HEAD = '%Sanfang revision ';
/** Longest line of inputs: a full page of ink. */
export const INPUTS_MAX_BYTES = 32_768;

export const EMPTY_CONTENTS = fromLatin1(`<${'0'.repeat(CONTENTS_BYTES * 2)}>`);
const BYTE_RANGE_HEAD = '/ByteRange[0 ';
const BYTE_RANGE_TAIL = ']/Contents';
const DIGITS = 10;
const padded = (value: number): string => String(value).padStart(DIGITS, '0');

/** Characters of what `printByteRange` prints. */
export const BYTE_RANGE_LENGTH = BYTE_RANGE_HEAD.length + 3 * DIGITS + 2 + BYTE_RANGE_TAIL.length;

/** `/ByteRange[…]/Contents`, over all of the file but the value that follows. */
export const printByteRange = (contentsStart: number, contentsEnd: number, lengthBytes: number): string =>
  `${BYTE_RANGE_HEAD}${padded(contentsStart)} ${padded(contentsEnd)} ${padded(lengthBytes - contentsEnd)}${BYTE_RANGE_TAIL}`;

/**
 * Cross-reference table, trailer and end mark.
 * @param offsets of every object of the update, by ascending object number
 * @param size first object number that is free behind the update
 * @source ISO 32000-1:2008 §7.5.4–7.5.6
 */
export function printUpdateEnd(
  base: RevisionBase,
  offsets: readonly (readonly [number, number])[],
  size: number,
  startxref: number,
): string {
  let table = 'xref\n';
  for (let i = 0; i < offsets.length; ) {
    const first = offsets[i]?.[0] ?? 0;
    let lines = '';
    let count = 0;
    for (; offsets[i]?.[0] === first + count; i++, count++) lines += xrefEntry(offsets[i]?.[1] ?? 0);
    table += `${first} ${count}\n${lines}`;
  }
  return `${table}trailer\n<</Size ${size}/Root ${base.rootObject} 0 R/ID[<${base.fileId}><${base.fileId}>]/Prev ${base.startxref}>>\nstartxref\n${startxref}\n%%EOF\n`;
}
