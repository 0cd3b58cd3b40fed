/** ECDSA signature values in their two spellings, DER (in files) and r‖s of fixed length (from WebCrypto), and the one that files use of two equivalent values. */
import { concatBytes, fromHex, toHex } from '../bytes.ts';
import { COORDINATE_BYTES } from './algorithms.ts';
import { compareOctets, derInteger, derSequence, membersOf, parseDer, readPositiveInteger, TAG } from './der.ts';
import { PkiError } from './failure.ts';

type Curve = keyof typeof COORDINATE_BYTES;

/** Group orders. @source FIPS 186-4 D.1.2.3, D.1.2.4 */
const ORDER: Readonly<Record<Curve, bigint>> = {
  p256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  p384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/** Group order and half of it, as octets of a coordinate's length. */
const LIMITS = {
  p256: { order: toOctets(ORDER.p256, 'p256'), half: toOctets(ORDER.p256 >> 1n, 'p256') },
  p384: { order: toOctets(ORDER.p384, 'p384'), half: toOctets(ORDER.p384 >> 1n, 'p384') },
} as const;

function toOctets(value: bigint, curve: Curve): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * COORDINATE_BYTES[curve], '0'));
}

/** @param octets big-endian, at most as long as a coordinate; padded to its length */
function readScalar(octets: Uint8Array, curve: Curve): Uint8Array {
  const scalar = new Uint8Array(COORDINATE_BYTES[curve]);
  scalar.set(octets, scalar.length - octets.length);
  const inRange = scalar.some((octet) => octet !== 0) && compareOctets(scalar, LIMITS[curve].order) < 0;
  if (!inRange) throw new PkiError('DER_MALFORMED', 'ECDSA scalar out of range');
  return scalar;
}

/** @throws PkiError DER_MALFORMED for another length or a scalar outside 1..n-1. @source IEEE P1363 §E.3.1; RFC 3279 §2.2.3 */
export function fromP1363(value: Uint8Array, curve: Curve): Uint8Array<ArrayBuffer> {
  const size = COORDINATE_BYTES[curve];
  if (value.length !== 2 * size) throw new PkiError('DER_MALFORMED', 'ECDSA value length');
  const [r, s] = [readScalar(value.subarray(0, size), curve), readScalar(value.subarray(size), curve)];
  return derSequence(derInteger(r), derInteger(s));
}

/** The strict reverse. @throws PkiError DER_MALFORMED for anything but SEQUENCE { r, s } in DER with scalars in 1..n-1 */
export function toP1363(der: Uint8Array, curve: Curve): Uint8Array<ArrayBuffer> {
  const size = COORDINATE_BYTES[curve];
  const members = membersOf(parseDer(der));
  const r = readPositiveInteger(members.next(TAG.integer), size);
  const s = readPositiveInteger(members.next(TAG.integer), size);
  members.end();
  return concatBytes(readScalar(r, curve), readScalar(s, curve));
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
  const s = value.subarray(size);
  if (compareOctets(s, LIMITS[curve].half) <= 0) return der;
  const low = ORDER[curve] - BigInt(`0x${toHex(s)}`);
  return fromP1363(concatBytes(value.subarray(0, size), toOctets(low, curve)), curve);
}
