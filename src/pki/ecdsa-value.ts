/** ECDSA signature values in their two spellings, DER (in files) and r‖s of fixed length (from WebCrypto), and the one that files use of two equivalent values. */
import { concatBytes } from '../bytes.ts';
import { COORDINATE_BYTES } from './algorithms.ts';
import { derInteger, derSequence, membersOf, parseDer, readPositiveInteger, TAG } from './der.ts';
import { PkiError } from './failure.ts';

type Curve = keyof typeof COORDINATE_BYTES;

/** Group orders. @source FIPS 186-4 D.1.2.3, D.1.2.4 */
const ORDER: Readonly<Record<Curve, bigint>> = {
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  p384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/** @throws RangeError for a value that needs more than `size` octets */
function fromBigInt(value: bigint, size: number): Uint8Array {
  const octets = new Uint8Array(size);
  let rest = value;
  for (let i = size - 1; i >= 0; i--) {
    octets[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new RangeError('integer too large');
  return octets;
}

const toBigInt = (octets: Uint8Array): bigint => octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);

function assertScalar(octets: Uint8Array, curve: Curve): void {
  const value = toBigInt(octets);
  if (value === 0n || value >= ORDER[curve]) throw new PkiError('DER_MALFORMED', 'ECDSA scalar out of range');
}

/** @throws PkiError DER_MALFORMED for another length or a scalar outside 1..n-1. @source IEEE P1363 §E.3.1; RFC 3279 §2.2.3 */
export function fromP1363(value: Uint8Array, curve: Curve): Uint8Array<ArrayBuffer> {
  const size = COORDINATE_BYTES[curve];
  if (value.length !== 2 * size) throw new PkiError('DER_MALFORMED', 'ECDSA value length');
  const [r, s] = [value.subarray(0, size), value.subarray(size)];
  assertScalar(r, curve);
  assertScalar(s, curve);
  return derSequence(derInteger(r), derInteger(s));
}

/** The strict reverse. @throws PkiError DER_MALFORMED for anything but SEQUENCE { r, s } in DER with scalars in 1..n-1 */
export function toP1363(der: Uint8Array, curve: Curve): Uint8Array<ArrayBuffer> {
  const size = COORDINATE_BYTES[curve];
  const members = membersOf(parseDer(der));
  const r = readPositiveInteger(members.next(TAG.integer), size);
  const s = readPositiveInteger(members.next(TAG.integer), size);
  members.end();
  assertScalar(r, curve);
  assertScalar(s, curve);
  return concatBytes(new Uint8Array(size - r.length), r, new Uint8Array(size - s.length), s);
}

/**
 * Of the two values (r, s) and (r, n − s), which verify alike, the one with the smaller s: what files hold, so that nobody can
 * change a value and keep it valid.
 * @throws PkiError DER_MALFORMED
 * @source SEC 1 §4.1.4 (either verifies); BIP 146 (the same rule elsewhere)
 */
export function withLowS(der: Uint8Array, curve: Curve): Uint8Array {
  const value = toP1363(der, curve);
  const size = COORDINATE_BYTES[curve];
  const s = toBigInt(value.subarray(size));
  return s <= ORDER[curve] >> 1n ? der : fromP1363(concatBytes(value.subarray(0, size), fromBigInt(ORDER[curve] - s, size)), curve);
}
