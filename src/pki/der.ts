/** Strict DER: the only place that reads ASN.1, and the small builders that write it. */
import { toLatin1 } from '../bytes.ts';
import { PkiError } from './failure.ts';

/** Identifier octets. Context tags: `contextTag` (primitive) and `contextTag | CONSTRUCTED`. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

export const contextTag = (number: number): number => 0x80 | number;
export const constructedContextTag = (number: number): number => 0xa0 | number;

/** One value: views into the parsed bytes, never copies. */
export interface DerNode {
  /** The identifier octet. */
  readonly tag: number;
  /** Identifier, length and content. */
  readonly der: Uint8Array;
  readonly content: Uint8Array;
  /** Empty for a primitive value. */
  readonly children: readonly DerNode[];
}

const MAX_DEPTH = 24;
const MAX_BYTES = 1 << 20;

const malformed = (detail: string): PkiError => new PkiError('DER_MALFORMED', detail);

/**
 * Reads one DER value that fills `bytes` to the last octet; whatever would not be written back as the same octets is refused
 * (indefinite or padded lengths, padded integers, trailing octets, multi-octet tags).
 * @throws PkiError DER_MALFORMED
 * @source ITU-T X.690 §10
 */
export function parseDer(bytes: Uint8Array): DerNode {
  if (bytes.length > MAX_BYTES) throw malformed('larger than 1 MiB');
  const node = readValue(bytes, 0, bytes.length, 0);
  if (node.der.length !== bytes.length) throw malformed('octets after the value');
  return node;
}

const NO_CHILDREN: readonly DerNode[] = [];
const CONSTRUCTED = 0x20;

/** The value that starts at `start` and ends at or before `limit`. */
function readValue(bytes: Uint8Array, start: number, limit: number, depth: number): DerNode {
  if (depth > MAX_DEPTH) throw malformed('nested too deep');
  if (start + 2 > limit) throw malformed('cut off');
  const tag = bytes[start] ?? 0;
  if ((tag & 0x1f) === 0x1f) throw malformed('multi-octet tag');
  if ((tag & 0xdf) === 0) throw malformed('end-of-contents octets');
  const lengthOctets = bytes[start + 1] ?? 0;
  const contentStart = lengthOctets < 0x80 ? start + 2 : start + 2 + (lengthOctets & 0x7f);
  const end = contentStart + (lengthOctets < 0x80 ? lengthOctets : longLength(bytes, start + 2, Math.min(contentStart, limit)));
  if (end > limit) throw malformed('cut off');
  const content = bytes.subarray(contentStart, end);
  const children = (tag & CONSTRUCTED) === 0 ? NO_CHILDREN : readValues(bytes, contentStart, end, depth + 1);
  if (children === NO_CHILDREN) assertPrimitive(tag, content);
  return { tag, der: bytes.subarray(start, end), content, children };
}

function readValues(bytes: Uint8Array, start: number, end: number, depth: number): readonly DerNode[] {
  const values: DerNode[] = [];
  for (let at = start; at < end; ) {
    const value = readValue(bytes, at, end, depth);
    values.push(value);
    at += value.der.length;
  }
  return values;
}

/** The long form, which must be needed and without leading zero octets. @source ITU-T X.690 §8.1.3.5, §10.1 */
function longLength(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 3 || bytes[start] === 0) throw malformed('length not definite, or padded');
  let length = 0;
  for (let i = start; i < end; i++) length = length * 256 + (bytes[i] ?? 0);
  if (length < 0x80) throw malformed('length padded');
  return length;
}

/** @source ITU-T X.690 §8.2, §8.3.2, §8.8, §11.1 */
function assertPrimitive(tag: number, content: Uint8Array): void {
  const [first = 0, second = 0] = content;
  if (tag === TAG.integer || tag === TAG.enumerated) {
    if (content.length === 0) throw malformed('empty value');
    const padded = content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
    if (padded) throw malformed('padded integer');
  } else if (tag === TAG.boolean) {
    if (content.length !== 1) throw malformed('BOOLEAN length');
  } else if (tag === TAG.null && content.length !== 0) throw malformed('NULL with content');
  else if (tag === TAG.bmpString && content.length % 2 !== 0) throw malformed('half a BMPString character');
}

