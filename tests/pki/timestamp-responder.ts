/** The other side of RFC 3161, which the product only asks: reads requests and answers them with tokens. */
import {
  derSequence,
  derSmallInteger,
  membersOf,
  parseDer,
  readBoolean,
  readPositiveInteger,
  readSmallInteger,
  TAG,
} from '../../src/pki/der.ts';
import { type Imprint, readImprint } from '../../src/pki/timestamp.ts';
import { makeTimestampToken, type TimestampFacts, type TimestampSigner } from '../../src/pki/timestamp-authority.ts';

export interface TimestampRequest {
  readonly imprint: Imprint;
  /** Magnitude, without leading zero octets; null when not asked for. */
  readonly nonce: Uint8Array | null;
  readonly wantsCertificate: boolean;
}

/** @throws Error for a request that asks for a policy or is none @source RFC 3161 §2.4.1 */
export function parseTimestampRequest(der: Uint8Array): TimestampRequest {
  const members = membersOf(parseDer(der));
  if (readSmallInteger(members.next(TAG.integer)) !== 1) throw new Error('request version');
  const imprint = readImprint(members.next(TAG.sequence));
  const nonce = members.optional(TAG.integer);
  const flag = members.optional(TAG.boolean);
  members.end();
  return {
    imprint,
    nonce: nonce === undefined ? null : readPositiveInteger(nonce, 32),
    wantsCertificate: flag !== undefined && readBoolean(flag),
  };
}

/** A TimeStampResp that grants the request. @source RFC 3161 §2.4.2 */
export function answerTimestampRequest(
  request: TimestampRequest,
  signer: TimestampSigner,
  facts: Pick<TimestampFacts, 'serial' | 'genTime'>,
): Uint8Array<ArrayBuffer> {
  return derSequence(
    derSequence(derSmallInteger(0)),
    makeTimestampToken({ imprint: request.imprint, nonce: request.nonce, ...facts }, signer),
  );
}
