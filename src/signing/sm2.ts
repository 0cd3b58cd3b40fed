/** Adds an SM2 signature beside the one that a party has made: prepares it for a key that is elsewhere, and lays in the value. */
import { PARTY_ZH, type PartyRole } from '../agreement/parties.ts';
import { concatBytes, fromLatin1, toHex } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { type Instant, wholeSeconds } from '../instant.ts';
import { CONTENTS_BYTES } from '../pdf/update.ts';
import { PkiError } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { isSm2Right, toSm2Value } from '../pki/sm2.ts';
import { parseSm2Certificate } from '../pki/sm2-certificate.ts';
import { assembleSm2Cms, buildSm2Attributes } from '../pki/sm2-cms.ts';
import { sm3 } from '../pki/sm3.ts';
import type { LockedTemplate } from '../template/locked-template.ts';
import { reproduceWhole } from '../template/reproduce.ts';
import { layOutSm2, sm2Obstacle } from '../template/sm2-layout.ts';

export interface Sm2Request {
  readonly role: PartyRole;
  /** Claimed signing time; cut to whole seconds. */
  readonly at: Instant;
  /** SM2 certificates, leaf first, then intermediates; DER. */
  readonly certificateChain: readonly Uint8Array[];
}

/** A revision waiting for one SM2 value. */
export interface PreparedSm2 {
  /** The whole file, /Contents all zero. */
  readonly bytes: Uint8Array;
  readonly contentsStart: number;
  /** SM3 of what the ByteRange covers. */
  readonly digest: Uint8Array;
  /** DER SET OF attributes: what the key signs, with SM3 and the default identity. */
  readonly signedAttributes: Uint8Array;
  readonly certificateChain: readonly Uint8Array[];
}

const WHY = {
  notSigned: '还没有签署这份协议，请先签署',
  twice: '已经附加过一次，不需要再附加',
  sealing: '文件正在封存，请等封存完成后再附加',
} as const;

/**
 * Deterministic: the same inputs give the same bytes.
 * @throws AppError REVISION_NOT_REPRODUCIBLE, SM2_NOT_POSSIBLE, SM2_CERTIFICATE_UNUSABLE
 * @source GB/T 35275-2017 §8
 */
export function prepareSm2(template: LockedTemplate, file: Uint8Array, request: Sm2Request): PreparedSm2 {
  const { data, zero, base, ...before } = reproduceWhole(template, file);
  const { role, certificateChain } = request;
  const obstacle = sm2Obstacle(before, role);
  if (obstacle !== undefined) throw new AppError('SM2_NOT_POSSIBLE', { party: PARTY_ZH[role], why: WHY[obstacle] });
  leafOf(certificateChain);
  const made = layOutSm2(zero, data, base, { kind: 'sm2', role, at: wholeSeconds(request.at) });
  const bytes = concatBytes(file, made.bytes);
  const digest = sm3(bytes.subarray(0, made.contentsStart), bytes.subarray(made.contentsEnd));
  return {
    bytes,
    contentsStart: made.contentsStart,
    digest,
    signedAttributes: buildSm2Attributes(digest, certificateChain),
    certificateChain,
  };
}

/** The key of the first of them. @throws AppError SM2_CERTIFICATE_UNUSABLE unless all are SM2 certificates, each once */
function leafOf(chain: readonly Uint8Array[]): Uint8Array {
  try {
    const [leaf, ...others] = chain.map(parseSm2Certificate);
    if (leaf !== undefined && new Set([leaf, ...others].map(({ sha256 }) => sha256)).size === chain.length) return leaf.key.point;
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    throw new AppError('SM2_CERTIFICATE_UNUSABLE', { reason: failureWords(error.code) });
  }
  throw new AppError('SM2_CERTIFICATE_UNUSABLE', { reason: '缺少证书，或同一张证书出现了两次' });
}

/**
 * @param value over `prepared.signedAttributes`: DER, or r and s laid end to end
 * @returns the whole signed file
 * @throws AppError SM2_VALUE_WRONG when the certificate's key did not make the value, CMS_TOO_LARGE
 */
export function completeSm2(prepared: PreparedSm2, value: Uint8Array): Uint8Array {
  const { certificateChain: chain, signedAttributes, digest } = prepared;
  const signatureValue = readValue(value);
  if (signatureValue === undefined || !isSm2Right(leafOf(chain), signedAttributes, signatureValue)) throw new AppError('SM2_VALUE_WRONG');
  const cms = assembleSm2Cms({ digest, chain, signatureValue });
  if (cms.length > CONTENTS_BYTES) throw new AppError('CMS_TOO_LARGE', { length: cms.length, limit: CONTENTS_BYTES });
  const file = prepared.bytes.slice();
  file.set(fromLatin1(toHex(cms)), prepared.contentsStart + 1);
  return file;
}

function readValue(value: Uint8Array): Uint8Array | undefined {
  try {
    return toSm2Value(value);
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}