/** Takes the members of a constructed value in order, each by the tag it must have. */
export interface Members {
  /** @throws PkiError DER_MALFORMED when the next member is missing or has another tag */
  next(tag?: number): DerNode;
  /** The next member if it has that tag. */
  optional(tag: number): DerNode | undefined;
  /** @throws PkiError DER_MALFORMED when members are left */
  end(): void;
}

/** @throws PkiError DER_MALFORMED when the value has another tag */
export function membersOf(node: DerNode, tag: number = TAG.sequence): Members {
  assertTag(node, tag);
  let at = 0;
  return {
    next(wanted) {
      const member = node.children[at];
      if (member === undefined || (wanted !== undefined && member.tag !== wanted))
        throw malformed(`member ${at} of ${tag} missing or wrong`);
      at += 1;
      return member;
    },
    optional(wanted) {
      const member = node.children[at];
      if (member?.tag !== wanted) return undefined;
      at += 1;
      return member;
    },
    end() {
      if (at !== node.children.length) throw malformed(`members after ${at} of ${tag}`);
    },
  };
}

export function assertTag(node: DerNode, tag: number): DerNode {
  if (node.tag !== tag) throw malformed(`tag ${node.tag} instead of ${tag}`);
  return node;
}

/** The only member of a constructed value. @throws PkiError DER_MALFORMED */
export function onlyMember(node: DerNode, tag: number = TAG.sequence): DerNode {
  const members = membersOf(node, tag);
  const member = members.next();
  members.end();
  return member;
}

/** @throws PkiError DER_MALFORMED unless the members of a SET OF ascend. @source ITU-T X.690 §11.6 */
export function assertSetOrder(node: DerNode): void {
  for (let i = 1; i < node.children.length; i++) {
    const [before, after] = [node.children[i - 1], node.children[i]];
    if (before && after && compareOctets(before.der, after.der) > 0) throw malformed('SET OF out of order');
  }
}

/** Shorter first where one is the beginning of the other. */
export function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** DER BOOLEAN TRUE or FALSE. @throws PkiError DER_MALFORMED for any other octet */
export function readBoolean(node: DerNode): boolean {
  const octet = assertTag(node, TAG.boolean).content[0];
  if (octet !== 0xff && octet !== 0) throw malformed('BOOLEAN octet');
  return octet === 0xff;
}

/** A non-negative INTEGER below 2^31. @throws PkiError DER_MALFORMED */
export function readSmallInteger(node: DerNode, tag: number = TAG.integer): number {
  const { content } = assertTag(node, tag);
  if (content.length > 4 || ((content[0] ?? 0) & 0x80) !== 0) throw malformed('integer negative or too large');
  return content.reduce((value, octet) => value * 256 + octet, 0);
}

/** The magnitude of a positive INTEGER, without the sign octet. @throws PkiError DER_MALFORMED for zero and negative numbers */
export function readPositiveInteger(node: DerNode, maxBytes: number): Uint8Array {
  const { content } = assertTag(node, TAG.integer);
  if (((content[0] ?? 0x80) & 0x80) !== 0) throw malformed('integer negative');
  const magnitude = content[0] === 0 ? content.subarray(1) : content;
  if (magnitude.length === 0 || magnitude.length > maxBytes) throw malformed('integer zero or too large');
  return magnitude;
}

/** Octets of a BIT STRING that has no unused bits. @throws PkiError DER_MALFORMED */
export function readBitOctets(node: DerNode): Uint8Array {
  const { content } = assertTag(node, TAG.bitString);
  if (content[0] !== 0) throw malformed('unused bits');
  return content.subarray(1);
}

/** Numbers of the bits that are set in a named-bit list. @throws PkiError DER_MALFORMED @source ITU-T X.690 §11.2 */
export function readNamedBits(node: DerNode): readonly number[] {
  const { content } = assertTag(node, TAG.bitString);
  const unused = content[0] ?? 8;
  const last = content.at(-1) ?? 0;
  if (unused > 7 || content.length > 3 || (content.length === 1 && unused !== 0)) throw malformed('named bits');
  if (content.length > 1 && ((last >> unused) & 1) === 0) throw malformed('trailing zero bits');
  if (content.length > 1 && (last & ((1 << unused) - 1)) !== 0) throw malformed('unused bits set');
  const bits: number[] = [];
  for (let bit = 0; bit < (content.length - 1) * 8; bit++) if (((content[1 + (bit >> 3)] ?? 0) >> (7 - (bit & 7))) & 1) bits.push(bit);
  return bits;
}

