/** A bounded reader of BER for signatures made elsewhere: takes what real signers write, counts what is not DER. */
import { concatBytes, toLatin1 } from '../bytes.ts';
import { derValue, TAG } from './der.ts';
import { PkiError } from './failure.ts';

export interface BerNode {
  /** The identifier octet; constructed strings keep their bit. */
  readonly tag: number;
  /** Content octets; for a constructed string the joined segments. */
  readonly content: Uint8Array;
  readonly children: readonly BerNode[];
  /** Identifier, length and content as they stand. */
  readonly raw: Uint8Array;
  /** An indefinite length, a padded length or a string in segments stands in it. */
  readonly isBer: boolean;
}

const DEPTH_MAX = 40;
const NODES_MAX = 40_000;
const malformed = (detail: string): PkiError => new PkiError('DER_MALFORMED', detail);

/** The first value in `bytes`; octets behind it are left to the caller. @throws PkiError DER_MALFORMED @source ITU-T X.690 §8 */
export function readBer(bytes: Uint8Array): BerNode {
  return readNode(bytes, 0, 0, { nodes: 0 });
}

function readNode(bytes: Uint8Array, start: number, depth: number, count: { nodes: number }): BerNode {
  if (depth > DEPTH_MAX || ++count.nodes > NODES_MAX) throw malformed('too deep or too many values');
  const tag = bytes[start];
  if (tag === undefined || start + 1 >= bytes.length) throw malformed('cut off');
  let at = start + 1;
  if ((tag & 0x1f) === 0x1f) {
    while (((bytes[at] ?? 0) & 0x80) !== 0) at++;
    at++;
  }
  const first = bytes[at++] ?? 0x80;
  if (first === 0x80) return readIndefinite(bytes, start, at, tag, depth, count);
  let length = first;
  let isBer = false;
  if (first > 0x80) {
    const octets = first & 0x7f;
    if (octets > 6) throw malformed('length');
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (bytes[at++] ?? 0);
    isBer = length < 0x80 || length < 256 ** (octets - 1);
  }
  const end = at + length;
  if (end > bytes.length) throw malformed('cut off');
  const content = bytes.subarray(at, end);
  const raw = bytes.subarray(start, end);
  if ((tag & 0x20) === 0) return { tag, content, children: [], raw, isBer };
  const children: BerNode[] = [];
  while (at < end) {
    const child = readNode(bytes.subarray(0, end), at, depth + 1, count);
    children.push(child);
    at += child.raw.length;
  }
  return finish(tag, content, children, raw, isBer);
}

function readIndefinite(bytes: Uint8Array, start: number, from: number, tag: number, depth: number, count: { nodes: number }): BerNode {
  if ((tag & 0x20) === 0) throw malformed('primitive value of indefinite length');
  const children: BerNode[] = [];
  let at = from;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    const child = readNode(bytes, at, depth + 1, count);
    children.push(child);
    at += child.raw.length;
  }
  return finish(tag, bytes.subarray(from, at), children, bytes.subarray(start, at + 2), true);
}

function finish(tag: number, content: Uint8Array, children: readonly BerNode[], raw: Uint8Array, isBer: boolean): BerNode {
  const isSegmented = tag === (TAG.octetString | 0x20);
  return {
    tag,
    content: isSegmented ? concatBytes(...children.map((child) => child.content)) : content,
    children,
    raw,
    isBer: isBer || isSegmented || children.some((child) => child.isBer),
  };
}

/** The same value with definite, shortest lengths. */
export function toDer(node: BerNode): Uint8Array {
  if (node.tag === (TAG.octetString | 0x20)) return derValue(TAG.octetString, node.content);
  if (!node.isBer) return node.raw;
  return (node.tag & 0x20) === 0 ? derValue(node.tag, node.content) : derValue(node.tag, ...node.children.map(toDer));
}

export function childOf(node: BerNode, index: number, tag?: number): BerNode {
  const child = node.children[index];
  if (child === undefined || (tag !== undefined && (child.tag & ~0x20) !== (tag & ~0x20)))
    throw malformed(`member ${index} of ${node.tag}`);
  return child;
}

/** Dotted form. @throws PkiError DER_MALFORMED */
export function oidOf({ tag, content }: BerNode): string {
  if (tag !== TAG.oid || content.length === 0 || content.length > 64) throw malformed('object identifier');
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if ((octet & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...rest].join('.');
}

/** A non-negative INTEGER of at most 1024 octets. @throws PkiError DER_MALFORMED */
export function bigIntegerOf({ tag, content }: BerNode): bigint {
  if (tag !== TAG.integer || content.length === 0 || content.length > 1025) throw malformed('integer');
  return bigIntegerFrom(content);
}

export function bigIntegerFrom(octets: Uint8Array): bigint {
  let hex = '';
  for (const octet of octets) hex += octet.toString(16).padStart(2, '0');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

/** Text of any string type, without control characters, at most 200 characters. */
export function stringOf({ tag, content }: BerNode): string {
  const octets = content.subarray(0, 800);
  const label = tag === TAG.utf8String ? 'utf-8' : tag === TAG.bmpString ? 'utf-16be' : null;
  const text = label === null ? toLatin1(octets) : new TextDecoder(label).decode(octets);
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, '').slice(0, 200);
}

/** Milliseconds since 1970, or null for what is no time. Fractions are cut. */
export function timeOf({ tag, content }: BerNode): number | null {
  const text = toLatin1(content.subarray(0, 40));
  const parts = /^(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{4})?$/.exec(text);
  if (parts === null) return null;
  const short = tag === TAG.utcTime;
  const digits = text.replace(/\D.*$/, '');
  const year = short ? (Number(digits.slice(0, 2)) >= 50 ? 1900 : 2000) + Number(digits.slice(0, 2)) : Number(digits.slice(0, 4));
  const rest = digits.slice(short ? 2 : 4).padEnd(10, '0');
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map((from) => Number(rest.slice(from, from + 2)));
  const zone = /([+-])(\d\d)(\d\d)$/.exec(text);
  const shift = zone === null ? 0 : (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60_000;
  const at = Date.UTC(year, (month ?? 1) - 1, day, hour, minute, second) - shift;
  return Number.isFinite(at) && at >= 0 ? at : null;
}
