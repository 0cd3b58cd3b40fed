/** SM2 signatures, checked with the default identity of the signer; keys are never here: whoever signs has a device or a program of its own. */
import { concatBytes, fromHex, fromUtf8 } from '../bytes.ts';
import { derInteger, derSequence, membersOf, parseDer, readPositiveInteger, TAG } from './der.ts';
import { PkiError } from './failure.ts';
import { bigIntegerFrom } from './foreign-ber.ts';
import { combinedX, mod, pointOn, primeCurve } from './prime-curve.ts';
import { sm3 } from './sm3.ts';

const P = 'fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff';
const A = 'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc';
const B = '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93';
const GX = '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7';
const GY = 'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0';
const N = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123';

/** @source GB/T 32918.5-2017 §2 */
const CURVE = primeCurve(P, A, B, GX, GY, N);

/** Who signs, where nothing else was agreed. @source GB/T 35276-2017 §10 */
const IDENTITY = fromUtf8('1234567812345678');
const HEAD = concatBytes(Uint8Array.of(0, IDENTITY.length * 8), IDENTITY, fromHex(A + B + GX + GY));

export const SM2_POINT_BYTES = 65;
const SCALAR_BYTES = 32;

/** Whether these are the octets of a public key: 4, x and y of a point on the curve. @source GB/T 35276-2017 §7.1 */
export const isSm2Point = (octets: Uint8Array): boolean => octets.length === SM2_POINT_BYTES && pointOn(CURVE, octets) !== undefined;

/**
 * Whether `value` is the signature of that key over the message.
 * @param point public key, uncompressed
 * @param value DER, SEQUENCE { r, s }; anything else is wrong
 * @source GB/T 32918.2-2016 §7.1, §5.5 (the digest of the signer's identity and key comes before the message)
 */
export function isSm2Right(point: Uint8Array, message: Uint8Array, value: Uint8Array): boolean {
  const q = point.length === SM2_POINT_BYTES ? pointOn(CURVE, point) : undefined;
  const scalars = readValue(value);
  if (q === undefined || scalars === undefined) return false;
  const [r, s] = scalars;
  const { n } = CURVE;
  if (r === 0n || s === 0n || r >= n || s >= n) return false;
  const t = (r + s) % n;
  if (t === 0n) return false;
  const e = bigIntegerFrom(sm3(sm3(HEAD, point.subarray(1)), message));
  const x = combinedX(s, t, q, CURVE);
  return x !== undefined && mod(e + x, n) === r;
}

function readValue(der: Uint8Array): readonly [bigint, bigint] | undefined {
  try {
    const members = membersOf(parseDer(der));
    const scalars = [members.next(TAG.integer), members.next(TAG.integer)].map((node) => readPositiveInteger(node, SCALAR_BYTES));
    members.end();
    const [r = 0n, s = 0n] = scalars.map(bigIntegerFrom);
    return [r, s];
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}

/**
 * A value as devices give it, as it stands in files: SEQUENCE { r, s }.
 * @param value DER, or r and s of 32 bytes each
 * @throws PkiError DER_MALFORMED
 * @source GB/T 35276-2017 §7.3
 */
export function toSm2Value(value: Uint8Array): Uint8Array {
  if (value.length === 2 * SCALAR_BYTES)
    return derSequence(derInteger(value.subarray(0, SCALAR_BYTES)), derInteger(value.subarray(SCALAR_BYTES)));
  if (readValue(value) === undefined) throw new PkiError('DER_MALFORMED', 'SM2 value');
  return value;
}