const OIDS_MAX = 512;
const knownOidTexts = new Map<string, string>();

/** Dotted form. @throws PkiError DER_MALFORMED for padded or unfinished arcs */
export function readOid(node: DerNode): string {
  const { content } = assertTag(node, TAG.oid);
  if (content.length === 0 || content.length > 64) throw malformed('object identifier');
  const name = toLatin1(content);
  const known = knownOidTexts.get(name);
  if (known !== undefined) return known;
  const text = dotted(content);
  if (knownOidTexts.size < OIDS_MAX) knownOidTexts.set(name, text);
  return text;
}

/** @source ITU-T X.690 §8.19 */
function dotted(content: Uint8Array): string {
  if (((content.at(-1) ?? 0x80) & 0x80) !== 0) throw malformed('unfinished arc');
  const arcs: bigint[] = [];
  let arc = 0n;
  let starting = true;
  for (const octet of content) {
    if (starting && octet === 0x80) throw malformed('padded arc');
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    starting = (octet & 0x80) === 0;
    if (!starting) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...rest].join('.');
}

/** Identifier, length and the parts laid end to end. @source ITU-T X.690 §8.1.3, §10.1 */
export function derValue(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  let more = 0;
  if (length >= 0x80) for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) more++;
  const value = new Uint8Array(2 + more + length);
  value[0] = tag;
  value[1] = more === 0 ? length : 0x80 | more;
  for (let at = 1 + more, rest = length; at > 1; at--, rest = Math.floor(rest / 256)) value[at] = rest % 256;
  let at = 2 + more;
  for (const part of parts) {
    value.set(part, at);
    at += part.length;
  }
  return value;
}

export const derSequence = (...members: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => derValue(TAG.sequence, ...members);

/** A SET OF under any tag: members sorted by their octets. @source ITU-T X.690 §11.6 */
export const derSetOf = (members: readonly Uint8Array[], tag: number = TAG.set): Uint8Array<ArrayBuffer> =>
  derValue(tag, ...[...members].sort(compareOctets));

export const derOctetString = (octets: Uint8Array): Uint8Array<ArrayBuffer> => derValue(TAG.octetString, octets);
export const derBitString = (octets: Uint8Array): Uint8Array<ArrayBuffer> => derValue(TAG.bitString, Uint8Array.of(0), octets);
export const derUtf8 = (text: string): Uint8Array<ArrayBuffer> => derValue(TAG.utf8String, new TextEncoder().encode(text));
export const derNull = (): Uint8Array<ArrayBuffer> => Uint8Array.of(TAG.null, 0);
export const derTrue = (): Uint8Array<ArrayBuffer> => Uint8Array.of(TAG.boolean, 1, 0xff);

/** A positive INTEGER from its magnitude, big-endian; leading zero octets are dropped. */
export function derInteger(magnitude: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = magnitude.findIndex((octet) => octet !== 0);
  const octets = start === -1 ? Uint8Array.of(0) : magnitude.subarray(start);
  return (octets[0] ?? 0) & 0x80 ? derValue(TAG.integer, Uint8Array.of(0), octets) : derValue(TAG.integer, octets);
}

/** @throws RangeError outside 0..2^31-1 */
export function derSmallInteger(value: number): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) throw new RangeError(`not a small integer: ${value}`);
  if (value < 0x80) return derValue(TAG.integer, Uint8Array.of(value));
  return derInteger(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

const knownOids = new Map<string, Uint8Array<ArrayBuffer>>();

/** @throws RangeError for anything but arcs that can stand in an object identifier @source ITU-T X.690 §8.19 */
export function derOid(dotted: string): Uint8Array<ArrayBuffer> {
  const known = knownOids.get(dotted);
  if (known) return known;
  if (!/^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(dotted)) throw new RangeError(`not an object identifier: ${dotted}`);
  const [top = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  if (top < 2n && second > 39n) throw new RangeError(`not an object identifier: ${dotted}`);
  const made = derValue(TAG.oid, Uint8Array.from([top * 40n + second, ...rest].flatMap(arcOctets)));
  if (knownOids.size < 256) knownOids.set(dotted, made);
  return made;
}

/** Groups of seven bits, all but the last marked. */
function arcOctets(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let left = arc >> 7n; left > 0n; left >>= 7n) octets.unshift(Number(left & 0x7fn) | 0x80);
  return octets;
}
