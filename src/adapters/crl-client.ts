/** Revocation lists of licensed authorities, fetched by HTTP and kept until half of their life is over. */
import { AppError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import { parseCrl } from '../pki/crl.ts';
import { PkiError } from '../pki/failure.ts';
import { failureWords } from '../pki/failure-words.ts';
import { parsePem } from '../pki/pem.ts';
import type { Clock, RevocationSource } from '../ports.ts';
import { readAtMost } from './answer-body.ts';

const ANSWER_MAX_BYTES = 4 << 20;
const TIMEOUT_MS = 20_000;

interface KeptList {
  readonly der: Uint8Array;
  readonly freshUntil: Instant;
}

export interface CrlSurroundings {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** Fetches lists and keeps each until half of its life is over. @returns the list at an address, DER @throws AppError REVOCATION_UNAVAILABLE */
export function listFetcher(around: CrlSurroundings): (url: string) => Promise<Uint8Array> {
  const kept = new Map<string, KeptList>();
  const listAt = async (url: string): Promise<Uint8Array> => {
    const now = around.clock.now();
    const known = kept.get(url);
    if (known !== undefined && now < known.freshUntil) return known.der;
    const der = await fetchList(url, around.fetch);
    const { thisUpdate, nextUpdate } = parseCrl(der);
    kept.set(url, { der, freshUntil: (thisUpdate + Math.floor((nextUpdate - thisUpdate) / 2)) as Instant });
    return der;
  };
  return (url) => listAt(url).catch(unavailable);
}

/**
 * Who signed a list is judged by whoever uses it.
 * @param urls of lists, DER or PEM
 */
export function crlClient(urls: readonly string[], around: CrlSurroundings): RevocationSource {
  const listAt = listFetcher(around);
  return { crls: () => Promise.all(urls.map(listAt)), ocsp: async () => null };
}

export function unavailable(error: unknown): never {
  if (error instanceof AppError) throw error;
  if (error instanceof PkiError) throw new AppError('REVOCATION_UNAVAILABLE', { reason: failureWords(error.code) });
  if (error instanceof TypeError || error instanceof DOMException)
    throw new AppError('REVOCATION_UNAVAILABLE', { reason: '吊销列表下载不到' });
  throw error;
}

export const readAnswer = (response: Response): Promise<Uint8Array> =>
  readAtMost(response, ANSWER_MAX_BYTES, () => new AppError('REVOCATION_UNAVAILABLE', { reason: '吊销列表过大' }));

async function fetchList(url: string, send: typeof fetch): Promise<Uint8Array> {
  // Whoever answers could otherwise send this machine to any address it can reach.
  const response = await send(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new AppError('REVOCATION_UNAVAILABLE', { reason: `吊销列表下载不到（${response.status}）` });
  const bytes = await readAnswer(response);
  const text = bytes[0] === 0x2d ? new TextDecoder().decode(bytes) : null;
  return text === null ? bytes : (parsePem(text)[0]?.der ?? new Uint8Array());
}

/** Several sources as one: all lists, and the first answer. */
export const joinedRevocation = (sources: readonly RevocationSource[]): RevocationSource => ({
  crls: async (about) => (await Promise.all(sources.map((source) => source.crls(about)))).flat(),
  ocsp: async (certificate, issuer) => {
    for (const source of sources) {
      const answer = await source.ocsp(certificate, issuer);
      if (answer !== null) return answer;
    }
    return null;
  },
});
