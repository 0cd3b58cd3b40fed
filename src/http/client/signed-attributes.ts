/** What the page checks before its key touches anything: the attributes to be signed carry the digest of the PDF it fetched itself. */

/** The server asked the page to sign something other than the file it showed. Never caught to carry on. */
export class UntrustedRequest extends Error {
  readonly reason:
    | 'ATTRIBUTES_MALFORMED'
    | 'DIGEST_DIFFERS'
    | 'BYTE_RANGE_WRONG'
    | 'TEMPLATE_DIFFERS'
    | 'VALUES_DIFFER'
    | 'SEAL_DIFFERS'
    | 'ACT_DIFFERS'
    | 'CERTIFICATE_DIFFERS'
    | 'POSSESSION_DIFFERS';

  constructor(reason: UntrustedRequest['reason']) {
    super(reason);
    this.name = 'UntrustedRequest';
    this.reason = reason;
  }
}

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Splits DER into the elements laid end to end in it. @throws UntrustedRequest on any length that is not the shortest form */
function elementsOf(der: Uint8Array): Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at < der.length) {
    const tag = der[at++];
    let length = der[at++];
    if (tag === undefined || length === undefined || (tag & 0x1f) === 0x1f) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
    if (length > 0x7f) {
      const count = length & 0x7f;
      if (count < 1 || count > 2) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (der[at++] ?? Number.NaN);
      if (!(length > (count === 1 ? 0x7f : 0xff))) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
    }
    if (at + length > der.length) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
    elements.push({ tag, content: der.subarray(at, at + length) });
    at += length;
  }
  return elements;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const CONTENT_TYPE = '2a864886f70d010903';
const MESSAGE_DIGEST = '2a864886f70d010904';
const SIGNING_CERTIFICATE_V2 = '2a864886f70d010910022f';
const DATA = '06092a864886f70d010701';

/**
 * Reads the messageDigest out of a DER SET of signed attributes that holds contentType (data), messageDigest and
 * signing-certificate-v2, each once and nothing else.
 * @returns 32 bytes
 * @throws UntrustedRequest ATTRIBUTES_MALFORMED
 * @source RFC 5652 §5.4, §11; ETSI EN 319 122-1 §5
 */
export function messageDigestOf(signedAttributes: Uint8Array): Uint8Array {
  const [set, ...after] = elementsOf(signedAttributes);
  if (set?.tag !== 0x31 || after.length > 0) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
  const values = new Map<string, Element>();
  for (const attribute of elementsOf(set.content)) {
    const [type, holder, ...extra] = attribute.tag === 0x30 ? elementsOf(attribute.content) : [];
    if (type?.tag !== 0x06 || holder?.tag !== 0x31 || extra.length > 0) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
    const [value, ...more] = elementsOf(holder.content);
    if (!value || more.length > 0 || values.has(hex(type.content))) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
    if (hex(type.content) === CONTENT_TYPE && hex(holder.content) !== DATA) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
    values.set(hex(type.content), value);
  }
  const digest = values.get(MESSAGE_DIGEST);
  const expected = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2];
  if (values.size !== expected.length || !expected.every((type) => values.has(type))) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
  if (digest?.tag !== 0x04 || digest.content.length !== 32) throw new UntrustedRequest('ATTRIBUTES_MALFORMED');
  return digest.content;
}

/**
 * The bytes a signature covers: everything except one hexadecimal string of zeros.
 * @param byteRange `[0, a, b, c]` in bytes from the start of the file
 * @throws UntrustedRequest BYTE_RANGE_WRONG when anything else is left out
 * @source ISO 32000-1:2008 §12.8.1
 */
export function coveredBytes(pdf: Uint8Array, byteRange: readonly number[]): Uint8Array<ArrayBuffer> {
  const [start, before, from, after, ...rest] = byteRange;
  if (start !== 0 || before === undefined || from === undefined || after === undefined || rest.length > 0) {
    throw new UntrustedRequest('BYTE_RANGE_WRONG');
  }
  const gap = pdf.subarray(before, from);
  const empty = gap.length >= 2 && gap[0] === 0x3c && gap[gap.length - 1] === 0x3e && gap.subarray(1, -1).every((byte) => byte === 0x30);
  if (!(before > 0 && from > before && after > 0 && from + after === pdf.length && empty)) throw new UntrustedRequest('BYTE_RANGE_WRONG');
  const covered = new Uint8Array(before + after);
  covered.set(pdf.subarray(0, before));
  covered.set(pdf.subarray(from), before);
  return covered;
}

/**
 * Hashes the file and compares with what the attributes promise.
 * @returns the digest, 32 bytes
 * @throws UntrustedRequest
 */
export async function assertAttributesCover(
  pdf: Uint8Array,
  byteRange: readonly number[],
  signedAttributes: Uint8Array,
): Promise<Uint8Array> {
  const promised = messageDigestOf(signedAttributes);
  const actual = new Uint8Array(await crypto.subtle.digest('SHA-256', coveredBytes(pdf, byteRange)));
  if (actual.some((byte, i) => byte !== promised[i])) throw new UntrustedRequest('DIGEST_DIFFERS');
  return actual;
}
