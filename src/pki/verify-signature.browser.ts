/** `verify-signature.ts` for a runtime without node:crypto: the same judgement from pure code. The verifier page is bundled with it in place. */
import { p256, p384 } from '@noble/curves/nist.js';
import { concatBytes, equalBytes, fromHex, toHex, toLatin1 } from '../bytes.ts';
import { digestBy } from '../digest.ts';
import { type DigestName, parsePublicKey } from './algorithms.ts';
import { membersOf, parseDer, readBitOctets, readPositiveInteger, TAG } from './der.ts';
import { toP1363 } from './ecdsa-value.ts';
import { PkiError } from './failure.ts';

const CURVES = { p256, p384 } as const;

const JUDGED_MAX = 4096;
/** Judgements by key, digest and value: certificates of authorities come back with every file. */
const judged = new Map<string, boolean>();

/** A signature that native code may judge ahead of time. */
export interface SignatureQuestion {
  readonly name: string;
  readonly spki: Uint8Array;
  readonly digest: DigestName;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

let asked: Map<string, SignatureQuestion> | null = null;

/** Whether what `verifySignature` answers now may be remembered: within `speculate` a yes may be no more than a question. */
export const isAnswerFinal = (): boolean => asked === null;

/**
 * @param spki SubjectPublicKeyInfo, DER
 * @param signature RSA PKCS#1 v1.5, or ECDSA as strict DER
 * @returns false for a wrong value and for a key or a value that is malformed or refused
 * @source RFC 8017 §8.2.2; FIPS 186-4 §6.4
 */
export function verifySignature(spki: Uint8Array, digest: DigestName, message: Uint8Array, signature: Uint8Array): boolean {
  const hash = digestBy(digest, message);
  const name = `${digest} ${spki.length} ${toLatin1(concatBytes(hash, spki, signature))}`;
  const known = judged.get(name);
  if (known !== undefined) return known;
  if (asked !== null) {
    asked.set(name, { name, spki, digest, message, signature });
    return true;
  }
  return settle(name, judge(spki, digest, hash, signature));
}

function settle(name: string, judgement: boolean): boolean {
  if (judged.size >= JUDGED_MAX) judged.clear();
  judged.set(name, judgement);
  return judgement;
}

/**
 * Runs something that checks signatures, taking those not judged yet for sound.
 * @returns the result, and the questions left open: it is right once all of them are answered with yes, and worthless otherwise
 */
export function speculate<T>(act: () => T): { readonly result: T; readonly open: readonly SignatureQuestion[] } {
  const questions = new Map<string, SignatureQuestion>();
  asked = questions;
  try {
    return { result: act(), open: [...questions.values()] };
  } finally {
    asked = null;
  }
}

/**
 * Settles an open question.
 * @returns whether the signature is sound
 * @param isSoundNatively what WebCrypto says of it; only its yes is taken, any other answer is judged again here
 */
export async function settleQuestion(
  { name, spki, digest, message, signature }: SignatureQuestion,
  isSoundNatively: (kind: 'rsa' | 'p256' | 'p384', value: Uint8Array) => Promise<boolean>,
): Promise<boolean> {
  let sound = false;
  try {
    const { kind } = parsePublicKey(spki);
    sound = await isSoundNatively(kind, kind === 'rsa' ? signature : toP1363(signature, kind));
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
  }
  return settle(name, sound || judge(spki, digest, digestBy(digest, message), signature));
}

function judge(spki: Uint8Array, digest: DigestName, hash: Uint8Array, signature: Uint8Array): boolean {
  try {
    const { kind } = parsePublicKey(spki);
    const key = keyOctets(spki);
    if (kind === 'rsa') return verifyRsa(key, digest, hash, signature);
    return verifyEcdsa(kind, key, hash, toP1363(signature, kind));
  } catch (error) {
    if (error instanceof PkiError) return false;
    throw error;
  }
}

function keyOctets(spki: Uint8Array): Uint8Array {
  const members = membersOf(parseDer(spki));
  members.next(TAG.sequence);
  return readBitOctets(members.next(TAG.bitString));
}

function verifyEcdsa(kind: keyof typeof CURVES, key: Uint8Array, hash: Uint8Array, value: Uint8Array): boolean {
  const curve = CURVES[kind];
  try {
    curve.Point.fromBytes(key).assertValidity();
  } catch {
    // a point that is not on the curve is no key, and verifies nothing
    return false;
  }
  return curve.verify(value, hash, key, { prehash: false, lowS: false, format: 'compact' });
}

/** DigestInfo up to the digest. @source RFC 8017 §9.2 note 1 */
const DIGEST_INFO: Readonly<Record<DigestName, Uint8Array>> = {
  sha256: fromHex('3031300d060960864801650304020105000420'),
  sha384: fromHex('3041300d060960864801650304020205000430'),
  sha512: fromHex('3051300d060960864801650304020305000440'),
};

/** Raises to the exponent 65537 and compares with the one right encoding. */
function verifyRsa(key: Uint8Array, digest: DigestName, hash: Uint8Array, signature: Uint8Array): boolean {
  const modulusOctets = readPositiveInteger(membersOf(parseDer(key)).next(), key.length);
  const size = modulusOctets.length;
  if (signature.length !== size) return false;
  const modulus = BigInt(`0x${toHex(modulusOctets)}`);
  const value = BigInt(`0x${toHex(signature)}`);
  if (value >= modulus) return false;
  let power = value;
  for (let i = 0; i < 16; i++) power = (power * power) % modulus;
  power = (power * value) % modulus;
  const info = concatBytes(DIGEST_INFO[digest], hash);
  const expected = concatBytes(Uint8Array.of(0, 1), new Uint8Array(size - info.length - 3).fill(0xff), Uint8Array.of(0), info);
  return equalBytes(fromHex(power.toString(16).padStart(size * 2, '0')), expected);
}
