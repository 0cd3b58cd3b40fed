/** A timestamp authority on the network: asks by RFC 3161 over HTTP and believes nothing that it has not checked. */

import { AppError } from '../errors.ts';
import { parseAnchors } from '../pki/anchors.ts';
import { toCanonicalToken } from '../pki/canonical.ts';
import type { Certificate } from '../pki/certificate.ts';
import { PkiError, type PkiFailureCode } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { parseTimestampResponse, verifyTimestampToken } from '../pki/timestamp.ts';
import { buildTimestampRequest } from '../pki/timestamp-authority.ts';
import type { Clock, Random, TimestampAuthority } from '../ports.ts';
import type { RefusalCode } from '../refusals.ts';
import { readAtMost } from './answer-body.ts';

export interface TsaEndpoint {
  /** What people call it. */
  readonly name: string;
  readonly url: string;
  /** Roots of timestamp authorities that this installation trusts; DER. */
  readonly trustAnchors: readonly Uint8Array[];
  /** Longest wait for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

export interface TsaSurroundings {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: Random;
}

const NONCE_BYTES = 16;
const ANSWER_MAX_BYTES = 1 << 16;
/** How far its clock and ours may be apart. */
const DRIFT_MS = 300_000;

/**
 * @returns an authority that answers a token over the very imprint and nonce that were sent, chained to a trusted root, with a
 *   plausible time, in the spelling of files and without certificates that lead nowhere; or throws. Never falls back to the local clock.
 * @throws AppError TIMESTAMP_UNAVAILABLE, TIMESTAMP_TIMED_OUT, TIMESTAMP_IMPRINT_WRONG, TIMESTAMP_NONCE_WRONG, TIMESTAMP_TIME_WRONG,
 *   TIMESTAMP_CERTIFICATE_EXPIRED, TIMESTAMP_UNTRUSTED, TIMESTAMP_REFUSED
 * @source RFC 3161 §2.4, §3.4
 */
export function tsaClient(endpoint: TsaEndpoint, around: TsaSurroundings): TimestampAuthority {
  const anchors = parseAnchors(endpoint.trustAnchors).ordinary;
  return {
    stamp: async (imprintSha256) => {
      const nonce = around.random.bytes(NONCE_BYTES).map((octet, i) => (i === 0 ? (octet & 0x7f) | 0x40 : octet));
      const answer = await ask(endpoint, around.fetch, buildTimestampRequest(imprintSha256, nonce));
      const token = readToken(endpoint, answer, imprintSha256, nonce);
      return judgeToken(endpoint, token, imprintSha256, anchors, around.clock);
    },
  };
}

const refuse = ({ name }: TsaEndpoint, code: RefusalCode, reason = ''): AppError =>
  new AppError(code, { authority: name, reason: failureWords(reason) });

async function ask(endpoint: TsaEndpoint, send: typeof fetch, request: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(endpoint.timeoutMs);
  try {
    const response = await send(endpoint.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
      body: request,
      redirect: 'error',
      signal,
    });
    if (!response.ok) throw refuse(endpoint, 'TIMESTAMP_UNAVAILABLE', `HTTP ${response.status}`);
    return await readAtMost(response, ANSWER_MAX_BYTES, () => refuse(endpoint, 'TIMESTAMP_REFUSED', '回答过长'));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refuse(endpoint, signal.aborted ? 'TIMESTAMP_TIMED_OUT' : 'TIMESTAMP_UNAVAILABLE');
  }
}

const CODES: Partial<Record<PkiFailureCode, RefusalCode>> = {
  TIMESTAMP_IMPRINT_WRONG: 'TIMESTAMP_IMPRINT_WRONG',
  TIMESTAMP_NONCE_WRONG: 'TIMESTAMP_NONCE_WRONG',
  TIMESTAMP_UNTRUSTED: 'TIMESTAMP_UNTRUSTED',
};

function readToken(endpoint: TsaEndpoint, answer: Uint8Array, imprintSha256: Uint8Array, nonce: Uint8Array): Uint8Array {
  try {
    return parseTimestampResponse(answer, { imprintSha256, nonce }).der;
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    throw refuse(endpoint, CODES[error.code] ?? 'TIMESTAMP_REFUSED', error.code);
  }
}

function judgeToken(
  endpoint: TsaEndpoint,
  token: Uint8Array,
  sha256: Uint8Array,
  anchors: readonly Certificate[],
  clock: Clock,
): Uint8Array {
  const judged = verifyTimestampToken(token, { sha256 }, anchors);
  if (!judged.ok) {
    const expired = /^CERTIFICATE_(?:EXPIRED|NOT_YET_VALID)/.test(judged.detail);
    throw refuse(endpoint, expired ? 'TIMESTAMP_CERTIFICATE_EXPIRED' : (CODES[judged.code] ?? 'TIMESTAMP_REFUSED'), judged.code);
  }
  const now = clock.now();
  if (Math.abs(judged.genTime - now) > DRIFT_MS) throw refuse(endpoint, 'TIMESTAMP_TIME_WRONG');
  if (now > judged.certificate.notAfter + 999) throw refuse(endpoint, 'TIMESTAMP_CERTIFICATE_EXPIRED');
  return toCanonicalToken(judged.token, judged.path);
}
